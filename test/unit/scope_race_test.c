/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scopes, their indexes and scope sets: a thread that lets objects join and leave, which are then
 * freed, and makes whole scopes anew; threads and signal handlers that look names up meanwhile.
 * What is there all the time is found every time, and the first of two is found first.
 */
#include "check.h"
#include "linker.h"
#include "life/loader.h"
#include "world/lookup.h"
#include "life/map.h"
#include "thread/reader.h"
#include "life/retire.h"
#include "world/scope.h"

enum { WORKERS = 4, TRANSIENT = 8, FIRST = 100, LAST = 200, FROM = 300, STEPS = 60 };

static const char *const paths[TRANSIENT] = {"/t0", "/t1", "/t2", "/t3",
					     "/t4", "/t5", "/t6", "/t7"};

static const char *const own[TRANSIENT] = {"own0", "own1", "own2", "own3",
					   "own4", "own5", "own6", "own7"};

static struct object *from, *first, *last, *transient[TRANSIENT];
static struct scope *scope;
static unsigned long lookups, changes, scopes, signals;

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

static struct object *new_object(const char *path)
{
	struct error error = {NULL};
	struct object *object;
	struct file file;

	if (file_open(&file, path) < 0)
		wrong("no such file");
	object = map_file(&file, path, MAP_LIBRARY, &ld.space, &error);
	if (!object)
		wrong(error.text);
	return object;
}

static uint64_t look_up(const char *text)
{
	struct symbol_name name;
	struct definition found;

	symbol_name_set(&name, text);
	found = lookup(from, &name, NULL, 0);
	return found.symbol ? *(uint64_t *)definition_address(found) : 0;
}

static void look(void)
{
	struct thread *self = thread_self();
	uint32_t i = linker_random(TRANSIENT);
	uint64_t word;

	reader_enter(self);
	if (look_up("both") != file_word(FIRST, 0))
		wrong("not the first one");
	if (look_up("last") != file_word(LAST, 1))
		wrong("the last one is not found");
	word = look_up("some");
	if (word && (word >> 32 > TRANSIENT || (uint32_t)word))
		wrong("another one");
	word = look_up(own[i]);
	if (word && word != file_word(i + 1, 1))
		wrong("another one's own");
	if (look_up("none"))
		wrong("found what is not there");
	reader_leave(self);
	__atomic_add_fetch(&lookups, 1, __ATOMIC_RELAXED);
}

static void handler(void)
{
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
	look();
}

static void must(bool done)
{
	if (!done)
		wrong("no memory");
}

static void join(unsigned i)
{
	transient[i] = new_object(paths[i]);
	must(scope_add(scope, transient[i]));
}

static void leave(unsigned i)
{
	scope_remove(scope, transient[i]);
	retire_undone(transient[i]);
	transient[i] = NULL;
}

/* Half of the others before the first one, so that its position changes when they leave. */
static void new_scope(void)
{
	struct scope *old = scope;
	unsigned i;

	scope = scope_new();
	must(scope);
	for (i = 0; i < TRANSIENT / 2; i++)
		must(scope_add(scope, transient[i]));
	must(scope_add(scope, first));
	for (; i < TRANSIENT; i++)
		must(scope_add(scope, transient[i]));
	must(scope_add(scope, last) && scopes_append(from, scope));
	if (old)
		scopes_remove(from, old);
	scope_free(old);
	scopes++;
}

/* The one writer. */
static void change(void)
{
	for (unsigned step = 0; step < STEPS && !linker_over(); step++) {
		unsigned i = linker_random(TRANSIENT);

		loader_lock();
		if (transient[i])
			leave(i);
		else
			join(i);
		scope_consider_index(scope);
		changes++;
		loader_unlock();
	}
	loader_lock();
	for (unsigned i = 0; i < TRANSIENT; i++)
		if (!transient[i])
			join(i);
	new_scope();
	loader_unlock();
}

static void work(unsigned number)
{
	while (!linker_over()) {
		if (number)
			look();
		else
			change();
	}
}

static void make_files(void)
{
	static const char *const none[] = {NULL};
	static const char *others[TRANSIENT][3];
	static const char *const first_names[] = {"both", NULL};
	static const char *const last_names[] = {"both", "last", NULL};

	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	linker_file(&(struct plan_of_file){.path = "/from", .defines = none, .mark = FROM});
	linker_file(
		&(struct plan_of_file){.path = "/first", .defines = first_names, .mark = FIRST});
	linker_file(&(struct plan_of_file){.path = "/last", .defines = last_names, .mark = LAST});
	for (unsigned i = 0; i < TRANSIENT; i++) {
		others[i][0] = "some";
		others[i][1] = own[i];
		linker_file(&(struct plan_of_file){
			.path = paths[i], .defines = others[i], .mark = i + 1});
	}
}

static void test_scopes(void **unused)
{
	long blocks;

	(void)unused;
	make_files();
	linker_start("/program");
	blocks = host_blocks;
	from = new_object("/from");
	first = new_object("/first");
	last = new_object("/last");
	for (unsigned i = 0; i < TRANSIENT; i++)
		transient[i] = new_object(paths[i]);
	loader_lock();
	new_scope();
	loader_unlock();
	linker_signals(handler);
	linker_run(work, WORKERS, NULL);
	printf("# %lu lookups, %lu changes, %lu scopes, %lu signals\n", lookups, changes, scopes,
	       signals);
	assert_true(lookups && changes && scopes > 1 && signals);
	loader_lock();
	scopes_remove(from, scope);
	scope_free(scope);
	for (unsigned i = 0; i < TRANSIENT; i++)
		if (transient[i])
			retire_undone(transient[i]);
	retire_undone(from);
	retire_undone(first);
	retire_undone(last);
	retire_look_again();
	loader_unlock();
	linker_trim();
	assert_int_equal(host_blocks, blocks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_scopes)};

	return cmocka_run_group_tests_name("scopes and readers", tests, NULL, NULL);
}
