/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ownership graph and the close plan once more, by the plainest means: a list of edges, and
 * sets of nodes grown until nothing more is added.  The tests compare the linker's with this.
 */
#ifndef TEST_PLAN_MODEL_H
#define TEST_PLAN_MODEL_H

#include "hold/plan.h"

enum { MODEL_NODES = 40, MODEL_EDGES = 1000 };

/* A set of nodes, by number. */
typedef uint64_t set;

struct model_edge {
	unsigned from, to, kind, count;
};

struct model {
	unsigned nodes;
	/* By enum hold_reason: how many handles, ..., or whether it is a startup object, ... */
	unsigned own[MODEL_NODES][HOLD_RUNNING + 1];
	uint64_t seq[MODEL_NODES];
	struct model_edge edges[MODEL_EDGES]; /* in the order they were added */
	unsigned edge_count;
};

struct model_plan {
	unsigned closure[MODEL_NODES]; /* in the order a walk breadth first meets them */
	unsigned closure_count;
	unsigned dying[MODEL_NODES]; /* in the order their destructors run */
	unsigned dying_count;
};

/* The index of that edge, or edge_count. */
unsigned model_find(const struct model *model, unsigned from, unsigned to, unsigned kind);

/* The same as graph_link; false when the model is full. */
bool model_link(struct model *model, unsigned from, unsigned to, unsigned kind);

void model_unlink(struct model *model, unsigned edge);

/* Forget the node's holds, its place in the order and the edges that leave it. */
void model_drop(struct model *model, unsigned node);

/* The first own hold of the node, HOLD_NONE when it has none. */
enum hold_reason model_own(const struct model *model, unsigned node);

bool model_permanent(const struct model *model, unsigned node);

/* All nodes with holds of their own. */
set model_held(const struct model *model);

/* `start` and what it reaches over edges of the kinds in `kinds` (bit per enum edge_kind). */
set model_reach(const struct model *model, set start, unsigned kinds);

/*
 * What plan_close should answer: of the closure those die that neither a held node of the
 * closure nor any node outside reaches.
 */
void model_close(const struct model *model, unsigned root, struct model_plan *plan);

#endif
