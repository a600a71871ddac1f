/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Auditors (rtld-audit as of Solaris and glibc).  Owns ld.audit and each object's marks: for each
 * auditor its cookie of the object, and whether it wants to be told of bindings from and to it.
 */
#include "life/audit.h"
#include "base/mangle.h"
#include "base/message.h"
#include "life/close.h"
#include "life/loader.h"
#include "life/open.h"
#include "tell/trace.h"
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
};

struct auditor {
	struct auditor *next;  /* in the order of loading */
	unsigned number;       /* its place in marks */
	uintptr_t hook[HOOKS]; /* mangled; 0: it has none */
};

struct audit_mark {
	uintptr_t cookie;
	unsigned flags; /* LA_FLG_* */
};

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
	return &object->audit[auditor->number].cookie;
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
		uintptr_t address = own_symbol(object, hook_names[hook]);

		if (address)
			auditor->hook[hook] = mangle((void *)address);
	}
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

/* Those of a list with colons. */
static void load_list(const char *list, const char *source)
{
	const char *end;

	for (; list && *list; list = *end ? end + 1 : end) {
		size_t length = 0;
		char *name;

		while (list[length] && list[length] != ':')
			length++;
		end = list + length;
		name = length ? mem_alloc(length + 1) : NULL;
		if (!name)
			continue;
		memcpy(name, list, length);
		name[length] = '\0';
		load_auditor(name, source);
		mem_free(name);
	}
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
	unsigned i;

	if (object->space->auditing || object->audit)
		return;
	object->audit = mem_zalloc(ld.audit.count * sizeof(*object->audit));
	if (!object->audit)
		return;
	for (i = 0; i < ld.audit.count; i++)
		object->audit[i].cookie = (uintptr_t)&object->map;
	pause = leave();
	for (; (auditor = next_with(auditor, HOOK_OBJOPEN, object)); auditor = auditor->next)
		object->audit[auditor->number].flags =
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
	return from->audit && from->audit[auditor->number].flags & LA_FLG_BINDFROM &&
	       to->audit[auditor->number].flags & LA_FLG_BINDTO;
}

uintptr_t audit_bind(struct object *from, struct definition found, uintptr_t address,
		     unsigned flags)
{
	struct object *to = found.object;
	const char *name = dynamic_string(&to->dynamic, found.symbol->st_name);
	unsigned index = (unsigned)(found.symbol - to->dynamic.symtab);
	struct auditor *auditor = ld.audit.first;
	ElfW(Sym) symbol = *found.symbol;
	struct pause pause = leave();

	symbol.st_value = address;
	for (; (auditor = next_with(auditor, HOOK_SYMBIND, to)); auditor = auditor->next) {
		if (!wants_binding(auditor, from, to))
			continue;
		address = ((uintptr_t(*)(ElfW(Sym) *, unsigned, uintptr_t *, uintptr_t *,
					 unsigned *, const char *))hook_of(auditor, HOOK_SYMBIND))(
			&symbol, index, cookie(auditor, from), cookie(auditor, to), &flags, name);
		if (address != symbol.st_value)
			flags |= LA_SYMB_ALTVALUE;
		symbol.st_value = address;
	}
	back(pause);
	return address;
}

void audit_closed(struct object *object)
{
	if (!object->audit)
		return;
	tell_all(HOOK_OBJCLOSE, object, 0);
	mem_free(object->audit);
	object->audit = NULL;
}
