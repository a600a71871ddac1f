/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks (U. Drepper, "Futexes Are Tricky", section 5).  Owns the words of struct lock.
 *
 * A lock's word names its owner from the very instruction that takes it, so that a signal handler
 * knows at any moment whether the thread it has interrupted is the owner.
 */
#include "base/lock.h"
#include "ld.h"
#include "base/sys.h"

enum { SOMEBODY_WAITS = 1 };

bool lock_mine(const struct lock *lock)
{
	uintptr_t owner = load_relaxed(&lock->owner);

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
		released = load_acquire(&lock->released);
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
