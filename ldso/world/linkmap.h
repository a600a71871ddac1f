/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The link map. */
#ifndef LDSO_LINKMAP_H
#define LDSO_LINKMAP_H

#include "ld.h"

/* Append to the link map and the address map: from now on readers see it.  Wants the loader lock.
 */
void linkmap_add(struct object *object);

/*
 * Take it out of both.  Readers may still stand on it until their epoch is over.  Wants the loader
 * lock.
 */
void linkmap_remove(struct object *object);

/* The object a return address lies in; the program for any other address.  Reader, or with the
 * lock. */
struct object *caller_object(uintptr_t caller);

#endif
