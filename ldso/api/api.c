/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libdl in libc.so forwards to (dl-api.h): dlopen, dlclose, dlerror, and what they share. Owns
 * nothing.
 */
#include "api/api.h"
#include "base/cancel.h"
#include "base/export.h"
#include "base/format.h"
#include "life/activity.h"
#include "life/bind.h"
#include "life/close.h"
#include "life/loader.h"
#include "life/open.h"
#include "life/opened.h"
#include "life/retire.h"
#include "world/addrmap.h"
#include "world/registry.h"
#include "world/retired.h"
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

EXPORT void *_dl_dlopen(const char *file, int mode, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	void *handle = NULL;

	if (!family_enter(&call))
		return NULL;
	if (mode == DL_OTHER_NAMESPACE)
		error_set(&call.error, "dlmopen: %s: there is no namespace but LM_ID_BASE",
			  file ? file : "the program");
	else
		handle = open_object(file, NULL, mode, &call);
	if (handle)
		error_clear(&call.error);
	else if (tracing(TRACE_FILES))
		opened_note(file, NULL, mode, &call);
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
	handle = open_object(fd == -1 ? NULL : name, &fd, mode, &call);
	if (!handle && tracing(TRACE_FILES))
		opened_note(name, NULL, mode, &call);
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
