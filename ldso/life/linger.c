/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Closed code that runs on: a frame will return into it, or a destructor in it is still to be
 * called.  It may call whatever it needs or has bound to, as long as that has not been closed by
 * others before.  So what went in the same close, and is reached from it, lingers with it: mapped,
 * found by unwinders, and seen by its lookups.  Owns object->linger.
 */
#include "life/linger.h"
#include "life/survive.h"
#include "stack/stack.h"
#include "base/hooks.h"

static const char reached[] = "reached";

/* Is the thread in a pthread key's destructor that lies in the object? */
static bool thread_in_key_dtor(const struct thread *thread, const struct object *object)
{
	return load_ordered(&thread->key_dtor) - object->start < object->length;
}

static bool in_key_dtor(const struct object *object)
{
	const struct thread *thread;

	if (thread_is_alone())
		return thread_in_key_dtor(thread_self(), object);
	threads_lock();
	thread = ld.threads.list;
	while (thread && !thread_in_key_dtor(thread, object))
		thread = thread->next;
	threads_unlock();
	return thread != NULL;
}

/* The reason that lies in the object itself, but for frames. */
static const char *destructor_reason(const struct object *object)
{
	if (object->node.tls_dtors)
		return "tls-dtor";
	/* In this order: who takes the value out to call the destructor says so before. */
	if (thread_hooks() &&
	    (thread_hooks()->key_users(object->start, object->start + object->length, 0) ||
	     in_key_dtor(object)))
		return "key-dtor";
	return NULL;
}

const char *linger_reason(struct object *object)
{
	wants_loader();
	if (object->stack.thread && stack_in_use(object))
		return "on-stack";
	object->stack.thread = NULL;
	if (object->linger.after)
		return reached;
	return destructor_reason(object);
}

/* What the objects of the list (walk.next) reach in the set lingers after the list's first. */
static void reach(struct object *list, uint64_t set)
{
	struct object *first = list, *object, *to;
	struct edge *edge;

	while ((object = list)) {
		list = object->walk.next;
		for (edge = object->node.out; edge; edge = edge->next_out) {
			to = object_of_node(edge->to);
			if (to->walk.bound != set || to->linger.reason)
				continue;
			to->linger.reason = reached;
			to->linger.after = first;
			to->walk.next = list;
			list = to;
		}
	}
}

void linger(struct object *done)
{
	struct object *object, *running = NULL;
	const char *reason;
	uint64_t set = walk_stamp();

	wants_loader();
	for (object = done; object; object = object->link_next) {
		object->walk.bound = set;
		reason = object->stack.thread ? "on-stack" : destructor_reason(object);
		if (!reason)
			continue;
		object->linger.reason = reason;
		object->linger.sibling = object->walk.next = running;
		running = object;
	}
	reach(running, set);
}

/* Whoever pointed to the object points to the next that runs on. */
static void pass_on(struct object *object)
{
	struct object *next = object->linger.sibling, *other;

	for (other = ld.retired.first; other; other = other->retire.next) {
		if (other->linger.after == object)
			other->linger.after = next;
		if (other->linger.sibling == object)
			other->linger.sibling = next;
	}
}

void linger_end(struct object *object)
{
	wants_loader();
	if (!object->linger.reason)
		return;
	object->linger.reason = NULL;
	pass_on(object);
	survive_leave(object);
}
