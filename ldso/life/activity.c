/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens and closes whose foreign code is running.  Owns ld.closing.activities.
 *
 * An activity is left when its frame is below the stack pointer of its thread.  What cannot be
 * said for certain, on stacks of the program's own making, is found when the thread ends.
 */
#include "life/activity.h"
#include "life/close.h"
#include "life/initfini.h"
#include "life/loader.h"
#include "life/open.h"
#include "stack/stack.h"
#include "thread/reader.h"

void activity_begin(struct activity *activity, struct object *root, bool closing,
		    struct origin from)
{
	wants_loader();
	activity->thread = thread_self();
	activity->from = from;
	activity->root = root;
	activity->closing = closing;
	activity->next = ld.closing.activities;
	ld.closing.activities = activity;
	activity->thread->activities++;
}

void activity_end(struct activity *activity)
{
	struct activity **link = &ld.closing.activities;

	wants_loader();
	while (*link && *link != activity)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = activity->next;
	if (activity->thread)
		activity->thread->activities--;
}

static struct activity *find_left(struct origin from, bool exiting)
{
	struct thread *self = thread_self();
	struct activity *activity;

	for (activity = ld.closing.activities; activity; activity = activity->next) {
		/* Without a thread: a fork has left it behind. */
		if (!activity->thread)
			return activity;
		if (activity->thread != self)
			continue;
		if (exiting || stack_left(activity->from.frame, from.frame))
			return activity;
	}
	return NULL;
}

static void abandon_open(struct activity *activity, struct origin from)
{
	struct object *root = activity->root;

	if (activity->current)
		init_abandon(activity->current);
	root->node.running--;
	open_free(activity);
	close_drop(root, from);
}

static void end_left(struct origin from, bool exiting)
{
	struct activity *activity;

	while (unlikely(ld.closing.activities != NULL) && (activity = find_left(from, exiting))) {
		activity_end(activity);
		if (activity->closing)
			close_resume(activity, from);
		else if (activity->group)
			open_abandon(activity->group);
		else
			abandon_open(activity, from);
	}
}

void activity_resume(struct origin from)
{
	wants_loader();
	end_left(from, false);
}

void activity_end_thread(struct origin from)
{
	wants_loader();
	end_left(from, true);
}

void activity_end_reader(struct origin from)
{
	struct thread *self = thread_self();
	bool left;

	/* Another reader further down, which a signal has interrupted, goes on reading. */
	if (likely(!self->reading) || self->reader_depth != self->reading_depth ||
	    !stack_may_be_left(self->reading, from.frame) || lock_mine(&ld.loader.lock))
		return;
	loader_lock();
	left = stack_left(self->reading, from.frame);
	loader_unlock();
	if (!left)
		return;
	reader_stop_walk(self);
	loader_reader_leave(self);
}
