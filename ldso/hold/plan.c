/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The close plan by trial deletion.  Owns no memory: it reads the graph and writes the
 * scratch fields of the nodes in one closure.
 */
#include "hold/plan.h"

/* A list linked by plan_next. */
struct list {
	struct node *first;
	struct node **tail;
	size_t count;
};

/* A first-in, first-out work list linked by plan_work. */
struct work {
	struct node *first;
	struct node **tail;
};

static void list_append(struct list *list, struct node *node)
{
	node->plan_next = NULL;
	*list->tail = node;
	list->tail = &node->plan_next;
	list->count++;
}

static void closure_meet(struct list *closure, struct node *node)
{
	node->plan_state = PLAN_MET;
	node->plan_internal = 0;
	node->plan_by = NULL;
	list_append(closure, node);
}

/* All nodes that `root` reaches, breadth first, with the edges among them counted. */
static void closure_collect(struct list *closure, struct node *root)
{
	closure_meet(closure, root);
	for (struct node *node = root; node; node = node->plan_next) {
		if (node_permanent(node))
			continue;
		for (struct edge *edge = node->out; edge; edge = edge->next_out) {
			if (edge->to->plan_state == PLAN_OUT)
				closure_meet(closure, edge->to);
			edge->to->plan_internal++;
		}
	}
}

/*
 * The edge that holds `node` from outside the closure; NULL when none does.  The edges
 * passed over are edges of the closure, so the cost stays in proportion to it however
 * many outsiders there are.
 */
static struct edge *outside_edge(struct node *node)
{
	struct edge *edge = node->in;

	if (node->in_count == node->plan_internal)
		return NULL;
	while (edge && edge->from->plan_state != PLAN_OUT && !node_permanent(edge->from))
		edge = edge->next_in;
	return edge;
}

static void revive(struct work *work, struct node *node, struct edge *by)
{
	node->plan_state = PLAN_LIVE;
	node->plan_by = by;
	node->plan_work = NULL;
	*work->tail = node;
	work->tail = &node->plan_work;
}

/* Find the nodes held by themselves or from outside, and all that those reach. */
static void closure_revive(struct list *closure)
{
	struct work work = {NULL, &work.first};

	for (struct node *node = closure->first; node; node = node->plan_next) {
		struct edge *by = node_held(node) ? NULL : outside_edge(node);

		if (by || node_held(node))
			revive(&work, node, by);
	}
	for (struct node *node = work.first; node; node = node->plan_work) {
		/* What a permanent node reaches has been found held from outside. */
		if (node_permanent(node))
			continue;
		for (struct edge *edge = node->out; edge; edge = edge->next_out)
			if (edge->to->plan_state == PLAN_MET)
				revive(&work, edge->to, edge);
	}
}

/* Merge two lists in descending order of init_seq; of equals those of `a` come first. */
static struct node *merge(struct node *a, struct node *b)
{
	struct node *first, **tail = &first;

	while (a && b) {
		struct node **from = a->init_seq >= b->init_seq ? &a : &b;

		*tail = *from;
		tail = &(*from)->plan_next;
		*from = *tail;
	}
	*tail = a ? a : b;
	return first;
}

/* Merge sort without recursion: run[i], of those in use, is empty or holds 2^i nodes. */
static struct node *sort_descending(struct node *list)
{
	struct node *run[sizeof(size_t) * CHAR_BIT];
	struct node *sorted = NULL;
	unsigned used = 0;

	while (list) {
		struct node *carry = list;
		unsigned i;

		list = list->plan_next;
		carry->plan_next = NULL;
		for (i = 0; i < used && run[i]; i++) {
			carry = merge(run[i], carry);
			run[i] = NULL;
		}
		run[i] = carry;
		if (i == used)
			used++;
	}
	for (unsigned i = 0; i < used; i++)
		sorted = merge(run[i], sorted);
	return sorted;
}

void plan_close(struct node *root, struct plan *plan)
{
	struct list closure = {NULL, &closure.first, 0};
	struct list dying = {NULL, &dying.first, 0};
	struct list kept = {NULL, &kept.first, 0};
	struct node *next;

	closure_collect(&closure, root);
	closure_revive(&closure);
	for (struct node *node = closure.first; node; node = next) {
		next = node->plan_next;
		list_append(node->plan_state == PLAN_LIVE ? &kept : &dying, node);
		node->plan_state = PLAN_OUT;
	}
	plan->dying = sort_descending(dying.first);
	plan->dying_count = dying.count;
	plan->kept = kept.first;
	plan->kept_count = kept.count;
}

static enum hold_reason edge_reason(const struct edge *edge)
{
	switch (edge->kind) {
	case EDGE_NEEDED:
		return HOLD_NEEDED;
	case EDGE_FILTER:
		return HOLD_FILTER;
	default:
		return HOLD_BOUND;
	}
}

/* The next of the node's own holds after hold->reason; false: there is none. */
static bool own_hold(const struct node *node, struct hold *hold)
{
	const struct hold own[] = {
		{HOLD_HANDLE, NULL, node->handles},	{HOLD_STARTUP, NULL, node->startup},
		{HOLD_NODELETE, NULL, node->nodelete},	{HOLD_UNIQUE, NULL, node->unique},
		{HOLD_TLS_DTOR, NULL, node->tls_dtors}, {HOLD_RUNNING, NULL, node->running},
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (own[i].count && own[i].reason > hold->reason) {
			*hold = own[i];
			return true;
		}
	}
	return false;
}

enum hold_reason plan_reason(const struct node *node, const struct edge **by)
{
	struct hold hold = {HOLD_NONE, NULL, 0};

	*by = node->plan_by;
	if (*by)
		return edge_reason(*by);
	own_hold(node, &hold);
	return hold.reason;
}

const char *hold_reason_name(enum hold_reason reason)
{
	static const char names[][9] = {
		[HOLD_NONE] = "none",	      [HOLD_HANDLE] = "handle",
		[HOLD_STARTUP] = "startup",   [HOLD_NEEDED] = "needed",
		[HOLD_FILTER] = "filter",     [HOLD_BOUND] = "bound",
		[HOLD_NODELETE] = "nodelete", [HOLD_UNIQUE] = "unique",
		[HOLD_TLS_DTOR] = "tls-dtor", [HOLD_RUNNING] = "running",
	};

	return names[reason];
}

int plan_holders(const struct node *node, int (*each)(const struct hold *, void *), void *data)
{
	struct hold hold = {HOLD_NONE, NULL, 0};
	int result = 0;

	while (!result && own_hold(node, &hold))
		result = each(&hold, data);
	for (const struct edge *edge = node->in; edge && !result; edge = edge->next_in) {
		hold = (struct hold){edge_reason(edge), edge, edge->count};
		result = each(&hold, data);
	}
	return result;
}
