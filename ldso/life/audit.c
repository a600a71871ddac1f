/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Auditors (rtld-audit as of Solaris and glibc).  Owns ld.audit, and what object->audit
 * (world/audited.h) says.
 */
#include "life/audit.h"
#include "base/mangle.h"
#include "base/message.h"
#include "life/close.h"
#include "life/loader.h"
#include "life/open.h"
#include "tell/trace.h"
#include "world/audited.h"
#include "world/registry.h"
#include "world/space.h"

/* What auditors may define. */
enum hook {
	HOOK_OBJSEARCH,
	HOOK_ACTIVITY,
	HOOK_OBJOPEN,
	HOOK_OBJCLOSE,
	HOOK_PREINIT,
	HOOK_SYMBIND,
	HOOK_PLTENTER,
	HOOK_PLTEXIT,
	HOOKS
};

#if __ELF_NATIVE_CLASS == 64
#define SYMBIND "la_symbind64"
#else
#define SYMBIND "la_symbind32"
#endif

static const char *const hook_names[HOOKS] = {
	[HOOK_OBJSEARCH] = "la_objsearch", [HOOK_ACTIVITY] = "la_activity",
	[HOOK_OBJOPEN] = "la_objopen",	   [HOOK_OBJCLOSE] = "la_objclose",
	[HOOK_PREINIT] = "la_preinit",	   [HOOK_SYMBIND] = SYMBIND,
	[HOOK_PLTENTER] = ARCH_PLTENTER,   [HOOK_PLTEXIT] = ARCH_PLTEXIT,
};

struct auditor {
	struct auditor *next;  /* in the order of loading */
	unsigned number;       /* its place in marks */
	uintptr_t hook[HOOKS]; /* mangled; 0: it has none */
};

enum { CALLS_UNTOLD = LA_SYMB_NOPLTENTER | LA_SYMB_NOPLTEXIT };

/* The loader lock is given up around foreign code, if it is held. */
struct pause {
	bool mine;
	int cancel;
};

static struct pause leave(void)
{
	struct pause pause = {lock_mine(&ld.loader.lock), 0};

	if (pause.mine)
		pause.cancel = loader_leave();
	return pause;
}

static void back(struct pause pause)
{
	if (pause.mine)
		loader_return(pause.cancel);
}

/* One that it has (next_with). */
static void *hook_of(const struct auditor *auditor, enum hook hook)
{
	return unmangle(auditor->hook[hook]);
}

/* The next auditor from `auditor` on that has the hook, and knows `object`; NULL: none. */
static struct auditor *next_with(struct auditor *auditor, enum hook hook,
				 const struct object *object)
{
	while (auditor && (!auditor->hook[hook] || !object->audit))
		auditor = auditor->next;
	return auditor;
}

static uintptr_t *cookie(const struct auditor *auditor, struct object *object)
{
	return &object->audit->marks[auditor->number].cookie;
}

static uintptr_t own_symbol(const struct object *object, const char *text)
{
	struct symbol_name name;
	struct definition found = {NULL, (struct object *)object};

	symbol_name_set(&name, text);
	found.symbol = symbol_find(&object->dynamic, &object->versions, &name, NULL);
	return found.symbol && definition_check(found, true, NULL) ? definition_address(found) : 0;
}

/* It is loaded: does it know a version of this interface that we know? */
static bool agree(const struct object *object, struct error *error)
{
	unsigned (*version)(unsigned) = (unsigned (*)(unsigned))own_symbol(object, "la_version");
	struct pause pause;
	unsigned answer;

	if (!version)
		return error_set(error, "%s: no auditor, as it has no la_version",
				 object_path(object));
	pause = leave();
	answer = version(LAV_CURRENT);
	back(pause);
	return (answer && answer <= LAV_CURRENT) ||
	       error_set(error, "%s: it wants version %u of the auditors' interface, this is %u",
			 object_path(object), answer, LAV_CURRENT);
}

static bool enlist(const struct object *object)
{
	struct auditor *auditor = mem_zalloc(sizeof(*auditor)), **link = &ld.audit.first;
	unsigned hook;

	if (!auditor)
		return false;
	for (hook = 0; hook < HOOKS; hook++) {
		uintptr_t address = hook_names[hook] ? own_symbol(object, hook_names[hook]) : 0;

		if (address)
			auditor->hook[hook] = mangle((void *)address);
	}
	if (auditor->hook[HOOK_PLTENTER])
		ld.audit.calls = true;
	while (*link)
		link = &(*link)->next;
	auditor->number = ld.audit.count++;
	*link = auditor;
	return true;
}

static void load_auditor(const char *name, const char *source)
{
	struct call call = {{(uintptr_t)ld.process.program_entry, 0}, {NULL}};
	struct space *space = space_new();
	struct object *object = NULL;
	void *handle = NULL;

	if (space) {
		space->auditing = true;
		handle = open_object(name, NULL, MODE_NOW, space, &call);
		object = registry_by_handle(handle);
	} else {
		error_memory(&call.error);
	}
	if (object &&
	    (!agree(object, &call.error) || (!enlist(object) && !error_memory(&call.error))))
		close_handle(object, &call);
	if (call.error.text)
		message("%s: %s: ignored: %-s", source, name, call.error.text);
	error_clear(&call.error);
	if (space)
		space_drop(space);
}

static void load_list(const char *list, const char *source)
{
	const struct path_context context = {.secure = ld.options.secure};
	struct path_list names = {NULL, 0};
	struct error error = {NULL};
	size_t i;

	if (!path_names(&names, list, PATH_AUDIT, &context, &error))
		message("%s: %-s", source, error.text);
	for (i = 0; i < names.count; i++)
		load_auditor(names.dir[i], source);
	error_clear(&error);
	path_free(&names);
}

static const char *named_by_program(intptr_t tag)
{
	size_t position = 0;
	const ElfW(Dyn) *entry = dynamic_next(&ld.program->dynamic, tag, &position);

	return entry ? dynamic_string(&ld.program->dynamic, entry->d_un.d_val) : NULL;
}

bool audit_wanted(void)
{
	return ld.options.audit || ld.program->dynamic.audits;
}

void audit_start(void)
{
	loader_lock();
	load_list(ld.options.audit, "LD_AUDIT");
	load_list(named_by_program(DT_AUDIT), "DT_AUDIT");
	load_list(named_by_program(DT_DEPAUDIT), "DT_DEPAUDIT");
	loader_unlock();
}

char *audit_search(const char *name, struct object *requester, unsigned flag)
{
	struct object *from = requester ? requester : ld.program;
	struct auditor *auditor = ld.audit.first;
	struct pause pause = leave();

	for (; name && (auditor = next_with(auditor, HOOK_OBJSEARCH, from));
	     auditor = auditor->next)
		name = ((char *(*)(const char *, uintptr_t *, unsigned))hook_of(
			auditor, HOOK_OBJSEARCH))(name, cookie(auditor, from), flag);
	back(pause);
	return name ? mem_strdup(name) : NULL;
}

void audit_mapped(struct object *object)
{
	struct auditor *auditor = ld.audit.first;
	struct pause pause;

	if (object->space->auditing || object->audit)
		return;
	object->audit = audited_new(object, ld.audit.count, ld.audit.calls);
	pause = leave();
	for (; (auditor = next_with(auditor, HOOK_OBJOPEN, object)); auditor = auditor->next)
		object->audit->marks[auditor->number].flags =
			((unsigned (*)(struct link_map *, Lmid_t, uintptr_t *))hook_of(
				auditor, HOOK_OBJOPEN))(&object->map, object->space->number,
							cookie(auditor, object));
	back(pause);
}

/*
 * Call a hook of the form hook(cookie, flag) of all who have it; those without a flag leave that
 * where arguments are, and what they return means nothing.
 */
static void tell_all(enum hook hook, struct object *object, unsigned flag)
{
	struct auditor *auditor = ld.audit.first;
	struct pause pause = leave();

	for (; (auditor = next_with(auditor, hook, object)); auditor = auditor->next)
		((void (*)(uintptr_t *, unsigned))hook_of(auditor, hook))(cookie(auditor, object),
									  flag);
	back(pause);
}

void audit_activity(struct space *space, unsigned flag)
{
	if (space->map.first)
		tell_all(HOOK_ACTIVITY, space->map.first, flag);
}

void audit_preinit(void)
{
	tell_all(HOOK_PREINIT, ld.program, 0);
}

/* Does it want to be told of this? */
static bool wants_binding(const struct auditor *auditor, const struct object *from,
			  const struct object *to)
{
	return from->audit && from->audit->marks[auditor->number].flags & LA_FLG_BINDFROM &&
	       to->audit && to->audit->marks[auditor->number].flags & LA_FLG_BINDTO;
}

static struct audit_call describe(struct object *from, struct definition found, uintptr_t address)
{
	struct object *to = found.object;
	struct audit_call call = {.from = from,
				  .to = to,
				  .name = dynamic_string(&to->dynamic, found.symbol->st_name),
				  .symbol = *found.symbol,
				  .index = (unsigned)(found.symbol - to->dynamic.symtab)};

	call.symbol.st_value = address;
	return call;
}

/*
 * A hook of the form hook(symbol, index, from, to, ...), where three differ in what follows: those
 * that have less leave the rest where arguments are.
 */
static uintptr_t tell_of(struct auditor *auditor, enum hook hook, struct audit_call *call,
			 ElfW(Sym) * symbol, const void *fifth, const void *sixth,
			 const void *seventh, const void *eighth)
{
	return ((uintptr_t(*)(ElfW(Sym) *, unsigned, uintptr_t *, uintptr_t *, const void *,
			      const void *, const void *, const void *))hook_of(auditor, hook))(
		symbol, call->index, cookie(auditor, call->from), cookie(auditor, call->to), fifth,
		sixth, seventh, eighth);
}

/* Ask all who want to know of it; `answers`: their flags, or NULL. */
static void ask(struct audit_call *call, unsigned flags, unsigned *answers)
{
	struct auditor *auditor = ld.audit.first;
	struct pause pause = leave();

	for (; auditor; auditor = auditor->next) {
		bool wants = wants_binding(auditor, call->from, call->to);
		unsigned answer = wants ? flags : CALLS_UNTOLD;
		uintptr_t address = call->symbol.st_value;

		if (wants && auditor->hook[HOOK_SYMBIND])
			address = tell_of(auditor, HOOK_SYMBIND, call, &call->symbol, &answer,
					  call->name, NULL, NULL);
		if (address != call->symbol.st_value)
			flags |= LA_SYMB_ALTVALUE;
		call->symbol.st_value = address;
		if (answers)
			answers[auditor->number] = answer;
	}
	back(pause);
}

RARE __attribute__((noinline)) uintptr_t audit_bind(struct object *from, struct definition found,
						    uintptr_t address, unsigned flags)
{
	struct audit_call call = describe(from, found, address);

	ask(&call, flags, NULL);
	return call.symbol.st_value;
}

struct audit_call *audit_bind_slot(struct object *from, size_t index, struct definition found,
				   uintptr_t address)
{
	struct audit_call *call = mem_zalloc(sizeof(*call) + ld.audit.count * sizeof(*call->flags));

	if (!call)
		return NULL;
	*call = describe(from, found, address);
	ask(call, 0, call->flags);
	return audited_keep(from, index, call);
}

/* It is to be told this of the call; `untold`: the flag that says it is not. */
static bool is_told(const struct auditor *auditor, const struct audit_call *call, enum hook hook,
		    unsigned untold)
{
	return auditor->hook[hook] && !(load_relaxed(&call->flags[auditor->number]) & untold) &&
	       !call->from->audit->closed && !call->to->audit->closed;
}

/*
 * Functions that look at who has called them, or return to there once more, when the frame of
 * arch_audit_resolve would be gone.
 */
static bool wants_own_caller(const char *name)
{
	static const char names[][16] = {
		"dlopen",    "dlmopen",	    "fdlopen",	       "dlsym",	      "dlvsym", "dlfunc",
		"dlclose",   "dlinfo",	    "dl_iterate_phdr", "vfork",	      "setjmp", "_setjmp",
		"sigsetjmp", "__sigsetjmp", "getcontext",      "swapcontext",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool audit_enter(struct audit_call *call, struct arch_call *frame)
{
	struct auditor *auditor;
	ElfW(Sym) symbol = call->symbol;
	bool told = false;

	for (auditor = ld.audit.first; auditor; auditor = auditor->next) {
		unsigned flags = load_relaxed(&call->flags[auditor->number]);
		long size = -1;

		if (!is_told(auditor, call, HOOK_PLTENTER, LA_SYMB_NOPLTENTER))
			continue;
		told = true;
		symbol.st_value = tell_of(auditor, HOOK_PLTENTER, call, &symbol, &frame->arguments,
					  &flags, call->name, &size);
		__atomic_or_fetch(&call->flags[auditor->number], flags & CALLS_UNTOLD,
				  __ATOMIC_RELAXED);
		if (size > frame->stack)
			frame->stack = size;
	}
	frame->target = symbol.st_value;
	if (frame->stack >= 0 && wants_own_caller(call->name))
		frame->stack = -1;
	return told;
}

uintptr_t audit_left(uintptr_t data, uintptr_t unused)
{
	struct arch_call *frame = (struct arch_call *)data;
	struct audit_call *call = frame->slot;
	struct auditor *auditor;
	ElfW(Sym) symbol = call->symbol;

	(void)unused;
	symbol.st_value = frame->target;
	for (auditor = ld.audit.first; auditor; auditor = auditor->next)
		if (is_told(auditor, call, HOOK_PLTEXIT, LA_SYMB_NOPLTEXIT))
			tell_of(auditor, HOOK_PLTEXIT, call, &symbol, &frame->arguments,
				&frame->results, call->name, NULL);
	return 0;
}

void audit_closed(struct object *object)
{
	if (!object->audit || object->audit->closed)
		return;
	tell_all(HOOK_OBJCLOSE, object, 0);
	object->audit->closed = true;
}
