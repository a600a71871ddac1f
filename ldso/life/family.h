/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one way in and out for the dlopen family: every function of <dlfcn.h> that takes the loader
 * lock does it here.
 */
#ifndef LDSO_FAMILY_H
#define LDSO_FAMILY_H

#include "ld.h"

/* One call of the family, on the stack of the exported function. */
struct call {
	struct origin from;
	struct error error; /* what went wrong in it; family_leave hands it to dlerror */
};

/*
 * The beginning of a call: in the exported function itself, whose frame it takes.  Its CFA, which
 * is at the frame's upper end: how far below it a frame address is depends on the function on most
 * CPUs.
 */
#define CALL_BEGIN(caller_address)                                               \
	{                                                                        \
		{(uintptr_t)(caller_address), (uintptr_t)__builtin_dwarf_cfa()}, \
		{                                                                \
			NULL                                                     \
		}                                                                \
	}

/*
 * Take the loader lock, and bring to an end what earlier calls of this thread were in the middle of
 * when they were left; bindings made meanwhile are in the graph then.  False: this is a signal
 * handler, and what it has interrupted has the lock; dlerror says so, and family_leave is not for
 * it.
 */
bool family_enter(struct call *call);

/*
 * What waited for delays that are over goes; the loader lock is given up; the call's error, if
 * there is one, becomes the thread's.
 */
void family_leave(struct call *call);

/* The call's error becomes the thread's, without the lock.  No error changes nothing. */
void family_fail(struct call *call);

#endif
