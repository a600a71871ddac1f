/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which objects there are: by name, by file identity, by handle.  All functions but
 * registry_by_handle want the loader lock.
 */
#ifndef LDSO_REGISTRY_H
#define LDSO_REGISTRY_H

#include "ld.h"

/* Make the three tables; false: no memory. */
bool registry_setup(void);

/* The object of that namespace that has this name, which has no slash, or NULL.  The linker is in
 * every namespace. */
struct object *registry_by_name(const struct space *space, const char *name, enum name_kind kind);

/* Let `object` answer to `name`.  Known names are kept once, as the lower kind.  False: no memory.
 */
bool registry_add_name(struct object *object, const char *name, enum name_kind kind);

/* The object of that namespace that was mapped from that file, or NULL. */
struct object *registry_by_file(const struct space *space, uint64_t device, uint64_t inode);

/* Enter it by its device and inode.  Cannot fail. */
void registry_add_file(struct object *object);

/* The object behind `after` (NULL: the first) of all that were mapped from files in
 * whatever namespace, or NULL. */
struct object *registry_next_file(struct object *after);

/* Forget all its names and its file: from now on an open loads a fresh copy. */
void registry_forget(struct object *object);

/*
 * The handle of `object`: made at the first open, the same until the object is gone, never
 * used again for another one.  NULL: no memory for the first one.
 */
void *registry_handle(struct object *object);

/*
 * The object of a handle, or NULL for anything that is no handle; nothing is read through it.
 * Readers, or with the loader lock.
 */
struct object *registry_by_handle(const void *handle);

/* The handle is no longer one. */
void registry_drop_handle(struct object *object);

#endif
