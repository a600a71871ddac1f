/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libdl in libc.so forwards to (dl-api.h): dlopen, dlclose, dlerror, and what they share. Owns
 * nothing.
 */
#include "api/api.h"
#include "base/cancel.h"
#include "base/export.h"
#include "base/format.h"
#include "base/hooks.h"
#include "life/activity.h"
#include "life/bind.h"
#include "life/close.h"
#include "life/loader.h"
#include "life/open.h"
#include "life/opened.h"
#include "life/retire.h"
#include "thread/reader.h"
#include "world/addrmap.h"
#include "world/lookup.h"
#include "world/registry.h"
#include "world/retired.h"
#include "world/scope.h"
#include "world/space.h"
#include <dl-api.h>

struct object *handle_object(void *handle, const char *function, struct error *error)
{
	struct object *object = registry_by_handle(handle);

	if (object && load_relaxed(&object->node.handles))
		return object;
	if (handle)
		error_set(error, "%s: %p is not a handle of an open object", function, handle);
	else
		error_set(error, "%s: the handle is NULL", function);
	return NULL;
}

EXPORT char *_dl_dlerror(void)
{
	int cancel = cancel_off();
	char *text = thread_take_error(thread_self());

	cancel_restore(cancel);
	loader_reap();
	return text;
}

/* Open in `space`, of which the call is a user; NULL: the error says why there is none. */
static void *open_in(struct space *space, const char *file, const int *fd, int mode,
		     struct call *call)
{
	void *handle = space ? open_object(file, fd, mode, space, call) : NULL;

	if (handle)
		error_clear(&call->error);
	else if (tracing(TRACE_FILES))
		opened_note(file, NULL, mode, call);
	if (space)
		space_drop(space);
	return handle;
}

/* The caller's namespace, with a user more. */
static struct space *space_of_call(const struct call *call)
{
	struct space *space = space_at(call->from.caller);

	space_use(space);
	return space;
}

EXPORT void *_dl_dlopen(const char *file, int mode, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	void *handle;

	if (!family_enter(&call))
		return NULL;
	handle = open_in(space_of_call(&call), file, NULL, mode, &call);
	family_leave(&call);
	return handle;
}

/* The namespace that dlmopen is asked for, with a user more; NULL: the error says why. */
static struct space *space_wanted(Lmid_t number, struct error *error)
{
	struct space *space = number == LM_ID_NEWLM ? space_new() : space_by_number(number);

	if (space && number != LM_ID_NEWLM)
		space_use(space);
	else if (!space && number == LM_ID_NEWLM)
		error_memory(error);
	else if (!space)
		error_set(error, "dlmopen: there is no namespace %ld", number);
	return space;
}

EXPORT void *_dl_dlmopen(Lmid_t number, const char *file, int mode, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	void *handle;

	if (!family_enter(&call))
		return NULL;
	handle = open_in(space_wanted(number, &call.error), file, NULL, mode, &call);
	family_leave(&call);
	return handle;
}

EXPORT void *_dl_fdlopen(int fd, int mode, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	char name[24];
	void *handle;

	if (!family_enter(&call))
		return NULL;
	format_line(name, sizeof(name), FORMAT_PLAIN, "descriptor %d", fd);
	handle = open_in(space_of_call(&call), fd == -1 ? NULL : name, &fd, mode, &call);
	family_leave(&call);
	return handle;
}

EXPORT int _dl_dlclose(void *handle, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	struct object *object;

	if (!family_enter(&call))
		return -1;
	object = handle_object(handle, "dlclose", &call.error);
	if (object)
		close_handle(object, &call);
	family_leave(&call);
	return object ? 0 : -1;
}

EXPORT int _dl_dlclose_mode(const char *mode)
{
	struct call call = CALL_BEGIN(NULL);
	bool done = true;

	if (!family_enter(&call))
		return -1;
	if (mode && !ld.options.secure)
		done = retire_set_mode(mode, &call.error);
	family_leave(&call);
	return done ? 0 : -1;
}

/* thread_local destructors. */

EXPORT void *_dl_tls_dtor_hold(void *symbol)
{
	struct object *object;
	bool mine = lock_mine(&ld.loader.lock);

	/* A signal handler's first thread_local: what it has interrupted goes on with one holder
	 * more, or closes the object and leaves the memory. */
	if (!mine)
		loader_lock();
	object = addrmap_find((uintptr_t)symbol);
	/* A key's destructor may construct something although its object has been closed. */
	if (!object)
		object = retired_at((uintptr_t)symbol);
	if (object && node_permanent(&object->node))
		object = NULL;
	if (object)
		__atomic_add_fetch(&object->node.tls_dtors, 1, __ATOMIC_RELAXED);
	if (!mine)
		loader_unlock();
	return object;
}

EXPORT void _dl_tls_dtor_release(void *held)
{
	struct call call = CALL_BEGIN(NULL);
	struct object *object = held;

	if (!object)
		return;
	if (!family_enter(&call))
		return;
	__atomic_sub_fetch(&object->node.tls_dtors, 1, __ATOMIC_RELAXED);
	ld.closing.changes++;
	if (object->state == OBJECT_LIVE && !node_held(&object->node))
		close_unheld(object, call.from);
	family_leave(&call);
}

/* Threads. */

EXPORT void _dl_set_thread_hooks(const struct dl_thread_hooks *hooks)
{
	struct space *space = space_at((uintptr_t)hooks);

	if (space != &ld.space)
		space->hooks = mangle(hooks);
	else
		ld.threads.hooks = hooks ? mangle(hooks) : 0;
}

EXPORT void _dl_key_dtor(void (*function)(void *))
{
	store_ordered(&thread_self()->key_dtor, (uintptr_t)function);
}

EXPORT void _dl_thread_exit(void)
{
	struct call call = CALL_BEGIN(NULL);
	struct thread *self = thread_self();

	if (family_enter(&call)) {
		activity_end_thread(call.from);
		thread_reset(self);
		retire_thread_exit(self);
		family_leave(&call);
	}
	thread_end(self);
}

/* More than one libc. */

EXPORT int _dl_is_first(const void *of_libc)
{
	return space_at((uintptr_t)of_libc) == &ld.space;
}

EXPORT void *_dl_first_keys(void)
{
	const struct dl_thread_hooks *hooks = thread_hooks();

	return hooks ? hooks->keys : NULL;
}

EXPORT void **_dl_thread_dtors(void)
{
	return &thread_self()->dtors;
}

EXPORT void _dl_first_exit(int status)
{
	struct thread *self = thread_self();
	struct definition found;

	reader_enter(self);
	found = lookup_global("exit");
	reader_leave(self);
	if (found.symbol && definition_check(found, true, NULL))
		((void (*)(int))definition_address(found))(status);
}
