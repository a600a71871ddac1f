/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens and closes whose foreign code is running. */
#ifndef LDSO_ACTIVITY_H
#define LDSO_ACTIVITY_H

#include "ld.h"

/* Enter and leave the list.  Want the loader lock. */
void activity_begin(struct activity *activity, struct object *root, bool closing,
		    struct origin from);
void activity_end(struct activity *activity);

/*
 * Bring to their end those activities of the calling thread that a longjmp or an exception has
 * left: a close goes on with the next destructor, an open is undone.  `from` is the call that finds
 * out.  Wants the loader lock; releases it while destructors run.
 */
void activity_resume(struct origin from);

/* The same for all of them: the thread ends. */
void activity_end_thread(struct origin from);

/*
 * End what a dl_iterate_phdr of the calling thread began, if its callback has been left by a
 * longjmp or an exception.  Without the loader lock.
 */
void activity_end_reader(struct origin from);

#endif
