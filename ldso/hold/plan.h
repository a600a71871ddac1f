/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The close plan: graph in, decision out.  Nothing is done here, nothing allocated,
 * nothing outside the closure of the given node is visited; nodes that are held for
 * ever (node_permanent) end the walk, because whatever they reach is held by them.
 */
#ifndef LDSO_PLAN_H
#define LDSO_PLAN_H

#include "hold/graph.h"

struct plan {
	struct node *dying; /* linked by plan_next, in the order their destructors must run */
	size_t dying_count;
	struct node *kept; /* linked by plan_next: the rest of the closure, in closure order */
	size_t kept_count;
};

enum hold_reason {
	HOLD_NONE,
	HOLD_HANDLE,
	HOLD_STARTUP,
	HOLD_NEEDED,
	HOLD_FILTER,
	HOLD_BOUND,
	HOLD_NODELETE,
	HOLD_UNIQUE,
	HOLD_TLS_DTOR,
	HOLD_RUNNING
};

/*
 * Decide by trial deletion what happens to the closure of `root` (over all edge kinds)
 * after a holder of `root` has gone.  dying: exactly the nodes of the closure that no held
 * node reaches, ordered by init_seq from high to low (exact reverse of constructor
 * completion; gABI, "Initialization and Termination Functions"), nodes whose
 * constructor never completed (init_seq 0) last.
 * kept: all others, each with plan_by naming the edge that keeps it or NULL
 * when its own holds do.  Cycles need no special case.
 */
void plan_close(struct node *root, struct plan *plan);

/*
 * The first reason why a kept node stays, after plan_close and before anything changes;
 * `*by` is set to the edge concerned (needed, filter, bound) or to NULL.
 */
enum hold_reason plan_reason(const struct node *node, const struct edge **by);

/* "handle", "startup", ... as the trace and dlholders print it. */
const char *hold_reason_name(enum hold_reason reason);

/* What plan_holders reports: one hold of a node. */
struct hold {
	enum hold_reason reason;
	const struct edge *by; /* needed, filter, bound: the edge; else NULL */
	unsigned long count; /* handles, destructors, running functions, times the edge was added */
};

/*
 * Call `each` for every holder of `node`, own holds first, then each incoming edge, until
 * it returns nonzero, which is then returned; else 0.
 */
int plan_holders(const struct node *node, int (*each)(const struct hold *, void *), void *data);

#endif
