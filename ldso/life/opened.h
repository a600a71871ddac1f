/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the trace tells about a dlopen: who called it, what came of it, and, with LD_DEBUG=leaks, at
 * exit, which handles nobody gave back.  Built without SUPPORT_LD_DEBUG nothing of it is called.
 */
#ifndef LDSO_OPENED_H
#define LDSO_OPENED_H

#include "life/family.h"
#include "tell/trace.h"

/*
 * `object` (NULL: the call has failed, its error says why) is what dlopen of `name` came to, and
 * has one handle more.  Wants the loader lock.
 */
void opened_note(const char *name, struct object *object, int mode, const struct call *call);

/* Its last handle is gone, and with it what is known of who made them.  Wants the loader lock. */
void opened_forget(struct object *object);

/* At exit: every handle that is left.  Wants the loader lock. */
void opened_report(void);

/* Does the trace want to know of a dlopen? */
static inline bool opened_wanted(void)
{
	return tracing(TRACE_FILES | TRACE_LEAKS);
}

#endif
