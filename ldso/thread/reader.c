/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Epochs (K. Fraser, "Practical lock-freedom", section 5.2.3).  Owns ld.reader.epoch,
 * ld.reader.deferred and the reader fields of threads.
 *
 * A reader publishes the epoch it entered in, then reads.  A writer unlinks, starts a new
 * epoch, then looks at the published ones.  Both do so in sequentially consistent order,
 * so a writer that does not see the reader is one whose unlinking the reader sees.
 */
#include "thread/reader.h"

bool reader_leave(struct thread *self)
{
	unsigned depth = --self->reader_depth;

	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (depth)
		return false;
	store_ordered(&self->reader_epoch, 0);
	return unlikely(load_ordered(&ld.reader.deferred) || load_ordered(&ld.retired.waiting));
}

void reader_enter(struct thread *self)
{
	/*
	 * A signal handler may come at any step.  What it publishes while the depth is not 0 stays
	 * published when it leaves, and is as good as what would have been published here.
	 */
	self->reader_depth++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (load_relaxed(&self->reader_epoch))
		return;
	store_release(&self->reader_epoch, load_acquire(&ld.reader.epoch));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

bool reader_start_walk(struct thread *self, uintptr_t frame)
{
	self->reading_depth = self->reader_depth;
	self->reading = frame;
	return !__atomic_fetch_add(&ld.reader.walks, 1, __ATOMIC_SEQ_CST);
}

void reader_stop_walk(struct thread *self)
{
	if (!self->reading)
		return;
	self->reading = 0;
	__atomic_sub_fetch(&ld.reader.walks, 1, __ATOMIC_SEQ_CST);
}

RARE unsigned long reader_advance(void)
{
	wants_loader();
	return __atomic_add_fetch(&ld.reader.epoch, 1, __ATOMIC_SEQ_CST);
}

static RARE bool thread_passed(const struct thread *thread, unsigned long epoch)
{
	unsigned long entered = load_ordered(&thread->reader_epoch);

	return entered == 0 || (long)(entered - epoch) >= 0;
}

RARE bool reader_passed(unsigned long epoch)
{
	const struct thread *thread;
	bool passed;

	wants_loader();
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (thread_is_alone())
		return thread_passed(thread_self(), epoch);
	passed = thread_passed(&ld.threads.boot, epoch);
	threads_lock();
	for (thread = ld.threads.list; thread && passed; thread = thread->next)
		passed = thread_passed(thread, epoch);
	threads_unlock();
	return passed;
}

RARE void reader_free(void *block)
{
	struct deferred *deferred = block;

	wants_loader();
	if (!deferred)
		return;
	deferred->epoch = reader_advance();
	if (!ld.reader.deferred && reader_passed(deferred->epoch)) {
		mem_free(deferred);
		return;
	}
	deferred->next = ld.reader.deferred;
	store_ordered(&ld.reader.deferred, deferred);
}

RARE void reader_collect(void)
{
	struct deferred **link = &ld.reader.deferred, *deferred;

	wants_loader();
	/* Newest first: all that follows one that may go may go too. */
	while (*link && !reader_passed((*link)->epoch))
		link = &(*link)->next;
	deferred = *link;
	store_ordered(link, NULL);
	while (deferred) {
		struct deferred *next = deferred->next;

		mem_free(deferred);
		deferred = next;
	}
}
