/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hash tables with chains, which double as they fill.  The link is part of what is entered, so
 * entering cannot fail.  Whoever owns the table says which lock is wanted, and reads the keys.
 */
#ifndef LDSO_CHAIN_H
#define LDSO_CHAIN_H

#include "base/base.h"

struct chain_link {
	struct chain_link *next; /* in its chain */
	size_t hash;
};

struct chain_table {
	struct chain_link **heads; /* owned; NULL: nothing was entered yet */
	size_t mask, count;	   /* mask: number of heads minus 1 */
};

/* Make room for one more where there is memory for it; false: the table cannot be used at all. */
bool chain_reserve(struct chain_table *table);

/* Enter `link`, after all that have the same hash.  The table has been reserved once. */
void chain_add(struct chain_table *table, struct chain_link *link, size_t hash);

/* Take it out; it is in the table. */
void chain_remove(struct chain_table *table, struct chain_link *link);

/* The first with that hash behind `after` (NULL: of all), or NULL. */
struct chain_link *chain_find(const struct chain_table *table, const struct chain_link *after,
			      size_t hash);

/* The one behind `after` (NULL: the first) in no order that means anything, or NULL. */
struct chain_link *chain_walk(const struct chain_table *table, const struct chain_link *after);

#endif
