/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens and closes whose foreign code is running. */
#ifndef LDSO_ACTIVITY_H
#define LDSO_ACTIVITY_H

#include "ld.h"

/* Enter and leave the list.  Want the loader lock. */
void activity_begin(struct activity *activity, struct object *root, bool closing);
void activity_end(struct activity *activity);

/*
 * Bring to their end those of the calling thread that a longjmp or an exception has left: a close
 * goes on with the next destructor, an open is undone.  `exiting`: the thread ends, so all of them
 * are left. Wants the loader lock; releases it while destructors run.
 */
void activity_resume(bool exiting);

#endif
