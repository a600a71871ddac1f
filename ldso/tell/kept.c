/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The "keep" lines of a close.  Owns nothing but the scratch field `visit` while it walks a plan.
 */
#include "tell/trace.h"
#include "base/format.h"

#ifdef __SUPPORT_LD_DEBUG__

/* What a keep line says of its object. */
struct kept {
	enum hold_reason reason; /* the first one: plan_reason's */
	const struct edge *by;
	bool first;	/* print that one only, or all the others */
	uint64_t dying; /* `visit` of the objects that hold nothing any more */
	char *text;
	size_t length, size; /* length: what all of it takes */
};

static int add_hold(const struct hold *hold, void *data)
{
	struct kept *kept = data;
	const struct object *by = hold->by ? object_of_node(hold->by->from) : NULL;
	const char *symbol = by ? hold->by->symbol : NULL;
	size_t at = kept->length < kept->size ? kept->length : kept->size;

	if ((hold->reason == kept->reason && hold->by == kept->by) != kept->first ||
	    (by && by->walk.stamp == kept->dying))
		return 0;
	kept->length += format_line(
		kept->text + at, kept->size - at, FORMAT_FIELD, " reason=%s%-s%s%-s%s count=%lu",
		hold_reason_name(hold->reason), by ? " by=" : "", by ? object_path(by) : "",
		symbol ? " symbol=" : "", symbol ? symbol : "", hold->count);
	return kept->first;
}

static void add_holds(struct kept *kept, const struct node *node)
{
	kept->length = 0;
	kept->first = true;
	plan_holders(node, add_hold, kept);
	kept->first = false;
	/* What stays until the end in any case is not told for each of its users. */
	if (!node->startup)
		plan_holders(node, add_hold, kept);
}

void trace_kept(struct plan *plan)
{
	struct kept kept = {.dying = walk_stamp()};
	struct node *node;

	for (node = plan->dying; node; node = node->plan_next)
		object_of_node(node)->walk.stamp = kept.dying;
	for (node = plan->kept; node; node = node->plan_next) {
		kept.reason = plan_reason(node, &kept.by);
		kept.size = 0;
		add_holds(&kept, node);
		kept.text = mem_alloc(kept.length + 1);
		kept.size = kept.text ? kept.length + 1 : 0;
		add_holds(&kept, node);
		trace(TRACE_UNLOAD, "keep %s%-s%-s", object_path(object_of_node(node)),
		      object_of_node(node)->space->field, kept.text ? kept.text : "");
		mem_free(kept.text);
		kept.text = NULL;
	}
}

#else

void trace_kept(struct plan *plan)
{
	(void)plan;
}

#endif
