/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Locks, and waiting for an object that another thread initialises. */
#ifndef LDSO_LOCK_H
#define LDSO_LOCK_H

#include "ld.h"
#include "base/sys.h"
#include <dl-api.h>

/*
 * Not recursive: who may have the lock already asks lock_mine.  lock_wait gives up, with false,
 * when nobody has released the lock for as long as `limit` (relative) says; NULL: never.
 */
void lock_acquire(struct lock *lock);
bool lock_wait(struct lock *lock, const struct sys_time *limit);
bool lock_try(struct lock *lock);
void lock_release(struct lock *lock);

/* Has the calling thread got the lock?  Right in its signal handlers, too. */
bool lock_mine(const struct lock *lock);

/*
 * Asynchronous cancellation would end a thread in the middle of a list or with a lock: where
 * either is at stake it is deferred, which the linker, without cancellation points, is safe from.
 * Also while constructors and destructors run: those of every object take locks of libc. cancel_off
 * returns what cancel_restore wants.
 */
enum { CANCEL_DEFERRED = 0 };

static inline int cancel_off(void)
{
	return ld.hooks ? ld.hooks->set_cancel(CANCEL_DEFERRED) : CANCEL_DEFERRED;
}

static inline void cancel_restore(int type)
{
	if (ld.hooks && type != CANCEL_DEFERRED)
		ld.hooks->set_cancel(type);
}

/*
 * The loader lock.  Not recursive: no foreign code runs while it is held.  loader_unlock
 * looks after what readers have left for it (retire.c).
 */
void loader_lock(void);
void loader_unlock(void);

/*
 * Give it up for a moment and take it again.  In between cancellation stays deferred.
 * loader_leave returns what loader_return wants.
 */
int loader_leave(void);
void loader_return(int cancel);

/* Take it if nobody has it. */
bool loader_try_lock(void);

/*
 * ld.threads_lock, which guards the list of threads.  Who takes it without the loader lock gets
 * no signal meanwhile: a handler that forks needs both, in their order.
 */
void threads_lock(void);
void threads_unlock(void);

/*
 * Sleep until some object's state has changed; wants the loader lock and has it again on
 * return.  The caller looks again at what it waits for.
 */
void wait_for_change(void);

/* Wake everybody in wait_for_change; wants the loader lock. */
void announce_change(void);

#endif
