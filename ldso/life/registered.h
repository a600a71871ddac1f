/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an object has registered with libc and libgcc, and not taken back. */
#ifndef LDSO_REGISTERED_H
#define LDSO_REGISTERED_H

#include "ld.h"

/*
 * The exit handlers of the object run, its fork handlers are forgotten.  Without the loader lock.
 */
void registered_run(const struct object *object);

/*
 * May an unwinder that stays have the object's frames in its list?  They are entered by the start
 * code of compilers that do not rely on PT_GNU_EH_FRAME, and taken out by its last destructor;
 * until then the list points into the object.  Wants the loader lock.
 */
bool registered_frames(struct object *object);

/* It goes: if it is the libc of its namespace, that is asked no more.  Wants the loader lock. */
void registered_forget(const struct object *object);

#endif
