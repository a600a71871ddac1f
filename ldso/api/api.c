/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libdl in libc.so forwards to (dl-api.h): dlopen and its family, errors per thread.
 * Owns the error texts of threads.
 */
#include "world/addrmap.h"
#include "life/activity.h"
#include "life/bind.h"
#include "life/close.h"
#include "base/export.h"
#include "world/info.h"
#include "base/lock.h"
#include "world/lookup.h"
#include "life/open.h"
#include "thread/reader.h"
#include "world/registry.h"
#include "life/relocate.h"
#include "life/retire.h"
#include "world/scope.h"
#include "life/search.h"
#include "thread/tls.h"
#include "tell/trace.h"
#include <dl-api.h>

/* Put `text` in the place of *old.  A fork may lose the thread at any step: never freed twice. */
static void replace_text(char **old, char *text)
{
	char *freed = __atomic_exchange_n(old, text, __ATOMIC_RELAXED);

	if (freed != error_no_memory)
		mem_free(freed);
}

void thread_free_errors(struct thread *thread)
{
	replace_text(&thread->error, NULL);
	replace_text(&thread->shown, NULL);
}

/* Make `error` the thread's last error; takes the text over.  An empty error clears nothing. */
static void remember(struct error *error)
{
	struct thread *self = thread_self();
	int cancel;

	if (!error->text)
		return;
	/* The end of the thread frees them, too. */
	cancel = cancel_off();
	replace_text(&self->error, error->text);
	error->text = NULL;
	cancel_restore(cancel);
}

EXPORT char *_dl_dlerror(void)
{
	struct thread *self = thread_self();
	int cancel = cancel_off();

	replace_text(&self->shown, __atomic_exchange_n(&self->error, NULL, __ATOMIC_RELAXED));
	cancel_restore(cancel);
	return self->shown;
}

EXPORT void *_dl_dlopen(const char *file, int mode, const void *caller)
{
	struct error error = {NULL};
	void *handle;

	reader_resume((uintptr_t)__builtin_frame_address(0));
	handle = open_object(file, mode, (uintptr_t)caller, &error);

	if (!handle)
		remember(&error);
	error_clear(&error);
	return handle;
}

EXPORT int _dl_dlclose(void *handle, const void *caller)
{
	struct error error = {NULL};
	int result;

	reader_resume((uintptr_t)__builtin_frame_address(0));
	result = close_handle(handle, (uintptr_t)caller, &error);

	remember(&error);
	return result;
}

/* The object of an open handle, or NULL with the error set. */
static struct object *handle_object(void *handle, const char *function, struct error *error)
{
	struct object *object = registry_by_handle(handle);

	if (object && object->node.handles)
		return object;
	error_set(error, "%s: %p is not a handle of an open object", function, handle);
	return NULL;
}

/* dlsym. */

static bool usable_filter(const struct object *object, void *data)
{
	(void)data;
	return object_usable(object) && !object->group;
}

/* RTLD_NEXT: what follows `from` in the scope it was found in. */
static struct definition find_next(struct object *from, struct symbol_name *name,
				   const struct symbol_version *version)
{
	struct definition found = {NULL, NULL};
	size_t i, position;

	for (i = 0; i < from->scopes->count && !found.symbol; i++) {
		struct scope *scope = from->scopes->at[i];

		position = scope_position(scope, from);
		if (position == SIZE_MAX)
			continue;
		found.symbol = scope_find(scope, name, version, position + 1, usable_filter, NULL,
					  &found.object);
	}
	return found;
}

static struct definition find_in(struct object *root, struct symbol_name *name,
				 const struct symbol_version *version)
{
	struct scope *scope = root->is_program ? ld.global : root->local;
	struct definition found = {NULL, NULL};

	if (!scope)
		return found;
	scope_consider_index(scope);
	found.symbol = scope_find(scope, name, version, 0, usable_filter, NULL, &found.object);
	if (found.symbol && ELF_ST_BIND_NATIVE(found.symbol->st_info) == STB_GNU_UNIQUE)
		found = unique_definition(found, name->text);
	return found;
}

struct question {
	void *handle;
	const char *name;
	const struct symbol_version *version;
	uintptr_t caller;
};

/* The definition asked for, held by the caller where a handle does not hold it.  Loader lock. */
static struct definition find_symbol(const struct question *question, struct error *error)
{
	struct object *from = caller_object(question->caller), *root = NULL;
	struct definition found = {NULL, NULL};
	struct symbol_name name;

	symbol_name_set(&name, question->name);
	name.plt_ok = true;
	if (question->handle == RTLD_DEFAULT) {
		found = lookup(from, &name, question->version, LOOKUP_LOCKED);
	} else if (question->handle == RTLD_NEXT) {
		found = find_next(from, &name, question->version);
	} else {
		root = handle_object(question->handle, "dlsym", error);
		if (!root)
			return found;
		found = find_in(root, &name, question->version);
	}
	if (!found.symbol)
		error_set(error, "%s: undefined symbol: %s%s%s", object_path(root ? root : from),
			  question->name, question->version ? ", version " : "",
			  question->version ? question->version->name : "");
	else if (!root && !bind_edge(from, found.object,
				     dynamic_string(&found.object->dynamic, found.symbol->st_name)))
		error_memory(error);
	return found;
}

/* What the definition is worth to the calling thread; foreign code may run. */
static void *definition_value(struct definition found)
{
	uintptr_t address;
	struct tls_reference reference;

	if (ELF_ST_TYPE_NATIVE(found.symbol->st_info) == STT_TLS) {
		reference.module = found.object->map.l_tls_modid;
		reference.offset = found.symbol->st_value;
		return tls_address(&reference);
	}
	address = definition_address(found);
	if (found.symbol->st_shndx != SHN_UNDEF &&
	    ELF_ST_TYPE_NATIVE(found.symbol->st_info) == STT_GNU_IFUNC)
		address = ((uintptr_t(*)(uintptr_t))address)(ld.hwcap);
	return (void *)address;
}

EXPORT void *_dl_dlsym(void *handle, const char *name, const char *version, const void *caller)
{
	struct symbol_version wanted = {.name = version,
					.hash = version ? sysv_hash(version) : 0,
					.hidden_ok = true,
					.exact = true};
	struct question question = {handle, name, version ? &wanted : NULL, (uintptr_t)caller};
	struct error error = {NULL};
	struct definition found;

	loader_lock();
	activity_resume(false);
	bind_drain();
	found = find_symbol(&question, &error);
	retire_look_again();
	loader_unlock();
	if (error.text) {
		remember(&error);
		return NULL;
	}
	return definition_value(found);
}

/* dladdr. */

EXPORT int _dl_dladdr(const void *address, void *result, void **extra, int flags)
{
	Dl_info *info = result;
	struct place place;

	if (!place_of((uintptr_t)address, &place))
		return 0;
	info->dli_fname = object_path(place.object);
	info->dli_fbase = (void *)place.object->address.start;
	info->dli_sname = place.symbol;
	info->dli_saddr = place.symbol ? (void *)place.value : NULL;
	if (extra && flags == RTLD_DL_SYMENT)
		*extra = (void *)place.entry;
	else if (extra && flags == RTLD_DL_LINKMAP)
		*extra = &place.object->map;
	return 1;
}

/* dl_iterate_phdr. */

EXPORT int _dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data)
{
	struct thread *self = thread_self();
	struct dl_phdr_info info;
	struct object *object;
	unsigned depth;
	bool outermost;
	int result = 0;

	reader_resume((uintptr_t)__builtin_frame_address(0));
	outermost = !self->reading;
	reader_enter(self);
	depth = self->reader_depth;
	if (outermost) {
		self->reading_depth = depth;
		self->reading = arch_stack_pointer();
	}
	for (object = __atomic_load_n(&ld.first, __ATOMIC_ACQUIRE); object && !result;
	     object = object_next(object)) {
		info.dlpi_addr = object->bias;
		info.dlpi_name = object->map.l_name;
		info.dlpi_phdr = object->image.phdr;
		info.dlpi_phnum = (ElfW(Half))object->image.phnum;
		info.dlpi_adds = __atomic_load_n(&ld.adds, __ATOMIC_ACQUIRE);
		info.dlpi_subs = __atomic_load_n(&ld.subs, __ATOMIC_ACQUIRE);
		info.dlpi_tls_modid = object->map.l_tls_modid;
		info.dlpi_tls_data = tls_peek(info.dlpi_tls_modid);
		result = callback(&info, sizeof(info), data);
	}
	/* Callbacks further in may have been left by longjmp. */
	self->reader_depth = depth;
	if (outermost)
		self->reading = 0;
	reader_leave(self);
	return result;
}

EXPORT int _dl_find_object(void *address, struct dl_find_object *result)
{
	struct thread *self = thread_self();
	struct object *object;

	reader_enter(self);
	object = addrmap_find((uintptr_t)address);
	if (object) {
		memset(result, 0, sizeof(*result));
		result->dlfo_map_start = (void *)object->address.start;
		result->dlfo_map_end = (void *)object->address.end;
		result->dlfo_link_map = &object->map;
		result->dlfo_eh_frame =
			object->image.eh_frame_hdr
				? (void *)(object->bias + object->image.eh_frame_hdr->p_vaddr)
				: NULL;
	}
	reader_leave(self);
	return object ? 0 : -1;
}

/* dlinfo. */

struct serinfo {
	Dl_serinfo *info;
	size_t count, text; /* entries and bytes of strings so far */
	char *next;	    /* where the next string goes; NULL: only measure */
};

static bool add_directory(const char *directory, unsigned kind, void *data)
{
	struct serinfo *serinfo = data;
	size_t size = strlen(directory) + 1;

	if (serinfo->next) {
		if (serinfo->count >= serinfo->info->dls_cnt)
			return false;
		serinfo->info->dls_serpath[serinfo->count].dls_name = serinfo->next;
		serinfo->info->dls_serpath[serinfo->count].dls_flags = kind;
		memcpy(serinfo->next, directory, size);
		serinfo->next += size;
	}
	serinfo->count++;
	serinfo->text += size;
	return true;
}

static void serinfo_size(struct object *object, Dl_serinfo *info)
{
	struct serinfo measure = {info, 0, 0, NULL};

	search_directories(object, add_directory, &measure);
	info->dls_cnt = (unsigned)measure.count;
	info->dls_size = offsetof(Dl_serinfo, dls_serpath) + measure.count * sizeof(Dl_serpath) +
			 measure.text;
}

static bool serinfo_fill(struct object *object, Dl_serinfo *info, struct error *error)
{
	struct serinfo fill = {info, 0, 0, NULL};
	Dl_serinfo wanted;

	serinfo_size(object, &wanted);
	if (info->dls_cnt < wanted.dls_cnt || info->dls_size < wanted.dls_size)
		return error_set(error, "dlinfo: the buffer for RTLD_DI_SERINFO is too small");
	fill.next = (char *)&info->dls_serpath[wanted.dls_cnt];
	search_directories(object, add_directory, &fill);
	return true;
}

static int info_of(struct object *object, int request, void *arg, struct error *error)
{
	const char *origin;

	switch (request) {
	case RTLD_DI_LMID:
		*(Lmid_t *)arg = LM_ID_BASE;
		return 0;
	case RTLD_DI_LINKMAP:
		*(struct link_map **)arg = &object->map;
		return 0;
	case RTLD_DI_SERINFO:
		return serinfo_fill(object, arg, error) ? 0 : -1;
	case RTLD_DI_SERINFOSIZE:
		serinfo_size(object, arg);
		return 0;
	case RTLD_DI_ORIGIN:
		origin = search_origin(object);
		if (!origin)
			break;
		memcpy(arg, origin, strlen(origin) + 1);
		return 0;
	case RTLD_DI_TLS_MODID:
		*(size_t *)arg = object->map.l_tls_modid;
		return 0;
	case RTLD_DI_TLS_DATA:
		*(void **)arg = tls_peek(object->map.l_tls_modid);
		return 0;
	case RTLD_DI_PHDR:
		*(const ElfW(Phdr) **)arg = object->image.phdr;
		return (int)object->image.phnum;
	default:
		error_set(error, "dlinfo: request %d is not supported", request);
		return -1;
	}
	error_set(error, "dlinfo: %s: its directory is not known", object_path(object));
	return -1;
}

EXPORT int _dl_dlinfo(void *handle, int request, void *arg, const void *caller)
{
	struct error error = {NULL};
	struct object *object;
	int result = -1;

	(void)caller;
	loader_lock();
	object = handle_object(handle, "dlinfo", &error);
	if (object)
		result = info_of(object, request, arg, &error);
	loader_unlock();
	remember(&error);
	return result;
}

/* dlholders: a copy of all facts first, so that the callbacks run without a lock. */

struct holders {
	struct dl_holder *list; /* with its strings behind it; NULL: only measure */
	size_t count, bytes;
	const struct object *object;
	char *next;
};

static const char *keep_text(struct holders *holders, const char *text)
{
	size_t size;
	char *copy = holders->next;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	holders->bytes += size;
	if (!holders->list)
		return NULL;
	memcpy(copy, text, size);
	holders->next += size;
	return copy;
}

static int add_holder(const struct hold *hold, void *data)
{
	struct holders *holders = data;
	const char *by = hold->by ? object_path(object_of_node(hold->by->from)) : NULL;
	struct dl_holder holder;

	holder.dlh_object = keep_text(holders, object_path(holders->object));
	holder.dlh_reason = hold_reason_name(hold->reason);
	holder.dlh_by = keep_text(holders, by);
	holder.dlh_symbol = keep_text(holders, hold->by ? hold->by->symbol : NULL);
	holder.dlh_count = hold->count;
	if (holders->list)
		holders->list[holders->count] = holder;
	holders->count++;
	return 0;
}

static struct dl_holder *copy_holders(const struct object *object, size_t *count)
{
	struct holders holders = {NULL, 0, 0, object, NULL};

	plan_holders(&object->node, add_holder, &holders);
	holders.list = mem_alloc(holders.count * sizeof(*holders.list) + holders.bytes);
	if (!holders.list)
		return NULL;
	holders.next = (char *)(holders.list + holders.count);
	holders.count = 0;
	plan_holders(&object->node, add_holder, &holders);
	*count = holders.count;
	return holders.list;
}

EXPORT int _dl_dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data)
{
	struct error error = {NULL};
	struct dl_holder *list = NULL;
	struct object *object;
	size_t i, count = 0;
	int result = 0;

	loader_lock();
	bind_drain();
	object = handle_object(handle, "dlholders", &error);
	if (object) {
		list = copy_holders(object, &count);
		if (!list)
			error_memory(&error);
	}
	loader_unlock();
	if (error.text) {
		remember(&error);
		return -1;
	}
	for (i = 0; i < count && !result; i++)
		result = each(&list[i], data);
	mem_free(list);
	return result;
}

EXPORT int _dl_dlclose_mode(const char *mode)
{
	struct error error = {NULL};
	bool done = true;

	loader_lock();
	if (mode && !ld.options.secure)
		done = retire_set_mode(mode, &error);
	loader_unlock();
	remember(&error);
	return done ? 0 : -1;
}

/* thread_local destructors. */

EXPORT void *_dl_tls_dtor_hold(void *symbol)
{
	struct object *object;

	loader_lock();
	object = addrmap_find((uintptr_t)symbol);
	/* A key's destructor may construct something although its object has been closed. */
	if (!object)
		object = retired_at((uintptr_t)symbol);
	if (object && node_permanent(&object->node))
		object = NULL;
	if (object)
		object->node.tls_dtors++;
	loader_unlock();
	return object;
}

EXPORT void _dl_tls_dtor_release(void *held)
{
	struct object *object = held;

	if (!object)
		return;
	loader_lock();
	object->node.tls_dtors--;
	ld.changes++;
	if (object->state == OBJECT_LIVE && !node_held(&object->node))
		close_unheld(object, 0);
	retire_look_again();
	loader_unlock();
}

/* Threads. */

EXPORT void _dl_set_thread_hooks(const struct dl_thread_hooks *hooks)
{
	ld.hooks = hooks;
}

EXPORT void _dl_key_dtor(void (*function)(void *))
{
	__atomic_store_n(&thread_self()->key_dtor, (uintptr_t)function, __ATOMIC_SEQ_CST);
}

EXPORT void _dl_thread_exit(void)
{
	struct thread *self = thread_self();

	loader_lock();
	activity_resume(true);
	thread_reset(self);
	retire_thread_exit(self);
	retire_look_again();
	loader_unlock();
	thread_free_errors(self);
	tls_thread_exit(self);
}
