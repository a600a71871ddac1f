/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The address map and the epochs of readers: threads that insert and remove objects, which are
 * then freed, and threads and signal handlers that find them meanwhile.
 */
#include "check.h"
#include "linker.h"
#include "world/addrmap.h"
#include "life/loader.h"
#include "life/map.h"
#include "thread/reader.h"
#include "life/retire.h"

enum { WRITERS = 2, WORKERS = 5, SPACE = 64, STEP = 0x100 };

static struct object *inserted[SPACE]; /* the loader lock's */
static unsigned long found, missed, signals, removed;

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

static struct object *new_object(unsigned i)
{
	struct object *object = object_new("an object", &ld.space);

	/* Every tenth address is in none. */
	object->address.start = (i + 1) * STEP;
	object->address.end = object->address.start + STEP * 9 / 10;
	object->id = i;
	return object;
}

static void look(void)
{
	unsigned i = linker_random(SPACE);
	uintptr_t at = (i + 1) * STEP + linker_random(STEP);
	struct thread *self = thread_self();
	struct object *object;

	reader_enter(self);
	object = addrmap_find(at);
	if (object && (object->id != i || at < object->address.start || at >= object->address.end))
		wrong("another one");
	/* What is at multiples of four stays all the time. */
	if (!object && i % 4 == 0 && at % STEP < STEP * 9 / 10)
		wrong("not found");
	if (object && strcmp(object->map.l_name, "an object"))
		wrong("its name");
	reader_leave(self);
	__atomic_add_fetch(object ? &found : &missed, 1, __ATOMIC_RELAXED);
}

static void handler(void)
{
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
	look();
}

static void change(void)
{
	unsigned i = linker_random(SPACE);

	loader_lock();
	if (!inserted[i]) {
		inserted[i] = new_object(i);
		addrmap_insert(&inserted[i]->address);
	} else if (i % 4) {
		addrmap_remove(&inserted[i]->address);
		retire_undone(inserted[i]);
		inserted[i] = NULL;
		removed++;
	}
	loader_unlock();
}

static void work(unsigned number)
{
	while (!linker_over()) {
		if (number < WRITERS)
			change();
		look();
	}
}

static void test_addresses(void **unused)
{
	static const char *const none[] = {NULL};
	long blocks;

	(void)unused;
	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	linker_start("/program");
	blocks = host_blocks;
	loader_lock();
	for (unsigned i = 0; i < SPACE; i += 4) {
		inserted[i] = new_object(i);
		addrmap_insert(&inserted[i]->address);
	}
	loader_unlock();
	linker_signals(handler);
	linker_run(work, WORKERS, NULL);
	printf("# %lu found, %lu not, %lu removed, %lu signals\n", found, missed, removed, signals);
	assert_true(found && missed && removed && signals);
	loader_lock();
	for (unsigned i = 0; i < SPACE; i++) {
		if (!inserted[i])
			continue;
		addrmap_remove(&inserted[i]->address);
		object_free(inserted[i]);
	}
	retire_look_again();
	loader_unlock();
	linker_trim();
	assert_int_equal(host_blocks, blocks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses)};

	return cmocka_run_group_tests_name("the address map and readers", tests, NULL, NULL);
}
