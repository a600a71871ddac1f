/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a binding holds what it leads to.  Pure. */
#ifndef LDSO_BOUND_H
#define LDSO_BOUND_H

#include "hold/graph.h"

enum bound {
	BOUND_NEEDLESS, /* held anyway: itself, permanent, or among what `from` needs */
	BOUND_HELD,	/* there is an edge now */
	BOUND_NO_MEMORY
};

/*
 * A reference of `from` has been resolved into `to` by the name `symbol` (in the string table of
 * `to`; may be NULL): make the edge that this needs.
 */
enum bound bound_link(struct node *from, struct node *to, const char *symbol);

#endif
