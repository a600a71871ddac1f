/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The whole linker with threads that open, close, bind, look up and touch TLS all at once, and
 * signal handlers that do what may be done in them: nothing that is read is written at the same
 * moment, or gone.
 *
 * links:
 */
#include "check.h"
#include "linker.h"
#include "life/bind.h"
#include "world/info.h"
#include "world/lookup.h"
#include "world/scope.h"
#include "life/loader.h"
#include "life/touch.h"
#include "thread/reader.h"
#include <dl-api.h>

enum { LAZY = 1, NOW = 2, GLOBAL = 0x100 };
enum { SERVICES = 6, USERS = 3, WORKERS = 4, BASE_MARK = 100, TLS_WORDS = 8 };

static const char *const service_paths[] = {"/s0", "/s1", "/s2", "/s3", "/s4", "/s5"};
static const char *const user_paths[] = {"/u0", "/u1", "/u2"};
static const char *const service_names[] = {"name0", "name1", "name2", "name3", "name4", "name5"};

/* What the users call: "common" first, then what each service has for itself. */
static const char *const calls[] = {"common", "name0", "name1", "name2",
				    "name3",  "name4", "name5", NULL};

static void make_files(void)
{
	static const char *const none[] = {NULL}, *const base[] = {"common", "exit", NULL};
	static const char *const broken_calls[] = {"nowhere", NULL};
	static const char *const base_only[] = {"/base", NULL}, *const second[] = {"/s1", NULL};
	static const char *const broken_defines[] = {"common", "name0", "name1", "name2",
						     "name3",  "name4", "name5", NULL};

	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	linker_file(&(struct plan_of_file){.path = "/base", .defines = base, .mark = BASE_MARK});
	for (unsigned i = 0; i < SERVICES; i++) {
		const char **defines = calloc(11, sizeof(*defines));

		defines[0] = "common";
		defines[1] = service_names[i];
		for (unsigned more = 2; more < 10; more++) {
			char *name = malloc(16);

			sprintf(name, "more%u_%u", i, more);
			defines[more] = name;
		}
		linker_file(&(struct plan_of_file){.path = service_paths[i],
						   .defines = defines,
						   .mark = i,
						   .needs = i == 2 ? second : NULL,
						   .tls = i & 1 ? TLS_WORDS : 0});
	}
	for (unsigned i = 0; i < USERS; i++)
		linker_file(&(struct plan_of_file){.path = user_paths[i],
						   .defines = none,
						   .calls = calls,
						   .mark = 200 + i,
						   .needs = base_only});
	linker_file(&(struct plan_of_file){.path = "/broken",
					   .defines = broken_defines,
					   .calls = broken_calls,
					   .mark = 300,
					   .needs = second});
}

static unsigned long binds, services_bound, opens, failures, touches, signals;

static void did(unsigned long *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

/* The function a slot points to, "called": what it is worth. */
static uint64_t call(uintptr_t function)
{
	return *(uint64_t *)function;
}

static uintptr_t slot_of(struct object *user, size_t index)
{
	return load_acquire((uintptr_t *)user->dynamic.pltgot + 3 + index);
}

/* What others have bound, called. */
static void call_slots(struct object *user)
{
	for (uint32_t i = 0; i <= SERVICES; i++) {
		uintptr_t function = slot_of(user, i);
		uint64_t word = function == user->bias ? 0 : call(function);

		if (word == file_word(BASE_MARK, 0))
			continue;
		if (word && !i && (word >> 32 >= SERVICES || (uint32_t)word))
			wrong("what the first slot points to");
		if (word && i && word != file_word(i - 1, 1))
			wrong("what a slot points to");
	}
}

/*
 * Bind "common"; what answers is held by the user now, and so is what it has for itself.  The
 * function is returned.
 */
static uintptr_t bind_calls(struct object *user)
{
	uintptr_t function = lazy_bind(user->plt_word, 0);
	uint64_t word = call(function);
	uint32_t mark = (uint32_t)(word >> 32);

	did(&binds);
	if (word == file_word(BASE_MARK, 0))
		return function;
	if (mark >= SERVICES || (uint32_t)word)
		wrong("bound to something else");
	did(&services_bound);
	if (call(lazy_bind(user->plt_word, 1 + mark)) != file_word(mark, 1))
		wrong("bound to another one's own");
	if (call(slot_of(user, 1 + mark)) != file_word(mark, 1))
		wrong("the slot");
	return function;
}

static void touch(const struct object *service, uint32_t mark)
{
	struct tls_reference reference = {service->map.l_tls_modid, 0};
	uint64_t *word = tls_address(&reference);

	if (word[1] != mark || word[TLS_WORDS - 1] != 0)
		wrong("a TLS block of another module");
	if (word[0] != mark && word[0] != (uintptr_t)word)
		wrong("another thread's TLS block");
	word[0] = (uintptr_t)word;
	did(&touches);
}

static int each(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		*(size_t *)data += info->dlpi_phdr[i].p_memsz;
	*(size_t *)data += strlen(info->dlpi_name);
	return 0;
}

static void look(const struct object *object)
{
	struct dl_find_object found;
	struct place place;
	size_t sum = 0;

	reader_enter(thread_self());
	if (!place_of(object->start + 8, &place) || place.object != object)
		wrong("the object at an address");
	loader_reader_leave(thread_self());
	if (_dl_find_object((void *)(object->start + 0x1800), &found) ||
	    found.dlfo_link_map != &object->map)
		wrong("the link map at an address");
	_dl_iterate_phdr(each, &sum, NULL);
	if (!sum)
		wrong("nothing to iterate over");
}

/* What the thread has open, for its signal handler. */
static __thread struct object *volatile open_user, *volatile open_service;
static __thread volatile uint32_t open_mark;
static __thread void *volatile open_handle;

/* dlsym as a reader: with the handle of a service, and for what a user sees. */
static void ask_service(void *handle, uint32_t mark)
{
	void *function = _dl_dlsym(handle, service_names[mark], NULL, NULL);

	if (!function || call((uintptr_t)function) != file_word(mark, 1))
		wrong("dlsym");
}

static void ask_default(const struct object *user)
{
	void *function = _dl_dlsym(RTLD_DEFAULT, "common", NULL, (void *)user->address.start);
	uint64_t word = function ? call((uintptr_t)function) : 0;

	if (word != file_word(BASE_MARK, 0) && (word >> 32 >= SERVICES || (uint32_t)word))
		wrong("dlsym of what all define");
}

static void handler(void)
{
	did(&signals);
	if (open_user) {
		bind_calls(open_user);
		ask_default(open_user);
		look(open_user);
	}
	if (open_handle)
		ask_service(open_handle, open_mark);
	if (open_service && open_service->map.l_tls_modid)
		touch(open_service, open_mark);
}

static void *open_file(const char *path, int mode)
{
	void *handle = _dl_dlopen(path, mode, NULL);

	if (!handle)
		wrong(_dl_dlerror());
	did(&opens);
	return handle;
}

static void close_file(void *handle)
{
	if (_dl_dlclose(handle, NULL))
		wrong(_dl_dlerror());
}

static void use_user(void)
{
	void *handle = open_file(user_paths[linker_random(USERS)], LAZY);
	struct object *user = linker_object(handle);

	open_user = user;
	for (unsigned i = linker_random(20) + 1; i; i--) {
		call_slots(user);
		if (linker_random(4))
			bind_calls(user);
	}
	look(user);
	open_user = NULL;
	close_file(handle);
}

static void use_service(void)
{
	unsigned number = linker_random(SERVICES);
	void *handle = open_file(service_paths[number], LAZY | (linker_random(4) ? GLOBAL : 0));
	struct object *service = linker_object(handle);

	ask_service(handle, number);
	open_mark = number;
	open_handle = handle;
	open_service = service;
	if (service->map.l_tls_modid)
		touch(service, number);
	if (linker_random(2))
		use_user();
	if (service->map.l_tls_modid)
		touch(service, number);
	look(service);
	open_service = NULL;
	open_handle = NULL;
	close_file(handle);
}

static void fail_to_open(void)
{
	if (_dl_dlopen("/broken", NOW | GLOBAL, NULL))
		wrong("opened what cannot be");
	did(&failures);
	if (!strstr(_dl_dlerror(), "nowhere"))
		wrong("failed for another reason");
}

static void work(unsigned number)
{
	(void)number;
	while (!linker_over()) {
		switch (linker_random(8)) {
		case 0:
			fail_to_open();
			break;
		case 1:
		case 2:
		case 3:
			use_user();
			break;
		default:
			use_service();
		}
	}
}

static void work_a_little(unsigned number)
{
	(void)number;
	use_service();
}

static struct linker_thread *guest;

static void come_and_go(void)
{
	if (guest)
		linker_join(guest);
	guest = linker_thread(work_a_little, linker_random(1000));
}

/* How often in this part of the run. */
static void report(const char *part)
{
	printf("# %s: %lu opens, %lu that failed, %lu bindings, %lu of them to services, %lu touches, "
	       "%lu signals\n",
	       part, opens, failures, binds, services_bound, touches, signals);
}

/* What there is of blocks but for the index and the larger array, which the global scope may have
 * or not. */
static long lasting_blocks(void)
{
	const struct scope *global = ld.space.global;

	return host_blocks - (global->index != NULL) - (global->members != &global->first);
}

static void test_all(void **unused)
{
	long blocks;

	(void)unused;
	make_files();
	linker_start("/program");
	/* What is made once stays. */
	for (unsigned i = 0; i < SERVICES; i++)
		close_file(open_file(service_paths[i], NOW | GLOBAL));
	blocks = lasting_blocks();
	linker_signals(handler);
	linker_run(work, WORKERS, come_and_go);
	linker_join(guest);
	linker_trim();
	report("all");
	assert_true(opens && failures && services_bound && touches && signals);
	assert_int_equal(lasting_blocks(), blocks);
	assert_int_equal(ld.space.map.count, 2);
}

/* One of two that bind what others open, and fail to open: this one binds, the other one calls. */
static void use_bound(bool binds_itself)
{
	void *handle = open_file(user_paths[0], LAZY);

	open_user = linker_object(handle);
	for (unsigned i = linker_random(200); i; i--) {
		if (binds_itself)
			bind_calls(open_user);
		else
			call_slots(open_user);
	}
	open_user = NULL;
	close_file(handle);
}

static void work_apart(unsigned number)
{
	while (!linker_over()) {
		if (number < 2)
			use_bound(number);
		else if (number == 2)
			fail_to_open();
		else
			close_file(
				open_file(service_paths[linker_random(SERVICES)], LAZY | GLOBAL));
	}
}

static void test_apart(void **unused)
{
	(void)unused;
	opens = failures = binds = services_bound = touches = signals = 0;
	linker_run(work_apart, WORKERS, NULL);
	report("each its own");
	assert_true(opens && failures && services_bound && signals);
	assert_int_equal(ld.space.map.count, 2);
}

static void leave_memory(long allocations)
{
	store_relaxed(&host_allocations_left, allocations);
}

static unsigned begun;

/* Not before all threads are there, for making one wants memory. */
static void leave_little(unsigned seldom, unsigned most)
{
	if (load_relaxed(&begun) == USERS && !linker_random(seldom))
		leave_memory(linker_random(most));
}

/* Without TLS, whose first touch cannot do without memory. */
static void work_without(unsigned number)
{
	__atomic_add_fetch(&begun, 1, __ATOMIC_RELAXED);
	while (!linker_over()) {
		void *service, *user;
		uintptr_t function;
		uint64_t word;

		/* For this thread's own opens, however seldom the others run meanwhile. */
		leave_little(20, 8);
		service = _dl_dlopen(service_paths[linker_random(SERVICES)], LAZY | GLOBAL, NULL);
		user = _dl_dlopen(user_paths[number], LAZY, NULL);
		if (!service || !user)
			did(&failures);
		leave_little(10, 3);
		if (user) {
			did(&opens);
			open_user = linker_object(user);
			function = bind_calls(open_user);
		}
		leave_memory(LONG_MAX);
		if (service)
			close_file(service);
		if (user) {
			word = call(function);
			if (word != file_word(BASE_MARK, 0) &&
			    (word >> 32 >= SERVICES || (uint32_t)word))
				wrong("what it has bound is gone");
			open_user = NULL;
			close_file(user);
		}
	}
}

static void test_no_memory(void **unused)
{
	(void)unused;
	opens = failures = binds = services_bound = touches = signals = 0;
	linker_run(work_without, USERS, NULL);
	report("memory scarce");
	assert_true(opens && failures && services_bound && signals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_all), cmocka_unit_test(test_apart),
					   cmocka_unit_test(test_no_memory)};

	return cmocka_run_group_tests_name("the linker and its threads", tests, NULL, NULL);
}
