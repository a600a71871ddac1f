/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* fork, vfork and posix_spawn while threads open and close; handlers of closed objects. */
#include "tap.h"
#include <spawn.h>

int fork_prepare, fork_parent, fork_child;
void hook(const char *who, int begin);

static volatile int stop, in_slow;

void hook(const char *who, int begin)
{
	if (strcmp(who, "slow") || !begin)
		return;
	__atomic_add_fetch(&in_slow, 1, __ATOMIC_SEQ_CST);
	/* In a child the constructor runs anew and is through at once. */
	while (!stop)
		usleep(1000);
}

static void *open_and_close(void *name)
{
	while (!stop)
		use_once(name);
	return NULL;
}

static void *touch(void *name)
{
	void *handle = open_plug(name, RTLD_LAZY);
	int (*check)(void) = (int (*)(void))dlsym(handle, "tls_check");
	int bad = check();

	return (void *)(intptr_t)(dlclose(handle) || bad);
}

/* Everything works in the child, with threads of its own. */
static int use_all(void)
{
	void *result;

	alarm(10);
	signal(SIGALRM, SIG_DFL);
	stop = 1;
	if (!leaf_works())
		return 2;
	if (touch("tls-gd.so") || touch("tls-ie.so"))
		return 3;
	pthread_join(start(touch, "tls-gd2.so"), &result);
	if (result)
		return 4;
	return 0;
}

static void busy(void)
{
	static const char *const names[] = {"leaf.so", "pair.so", "tls-gd.so", "leaf.so"};
	pthread_t thread[4];
	int forks = 0, bad = 0, last = 0;

	tap_begin("fork while threads are busy", 60);
	for (int i = 0; i < 4; i++)
		thread[i] = start(open_and_close, (void *)names[i]);
	for (double end = now() + 3; now() < end; forks++) {
		int status = in_child(use_all);

		bad += status != 0;
		last = status ? status : last;
	}
	stop = 1;
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	stop = 0;
	tap_ok(!bad && forks > 10, "%d children open and close, %d of them wrongly (%d)", forks,
	       bad, last);
}

static void *open_slow(void *data)
{
	*(void **)data = open_plug("slow.so", RTLD_NOW);
	return NULL;
}

static int open_what_was_begun(void)
{
	void *handle;
	int result = use_all(), before = in_slow;

	if (result)
		return result;
	handle = dlopen(plug("slow.so"), RTLD_NOW);
	if (!handle || in_slow != before + 1)
		return 20;
	if (dlclose(handle) || is_mapped("slow.so"))
		return 21;
	return 0;
}

static void in_constructor(void)
{
	void *handle = NULL;
	pthread_t thread;
	int status;

	tap_begin("fork while a constructor runs", 20);
	thread = start(open_slow, &handle);
	wait_for(&in_slow, 1);
	status = in_child(open_what_was_begun);
	tap_ok(status == 0,
	       "a child opens what another thread was initialising: its constructor begins anew (%d)",
	       status);
	stop = 1;
	pthread_join(thread, NULL);
	stop = 0;
	dlclose(handle);
	tap_ok(!is_mapped("slow.so"), "the parent is not disturbed");
}

static int fork_inside(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	*(int *)data = in_child(use_all);
	return 1;
}

static void in_callback(void)
{
	int status = -1;

	tap_begin("fork in a callback", 20);
	dl_iterate_phdr(fork_inside, &status);
	stop = 0;
	tap_ok(status == 0, "fork inside dl_iterate_phdr (%d)", status);
}

static int atfork_nested(void)
{
	return fork_child == 1 ? 0 : 1;
}

static int atfork_none(void)
{
	return fork_child == 0 ? 0 : 1;
}

static void handlers(void)
{
	void *handle;
	int bad = 0;

	tap_begin("atfork", 30);
	handle = open_plug("fork.so", RTLD_NOW);
	tap_ok(in_child(atfork_nested) == 0 && fork_prepare == 1 && fork_parent == 1,
	       "a plug-in's handlers run");
	dlclose(handle);
	fork_prepare = fork_parent = fork_child = 0;
	tap_ok(!is_mapped("fork.so") && in_child(atfork_none) == 0 && !fork_prepare && !fork_parent,
	       "after its close they do not");
	for (int i = 0; i < 1000; i++) {
		handle = open_plug("fork.so", RTLD_NOW);
		/* Two of them at a time, so that the list has more than one entry of an object. */
		if (i % 10 == 0)
			bad += in_child(atfork_nested) != 0;
		dlclose(handle);
		if (i % 10 == 5)
			bad += in_child(atfork_none) != 0;
		fork_child = 0;
	}
	tap_ok(!bad && fork_prepare == 100 && fork_parent == 100, "1,000 times");
}

static int nothing(void)
{
	return 0;
}

/* Two closes at a time take their handlers out of one list. */
static pthread_barrier_t meeting;

static void *close_together(void *name)
{
	const char *path = plug(name);
	/* The second plug-in comes later, and so before the first one in the list. */
	bool second = path[strlen(path) - 4] == '2';

	for (int round = 0; round < 2000; round++) {
		void *handle = NULL;

		if (second)
			pthread_barrier_wait(&meeting);
		handle = dlopen(path, RTLD_NOW);
		if (!second)
			pthread_barrier_wait(&meeting);
		pthread_barrier_wait(&meeting);
		for (volatile int i = 0; i < (second ? 10000 : round * 37 % 20000); i++)
			;
		if (!handle || dlclose(handle))
			abort();
		pthread_barrier_wait(&meeting);
	}
	return NULL;
}

static void closes_together(void)
{
	pthread_t first, second;

	tap_begin("closes of plug-ins with handlers", 20);
	pthread_barrier_init(&meeting, NULL, 2);
	first = start(close_together, "fork.so");
	second = start(close_together, "fork2.so");
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	fork_prepare = fork_child = 0;
	tap_ok(in_child(atfork_none) == 0 && !fork_prepare,
	       "two plug-ins that close at the same time leave no handlers behind");
}

/* A place in the list is used again at once, also while a close waits for a fork to leave it. */
static void closes_and_forks(void)
{
	static const char *const names[] = {"fork.so", "fork3.so", "fork4.so", "fork5.so"};
	pthread_t thread[4];
	int bad = 0, forks = 0;

	tap_begin("forks while plug-ins with handlers close", 20);
	for (int i = 0; i < 4; i++)
		thread[i] = start(open_and_close, (void *)names[i]);
	for (double end = now() + 3; now() < end; forks++)
		bad += in_child(nothing) != 0;
	stop = 1;
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	stop = 0;
	fork_prepare = fork_child = 0;
	tap_ok(!bad && forks > 10 && in_child(atfork_none) == 0 && !fork_prepare,
	       "plug-ins with handlers close while %d forks run", forks);
}

/* A thread that the child does not have may have had its stack in memory of the program. */
enum { STACK = 256 * 1024 };
static void *stack;
static volatile int resting;

static void *rest_for_ever(void *data)
{
	resting = 1;
	for (;;)
		pause();
	return data;
}

static int without_stack(void)
{
	munmap(stack, STACK);
	return use_all();
}

static void own_stack(void)
{
	pthread_attr_t attributes;
	pthread_t thread;

	tap_begin("a lost thread's stack", 20);
	stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, stack, STACK);
	if (pthread_create(&thread, &attributes, rest_for_ever, NULL))
		abort();
	wait_for(&resting, 1);
	tap_ok(in_child(without_stack) == 0, "a child frees the stack of a thread it lacks");
	if (!tap_cannot_cancel(0)) {
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	stop = 0;
}

static void others(void)
{
	static const char *const names[] = {"leaf.so", "pair.so"};
	char *arguments[] = {"true", NULL}, *environment[] = {NULL};
	pthread_t thread[2];
	volatile int bad = 0;
	int status;
	pid_t pid;

	tap_begin("vfork and posix_spawn", 30);
	for (int i = 0; i < 2; i++)
		thread[i] = start(open_and_close, (void *)names[i]);
	for (int i = 0; i < 100; i++) {
		if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL,
				(char *[]){"forks", "nothing", NULL}, environment))
			bad++;
		else if (waitpid(pid, &status, 0) != pid || status)
			bad++;
		pid = vfork();
		if (!pid) {
			execve("/proc/self/exe", (char *[]){arguments[0], "nothing", NULL},
			       environment);
			_exit(9);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			bad++;
	}
	stop = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	stop = 0;
	tap_ok(!bad, "posix_spawn and vfork while threads open and close");
}

static void *wrong_open(void *data)
{
	dlopen(plug("not-there.so"), RTLD_NOW);
	*(volatile int *)data = 1;
	for (;;)
		pause();
	return NULL;
}

static void *no_error(void *data)
{
	(void)data;
	return dlerror();
}

static int errors_in_child(void)
{
	void *result;

	for (int i = 0; i < 4; i++) {
		pthread_join(start(no_error, NULL), &result);
		if (result)
			return 1;
	}
	return 0;
}

static void errors(void)
{
	static volatile int done[3];

	tap_begin("errors", 10);
	for (int i = 0; i < 3; i++) {
		start(wrong_open, (void *)&done[i]);
		wait_for(&done[i], 1);
	}
	tap_ok(in_child(errors_in_child) == 0,
	       "threads of a child do not hear the errors of the parent's threads");
}

int main(int count, char **arguments)
{
	if (count > 1 && arguments[1])
		return 0;
	busy();
	in_constructor();
	in_callback();
	handlers();
	closes_together();
	closes_and_forks();
	own_stack();
	others();
	errors();
	return tap_end();
}
