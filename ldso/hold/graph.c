/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ownership graph.  Owns the edges and the index each node with many edges has of
 * them; touches nothing of the objects but the node embedded in them.
 */
#include "hold/graph.h"
#include "base/memory.h"

/* Up to so many edges a walk along the list is as quick as the index, and costs no memory. */
enum { INDEX_FROM = 8 };

void graph_init(struct node *node)
{
	memset(node, 0, sizeof(*node));
	node->out_tail = &node->out;
}

/* The slot of the index where the edge to `to` of that kind is, or would go. */
static struct edge **index_slot(struct edge **index, unsigned slots, const struct node *to,
				unsigned kind)
{
	uint32_t hash = ((uint32_t)((uintptr_t)to >> 4) + kind) * 0x9e3779b1u;
	unsigned slot = (hash ^ hash >> 15) & (slots - 1);

	while (index[slot] && (index[slot]->to != to || index[slot]->kind != kind))
		slot = (slot + 1) & (slots - 1);
	return &index[slot];
}

static void index_drop(struct node *node)
{
	mem_free(node->out_index);
	node->out_index = NULL;
	node->out_slots = 0;
}

/*
 * Make room in the index for one edge more.  Without memory there is no index, which
 * costs time but no correctness.
 */
static void index_grow(struct node *node)
{
	unsigned slots = node->out_slots ? node->out_slots : 2 * INDEX_FROM;
	struct edge **index;

	if (node->out_count < INDEX_FROM || node->out_slots / 2 > node->out_count)
		return;
	while (slots / 2 <= node->out_count)
		slots *= 2;
	index = mem_zalloc(slots * sizeof(*index));
	if (index)
		for (struct edge *edge = node->out; edge; edge = edge->next_out)
			*index_slot(index, slots, edge->to, edge->kind) = edge;
	index_drop(node);
	node->out_index = index;
	node->out_slots = index ? slots : 0;
}

struct edge *graph_find(const struct node *from, const struct node *to, enum edge_kind kind)
{
	if (from->out_index)
		return *index_slot(from->out_index, from->out_slots, to, kind);
	for (struct edge *edge = from->out; edge; edge = edge->next_out)
		if (edge->to == to && edge->kind == kind)
			return edge;
	return NULL;
}

/* Count the addition of an edge that is there. */
static void count_again(struct edge *edge, const char *symbol)
{
	if (edge->count < UINT_MAX)
		edge->count++;
	if (!edge->symbol)
		edge->symbol = symbol;
}

bool graph_link(struct node *from, struct node *to, enum edge_kind kind, const char *symbol)
{
	struct edge *edge;

	if (from == to)
		return true;
	edge = graph_find(from, to, kind);
	if (edge) {
		count_again(edge, symbol);
		return true;
	}
	edge = mem_alloc(sizeof(*edge));
	if (!edge)
		return false;
	*edge = (struct edge){.from = from,
			      .to = to,
			      .next_in = to->in,
			      .back_in = &to->in,
			      .symbol = symbol,
			      .count = 1,
			      .kind = kind};

	index_grow(from);
	if (from->out_index)
		*index_slot(from->out_index, from->out_slots, to, kind) = edge;
	*from->out_tail = edge;
	from->out_tail = &edge->next_out;
	from->out_count++;

	if (to->in)
		to->in->back_in = &edge->next_in;
	to->in = edge;
	to->in_count++;
	return true;
}

/* Take an edge that its `from` has given up out of its `to` and free it. */
static void edge_free(struct edge *edge)
{
	*edge->back_in = edge->next_in;
	if (edge->next_in)
		edge->next_in->back_in = edge->back_in;
	edge->to->in_count--;
	mem_free(edge);
}

bool node_held(const struct node *node)
{
	return node_permanent(node) || node->handles || node->tls_dtors || node->running;
}

void graph_drop(struct node *node)
{
	struct edge *next;

	index_drop(node);
	for (struct edge *edge = node->out; edge; edge = next) {
		next = edge->next_out;
		edge_free(edge);
	}
	node->out = NULL;
	node->out_tail = &node->out;
	node->out_count = 0;
}

bool graph_depends(struct node *from, struct node *to)
{
	struct node **tail = &from->plan_next;
	struct node *next;

	from->plan_next = NULL;
	from->plan_state = PLAN_MET;
	for (struct node *node = from; node && to->plan_state == PLAN_OUT; node = node->plan_next) {
		for (struct edge *edge = node->out; edge; edge = edge->next_out) {
			if (edge->kind == EDGE_BOUND || edge->to->plan_state != PLAN_OUT)
				continue;
			edge->to->plan_state = PLAN_MET;
			edge->to->plan_next = NULL;
			*tail = edge->to;
			tail = &edge->to->plan_next;
		}
	}

	bool found = to->plan_state != PLAN_OUT;
	for (struct node *node = from; node; node = next) {
		next = node->plan_next;
		node->plan_state = PLAN_OUT;
	}
	return found;
}
