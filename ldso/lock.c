/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks (U. Drepper, "Futexes Are Tricky", section 5).  Owns the lock words and
 * ld.init_change and ld.init_waiters.
 */
#include "lock.h"
#include "retire.h"
#include "sys.h"

bool lock_try(struct lock *lock)
{
	int expected = 0;

	return __atomic_compare_exchange_n(&lock->word, &expected, 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void lock_acquire(struct lock *lock)
{
	if (likely(lock_try(lock)))
		return;
	while (__atomic_exchange_n(&lock->word, 2, __ATOMIC_ACQUIRE) != 0)
		sys_futex_wait(&lock->word, 2);
}

void lock_release(struct lock *lock)
{
	if (__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) == 2)
		sys_futex_wake(&lock->word, 1);
}

static void take_over(int cancel)
{
	ld.lock_cancel = cancel;
	__atomic_store_n(&ld.lock_owner, thread_self(), __ATOMIC_RELAXED);
}

void loader_lock(void)
{
	int cancel = cancel_off();

	lock_acquire(&ld.lock);
	take_over(cancel);
}

bool loader_try_lock(void)
{
	int cancel = cancel_off();

	if (!lock_try(&ld.lock)) {
		cancel_restore(cancel);
		return false;
	}
	take_over(cancel);
	return true;
}

void loader_unlock(void)
{
	int cancel;
	bool again;

	do {
		if (__atomic_load_n(&ld.reap_wanted, __ATOMIC_RELAXED)) {
			__atomic_store_n(&ld.reap_wanted, false, __ATOMIC_SEQ_CST);
			retire_look_again();
		}
		cancel = ld.lock_cancel;
		__atomic_store_n(&ld.lock_owner, NULL, __ATOMIC_RELAXED);
		lock_release(&ld.lock);
		/* A reader that left just now found the lock taken: its wish is ours to fulfil. */
		again = unlikely(__atomic_load_n(&ld.reap_wanted, __ATOMIC_SEQ_CST)) &&
			lock_try(&ld.lock);
		if (again)
			take_over(cancel);
	} while (again);
	cancel_restore(cancel);
}

int loader_leave(void)
{
	int cancel = ld.lock_cancel;

	ld.lock_cancel = CANCEL_DISABLE;
	loader_unlock();
	return cancel;
}

void loader_return(int cancel)
{
	loader_lock();
	ld.lock_cancel = cancel;
}

void threads_lock(void)
{
	thread_self()->listing++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	lock_acquire(&ld.threads_lock);
}

void threads_unlock(void)
{
	struct thread *self = thread_self();

	lock_release(&ld.threads_lock);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	self->listing--;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (unlikely(__atomic_load_n(&ld.reap_wanted, __ATOMIC_RELAXED)) && !self->listing &&
	    loader_try_lock())
		loader_unlock();
}

void wait_for_change(void)
{
	int seen = __atomic_load_n(&ld.init_change, __ATOMIC_RELAXED);

	ld.init_waiters++;
	loader_unlock();
	sys_futex_wait(&ld.init_change, seen);
	loader_lock();
	ld.init_waiters--;
}

void announce_change(void)
{
	__atomic_add_fetch(&ld.init_change, 1, __ATOMIC_RELEASE);
	if (ld.init_waiters)
		sys_futex_wake(&ld.init_change, INT_MAX);
}
