/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Closing: plan -> fini -> retire.  Decides nothing itself (plan.c does) and unmaps nothing
 * (retire.c does).  Owns the states from OBJECT_CLOSING to OBJECT_RETIRED, and ld.closing.recheck.
 */
#include "life/close.h"
#include "life/activity.h"
#include "life/audit.h"
#include "world/linkmap.h"
#include "life/bind.h"
#include "life/debugger.h"
#include "life/initfini.h"
#include "life/loader.h"
#include "life/opened.h"
#include "life/registered.h"
#include "thread/reader.h"
#include "world/registry.h"
#include "life/retire.h"
#include "life/linger.h"
#include "life/survive.h"
#include "world/scope.h"
#include "stack/stack.h"
#include "tell/trace.h"
#include "world/space.h"

/* Its close is not to be after all. */
static void unmark(struct object *object)
{
	object_set_state(object, object->init.listed ? OBJECT_LIVE : OBJECT_LINKED);
}

static bool made_permanent(const struct object *object)
{
	while (object && !object->node.nodelete)
		object = object->link_next;
	return object;
}

/* Settle a plan against lazy bindings that are being made (bind.c tells how). */
static struct object *plan_and_mark(struct object *root, struct plan *plan)
{
	struct node *node;

	for (;;) {
		struct object *first = NULL, **tail = &first;
		bool settled;

		bind_drain();
		plan_close(&root->node, plan);
		if (!plan->dying)
			return NULL;
		bind_marking();
		for (node = plan->dying; node; node = node->plan_next) {
			struct object *object = object_of_node(node);

			store_relaxed(&object->close.marking, ld.bind.marking);
			object_set_state(object, OBJECT_CLOSING);
			object->link_next = NULL;
			*tail = object;
			tail = &object->link_next;
		}
		settled = bind_settle();
		if (settled && !load_ordered(&ld.bind.pending) && !made_permanent(first)) {
			bind_marked();
			return first;
		}
		for (; first; first = first->link_next)
			unmark(first);
		bind_marked();
		if (settled)
			continue;
		root->node.running++;
		bind_let_pass();
		root->node.running--;
	}
}

/* Run what is left of the destructors of the object whose turn it is. */
static void run_current(struct activity *activity)
{
	struct object *object = activity->current;
	int cancel;

	object->owner = activity->thread;
	init_note_left(object);
	cancel = loader_leave();
	destruct_closed(object);
	loader_return(cancel);
	object->node.running--;
	activity->current = NULL;
}

/* Run what is left of the destructors of a close. */
static void run_rest(struct activity *activity)
{
	struct object *object;

	if (activity->current)
		run_current(activity);
	while ((object = activity->rest)) {
		activity->rest = object->link_next;
		/* From here on an open of it loads a fresh copy. */
		registry_forget(object);
		object_set_state(object, OBJECT_FINALISING);
		object->owner = activity->thread;
		object->link_next = activity->done;
		activity->done = object;
		if (!object->init.listed)
			continue;
		init_forget(object);
		activity->current = object;
		object->node.running++;
		run_current(activity);
	}
}

/* A close of this thread, or of one lost in a fork, that stands in the middle of an object. */
static struct activity *find_halted(void)
{
	struct thread *self = thread_self();
	struct activity *activity = ld.closing.activities;

	while (activity &&
	       !(activity->closing && activity->current && destructors_left(activity->current) &&
		 (!activity->thread || activity->thread == self)))
		activity = activity->next;
	return activity;
}

void close_halted(void)
{
	struct activity *activity;
	struct object *object;
	int cancel;

	wants_loader();
	while ((activity = find_halted())) {
		object = activity->current;
		cancel = loader_leave();
		destruct_at_exit(object);
		loader_return(cancel);
	}
}

void close_recheck(struct object *object)
{
	wants_loader();
	if (object->close.recheck || node_permanent(&object->node) || object->state != OBJECT_LIVE)
		return;
	object->close.recheck = true;
	object->close.next_recheck = ld.closing.recheck;
	ld.closing.recheck = object;
}

static void forget_recheck(const struct object *object)
{
	struct object **link = &ld.closing.recheck;

	while (*link && *link != object)
		link = &(*link)->close.next_recheck;
	if (*link)
		*link = object->close.next_recheck;
}

/* Take one object out of every list, scope and table. */
static void detach(struct object *object, bool changed)
{
	struct edge *edge;
	size_t i;

	for (edge = object->node.out; changed && edge; edge = edge->next_out)
		close_recheck(object_of_node(edge->to));
	linkmap_remove(object);
	registered_forget(object);
	if (object->global)
		scope_remove(object->space->global, object);
	/* It keeps its other scopes: a frame it waits for may still bind. */
	for (i = 0; object->local && i < object->local->count; i++)
		scopes_remove(object->local->members->at[i], object->local);
	forget_recheck(object);
	registry_forget(object);
	registry_drop_handle(object);
}

static void free_links(struct object *object)
{
	struct scope *local = object->local;

	graph_drop(&object->node);
	store_release(&object->local, NULL);
	scope_free(local);
}

/* All destructors have run: the set leaves the world of the living, together. */
static void retire_set(struct activity *activity)
{
	struct object *done = activity->done, *object, *next;
	struct origin from = activity->from;
	struct space *space = activity->root->space;
	bool changed;

	/* It may go with the last of them. */
	space_use(space);
	debugger_notify(space, DEBUGGER_DELETE);
	if (auditing())
		audit_activity(space, LA_ACT_DELETE);
	for (object = done; object; object = object->link_next)
		audit_closed(object);
	/* From here to the end of the set nobody else gets the lock, and no fork sees half of it.
	 */
	activity_end(activity);
	bind_drain();
	changed = ld.closing.changes != activity->changes;
	ld.closing.changes++;
	stack_find_frames(done, from.frame);
	linger(done);
	survive(done);
	for (object = done; object; object = object->link_next)
		detach(object, changed);
	for (object = done; object; object = object->link_next)
		free_links(object);
	for (object = done; object; object = next) {
		next = object->link_next;
		retire_object(object, from.caller);
	}
	retire_look_again();
	debugger_notify(space, DEBUGGER_CONSISTENT);
	if (auditing())
		audit_activity(space, LA_ACT_CONSISTENT);
	space_drop(space);
}

static void recheck_all(struct origin from)
{
	struct object *object;

	while ((object = ld.closing.recheck)) {
		ld.closing.recheck = object->close.next_recheck;
		object->close.recheck = false;
		if (object->state == OBJECT_LIVE && !node_held(&object->node))
			close_unheld(object, from);
	}
}

static void finish_close(struct activity *activity)
{
	struct origin from = activity->from;

	run_rest(activity);
	retire_set(activity);
	recheck_all(from);
}

void close_unheld(struct object *object, struct origin from)
{
	struct activity *activity = &object->close.activity;
	struct plan plan;
	struct object *dying;

	wants_loader();
	if (!object_is_open(object))
		return;
	/* What has a handle of its own holds as much as before: there is nothing to plan or tell.
	 */
	if (node_held(&object->node) && !tracing(TRACE_UNLOAD | TRACE_GRAPH))
		return;
	dying = plan_and_mark(object, &plan);
	if (tracing(TRACE_GRAPH))
		trace_graph("close", object);
	if (tracing(TRACE_UNLOAD))
		trace_kept(&plan);
	if (!dying)
		return;
	activity->rest = dying;
	activity->done = NULL;
	activity->current = NULL;
	activity->changes = ld.closing.changes;
	activity_begin(activity, object, true, from);
	finish_close(activity);
}

void close_resume(struct activity *activity, struct origin from)
{
	wants_loader();
	from.caller = activity->from.caller;
	activity_begin(activity, activity->root, true, from);
	finish_close(activity);
}

/* One handle less; the leaks are of those that are left. */
static void drop_handle(struct object *object)
{
	node_drop_handle(&object->node);
	if (tracing(TRACE_LEAKS) && !object->node.handles)
		opened_forget(object);
}

void close_drop(struct object *object, struct origin from)
{
	wants_loader();
	/* A constructor may have closed the handle before it was left. */
	if (object->node.handles)
		drop_handle(object);
	ld.closing.changes++;
	close_unheld(object, from);
}

/* Does the closure of `object` hold nothing whose destructor has begun? */
static bool can_revive(struct object *object, uint64_t stamp)
{
	struct object *work = object, **tail = &object->walk.next;
	struct edge *edge;

	object->walk.stamp = stamp;
	object->walk.next = NULL;
	for (; work; work = work->walk.next) {
		if (work->state != OBJECT_CLOSING)
			return false;
		for (edge = work->node.out; edge; edge = edge->next_out) {
			struct object *to = object_of_node(edge->to);

			if (to->walk.stamp == stamp || object_stays(to))
				continue;
			to->walk.stamp = stamp;
			to->walk.next = NULL;
			*tail = to;
			tail = &to->walk.next;
		}
	}
	return true;
}

/* Closes that had the revived objects before them forget about them. */
static void leave_closes(void)
{
	struct activity *activity;
	struct object **link;

	for (activity = ld.closing.activities; activity; activity = activity->next) {
		link = &activity->rest;
		while (activity->closing && *link) {
			if (object_stays(*link))
				*link = (*link)->link_next;
			else
				link = &(*link)->link_next;
		}
	}
}

bool close_revive(struct object *object)
{
	struct object *work;

	wants_loader();
	if (!can_revive(object, walk_stamp()))
		return false;
	for (work = object; work; work = work->walk.next) {
		unmark(work);
		if (tracing(TRACE_UNLOAD))
			trace(TRACE_UNLOAD, "keep %s%-s reason=running count=1", object_path(work),
			      work->space->field);
	}
	leave_closes();
	ld.closing.changes++;
	return true;
}

void close_handle(struct object *object, struct call *call)
{
	wants_loader();
	ld.stats.closes++;
	drop_handle(object);
	ld.closing.changes++;
	if (tracing(TRACE_UNLOAD))
		trace(TRACE_UNLOAD, "close %s%-s handles=%u", object_path(object),
		      object->space->field, object->node.handles);
	if (ld.retired.mode == CLOSE_NOOP)
		object->node.nodelete = true;
	close_unheld(object, call->from);
}
