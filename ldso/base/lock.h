/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks that know their owner. */
#ifndef LDSO_LOCK_H
#define LDSO_LOCK_H

#include "base/sys.h"

/* A lock that sleeps in the kernel when contended. */
struct lock {
	int owner;    /* futex: the id of the thread that has it, or 0; the kernel adds bits */
	int waiting;  /* atomic: threads that sleep, or are about to, on `released` */
	int released; /* futex: bumped by releases that such a one waited for */
};

/*
 * Not recursive: who may have the lock already asks lock_mine.  lock_wait gives up, with false,
 * when it has not got the lock for as long as `limit` (relative) says; NULL: never.
 */
void lock_acquire(struct lock *lock);
bool lock_wait(struct lock *lock, const struct sys_time *limit);
bool lock_try(struct lock *lock);

/* lock_try for who has `outer`.  False, too, for who has not. */
bool lock_try_within(struct lock *lock, const struct lock *outer);
void lock_release(struct lock *lock);

/* Has the calling thread got the lock?  Right in its signal handlers, too. */
bool lock_mine(const struct lock *lock);

/* In the child of a fork: what thread `before` had is the calling thread's. */
void lock_inherit(struct lock *lock, int before);

#endif
