/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening: search -> map -> link -> relocate -> publish -> init.  Owns objects in state
 * OBJECT_LOADING.  What one open loads is a group; until it is published others pass over
 * it, and undoing it leaves no trace.
 */
#include "life/open.h"
#include "life/load.h"
#include "life/search.h"
#include "world/linkmap.h"
#include "world/searchlist.h"
#include "life/activity.h"
#include "life/audit.h"
#include "life/bind.h"
#include "life/close.h"
#include "life/debugger.h"
#include "life/initfini.h"
#include "life/loader.h"
#include "life/opened.h"
#include "base/cancel.h"
#include "world/lookup.h"
#include "hold/order.h"
#include "world/registry.h"
#include "life/retire.h"
#include "world/scope.h"
#include "thread/tls.h"
#include "tell/trace.h"
#include "world/space.h"

/* Linking the group. */

/* Every member of the root's searchlist sees what the root has brought, behind what it saw before.
 */
static bool extend_scopes(struct group *group, struct scope *local)
{
	bool deep = group->mode & MODE_DEEPBIND;
	size_t i;

	for (i = 0; i < local->count; i++) {
		struct object *object = local->members->at[i];
		struct scope *global = group->space->global;

		if (object->node.startup || object->is_linker)
			continue;
		if (object->group == group)
			scopes_begin(object, deep ? local : global, deep ? global : local);
		else if (!scopes_append(object, local))
			return group_no_memory(group);
	}
	return true;
}

/* Give the root its searchlist, once. */
static bool link_root(struct group *group)
{
	struct object *root = group->root;

	if (root->local)
		return true;
	root->local = make_searchlist(root);
	if (!root->local)
		return group_no_memory(group);
	group->made_local = true;
	root->local->loading = true;
	if (tracing(TRACE_SCOPES))
		trace(TRACE_SCOPES, "local %s%-s objects=%zu", object_path(root),
		      group->space->field, root->local->count);
	return extend_scopes(group, root->local);
}

/*
 * RTLD_GLOBAL: the root and its dependencies join the global scope.  Not before nothing can fail
 * any more: what other threads and resolvers have found there, they rely on.  The group itself
 * finds the same by the root's searchlist meanwhile.
 */
static bool reserve_global(const struct group *group)
{
	return !(group->mode & MODE_GLOBAL) ||
	       scope_reserve(group->space->global, group->root->local->count);
}

static void promote(const struct group *group)
{
	struct scope *local = group->root->local;
	size_t i;

	for (i = 0; group->mode & MODE_GLOBAL && i < local->count; i++) {
		struct object *object = local->members->at[i];

		if (object->global)
			continue;
		scope_place(group->space->global, object);
		object->global = true;
		if (tracing(TRACE_SCOPES))
			trace(TRACE_SCOPES, "global %s%-s", object_path(object),
			      group->space->field);
	}
}

/* Dependencies first, so that a COPY or an IFUNC resolver finds its source relocated. */
static bool relocate_group(struct group *group)
{
	struct object *object, *reversed = NULL, *next;
	uint64_t begin = trace_clock();
	size_t lookups = 0;
	bool done = true;

	group->run.now = group->mode & MODE_NOW || ld.options.bind_now;
	for (object = group->first; object; object = next) {
		next = object->link_next;
		object->link_next = reversed;
		reversed = object;
		lookups += relocate_lookups(object, &group->run);
	}
	scope_expect(group->space->global, lookups);
	scope_expect(group->root->local, lookups);
	group->first = NULL;
	group->tail = &group->first;
	for (object = reversed; object; object = next) {
		next = object->link_next;
		done = done && relocate_object(object, &group->run);
		/* Put the list back in its order. */
		object->link_next = group->first;
		group->first = object;
	}
	for (object = group->first; object; object = object->link_next)
		group->tail = &object->link_next;
	ld.stats.time_relocate += trace_clock() - begin;
	return done;
}

/* What remains to be done and checked once every word has its value. */
static bool complete_group(struct group *group)
{
	struct object *object;

	for (object = group->first; object; object = object->link_next)
		if (!init_check(object, group->first, group->error) ||
		    !relocate_protect(object, group->error))
			return false;
	return true;
}

static bool resolve_indirect(struct group *group)
{
	struct object *object;
	int cancel;
	bool done;

	if (!group->run.count)
		return true;
	for (object = group->first; object; object = object->link_next)
		tls_fill_static(object);
	group->activity.group = group;
	activity_begin(&group->activity, group->root, false, group->from);
	cancel = loader_leave();
	done = relocate_indirect(&group->run);
	loader_return(cancel);
	activity_end(&group->activity);
	return done && relocate_bind_results(&group->run);
}

static bool link_group(struct group *group)
{
	struct object *object;

	for (object = group->first; object; object = object->link_next)
		if (!load_check_versions(group, object) || !tls_add_module(object, group->error))
			return false;
	return link_root(group) && relocate_group(group) && resolve_indirect(group) &&
	       complete_group(group);
}

/* Who waits for a member of the group looks again; by then the member may be gone. */
static void release_waiters(const struct group *group)
{
	struct thread *thread;

	if (!ld.loader.waiters)
		return;
	threads_lock();
	for (thread = ld.threads.list; thread; thread = thread->next)
		if (thread->waiting && thread->waiting->group == group)
			thread->waiting = NULL;
	threads_unlock();
	announce_change();
}

static void announce_end(struct group *group)
{
	if (group->announced)
		audit_activity(group->space, LA_ACT_CONSISTENT);
	group->announced = false;
}

static void publish_group(struct group *group)
{
	struct object *object, *next;

	if (!group->first)
		return;
	debugger_notify(group->space, DEBUGGER_ADD);
	release_waiters(group);
	for (object = group->first; object; object = next) {
		next = object->link_next;
		object->link_next = NULL;
		object->search.loader = NULL;
		object->owner = NULL;
		object_set_state(object, OBJECT_LINKED);
		store_release(&object->group, NULL);
		linkmap_add(object);
		tls_fill_static(object);
		if (tracing(TRACE_FILES))
			trace_loaded(object);
	}
	group->first = NULL;
	debugger_notify(group->space, DEBUGGER_CONSISTENT);
	announce_end(group);
}

static void undo_scopes(struct group *group)
{
	struct scope *local = group->root ? group->root->local : NULL;
	size_t i;

	if (!local || !group->made_local)
		return;
	for (i = 0; i < local->count; i++)
		if (local->members->at[i]->group != group)
			scopes_remove(local->members->at[i], local);
	group->root->local = NULL;
	group->made_local = false;
	scope_free(local);
}

static void undo_group(struct group *group)
{
	struct object *object, *next;

	/* A resolver may have called through a PLT of the group. */
	bind_drain();
	release_waiters(group);
	undo_scopes(group);
	for (object = group->first; object; object = object->link_next)
		audit_closed(object);
	announce_end(group);
	for (object = group->first; object; object = object->link_next)
		load_disconnect(object);
	for (object = group->first; object; object = next) {
		next = object->link_next;
		retire_undone(object);
	}
	group->first = NULL;
	group->tail = &group->first;
	while ((object = group->revived)) {
		group->revived = object->open.next_revived;
		close_unheld(object, group->from);
	}
}

static void free_group(struct group *group)
{
	relocation_run_free(&group->run);
	space_drop(group->space);
	if (group->list != (struct object **)group->few)
		mem_free(group->list);
	mem_free(group);
}

void open_abandon(struct group *group)
{
	wants_loader();
	activity_end(&group->activity);
	group->error = NULL;
	undo_group(group);
	free_group(group);
}

/* An object that a thread lost in a fork was loading, or NULL. */
static struct object *find_orphan(void)
{
	const struct thread *self = thread_self();
	struct object *object = NULL;

	do
		object = registry_next_file(object);
	while (object && (!object->group || object->owner == self));
	return object;
}

void open_adopt(void)
{
	struct object *orphan, *object;

	wants_loader();
	while ((orphan = find_orphan())) {
		struct group *group = (struct group *)orphan->group;

		while ((object = group->revived)) {
			group->revived = object->open.next_revived;
			close_recheck(object);
		}
		open_abandon(group);
	}
}

static bool load_group(struct group *group, const char *name, struct object *requester)
{
	struct object *object;

	search_begin();
	group->root = group->fd ? load_descriptor(group, *group->fd, name, requester)
				: load_object(group, name, PATH_OPENED, requester);
	if (!group->root)
		return false;
	for (object = group->first; object; object = object->link_next)
		if (!load_dependencies(group, object))
			return false;
	return link_group(group);
}

/* Undo, wait until the other thread is through with the object, say whether to try again. */
static bool wait_and_retry(struct group *group)
{
	struct thread *self = thread_self();
	struct object *wait_for = group->wait_for;
	bool revived = group->revived != NULL;
	int cancel = ld.loader.cancel;

	if (!wait_for)
		return false;
	group->wait_for = NULL;
	undo_group(group);
	if (group->error)
		error_clear(group->error);
	/* Destructors have run without the lock: it may be there by now. */
	if (revived)
		return true;
	/* Who is cancelled while waiting leaves the rest of the group. */
	ld.loader.cancel = CANCEL_DEFERRED;
	self->waiting = wait_for;
	wait_for_change();
	self->waiting = NULL;
	ld.loader.cancel = cancel;
	return true;
}

/* In group->list, the members of the root's searchlist whose constructors have to run or be waited
 * for. */
static bool list_constructors(struct group *group)
{
	struct object *root = group->root;
	struct scope *local = root->local;
	struct node **list = group->few;
	size_t i, kept = 0;

	/* What an initialised object needs is initialised, or in a circle with it. */
	if (root->state == OBJECT_LIVE && !root->init.half)
		return true;
	if (local->count > GROUP_FEW)
		list = mem_alloc(local->count * sizeof(*list));
	if (!list)
		return false;
	group->list = (struct object **)list;
	for (i = 0; i < local->count; i++)
		list[i] = &local->members->at[i]->node;
	order_constructors(list, local->count);
	for (i = 0; i < local->count; i++) {
		struct object *object = object_of_node(list[i]);

		if (object_is_raw(object))
			group->list[kept++] = object;
	}
	group->raw = kept;
	return true;
}

/* Published and held: run the constructors of group->list. */
static void initialise(struct group *group, struct origin from)
{
	struct activity *activity = &group->activity;
	struct object *root = group->root;
	int cancel;

	activity->group = NULL;
	activity_begin(activity, root, false, from);
	root->node.running++;
	/* Cancellation stays deferred while constructors run, and while others' are waited for. */
	cancel = ld.loader.cancel;
	ld.loader.cancel = CANCEL_DEFERRED;
	init_objects(group->list, group->raw, activity);
	ld.loader.cancel = cancel;
	root->node.running--;
	activity_end(activity);
	/* A constructor may have closed the handle that is about to be handed out. */
	if (!node_held(&root->node))
		close_unheld(root, from);
}

void open_free(struct activity *activity)
{
	free_group(container_of(activity, struct group, activity));
}

/* Everything that can fail is behind us when this returns true; the root has one more handle. */
static bool open_locked(struct group *group, const char *name, struct object *requester)
{
	bool done;

	do {
		done = load_group(group, name, requester);
	} while (!done && wait_and_retry(group));
	if (done &&
	    (!list_constructors(group) || !reserve_global(group) || !registry_handle(group->root)))
		done = group_no_memory(group);
	if (!done) {
		undo_group(group);
		return false;
	}
	/* Held before it is seen: the debugger's hook runs without the lock. */
	node_add_handle(&group->root->node);
	if (group->mode & MODE_NODELETE)
		group->root->node.nodelete = true;
	store_relaxed(&group->root->local->loading, false);
	promote(group);
	ld.stats.opens++;
	publish_group(group);
	return true;
}

static void *open_named(const char *name, const int *fd, int mode, struct space *space,
			struct call *call)
{
	/* Not on the stack: a resolver may leave it by longjmp. */
	struct group *group = mem_zalloc(sizeof(*group));
	struct object *root;
	void *handle;

	if (!group) {
		error_memory(&call->error);
		return NULL;
	}
	group->fd = fd;
	group->mode = mode;
	group->space = space;
	space_use(space);
	group->from = call->from;
	group->error = group->run.error = &call->error;
	group->tail = &group->first;
	if (!open_locked(group, name, caller_object(call->from.caller))) {
		free_group(group);
		return NULL;
	}
	root = group->root;
	if (tracing(TRACE_GRAPH))
		trace_graph("open", root);
	if (opened_wanted())
		opened_note(name, root, mode, call);
	handle = registry_handle(root);
	if (group->raw)
		initialise(group, call->from);
	free_group(group);
	return handle;
}

void *open_object(const char *name, const int *fd, int mode, struct space *space, struct call *call)
{
	const int known =
		MODE_LAZY | MODE_NOW | MODE_NOLOAD | MODE_DEEPBIND | MODE_GLOBAL | MODE_NODELETE;
	struct object *first = space->map.first;
	void *handle;

	if (!(mode & (MODE_LAZY | MODE_NOW | MODE_NOLOAD)) || mode & ~known) {
		error_set(&call->error, "%s: mode 0x%x: %s", fd ? "fdlopen" : "dlopen",
			  (unsigned)mode,
			  mode & ~known ? "unknown bits" : "neither RTLD_LAZY nor RTLD_NOW");
		return NULL;
	}
	if (name && *name)
		return open_named(name, fd, mode, space, call);
	if (!first || !object_stays(first)) {
		error_set(&call->error, "dlmopen: namespace %ld has no object yet: name one",
			  space->number);
		return NULL;
	}
	handle = registry_handle(first);
	if (!handle) {
		error_memory(&call->error);
		return NULL;
	}
	node_add_handle(&first->node);
	if (opened_wanted())
		opened_note(name, first, mode, call);
	return handle;
}
