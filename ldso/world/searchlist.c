/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Searchlists.  Owns the fields `visit`, `next_visit` and `visit_edge` of objects while it walks.
 * Filters of filters may be as many as there are files: the walk keeps its way back in the objects.
 */
#include "world/searchlist.h"
#include "world/scope.h"

/* The next filter edge of `object` that leads to somebody not met in this walk; or NULL. */
static struct object *next_filtee(struct object *object, uint64_t stamp)
{
	struct edge *edge = object->walk.edge;

	for (; edge; edge = edge->next_out) {
		struct object *to = object_of_node(edge->to);

		if (edge->kind == EDGE_FILTER && to->walk.stamp != stamp) {
			object->walk.edge = edge->next_out;
			return to;
		}
	}
	object->walk.edge = NULL;
	return NULL;
}

/* Enter `object` unless it is in, and before it what it is a filter for. */
static bool add(struct scope *list, struct object *object, uint64_t stamp)
{
	struct object *filtee;

	if (object->walk.stamp == stamp)
		return true;
	object->walk.next = NULL;
	while (object) {
		if (object->walk.stamp != stamp) {
			object->walk.stamp = stamp;
			object->walk.edge = object->node.out;
		}
		filtee = next_filtee(object, stamp);
		if (filtee) {
			filtee->walk.next = object;
			object = filtee;
			continue;
		}
		if (!scope_add(list, object))
			return false;
		object = object->walk.next;
	}
	return true;
}

static bool add_needed(struct scope *list, struct object *object, uint64_t stamp)
{
	struct edge *edge;

	for (edge = object->node.out; edge; edge = edge->next_out)
		if (edge->kind == EDGE_NEEDED && !add(list, object_of_node(edge->to), stamp))
			return false;
	return true;
}

struct scope *make_searchlist(struct object *root)
{
	uint64_t stamp = walk_stamp();
	struct scope *list = scope_new();
	bool done = list && add(list, root, stamp);
	size_t i;

	wants_loader();
	for (i = 0; done && i < list->count; i++)
		done = add_needed(list, list->members->at[i], stamp);
	if (done)
		return list;
	scope_free(list);
	return NULL;
}
