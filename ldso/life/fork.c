/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fork.  Owns ld.loader.forked.
 *
 * The forking thread has all of the linker's locks around the system call, so that the child
 * finds everything whole.  A signal handler may fork while its thread is in the middle of a dl*
 * call: locks that the thread has already are its own in the child, too, where the
 * interrupted call goes on.
 */
#include "life/fork.h"
#include <dl-api.h>
#include "base/export.h"
#include "life/bind.h"
#include "life/loader.h"
#include "life/open.h"

enum { TOOK_LOADER = 1, TOOK_THREADS = 2, TOOK_HEAP = 4 };

static void give_back(int taken)
{
	if (taken & TOOK_HEAP)
		lock_release(&ld.memory.lock);
	if (taken & TOOK_THREADS)
		threads_unlock();
	if (taken & TOOK_LOADER)
		loader_unlock();
}

EXPORT int _dl_fork_before(void)
{
	int taken;

	for (;;) {
		taken = 0;
		if (!lock_mine(&ld.loader.lock)) {
			loader_lock();
			taken |= TOOK_LOADER;
		}
		if (!lock_mine(&ld.threads.lock)) {
			threads_lock();
			taken |= TOOK_THREADS;
		}
		if (lock_mine(&ld.memory.lock))
			return taken;
		if (memory_lock())
			return taken | TOOK_HEAP;
		/*
		 * What an interrupted call of this thread has cannot be given back: then the child
		 * never gets into the heap, and maps its blocks singly.
		 */
		if (!(taken & TOOK_LOADER))
			return taken;
		give_back(taken);
	}
}

/* In the child only this thread is left: what others were in the middle of is nobody's. */
static void forget_threads(void)
{
	struct thread *self = thread_self(), *thread;
	int before = self->id;

	self->id = 0;
	lock_inherit(&ld.loader.lock, before);
	lock_inherit(&ld.threads.lock, before);
	lock_inherit(&ld.memory.lock, before);
	for (thread = ld.threads.list; thread; thread = thread->next) {
		if (thread == self)
			continue;
		thread_reset(thread);
		thread->gone = true;
		thread_free_errors(thread);
	}
}

void fork_adopt(void)
{
	struct thread *self = thread_self();
	struct activity *activity;
	struct object *object;

	wants_loader();
	ld.loader.forked = false;
	for (activity = ld.closing.activities; activity; activity = activity->next)
		if (activity->thread != self)
			activity->thread = NULL;
	for (object = ld.retired.first; object; object = object->retire.next)
		if (object->stack.thread != self)
			object->stack.thread = NULL;
	open_adopt();
}

EXPORT void _dl_fork_after(int in_child, int taken)
{
	if (in_child) {
		forget_threads();
		bind_fork();
		ld.loader.forked = true;
	}
	give_back(taken);
}
