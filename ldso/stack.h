/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which closing objects does the calling thread still have to return into? */
#ifndef LDSO_STACK_H
#define LDSO_STACK_H

#include "ld.h"

/*
 * For each object of the list (link_next) set stack_thread and stack_slot when a frame of the calling
 * thread will return into it.  Exact where the frames can be unwound; above a frame that cannot be,
 * every word that points into an object's code counts.  Wants the loader lock; the objects
 * are out of the address map already.
 */
void stack_find_frames(struct object *closing);

/* Is the frame that stack_find_frames found still there, as far as the calling thread can tell? */
bool stack_in_use(const struct object *object);

#endif
