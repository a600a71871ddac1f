/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The scopes of survivors.  An object that was brought by a root sees what the root has brought.
 * When the root goes and others stay, whatever holds them, they have still to see each other: calls
 * that are bound lazily may be made for the first time only then.  So the root's searchlist
 * outlives it, without those that go.  Each of its members has it among its scopes and leaves it
 * when it is retired itself, or lingers no more; the last one frees it.  That costs no memory,
 * hence cannot fail.
 */
#include "life/survive.h"
#include "world/scope.h"

/* Will it stay when those that carry the stamp have gone?  What is permanent, all see anyway. */
static bool stays(const struct object *object, uint64_t stamp)
{
	return object->walk.bound != stamp && !object->node.startup && !object->is_linker;
}

/* Has `other` all members of `scope`?  Then they see each other by it, as all of them have it. */
static bool has_all(const struct scope *other, const struct scope *scope)
{
	uint64_t stamp = walk_stamp();
	size_t i;

	for (i = 0; i < other->count; i++)
		if (other->members->at[i])
			other->members->at[i]->walk.stamp = stamp;
	for (i = 0; i < scope->count; i++)
		if (scope->members->at[i] && scope->members->at[i]->walk.stamp != stamp)
			return false;
	return true;
}

/* Do the members see each other without that scope, by another one that will stay? */
static bool is_covered(const struct scope *scope, const struct object *member)
{
	size_t i;

	for (i = 0; i < member->scopes->count; i++) {
		const struct scope *other = member->scopes->at[i];

		if (other != scope && other != member->space->global && !other->loading &&
		    !other->retiring && has_all(other, scope))
			return true;
	}
	return false;
}

static struct object *first_member(const struct scope *scope)
{
	size_t i;

	for (i = 0; i < scope->count; i++)
		if (scope->members->at[i])
			return scope->members->at[i];
	return NULL;
}

/* Free it if nobody is in it any more, or nobody needs it. */
static void settle(struct scope *scope)
{
	struct object *member = first_member(scope);
	size_t i;

	if (member && !is_covered(scope, member))
		return;
	for (i = 0; i < scope->count; i++)
		if (scope->members->at[i])
			scopes_remove(scope->members->at[i], scope);
	scope_free(scope);
}

/* The first scope of `object` that it shares with other survivors of earlier closes, or NULL. */
static struct scope *shared_scope(const struct object *object)
{
	size_t i;

	for (i = 0; object->scopes && i < object->scopes->count; i++)
		if (object->scopes->at[i]->survivors)
			return object->scopes->at[i];
	return NULL;
}

void survive_leave(struct object *object)
{
	struct scope *scope;

	wants_loader();
	while ((scope = shared_scope(object))) {
		scope_remove(scope, object);
		scopes_remove(object, scope);
		settle(scope);
	}
}

static bool has_survivors(const struct scope *local, uint64_t stamp)
{
	size_t i;

	for (i = 0; i < local->count; i++)
		if (local->members->at[i] && stays(local->members->at[i], stamp))
			return true;
	return false;
}

/* The searchlist goes on without its root, and those that go with it. */
static void outlive(struct object *root, uint64_t stamp)
{
	struct scope *local = root->local;
	struct object *member;
	size_t i = local->count;

	while (i--) {
		member = i < local->count ? local->members->at[i] : NULL;
		if (!member || stays(member, stamp))
			continue;
		scopes_remove(member, local);
		scope_remove(local, member);
	}
	store_release(&root->local, NULL);
	local->survivors = true;
	local->retiring = false;
	settle(local);
}

void survive(struct object *done)
{
	uint64_t stamp = walk_stamp();
	struct object *object;

	wants_loader();
	for (object = done; object; object = object->link_next) {
		if (!object->linger.reason)
			object->walk.bound = stamp;
		if (object->local)
			object->local->retiring = true;
	}
	for (object = done; object; object = object->link_next)
		if (!object->linger.reason)
			survive_leave(object);
	for (object = done; object; object = object->link_next)
		if (object->local && has_survivors(object->local, stamp))
			outlive(object, stamp);
}
