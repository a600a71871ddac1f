/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locks (U. Drepper, "Futexes Are Tricky", section 5).  Owns the words of struct lock, and the `id`
 * of threads.
 *
 * A lock's word names its owner from the very instruction that takes it, so that a signal handler
 * knows at any moment whether the thread it has interrupted is the owner.  So does the kernel: a
 * real-time thread that waits lends the owner its priority, which else might not get the processor
 * for as long as a third thread wants it.  All others sleep until a release, and whoever comes
 * first has the lock then, which is faster than the kernel's handing it over from one to the next.
 */
#include "base/lock.h"
#include "ld.h"
#include "base/sys.h"

/* <linux/futex.h>: the part of the word that is the owner's id. */
enum { OWNER = 0x3fffffff };

static __attribute__((noinline)) int ask_id(struct thread *self)
{
	int id = sys_gettid();

	store_relaxed(&self->id, id);
	return id;
}

static inline __attribute__((always_inline)) int id_of(struct thread *self)
{
	int id = load_relaxed(&self->id);

	return likely(id) ? id : ask_id(self);
}

static int own_id(void)
{
	return id_of(thread_self());
}

/* A signal handler may fork between any two instructions: in the child the id is another one. */
bool lock_mine(const struct lock *lock)
{
	struct thread *self = thread_self();
	int owner, id;

	do {
		id = id_of(self);
		owner = load_relaxed(&lock->owner) & OWNER;
	} while (unlikely(load_relaxed(&self->id) != id));
	return owner == id;
}

/* For `self`, whose id was `id`. */
static inline __attribute__((always_inline)) bool take(struct lock *lock, struct thread *self,
						       int id)
{
	int free = 0;

	if (!__atomic_compare_exchange_n(&lock->owner, &free, id, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_RELAXED))
		return false;
	if (unlikely(load_relaxed(&self->id) != id))
		store_relaxed(&lock->owner, id_of(self));
	return true;
}

bool lock_try(struct lock *lock)
{
	struct thread *self = thread_self();

	return take(lock, self, id_of(self));
}

bool lock_try_within(struct lock *lock, const struct lock *outer)
{
	struct thread *self = thread_self();
	int id = id_of(self);

	/* The child of a fork that a handler makes meanwhile has inherited it. */
	return (load_relaxed(&outer->owner) & OWNER) == id && take(lock, self, id);
}

/* Wait in the kernel's queue.  False: the time is over, or the kernel has none. */
static RARE bool wait_by_priority(struct lock *lock, const struct sys_time *limit)
{
	sys_futex_lock(&lock->owner, limit);
	/*
	 * The word, not the answer: a wait that a signal has ended may have been given the lock.
	 * What the one before wrote is to be seen.
	 */
	return (load_acquire(&lock->owner) & OWNER) == own_id();
}

static __attribute__((noinline)) bool wait_for_lock(struct lock *lock, const struct sys_time *limit)
{
	struct sys_time end = {0, 0};
	bool taken;
	int seen;

	if (sys_realtime() && wait_by_priority(lock, limit))
		return true;
	if (limit && sys_deadline(SYS_CLOCK_MONOTONIC, limit, &end) != 0)
		return false;
	/* First this, then a look at the lock; a release does it the other way round. */
	__atomic_add_fetch(&lock->waiting, 1, __ATOMIC_SEQ_CST);
	do {
		seen = load_acquire(&lock->released);
		taken = lock_try(lock);
	} while (!taken &&
		 sys_futex_wait(&lock->released, seen, limit ? &end : NULL) != -SYS_ETIMEDOUT);
	__atomic_sub_fetch(&lock->waiting, 1, __ATOMIC_RELAXED);
	return taken;
}

bool lock_wait(struct lock *lock, const struct sys_time *limit)
{
	struct thread *self = thread_self();

	return likely(take(lock, self, id_of(self))) || wait_for_lock(lock, limit);
}

void lock_acquire(struct lock *lock)
{
	lock_wait(lock, NULL);
}

/* There are threads in the kernel's queue: the first one gets it. */
static RARE void hand_over(struct lock *lock)
{
	__atomic_add_fetch(&lock->owner, 0, __ATOMIC_RELEASE);
	if (sys_futex_unlock(&lock->owner) != 0)
		store_release(&lock->owner, 0);
}

void lock_release(struct lock *lock)
{
	/* The caller's id; the kernel may have added bits. */
	int id = load_relaxed(&lock->owner) & OWNER;

	if (unlikely(!__atomic_compare_exchange_n(&lock->owner, &id, 0, false, __ATOMIC_SEQ_CST,
						  __ATOMIC_RELAXED)))
		hand_over(lock);
	if (unlikely(load_ordered(&lock->waiting))) {
		__atomic_add_fetch(&lock->released, 1, __ATOMIC_RELEASE);
		sys_futex_wake(&lock->released, 1);
	}
}

void lock_inherit(struct lock *lock, int before)
{
	if (before && (load_relaxed(&lock->owner) & OWNER) == before)
		store_relaxed(&lock->owner, own_id());
}
