/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening: from a name to a linked, initialised object with all it needs. */
#ifndef LDSO_OPEN_H
#define LDSO_OPEN_H

#include "ld.h"
#include "life/relocate.h"

/*
 * dlopen.  Returns the handle or NULL with the error set; a failure at any step leaves nothing
 * behind.  `caller` is the return address of the call.  Without the loader lock.
 */
void *open_object(const char *name, int mode, uintptr_t caller, struct error *error);

/*
 * The startup closure: load preloads and dependencies of the program, already in
 * the link map, in breadth-first order.  Missing ones are an error, but for
 * LD_TRACE_LOADED_OBJECTS, which goes on and counts them in *missing.
 */
bool open_startup(unsigned *missing, struct error *error);

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

/* Put an object at the end of the link map and into the address map.  Wants the loader lock. */
void publish_object(struct object *object);

/*
 * The searchlist of `root`: itself and everything it reaches over needed and filter edges, in
 * breadth-first order.  NULL: no memory.  Wants the loader lock.
 */
struct scope *make_searchlist(struct object *root);

/* The object that holds the code of `caller`, or the program. Wants the loader lock or a reader. */
struct object *caller_object(uintptr_t caller);

#endif
