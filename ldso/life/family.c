/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way in and out for the dlopen family.  Owns nothing. */
#include "life/family.h"
#include "base/cancel.h"
#include "life/activity.h"
#include "life/bind.h"
#include "life/loader.h"
#include "life/retire.h"

bool family_enter(struct call *call)
{
	if (unlikely(lock_mine(&ld.loader.lock))) {
		error_set(&call->error,
			  "called in a signal handler that has interrupted the dynamic linker in "
			  "this thread");
		family_fail(call);
		return false;
	}
	activity_end_reader(call->from);
	loader_lock();
	activity_resume(call->from);
	bind_drain();
	return true;
}

void family_leave(struct call *call)
{
	retire_look_again();
	loader_unlock();
	family_fail(call);
}

void family_fail(struct call *call)
{
	int cancel;

	if (!call->error.text)
		return;
	/* The end of the thread frees them, too. */
	cancel = cancel_off();
	thread_set_error(thread_self(), call->error.text);
	call->error.text = NULL;
	cancel_restore(cancel);
}
