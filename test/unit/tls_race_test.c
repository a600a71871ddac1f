/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thread-local storage: threads and their signal handlers touch modules for the first time while
 * others open, close and make static the same modules, and threads come and go.  Each thread has
 * one block of a module, of that module, from its first touch on.
 */
#include "check.h"
#include "linker.h"
#include "life/loader.h"
#include "life/touch.h"
#include <dl-api.h>
#include <sched.h>

enum { LAZY = 1, WORKERS = 4, MODULES = 80, WORDS = 8, FREQUENT = 3 };

static char paths[MODULES][8];
static unsigned long touches, became_static, refused, signals;

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

static void did(unsigned long *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

/* What the thread has open, for its signal handler. */
static __thread struct object *volatile open_module;
static __thread volatile uint32_t open_mark;
static __thread uint64_t *volatile own_block; /* of it, from the first touch on */

static void touch(const struct object *module, uint32_t mark)
{
	struct tls_reference reference = {module->map.l_tls_modid, 0};
	uint64_t *word = tls_address(&reference);

	if (word[1] != mark || word[WORDS - 1])
		wrong("another module's block");
	if (word[0] != mark && word[0] != (uintptr_t)word)
		wrong("another thread's block");
	if (own_block && own_block != word)
		wrong("two blocks of one thread");
	own_block = word;
	word[0] = (uintptr_t)word;
	if (tls_peek(reference.module) != word)
		wrong("the slot");
	if (tls_is_static(module) && (char *)word != (char *)system_tcb + tls_tp_offset(module, 0))
		wrong("static, but not in its place");
	did(&touches);
}

static void handler(void)
{
	did(&signals);
	if (open_module)
		touch(open_module, open_mark);
}

static void make_static(struct object *module)
{
	struct error error = {NULL};
	bool done;

	loader_lock();
	done = tls_make_static(module, &error);
	loader_unlock();
	did(done ? &became_static : &refused);
	error_clear(&error);
}

static void use_module(unsigned number)
{
	void *handle = _dl_dlopen(paths[number], LAZY, NULL);
	struct object *module;

	if (!handle)
		wrong(_dl_dlerror());
	module = linker_object(handle);
	own_block = NULL;
	open_mark = number + 1;
	open_module = module;
	if (!linker_random(3))
		make_static(module);
	touch(module, number + 1);
	if (!linker_random(3))
		make_static(module);
	touch(module, number + 1);
	open_module = NULL;
	if (_dl_dlclose(handle, NULL))
		wrong(_dl_dlerror());
}

static void work(unsigned number)
{
	(void)number;
	while (!linker_over())
		use_module(linker_random(4) ? linker_random(FREQUENT) : linker_random(MODULES));
}

/* How often in this part of the run. */
static void report(const char *part)
{
	printf("# %s: %lu touches, %lu times static, %lu times not, %lu signals\n", part, touches,
	       became_static, refused, signals);
}

static void *handles[MODULES];
static unsigned opened = FREQUENT;
static struct linker_thread *guest;

/* The table of modules grows, beyond what lies flat in the threads' vectors, too. */
static void come_and_go(void)
{
	if (opened < MODULES) {
		handles[opened] = _dl_dlopen(paths[opened], LAZY, NULL);
		opened++;
	}
	if (guest)
		linker_join(guest);
	guest = linker_thread(use_module, linker_random(FREQUENT));
}

/*
 * Two threads that meet again and again: for a module fresh from its file, which one of them makes
 * static while both touch it.
 */
static unsigned arrivals;
static void *met_handle;
static struct object *met;

/* False: it is over. */
static bool meet(unsigned meeting)
{
	__atomic_add_fetch(&arrivals, 1, __ATOMIC_ACQ_REL);
	while (load_acquire(&arrivals) < 2 * meeting && !linker_over())
		sched_yield();
	return !linker_over();
}

static void use_together(unsigned number)
{
	own_block = NULL;
	open_module = met;
	for (unsigned wait = linker_random(50); wait; wait--)
		arch_pause();
	if (number)
		make_static(met);
	touch(met, open_mark);
	touch(met, open_mark);
	open_module = NULL;
}

static void work_together(unsigned number)
{
	unsigned meeting = 0, module;

	for (;; meeting += 3) {
		if (!meet(meeting + 1))
			return;
		module = meeting / 3 % FREQUENT;
		open_mark = module + 1;
		if (!number) {
			met_handle = _dl_dlopen(paths[module], LAZY, NULL);
			met = linker_object(met_handle);
		}
		if (!meet(meeting + 2))
			return;
		use_together(number);
		if (!meet(meeting + 3))
			return;
		if (!number) {
			_dl_dlclose(met_handle, NULL);
			met_handle = NULL;
		}
	}
}

static void test_first_touches(void **unused)
{
	(void)unused;
	touches = became_static = refused = signals = 0;
	linker_run(work_together, 2, NULL);
	linker_trim();
	if (met_handle)
		_dl_dlclose(met_handle, NULL);
	report("first touches");
	assert_true(touches && became_static && refused && signals);
	assert_int_equal(ld.tls.limit, 1);
	assert_int_equal(ld.tls.static_modules, 0);
}

static void test_modules(void **unused)
{
	static const char *const none[] = {NULL};
	long blocks;

	(void)unused;
	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	for (unsigned i = 0; i < MODULES; i++) {
		sprintf(paths[i], "/m%u", i);
		linker_file(&(struct plan_of_file){
			.path = paths[i], .defines = none, .mark = i + 1, .tls = WORDS});
	}
	linker_start("/program");
	blocks = host_blocks;
	linker_signals(handler);
	linker_run(work, WORKERS, come_and_go);
	linker_join(guest);
	linker_trim();
	report("modules");
	assert_true(touches && became_static && refused && signals);
	for (unsigned i = FREQUENT; i < opened; i++)
		assert_int_equal(_dl_dlclose(handles[i], NULL), 0);
	assert_int_equal(ld.tls.limit, 1);
	assert_int_equal(ld.tls.static_modules, 0);
	/* The table of modules stays, and one of ranges. */
	assert_in_range(host_blocks, blocks, blocks + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_modules),
					   cmocka_unit_test(test_first_touches)};

	return cmocka_run_group_tests_name("TLS and threads", tests, NULL, NULL);
}
