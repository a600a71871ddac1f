/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loader lock: one way in and out for everything that changes what is loaded, and waiting for
 * an object that another thread is at work on.
 */
#ifndef LDSO_LOADER_H
#define LDSO_LOADER_H

#include "ld.h"

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
 * Let what is retired go if its delays are over: now, or by whoever has the lock.  Waits for
 * nobody; usable in signal handlers.
 */
void loader_reap(void);

/* End a reader that lies in the calling thread, and what waited for it: reader_leave, loader_reap.
 */
void loader_reader_leave(struct thread *self);

/*
 * Sleep until some object's state has changed; wants the loader lock and has it again on
 * return.  The caller looks again at what it waits for.
 */
void wait_for_change(void);

/* Wake everybody in wait_for_change; wants the loader lock. */
void announce_change(void);

#endif
