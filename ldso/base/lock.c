/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks (U. Drepper, "Futexes Are Tricky", section 5).  Owns the lock words and
 * ld.init_change and ld.init_waiters.
 *
 * A lock's word names its owner from the very instruction that takes it, so that a signal handler
 * knows at any moment whether the thread it has interrupted is the owner.
 */
#include "base/lock.h"
#include "life/fork.h"
#include "life/retire.h"
#include "base/sys.h"

enum { SOMEBODY_WAITS = 1 };

bool lock_mine(const struct lock *lock)
{
	uintptr_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);

	return (owner & ~(uintptr_t)SOMEBODY_WAITS) == (uintptr_t)thread_self();
}

/* Take it for `owner`; *seen is set to what the word was instead when it is not free. */
static bool take(struct lock *lock, uintptr_t owner, uintptr_t *seen)
{
	*seen = 0;
	return __atomic_compare_exchange_n(&lock->owner, seen, owner, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

bool lock_try(struct lock *lock)
{
	uintptr_t seen;

	return take(lock, (uintptr_t)thread_self(), &seen);
}

bool lock_wait(struct lock *lock, const struct sys_time *limit)
{
	uintptr_t self = (uintptr_t)thread_self(), seen;
	int released;

	if (likely(take(lock, self, &seen)))
		return true;
	for (;;) {
		released = __atomic_load_n(&lock->released, __ATOMIC_ACQUIRE);
		/* Others may wait as well: who has waited owes them a look. */
		if (take(lock, self | SOMEBODY_WAITS, &seen))
			return true;
		if (!(seen & SOMEBODY_WAITS) &&
		    !__atomic_compare_exchange_n(&lock->owner, &seen, seen | SOMEBODY_WAITS, false,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		if (sys_futex_wait(&lock->released, released, limit) == -SYS_ETIMEDOUT)
			return false;
	}
}

void lock_acquire(struct lock *lock)
{
	lock_wait(lock, NULL);
}

void lock_release(struct lock *lock)
{
	uintptr_t owner = __atomic_exchange_n(&lock->owner, 0, __ATOMIC_RELEASE);

	if (unlikely(owner & SOMEBODY_WAITS)) {
		__atomic_add_fetch(&lock->released, 1, __ATOMIC_RELEASE);
		sys_futex_wake(&lock->released, 1);
	}
}

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

void threads_lock(void)
{
	arch_sigset blocked = 0;
	bool alone = !lock_mine(&ld.lock);

	if (alone)
		blocked = sys_block_signals();
	lock_acquire(&ld.threads_lock);
	ld.threads_blocked = blocked;
	ld.threads_alone = alone;
}

void threads_unlock(void)
{
	arch_sigset blocked = ld.threads_blocked;
	bool alone = ld.threads_alone;

	lock_release(&ld.threads_lock);
	if (alone)
		sys_set_signals(blocked);
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
