/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A lock of libc's that signal handlers may ask for, too: all signals wait while it is held, so
 * that none can interrupt its owner and then wait for it.  What it covers has to be short.
 */
#ifndef _QUIET_LOCK_H
#define _QUIET_LOCK_H

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <lowlevellock.h>

/* Take `lock`; the calling thread's signal mask goes to `before`. */
static inline void quiet_lock(int *lock, sigset_t *before)
{
	INTERNAL_SYSCALL_DECL(err);
	sigset_t all;

	memset(&all, 0xff, sizeof(all));
	INTERNAL_SYSCALL(rt_sigprocmask, err, 4, SIG_BLOCK, &all, before, _NSIG / 8);
	lll_lock(*lock, LLL_PRIVATE);
}

/* Let go of it, and of the signals. */
static inline void quiet_unlock(int *lock, const sigset_t *before)
{
	INTERNAL_SYSCALL_DECL(err);

	lll_unlock(*lock, LLL_PRIVATE);
	INTERNAL_SYSCALL(rt_sigprocmask, err, 4, SIG_SETMASK, before, NULL, _NSIG / 8);
}

#endif
