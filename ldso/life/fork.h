/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fork leaves of other threads' work. */
#ifndef LDSO_FORK_H
#define LDSO_FORK_H

/*
 * Undo what the threads that a fork has lost were in the middle of, as far as the list of threads
 * does not say it.  Wants the loader lock; called by loader_unlock when ld.loader.forked says so.
 */
void fork_adopt(void);

#endif
