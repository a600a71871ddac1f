/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which closing objects does the calling thread still have to return into? */
#ifndef LDSO_STACK_H
#define LDSO_STACK_H

#include "ld.h"

/*
 * For each object of the list (link_next) set stack_thread when a frame of the calling
 * thread will return into it.  Exact where the frames can be unwound; above a frame that cannot be,
 * every word that points into an object's code counts.  `frame` is that of the call of the
 * linker that is running in this thread (struct origin); 0: not known.  Wants the loader lock.
 */
void stack_find_frames(struct object *closing, uintptr_t frame);

/*
 * Will a frame of object->stack.thread still return into the retired object?  Known only when
 * that is the calling thread, and exactly only on the stack it began with; else the answer is yes
 * until the frame's return address has been overwritten.
 */
bool stack_in_use(struct object *object);

/*
 * Is the call whose frame was `frame` over, now that a call has the frame `sp`: left by a longjmp
 * or an exception?  True only where it is certain: both are on the stack the thread began with, no
 * signal handler has another one, and the call is on no coroutine's stack in a frame of it.  An
 * equal frame is a call from the same place: the other one is over.  Wants the loader lock.
 */
bool stack_left(uintptr_t frame, uintptr_t sp);

/* False: certainly not, whatever frames there are.  No lock, no cost. */
bool stack_may_be_left(uintptr_t frame, uintptr_t sp);

#endif
