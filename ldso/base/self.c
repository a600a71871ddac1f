/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who calls: the thread's header, and libpthread's hooks for it.  Owns nothing. */
#include "base/cancel.h"

struct thread *thread_self(void)
{
	if (unlikely(!ld.tls.ready))
		return &ld.threads.boot;
	return thread_of_dtv(THREAD_DTV());
}

const struct dl_thread_hooks *thread_hooks(void)
{
	return ld.threads.hooks ? unmangle(ld.threads.hooks) : NULL;
}

int cancel_off(void)
{
	const struct dl_thread_hooks *hooks = thread_hooks();

	return hooks ? hooks->set_cancel(CANCEL_DEFERRED) : CANCEL_DEFERRED;
}

void cancel_restore(int type)
{
	const struct dl_thread_hooks *hooks = type != CANCEL_DEFERRED ? thread_hooks() : NULL;

	if (hooks)
		hooks->set_cancel(type);
}
