/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The order of constructors: depth-first, children before parents.  The walk's stack is the
 * plan_work links of the nodes themselves, each node's position among its edges is plan_by.
 */
#include "hold/order.h"

enum { OUTSIDE = 0, WAITING = 100, OPEN, DONE };

/* The next edge of `node`, from `edge` on, that leads to a node nobody has entered yet. */
static struct edge *next_step(struct edge *edge)
{
	while (edge && (edge->kind == EDGE_BOUND || edge->to->plan_state != WAITING))
		edge = edge->next_out;
	return edge;
}

static void enter(struct node *node, struct node *parent)
{
	node->plan_state = OPEN;
	node->plan_work = parent;
	node->plan_by = node->out;
}

static struct node *walk(struct node *node, struct node *done)
{
	enter(node, NULL);
	while (node) {
		struct edge *edge = next_step(node->plan_by);

		if (edge) {
			node->plan_by = edge->next_out;
			enter(edge->to, node);
			node = edge->to;
			continue;
		}
		node->plan_state = DONE;
		done->plan_next = node;
		done = node;
		node = node->plan_work;
	}
	return done;
}

void order_constructors(struct node **list, size_t count)
{
	struct node head, *last = &head, *node;
	size_t i;

	head.plan_next = NULL;
	for (i = 0; i < count; i++)
		list[i]->plan_state = WAITING;
	for (i = count; i--;)
		if (list[i]->plan_state == WAITING)
			last = walk(list[i], last);
	for (i = 0, node = head.plan_next; i < count; i++) {
		struct node *next = node->plan_next;

		list[i] = node;
		node->plan_state = OUTSIDE;
		node->plan_work = node->plan_next = NULL;
		node->plan_by = NULL;
		node = next;
	}
}
