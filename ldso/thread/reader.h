/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers that take no lock.  Between reader_enter and reader_leave nothing that was
 * reachable from the reader-visible fields of `struct ld` is freed or unmapped.  Calls nest. Safe
 * in signal handlers.
 */
#ifndef LDSO_READER_H
#define LDSO_READER_H

#include "ld.h"

void reader_enter(struct thread *self);

/* True: memory may have waited for this reader, which has left for good (loader_reap). */
bool reader_leave(struct thread *self);

/*
 * Around dl_iterate_phdr, inside a reader: the outermost one of the thread, whose frame is at
 * `frame`, begins; it is over.  True: no other one is going on anywhere.  Not for a thread that has
 * one already; without one, the end is ignored.
 */
bool reader_start_walk(struct thread *self, uintptr_t frame);
void reader_stop_walk(struct thread *self);

/*
 * Start a new epoch and return it: what was unlinked before the call is out of sight of
 * every reader that enters after it.  Wants the loader lock.
 */
unsigned long reader_advance(void);

/* True when no reader is left that entered before `epoch` began.  Wants the loader lock. */
bool reader_passed(unsigned long epoch);

/*
 * Free `block`, which begins with a struct deferred and came from mem_alloc, once no reader
 * can see it.  The caller has unlinked it.  Wants the loader lock.  NULL is ignored.
 */
void reader_free(void *block);

/* Free what can be freed by now.  Wants the loader lock. */
void reader_collect(void);

#endif
