/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The loader lock.  Owns ld.loader.lock, ld.loader.cancel, ld.loader.change and ld.loader.waiters.
 */
#include "life/loader.h"
#include "base/cancel.h"
#include "base/sys.h"
#include "life/bind.h"
#include "life/fork.h"
#include "thread/reader.h"
#include "life/retire.h"

void loader_lock(void)
{
	struct thread *self = thread_self();
	int cancel = cancel_off();
	bool ask = self->binding && !self->asking;

	/* In a signal handler: the owner may be waiting for the binding it has interrupted. */
	if (unlikely(ask))
		bind_ask(self, true);
	lock_acquire(&ld.loader.lock);
	if (unlikely(ask))
		bind_ask(self, false);
	ld.loader.cancel = cancel;
}

bool loader_try_lock(void)
{
	int cancel = cancel_off();

	if (!lock_try(&ld.loader.lock)) {
		cancel_restore(cancel);
		return false;
	}
	ld.loader.cancel = cancel;
	return true;
}

void loader_unlock(void)
{
	int cancel = ld.loader.cancel;
	bool again;

	do {
		if (unlikely(ld.loader.forked))
			fork_adopt();
		if (load_relaxed(&ld.loader.reap_wanted)) {
			store_ordered(&ld.loader.reap_wanted, false);
			retire_look_again();
		}
		lock_release(&ld.loader.lock);
		/* A reader that left just now found the lock taken: its wish is ours to fulfil. */
		again = unlikely(load_ordered(&ld.loader.reap_wanted)) && lock_try(&ld.loader.lock);
	} while (again);
	cancel_restore(cancel);
}

int loader_leave(void)
{
	int cancel = ld.loader.cancel;

	ld.loader.cancel = CANCEL_DEFERRED;
	loader_unlock();
	return cancel;
}

void loader_return(int cancel)
{
	loader_lock();
	ld.loader.cancel = cancel;
}

void wait_for_change(void)
{
	int seen = load_relaxed(&ld.loader.change);

	wants_loader();
	ld.loader.waiters++;
	loader_unlock();
	sys_futex_wait(&ld.loader.change, seen, NULL);
	loader_lock();
	ld.loader.waiters--;
}

void announce_change(void)
{
	wants_loader();
	__atomic_add_fetch(&ld.loader.change, 1, __ATOMIC_RELEASE);
	if (ld.loader.waiters)
		sys_futex_wake(&ld.loader.change, INT_MAX);
}

void loader_reap(void)
{
	store_ordered(&ld.loader.reap_wanted, true);
	if (loader_try_lock())
		loader_unlock();
}

void loader_reader_leave(struct thread *self)
{
	if (unlikely(reader_leave(self)))
		loader_reap();
}
