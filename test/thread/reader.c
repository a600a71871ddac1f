/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Readers: dl_iterate_phdr, dladdr, _dl_find_object, __tls_get_addr and lazy binding never wait for
 * an open or close, work in signal handlers, and what a reader has seen stays mapped until it has
 * left.
 */
#include "tap.h"
#include <setjmp.h>
#include <stddef.h>

/* What a walk is told of the size of the structure: all of it, or what ends before the counters. */
enum { WHOLE = sizeof(struct dl_phdr_info), SHORT = offsetof(struct dl_phdr_info, dlpi_adds) };

static int take_size(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	*(size_t *)data = size;
	return 1;
}

static size_t told(void)
{
	size_t size = 0;

	dl_iterate_phdr(take_size, &size);
	return size;
}

static size_t told_in_child(void)
{
	pid_t child = fork();
	int status = 0;

	if (!child)
		_exit((int)told());
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? (size_t)WEXITSTATUS(status) : 0;
}

/* A reader that stops at one object until it is told to go on. */
struct reader {
	const char *stop_at;
	volatile int state; /* 1: has seen it, 2: shall go, 3: has left */
	int leave;	    /* 0: return, 1: longjmp, 2: pthread_exit */
	jmp_buf out;
	int readable;
	size_t size;
};

static int look(struct dl_phdr_info *info, size_t size, void *data)
{
	struct reader *reader = data;

	reader->size = size;
	if (!strstr(info->dlpi_name, reader->stop_at))
		return 0;
	reader->state = 1;
	while (reader->state != 2)
		usleep(1000);
	/* The headers are still there to be read. */
	for (int i = 0; i < info->dlpi_phnum; i++)
		reader->readable += info->dlpi_phdr[i].p_type == PT_DYNAMIC;
	reader->readable += strstr(info->dlpi_name, reader->stop_at) != NULL;
	if (reader->leave == 1)
		longjmp(reader->out, 1);
	if (reader->leave == 2)
		pthread_exit(NULL);
	return 1;
}

static void *read_objects(void *data)
{
	struct reader *reader = data;

	if (!setjmp(reader->out))
		dl_iterate_phdr(look, reader);
	reader->state = 3;
	while (reader->state != 4)
		usleep(1000);
	return NULL;
}

static void held_by_readers(int leave, const char *how)
{
	struct reader one = {.stop_at = "/leaf.so", .leave = leave}, two = one;
	pthread_t first, second;
	void *handle;

	tap_begin("held by readers", 20);
	handle = open_plug("leaf.so", RTLD_NOW);
	first = start(read_objects, &one);
	second = start(read_objects, &two);
	wait_for(&one.state, 1);
	wait_for(&two.state, 1);
	tap_ok(!dlclose(handle) && is_mapped("leaf.so"), "what two readers have seen stays mapped");
	tap_ok(one.size + two.size == WHOLE + SHORT && told() == SHORT,
	       "one walk at a time is told of the counters");
	tap_ok(told_in_child() == WHOLE, "in a fork's child nobody else walks");
	/* They may yet come upon what is opened now. */
	handle = open_plug("pair.so", RTLD_NOW);
	dlclose(handle);
	one.state = 2;
	if (leave != 2)
		wait_for(&one.state, 3);
	usleep(20000);
	tap_ok(is_mapped("leaf.so"), "one reader has left, %s", how);
	two.state = 2;
	if (leave != 2)
		wait_for(&two.state, 3);
	/* Nobody tells the linker of a longjmp: that is noticed when the thread ends. */
	if (leave == 1)
		one.state = two.state = 4;
	tap_ok(goes("leaf.so") && goes("pair.so"), "the other one has, too: it goes by itself");
	tap_ok(one.readable == 2 && two.readable == 2, "both could read to the end");
	one.state = two.state = 4;
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	tap_ok(told() == WHOLE, "who has left walks no more");
}

/* Walks inside a callback, and in a signal handler there; those that it leaves by longjmp. */
static size_t in_handler;

static void walk_in_handler(int signal)
{
	(void)signal;
	in_handler = told();
}

static int walk_inside(struct dl_phdr_info *info, size_t size, void *data)
{
	size_t *sizes = data;

	(void)info;
	sizes[0] = size;
	sizes[1] = told();
	raise(SIGUSR2);
	sizes[2] = in_handler;
	return 1;
}

static jmp_buf away;

static int jump_away(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	*(size_t *)data = size;
	longjmp(away, 1);
}

static void nested_walks(void)
{
	size_t sizes[3], jumped[3] = {0};
	volatile int i;

	tap_begin("nested walks", 20);
	signal(SIGUSR2, walk_in_handler);
	dl_iterate_phdr(walk_inside, sizes);
	tap_ok(sizes[0] == WHOLE && sizes[1] == SHORT && sizes[2] == SHORT,
	       "a walk inside a walk is told of less, in a signal handler, too");
	for (i = 0; i < 3; i++)
		if (!setjmp(away))
			dl_iterate_phdr(jump_away, &jumped[i]);
	tap_ok(jumped[0] == WHOLE && jumped[1] == WHOLE && jumped[2] == WHOLE && told() == WHOLE,
	       "walks that are left by longjmp are over");
}

/* A callback that opens and closes, itself included. */
static void *to_close;
static int opened_inside;

static int open_inside(struct dl_phdr_info *info, size_t size, void *data)
{
	void *handle = dlopen(plug("pair.so"), RTLD_NOW);

	(void)size;
	(void)data;
	opened_inside += handle && dlsym(handle, "leaf_value") && !dlclose(handle);
	if (to_close && strstr(info->dlpi_name, "/leaf.so")) {
		dlclose(to_close);
		to_close = NULL;
		opened_inside += is_mapped("leaf.so") ? 100 : 0;
		opened_inside += info->dlpi_phdr[0].p_type ? 100 : 0;
	}
	return 0;
}

struct counts {
	unsigned long long adds, subs;
	size_t modid;
	void *data;
	bool seen;
};

static int count(struct dl_phdr_info *info, size_t size, void *data)
{
	struct counts *counts = data;

	if (size < sizeof(*info))
		return 1;
	counts->adds = info->dlpi_adds;
	counts->subs = info->dlpi_subs;
	if (strstr(info->dlpi_name, "/tls-gd.so")) {
		counts->modid = info->dlpi_tls_modid;
		counts->data = info->dlpi_tls_data;
		counts->seen = true;
	}
	return 0;
}

static void callbacks(void)
{
	struct counts before = {0}, open = {0}, touched = {0}, after = {0};
	void *handle, *variable;

	tap_begin("callbacks", 20);
	to_close = open_plug("leaf.so", RTLD_NOW);
	dl_iterate_phdr(open_inside, NULL);
	tap_ok(opened_inside > 203 && !is_mapped("leaf.so") && !is_mapped("pair.so"),
	       "a callback opens, looks up and closes, even the object it is told about");
	dl_iterate_phdr(count, &before);
	handle = open_plug("tls-gd.so", RTLD_NOW);
	dl_iterate_phdr(count, &open);
	variable = dlsym(handle, "tls_set");
	dl_iterate_phdr(count, &touched);
	dlclose(handle);
	dl_iterate_phdr(count, &after);
	tap_ok(open.adds == before.adds + 1 && open.subs == before.subs &&
		       after.adds == open.adds && after.subs == before.subs + 1,
	       "dlpi_adds and dlpi_subs count");
	tap_ok(open.seen && open.modid && !open.data,
	       "TLS module id; no block before it is touched");
	tap_ok(touched.modid == open.modid && touched.data &&
		       (char *)variable >= (char *)touched.data &&
		       (char *)variable < (char *)touched.data + 256,
	       "dlpi_tls_data is the block");
}

/* Signal handlers use everything while threads open and close. */
static volatile int stop;
static int handled, wrong;
static __thread int (*volatile lazy)(int);
static __thread int *(*volatile tls_place)(void);

static int find_self(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    (uintptr_t)find_self - info->dlpi_addr - info->dlpi_phdr[i].p_vaddr <
			    info->dlpi_phdr[i].p_memsz)
			++*(int *)data;
	return 0;
}

static void fail(int line)
{
	printf("# reader.c:%d: wrong\n", line);
	__atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
}

static void handler(int signal_number)
{
	int (*function)(int) = lazy, found = 0, saved = errno;
	int *(*place)(void) = tls_place;
	struct dl_find_object object;
	Dl_info info;

	(void)signal_number;
	if (!dladdr((void *)handler, &info) || !dladdr((void *)printf, &info) ||
	    strcmp(info.dli_sname, "printf"))
		fail(__LINE__);
	if (_dl_find_object((void *)handler, &object) ||
	    (char *)object.dlfo_map_start > (char *)handler ||
	    (char *)object.dlfo_map_end < (char *)handler || !object.dlfo_eh_frame)
		fail(__LINE__);
	dl_iterate_phdr(find_self, &found);
	if (found != 1)
		fail(__LINE__);
	/* Open as long as they are set: it is this thread that closes them. */
	if (function && (function(1) != 47 || !dladdr((void *)function, &info)))
		fail(__LINE__);
	if (place && *place() != 1234567)
		fail(__LINE__);
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
	errno = saved;
}

struct target {
	pthread_t thread;
	volatile int rounds;
	bool binds;
};

static void *open_and_close(void *data)
{
	struct target *target = data;

	while (!stop) {
		void *leaf = open_plug("leaf.so", RTLD_LAZY);
		void *above = open_plug(target->rounds & 1 ? "pair.so" : "tls-gd.so", RTLD_LAZY);

		if (target->binds) {
			lazy = (int (*)(int))dlsym(leaf, "leaf_call");
			if (!(target->rounds & 1))
				tls_place = (int *(*)(void))dlsym(above, "tls_place");
			/* May be interrupted by a handler that binds the same. */
			if (lazy(1) != 47)
				fail(__LINE__);
			lazy = NULL;
			tls_place = NULL;
		}
		dlclose(leaf);
		dlclose(above);
		target->rounds++;
	}
	return NULL;
}

static void handlers(void)
{
	struct target targets[3] = {{.binds = true}};
	int sent = 0;

	tap_begin("signal handlers", 20);
	signal(SIGUSR1, handler);
	for (int i = 0; i < 3; i++)
		targets[i].thread = start(open_and_close, &targets[i]);
	for (double end = now() + 3; now() < end; sent++) {
		pthread_kill(targets[sent % 3].thread, SIGUSR1);
		usleep(50);
	}
	stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(targets[i].thread, NULL);
	signal(SIGUSR1, SIG_IGN);
	printf("# %d signals, %d, %d and %d rounds\n", handled, targets[0].rounds,
	       targets[1].rounds, targets[2].rounds);
	tap_ok(handled > 1000 && targets[0].rounds > 10 && !wrong,
	       "handlers find addresses, iterate, bind and touch TLS while threads open and close");
	tap_ok(goes("leaf.so") && goes("pair.so") && goes("tls-gd.so"), "nothing is left");
	stop = 0;
}

/* Threads are made and end under signals whose handlers read, while retired memory waits. */
static void *nothing(void *data)
{
	return data;
}

static void *make_threads(void *data)
{
	int *rounds = data;

	while (!stop) {
		pthread_t thread[8];

		for (int i = 0; i < 8; i++)
			thread[i] = start(nothing, NULL);
		for (int i = 0; i < 8; i++)
			pthread_join(thread[i], NULL);
		++*rounds;
	}
	return NULL;
}

static void signals_and_threads(void)
{
	struct reader reader = {.stop_at = "/leaf.so"};
	pthread_t first, maker;
	int rounds = 0, sent = 0, before = handled;
	void *handle;

	tap_begin("signals while threads are made", 20);
	signal(SIGUSR1, handler);
	handle = open_plug("leaf.so", RTLD_NOW);
	first = start(read_objects, &reader);
	wait_for(&reader.state, 1);
	dlclose(handle);
	maker = start(make_threads, &rounds);
	for (double begin = now(), spent = 0;
	     spent < 2 || ((handled - before <= 1000 || rounds <= 10) && spent < 15);
	     sent++, spent = now() - begin) {
		pthread_kill(maker, SIGUSR1);
		usleep(20);
	}
	stop = 1;
	pthread_join(maker, NULL);
	reader.state = 2;
	wait_for(&reader.state, 3);
	reader.state = 4;
	pthread_join(first, NULL);
	signal(SIGUSR1, SIG_IGN);
	printf("# %d signals, %d rounds\n", handled - before, rounds);
	tap_ok(handled - before > 1000 && rounds > 10 && !wrong && goes("leaf.so"),
	       "handlers read while threads are made and end, and closed memory waits");
}

int main(void)
{
	held_by_readers(0, "as usual");
	held_by_readers(1, "by longjmp");
	held_by_readers(2, "by ending its thread");
	nested_walks();
	callbacks();
	handlers();
	signals_and_threads();
	return tap_end();
}
