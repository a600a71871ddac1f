/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opens and closes whose foreign code is running.  Owns ld.activities.
 *
 * An activity is left when its frame is below the stack pointer of its thread.  What cannot be
 * said for certain, on stacks of the program's own making, is found when the thread ends.
 */
#include "life/activity.h"
#include "life/close.h"
#include "life/initfini.h"
#include "life/open.h"
#include "stack/stack.h"

void activity_begin(struct activity *activity, struct object *root, bool closing)
{
	activity->thread = thread_self();
	activity->frame = arch_stack_pointer();
	activity->root = root;
	activity->closing = closing;
	activity->next = ld.activities;
	ld.activities = activity;
}

void activity_end(struct activity *activity)
{
	struct activity **link = &ld.activities;

	while (*link && *link != activity)
		link = &(*link)->next;
	if (*link)
		*link = activity->next;
}

static struct activity *find_left(uintptr_t sp, bool exiting)
{
	struct thread *self = thread_self();
	struct activity *activity;

	for (activity = ld.activities; activity; activity = activity->next) {
		/* Without a thread: a fork has left it behind. */
		if (!activity->thread)
			return activity;
		if (activity->thread != self)
			continue;
		if (exiting || stack_left(activity->frame, sp))
			return activity;
	}
	return NULL;
}

void activity_resume(bool exiting)
{
	struct activity *activity;

	while (unlikely(ld.activities != NULL) &&
	       (activity = find_left(arch_stack_pointer(), exiting))) {
		activity_end(activity);
		if (activity->closing) {
			close_resume(activity);
		} else if (activity->group) {
			open_abandon(activity->group);
		} else {
			struct object *root = activity->root;

			if (activity->current)
				init_abandon(activity->current);
			root->node.running--;
			mem_free(activity->list);
			mem_free(activity);
			close_drop(root);
		}
	}
}
