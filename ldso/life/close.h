/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Closing: from a holder that goes to the objects that go with it. */
#ifndef LDSO_CLOSE_H
#define LDSO_CLOSE_H

#include "life/family.h"

/*
 * dlclose (POSIX): take one handle from `object`, which has one.  Inside family_enter and
 * family_leave; destructors run in here, without the loader lock.
 */
void close_handle(struct object *object, struct call *call);

/*
 * A holder of `object` has gone: close what nobody holds any more.  Wants the loader lock;
 * releases it while destructors run.  `from`: the call that took the holder.
 */
void close_unheld(struct object *object, struct origin from);

/* The next close shall look whether anything still holds `object`.  Wants the loader lock. */
void close_recheck(struct object *object);

/* Take one handle from `object`, then close_unheld. */
void close_drop(struct object *object, struct origin from);

/* Go on with a close whose frame is gone.  Wants the loader lock, as close_unheld. */
void close_resume(struct activity *activity, struct origin from);

/*
 * The process exits: run what is left of the destructors of those objects that a close of this
 * thread was in the middle of, or one of a thread lost in a fork.  Wants the loader lock; releases
 * it while they run.
 */
void close_halted(void);

/*
 * Bring an object whose close is decided but not begun back to life, with all it reaches.
 * False: something it needs has begun its destructor already; then nothing has changed.  Wants the
 * loader lock.
 */
bool close_revive(struct object *object);

#endif
