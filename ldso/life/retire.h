/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of closed objects' memory: delays, LD_DLCLOSE, munmap. */
#ifndef LDSO_RETIRE_H
#define LDSO_RETIRE_H

#include "ld.h"

/*
 * Take over a closed object that is in no list any more.  It is gone at once, unless a delay holds
 * or LD_DLCLOSE says otherwise.  Wants the loader lock.
 */
void retire_object(struct object *object, uintptr_t caller);

/*
 * The same for an object of an open that has failed, in state OBJECT_LOADING: readers may have met
 * it in a scope.  Neither LD_DLCLOSE nor the trace is about it.
 */
void retire_undone(struct object *object);

/*
 * See which delays are over and let that memory go.  Every dl* function, the last reader
 * to leave and thread exit come here.  Wants the loader lock.
 */
void retire_look_again(void);

/* The calling thread ends: no frame of it is left.  Wants the loader lock. */
void retire_thread_exit(struct thread *thread);

/*
 * Set the mode from text like "defer=8"; false: not a mode, nothing changed, the error names
 * it.  Lowering N or leaving defer lets parked objects go.  Wants the loader lock.
 */
bool retire_set_mode(const char *text, struct error *error);

#endif
