/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loader lock.  Owns ld.lock, ld.lock_cancel, ld.init_change and ld.init_waiters.
 */
#include "life/loader.h"
#include "base/cancel.h"
#include "base/sys.h"
#include "life/fork.h"
#include "thread/reader.h"
#include "life/retire.h"

void loader_lock(void)
{
	struct thread *self = thread_self();
	int cancel = cancel_off();
	bool asking = self->asking;

	/* In a signal handler: the owner may be waiting for the binding it has interrupted. */
	if (unlikely(self->binding))
		__atomic_store_n(&self->asking, true, __ATOMIC_SEQ_CST);
	lock_acquire(&ld.lock);
	self->asking = asking;
	ld.lock_cancel = cancel;
}

bool loader_try_lock(void)
{
	int cancel = cancel_off();

	if (!lock_try(&ld.lock)) {
		cancel_restore(cancel);
		return false;
	}
	ld.lock_cancel = cancel;
	return true;
}

void loader_unlock(void)
{
	int cancel = ld.lock_cancel;
	bool again;

	do {
		if (unlikely(ld.forked))
			fork_adopt();
		if (__atomic_load_n(&ld.reap_wanted, __ATOMIC_RELAXED)) {
			__atomic_store_n(&ld.reap_wanted, false, __ATOMIC_SEQ_CST);
			retire_look_again();
		}
		lock_release(&ld.lock);
		/* A reader that left just now found the lock taken: its wish is ours to fulfil. */
		again = unlikely(__atomic_load_n(&ld.reap_wanted, __ATOMIC_SEQ_CST)) &&
			lock_try(&ld.lock);
	} while (again);
	cancel_restore(cancel);
}

OUT_OF_LINE int loader_leave(void)
{
	int cancel = ld.lock_cancel;

	ld.lock_cancel = CANCEL_DEFERRED;
	loader_unlock();
	return cancel;
}

void loader_return(int cancel)
{
	loader_lock();
	ld.lock_cancel = cancel;
}

void wait_for_change(void)
{
	int seen = __atomic_load_n(&ld.init_change, __ATOMIC_RELAXED);

	ld.init_waiters++;
	loader_unlock();
	sys_futex_wait(&ld.init_change, seen, NULL);
	loader_lock();
	ld.init_waiters--;
}

void announce_change(void)
{
	__atomic_add_fetch(&ld.init_change, 1, __ATOMIC_RELEASE);
	if (ld.init_waiters)
		sys_futex_wake(&ld.init_change, INT_MAX);
}

void loader_reap(void)
{
	__atomic_store_n(&ld.reap_wanted, true, __ATOMIC_SEQ_CST);
	if (loader_try_lock())
		loader_unlock();
}

void loader_reader_leave(struct thread *self)
{
	if (unlikely(reader_leave(self)))
		loader_reap();
}
