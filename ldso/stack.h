/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which closing objects does the calling thread still have to return into? */
#ifndef LDSO_STACK_H
#define LDSO_STACK_H

#include "ld.h"

/*
 * For each object of the list (link_next) set stack_thread when a frame of the calling
 * thread will return into it.  Exact where the frames can be unwound; above a frame that cannot be,
 * every word that points into an object's code counts.  Wants the loader lock.
 */
void stack_find_frames(struct object *closing);

/*
 * Will a frame of object->stack_thread still return into the retired object?  Known only when
 * that is the calling thread, on the stack it was on at the close; else the answer is yes.
 */
bool stack_in_use(struct object *object);

#endif
