/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Graphs that lose an edge.  The linker never takes one edge alone; the models of graph and
 * plan do, so that random graphs do not only grow.
 */
#ifndef TEST_UNLINK_H
#define TEST_UNLINK_H

#include "hold/graph.h"

#include <stdlib.h>

/* Take out `gone`, not NULL, however often it was added; the others of its `from` keep their order.
 */
static inline void unlink_one(struct edge *gone)
{
	struct node *from = gone->from;
	struct edge *others = calloc(from->out_count, sizeof(*others)), *edge;
	size_t count = 0, i;

	for (edge = from->out; edge; edge = edge->next_out)
		if (edge != gone)
			others[count++] = *edge;
	graph_drop(from);
	for (i = 0; i < count; i++)
		for (unsigned times = others[i].count; times--;)
			if (!graph_link(from, others[i].to, others[i].kind, others[i].symbol))
				abort();
	free(others);
}

#endif
