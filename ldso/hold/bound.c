/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a binding holds what it leads to.  Owns edges of kind EDGE_BOUND. */
#include "hold/bound.h"

enum bound bound_link(struct node *from, struct node *to, const char *symbol)
{
	if (from == to || node_permanent(to))
		return BOUND_NEEDLESS;
	/* What is there from the program's start depends on nothing else. */
	if (!from->startup && !graph_find(from, to, EDGE_BOUND) && graph_depends(from, to))
		return BOUND_NEEDLESS;
	return graph_link(from, to, EDGE_BOUND, symbol) ? BOUND_HELD : BOUND_NO_MEMORY;
}
