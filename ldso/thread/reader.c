/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Epochs (K. Fraser, "Practical lock-freedom", section 5.2.3).  Owns ld.epoch,
 * ld.deferred and the reader fields of threads.
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
	__atomic_store_n(&self->reader_epoch, 0, __ATOMIC_SEQ_CST);
	return unlikely(__atomic_load_n(&ld.deferred, __ATOMIC_SEQ_CST) ||
			__atomic_load_n(&ld.retired_count, __ATOMIC_SEQ_CST));
}

void reader_enter(struct thread *self)
{
	/*
	 * A signal handler may come at any step.  What it publishes while the depth is not 0 stays
	 * published when it leaves, and is as good as what would have been published here.
	 */
	self->reader_depth++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&self->reader_epoch, __ATOMIC_RELAXED))
		return;
	__atomic_store_n(&self->reader_epoch, __atomic_load_n(&ld.epoch, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

unsigned long reader_advance(void)
{
	return __atomic_add_fetch(&ld.epoch, 1, __ATOMIC_SEQ_CST);
}

static bool thread_passed(const struct thread *thread, unsigned long epoch)
{
	unsigned long entered = __atomic_load_n(&thread->reader_epoch, __ATOMIC_SEQ_CST);

	return entered == 0 || (long)(entered - epoch) >= 0;
}

bool reader_passed(unsigned long epoch)
{
	const struct thread *thread;
	bool passed;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	passed = thread_passed(&ld.boot_thread, epoch);
	threads_lock();
	for (thread = ld.threads; thread && passed; thread = thread->next)
		passed = thread_passed(thread, epoch);
	threads_unlock();
	return passed;
}

void reader_free(void *block)
{
	struct deferred *deferred = block;

	if (!deferred)
		return;
	deferred->epoch = reader_advance();
	if (!ld.deferred && reader_passed(deferred->epoch)) {
		mem_free(deferred);
		return;
	}
	deferred->next = ld.deferred;
	__atomic_store_n(&ld.deferred, deferred, __ATOMIC_SEQ_CST);
}

void reader_collect(void)
{
	struct deferred **link = &ld.deferred, *deferred;

	/* Newest first: all that follows one that may go may go too. */
	while (*link && !reader_passed((*link)->epoch))
		link = &(*link)->next;
	deferred = *link;
	__atomic_store_n(link, NULL, __ATOMIC_SEQ_CST);
	while (deferred) {
		struct deferred *next = deferred->next;

		mem_free(deferred);
		deferred = next;
	}
}
