/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From an address to the object that holds it, in logarithmic time and without a lock.
 */
#ifndef LDSO_ADDRMAP_H
#define LDSO_ADDRMAP_H

#include "ld.h"

/* A height for a new node, at random: 1 to ADDRMAP_LEVELS.  Wants the loader lock. */
int addrmap_height(void);

/* Enter [start, end) of `node` (set by the caller, as its height).  Wants the loader lock. */
void addrmap_insert(struct address_node *node);

/*
 * Take it out.  Readers may stand on it until their epoch is over.  Wants the loader lock.
 * A node that is not in is ignored.
 */
void addrmap_remove(struct address_node *node);

/*
 * The object whose extent holds `address`, or NULL.  Readers: the caller is between reader_enter
 * and reader_leave, or has the loader lock.
 */
struct object *addrmap_find(uintptr_t address);

#endif
