/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What signal handlers may do besides reading: close the plug-in they have interrupted, from
 * whatever stack they run on, use the dlopen family and fork in the middle of a dl* call.  And
 * dl_iterate_phdr left by a longjmp.
 */
#include "tap.h"
#include <setjmp.h>
#include <sys/time.h>

enum { STACK = 256 * 1024 };

/* One close by a handler. */
struct close {
	void *handle;
	volatile int closed; /* 0: not yet, 1: done, -1: failed, 2: gone too early */
	volatile pthread_t waiting;
	bool spin; /* the interrupted code is the plug-in's own, else a function it has called */
};

static struct close *closing;

static void close_now(int number)
{
	int result;

	(void)number;
	/* Sent once more, while the first one was still at it. */
	if (closing->closed)
		return;
	result = dlclose(closing->handle) ? -1 : 1;
	/* A second look, from the handler's stack. */
	dlsym(RTLD_DEFAULT, "no such name");
	if (!is_mapped("leaf.so"))
		result = 2;
	closing->closed = result;
}

static int call_raise(void *data)
{
	(void)data;
	raise(SIGUSR1);
	dlsym(RTLD_DEFAULT, "no such name");
	return is_mapped("leaf.so") ? 46 : 0;
}

static void *interrupt(void *data)
{
	struct close *close = data;

	while (!close->closed) {
		usleep(10000);
		pthread_kill(close->waiting, SIGUSR1);
		usleep(300000);
	}
	return NULL;
}

/* On this thread: call into the plug-in, have it closed by a handler, return. */
static void close_interrupted(struct close *close, const char *stack)
{
	int (*walk)(int (*)(void *), void *), (*spin)(volatile int *);
	pthread_t sender;
	int result;

	close->handle = open_plug("leaf.so", RTLD_NOW);
	close->closed = 0;
	close->waiting = pthread_self();
	closing = close;
	walk = (int (*)(int (*)(void *), void *))dlsym(close->handle, "leaf_walk");
	spin = (int (*)(volatile int *))dlsym(close->handle, "leaf_spin");
	if (close->spin) {
		sender = start(interrupt, close);
		result = spin(&close->closed) + 46;
		pthread_join(sender, NULL);
	} else {
		result = walk(call_raise, NULL);
	}
	tap_ok(close->closed == 1 && result == 47,
	       "%s: closed by a handler on %s, it stays until it has returned (%d, %d)",
	       close->spin ? "in the plug-in" : "below the plug-in", stack, close->closed, result);
	/* Any dl* call from its own stack shows that nothing returns there any more. */
	dlclose(open_plug("pair.so", RTLD_NOW));
	tap_ok(!is_mapped("leaf.so"), "and is gone afterwards");
}

static void with_stack(char *stack, const char *name)
{
	struct sigaction action = {.sa_handler = close_now, .sa_flags = stack ? SA_ONSTACK : 0};
	stack_t alternate = {.ss_sp = stack, .ss_size = STACK, .ss_flags = stack ? 0 : SS_DISABLE};
	struct close close = {.spin = false};

	sigaltstack(&alternate, NULL);
	sigaction(SIGUSR1, &action, NULL);
	close_interrupted(&close, name);
	close.spin = true;
	close_interrupted(&close, name);
	alternate.ss_flags = SS_DISABLE;
	sigaltstack(&alternate, NULL);
}

static void *close_from_stacks(void *who)
{
	static char in_bss[STACK];
	char local[STACK], name[64];
	char *mapped =
		mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *heap = malloc(STACK);

	tap_begin(who, 60);
	snprintf(name, sizeof(name), "%s's stack", (char *)who);
	with_stack(NULL, name);
	with_stack(in_bss, "a static stack");
	with_stack(mapped, "a mapped stack");
	with_stack(heap, "a stack from malloc");
	with_stack(local, "a stack in a local variable");
	free(heap);
	munmap(mapped, STACK);
	return NULL;
}

/* fork in handlers. */

static volatile sig_atomic_t is_child;
static volatile int stop, children, finished, bad, last;

static void fork_now(int number)
{
	int saved = errno;

	(void)number;
	if (!is_child && children - finished < 2) {
		pid_t pid = fork();

		if (!pid)
			is_child = 1;
		else if (pid > 0)
			__atomic_add_fetch(&children, 1, __ATOMIC_SEQ_CST);
	}
	errno = saved;
}

/* In the child the interrupted call has come to its end; then all is as it should be. */
static void child_goes_on(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	int (*check)(void);
	void *tls;

	if (!is_child)
		return;
	stop = 1;
	sigaction(SIGALRM, &action, NULL);
	alarm(10);
	if (!leaf_works())
		_exit(2);
	tls = dlopen(plug("tls-gd.so"), RTLD_LAZY);
	check = tls ? (int (*)(void))dlsym(tls, "tls_check") : NULL;
	if (!check || check() || dlclose(tls))
		_exit(3);
	_exit(0);
}

static void *open_and_close(void *name)
{
	while (!stop) {
		use_once(name);
		child_goes_on();
	}
	return NULL;
}

static void *touch(void *check)
{
	return (void *)(intptr_t)((int (*)(void))check)();
}

/* Threads come and go, each touching thread-local storage: the heap and the list of threads. */
static void *make_threads(void *name)
{
	void *handle = open_plug(name, RTLD_LAZY), *check = dlsym(handle, "tls_check");

	while (!stop) {
		pthread_join(start(touch, check), NULL);
		child_goes_on();
	}
	dlclose(handle);
	return NULL;
}

static void reap(void)
{
	int status;

	while (waitpid(-1, &status, WNOHANG) > 0) {
		finished++;
		if (status) {
			bad++;
			last = status;
		}
	}
}

static void fork_in_handlers(void)
{
	static const char *const names[] = {"leaf.so", "pair.so", "tls-gd.so"};
	struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = fork_now, .sa_flags = SA_RESTART};
	pthread_t thread[4];

	stop = 0;
	alarm(0);
	tap_now = "fork in handlers";
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < 3; i++)
		thread[i] = start(open_and_close, (void *)names[i]);
	thread[3] = start(make_threads, "tls-gd2.so");
	setitimer(ITIMER_REAL, &often, NULL);
	for (double end = now() + 2; now() < end || children < 20;) {
		reap();
		child_goes_on();
	}
	setitimer(ITIMER_REAL, &never, NULL);
	stop = 1;
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	child_goes_on();
	for (double end = now() + 15; finished < children && now() < end; usleep(1000))
		reap();
	tap_ok(!bad && finished == children,
	       "%d handlers fork wherever they strike, %d children fail (0x%x), %d hang", children,
	       bad, last, children - finished);
}

/* Handlers that use the dlopen family wherever they strike. */

static volatile int found, missed, opened, refused, unexplained;

static void look_up(int number)
{
	int saved = errno;

	(void)number;
	if (dlsym(RTLD_DEFAULT, "getpid") == (void *)getpid && !dlsym(RTLD_DEFAULT, "no such name"))
		found++;
	else
		missed++;
	errno = saved;
}

/* An error that says it: the linker is at work below, or another thread waits for it. */
static bool explained(const char *error)
{
	return error && (strstr(error, "signal handler") || strstr(error, "waits for this thread"));
}

static void open_or_not(int number)
{
	int saved = errno;
	void *handle = dlopen(plug("pair.so"), RTLD_LAZY);

	(void)number;
	if (handle) {
		opened++;
		unexplained += dlclose(handle) != 0;
	} else {
		refused++;
		unexplained += !explained(dlerror());
	}
	errno = saved;
}

static void with_timer(void (*handler)(int), long microseconds, double seconds, const char *name)
{
	struct itimerval often = {{0, microseconds}, {0, microseconds}}, never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	void *tls = open_plug("tls-gd.so", RTLD_NOW);

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (double end = now() + seconds; now() < end;)
		use_once(name);
	setitimer(ITIMER_REAL, &never, NULL);
	dlclose(tls);
}

static void use_in_handlers(void)
{
	pthread_t thread;

	alarm(0);
	tap_now = "the family in handlers";
	with_timer(look_up, 1000, 1, "leaf.so");
	tap_ok(found && !missed,
	       "dlsym in handlers that interrupt dlopen and dlclose: %d right, %d wrong", found,
	       missed);
	stop = 0;
	thread = start(open_and_close, (void *)"leaf.so");
	with_timer(open_or_not, 2000, 2, "leaf.so");
	stop = 1;
	pthread_join(thread, NULL);
	tap_ok(opened && refused && !unexplained,
	       "dlopen in handlers: %d done, %d refused because of their own thread, %d "
	       "unexplained",
	       opened, refused, unexplained);
	tap_ok(!is_mapped("leaf.so") && !is_mapped("pair.so"), "and all is gone at the end");
}

/* dl_iterate_phdr left by a longjmp. */

static jmp_buf out;
static void *plug_handle;
static bool inner_left, stayed;

static int leave(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	(void)data;
	longjmp(out, 1);
}

static void __attribute__((noinline)) iterate_and_leave(void)
{
	if (!setjmp(out))
		dl_iterate_phdr(leave, NULL);
}

static int close_inside(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	(void)data;
	iterate_and_leave();
	inner_left = true;
	dlclose(plug_handle);
	stayed = is_mapped("leaf.so");
	return 1;
}

static void left_by_longjmp(void)
{
	tap_begin("left by longjmp", 20);
	plug_handle = open_plug("leaf.so", RTLD_NOW);
	iterate_and_leave();
	dlclose(plug_handle);
	tap_ok(!is_mapped("leaf.so"), "a dl_iterate_phdr that was left holds nothing");
	plug_handle = open_plug("leaf.so", RTLD_NOW);
	dl_iterate_phdr(close_inside, NULL);
	tap_ok(inner_left && stayed, "an inner one that was left does not end the outer one");
	tap_ok(!is_mapped("leaf.so"), "which lets go when it is over");
}

int main(void)
{
	pthread_t thread;

	left_by_longjmp();
	close_from_stacks("the main thread");
	thread = start(close_from_stacks, "another thread");
	pthread_join(thread, NULL);
	use_in_handlers();
	fork_in_handlers();
	return tap_end();
}
