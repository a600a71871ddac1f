/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening: from a name to a linked, initialised object with all it needs. */
#ifndef LDSO_OPEN_H
#define LDSO_OPEN_H

#include "life/family.h"
#include "life/group.h"

/*
 * dlopen and dlmopen: into `space`; a NULL name is what came into it first, in the base the
 * program. Returns the handle or NULL with the error set; a failure at any step leaves nothing
 * behind.  Inside family_enter and family_leave; constructors run in here, without the loader lock.
 * `name`: NULL or "" is the program.  `fd`: NULL, or the descriptor of what is to be opened, which
 * stays the caller's; `name` is then what a sentence calls it.
 */
void *open_object(const char *name, const int *fd, int mode, struct space *space,
		  struct call *call);

/*
 * In the child of a fork: undo the opens of threads that are not there any more.  Wants the
 * loader lock.
 */
void open_adopt(void);

/*
 * Undo an open whose IFUNC resolver was left for good, and free it.  Wants the loader lock; may
 * release it while destructors run.
 */
void open_abandon(struct group *group);

/* Free what kept account of an open whose constructors were left, with `activity` in it. */
void open_free(struct activity *activity);

#endif
