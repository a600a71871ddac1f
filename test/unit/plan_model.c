/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plain model of graph and plan.  Slow on purpose wherever that makes it plainer.
 */
#include "plan_model.h"

unsigned model_find(const struct model *model, unsigned from, unsigned to, unsigned kind)
{
	unsigned i;

	for (i = 0; i < model->edge_count; i++)
		if (model->edges[i].from == from && model->edges[i].to == to &&
		    model->edges[i].kind == kind)
			break;
	return i;
}

bool model_link(struct model *model, unsigned from, unsigned to, unsigned kind)
{
	unsigned i = model_find(model, from, to, kind);

	if (from == to)
		return true;
	if (i == MODEL_EDGES)
		return false;
	if (i == model->edge_count)
		model->edges[model->edge_count++] = (struct model_edge){from, to, kind, 0};
	model->edges[i].count++;
	return true;
}

void model_unlink(struct model *model, unsigned edge)
{
	model->edge_count--;
	for (unsigned i = edge; i < model->edge_count; i++)
		model->edges[i] = model->edges[i + 1];
}

void model_drop(struct model *model, unsigned node)
{
	for (unsigned i = model->edge_count; i-- > 0;)
		if (model->edges[i].from == node)
			model_unlink(model, i);
	memset(model->own[node], 0, sizeof(model->own[node]));
	model->seq[node] = 0;
}

enum hold_reason model_own(const struct model *model, unsigned node)
{
	for (unsigned i = 0; i <= HOLD_RUNNING; i++)
		if (model->own[node][i])
			return (enum hold_reason)i;
	return HOLD_NONE;
}

bool model_permanent(const struct model *model, unsigned node)
{
	const unsigned *own = model->own[node];

	return own[HOLD_STARTUP] || own[HOLD_NODELETE] || own[HOLD_UNIQUE];
}

set model_held(const struct model *model)
{
	set held = 0;

	for (unsigned i = 0; i < model->nodes; i++)
		if (model_own(model, i) != HOLD_NONE)
			held |= (set)1 << i;
	return held;
}

set model_reach(const struct model *model, set start, unsigned kinds)
{
	set reached = start, before;

	do {
		before = reached;
		for (unsigned i = 0; i < model->edge_count; i++)
			if (kinds >> model->edges[i].kind & 1 &&
			    reached >> model->edges[i].from & 1)
				reached |= (set)1 << model->edges[i].to;
	} while (reached != before);
	return reached;
}

/* The closure, and the set of its members. */
static set closure_of(const struct model *model, unsigned root, struct model_plan *plan)
{
	set members = (set)1 << root;

	plan->closure[0] = root;
	plan->closure_count = 1;
	for (unsigned next = 0; next < plan->closure_count; next++) {
		if (model_permanent(model, plan->closure[next]))
			continue;
		for (unsigned i = 0; i < model->edge_count; i++) {
			unsigned to = model->edges[i].to;

			if (model->edges[i].from != plan->closure[next] || members >> to & 1)
				continue;
			members |= (set)1 << to;
			plan->closure[plan->closure_count++] = to;
		}
	}
	return members;
}

void model_close(const struct model *model, unsigned root, struct model_plan *plan)
{
	set members = closure_of(model, root, plan);
	set outside = (((set)1 << model->nodes) - 1) & ~members;
	set live = model_reach(model, outside | model_held(model), ~0u);

	plan->dying_count = 0;
	for (unsigned i = 0; i < plan->closure_count; i++) {
		unsigned node = plan->closure[i], at = plan->dying_count;

		if (live >> node & 1)
			continue;
		/* Behind all that are later in the order or equal. */
		for (; at && model->seq[plan->dying[at - 1]] < model->seq[node]; at--)
			plan->dying[at] = plan->dying[at - 1];
		plan->dying[at] = node;
		plan->dying_count++;
	}
}
