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
	listed -= 2 * mine;
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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_locks)};

	return cmocka_run_group_tests_name("locks and threads", tests, NULL, NULL);
}
