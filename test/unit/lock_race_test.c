/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The locks, and waiting for a change: plain counters that threads and their signal handlers
 * change under them.
 */
#include "check.h"
#include "linker.h"
#include "life/loader.h"

enum { WORKERS = 4 };

static unsigned long locked, listed, turns, signals, tried; /* all plain */
static unsigned turn;

/* A signal handler takes a lock only if that does not make it wait. */
static void handler(void)
{
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
	if (!loader_try_lock())
		return;
	locked++;
	tried++;
	loader_unlock();
}

/* Wait for one's turn and give it to the next one. */
static void take_turn(unsigned number)
{
	loader_lock();
	while (turn != number && !linker_over())
		wait_for_change();
	turns++;
	turn = (number + 1) % WORKERS;
	announce_change();
	loader_unlock();
}

static void work(unsigned number)
{
	unsigned long mine = 0;

	while (!linker_over()) {
		loader_lock();
		locked++;
		if (!linker_random(4))
			loader_return(loader_leave());
		threads_lock();
		listed++;
		threads_unlock();
		loader_unlock();
		threads_lock();
		listed++;
		threads_unlock();
		mine++;
		if (!linker_random(8))
			take_turn(number);
	}
	loader_lock();
	locked -= mine;
	threads_lock();
	listed -= 2 * mine;
	threads_unlock();
	/* Who waits for a turn looks again. */
	announce_change();
	loader_unlock();
}

static void test_locks(void **unused)
{
	static const char *const none[] = {NULL};

	(void)unused;
	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	linker_start("/program");
	linker_signals(handler);
	linker_run(work, WORKERS, NULL);
	printf("# %lu turns, %lu signals, %lu of them got the lock\n", turns, signals, tried);
	assert_int_equal(locked, tried);
	assert_int_equal(listed, 0);
	assert_true(turns && signals && tried);
	assert_int_equal(ld.loader.waiters, 0);
}

static bool held, gave_up;

static void nothing(void)
{
}

/* One has a lock until the other has had enough. */
static void wait_in_vain(unsigned number)
{
	static const struct sys_time patience = {0, 10000000};
	static struct lock lock;

	if (!number) {
		lock_acquire(&lock);
		store_release(&held, true);
		while (!linker_over() && !load_acquire(&gave_up))
			;
		lock_release(&lock);
		return;
	}
	while (!load_acquire(&held))
		;
	if (lock_wait(&lock, &patience))
		lock_release(&lock);
	else if (!linker_over())
		store_release(&gave_up, true);
}

/* Signals that come all the time do not make a wait with a limit longer. */
static void test_patience(void **unused)
{
	(void)unused;
	linker_signals(nothing);
	linker_run(wait_in_vain, 2, NULL);
	assert_true(held && gave_up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_locks),
					   cmocka_unit_test(test_patience)};

	return cmocka_run_group_tests_name("locks and threads", tests, NULL, NULL);
}
