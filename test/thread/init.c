/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * No lock around constructors and destructors: they start threads that use the linker and wait
 * for them; threads wait for the object they need only; a circle of waiting threads is none.
 */
#include "../lib/ifunc.h"
#include "tap.h"
#include <setjmp.h>
#include <unwind.h>

void hook(const char *who, int begin);
int leaf_begun, leaf_ended;

static volatile int worked, cleaned, frames;

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *data)
{
	(void)context;
	(void)data;
	frames++;
	return _URC_NO_REASON;
}

static int throw_away(void *data)
{
	(void)data;
	_Unwind_Backtrace(count_frame, NULL);
	return 0;
}

static void clean(void *data)
{
	(void)data;
	cleaned++;
}

/* Everything a thread started by a constructor might do. */
static void *work(void *data)
{
	void *handle = open_plug("leaf.so", RTLD_LAZY);
	int (*call)(int) = (int (*)(int))dlsym(handle, "leaf_call");
	int (*walk)(int (*)(void *), void *) =
		(int (*)(int (*)(void *), void *))dlsym(handle, "leaf_walk");

	(void)data;
	if (call(1) == 2 + 3 + 42 && walk(throw_away, NULL) == 1)
		worked++;
	if (dlclose(handle))
		worked = -100;
	pthread_cleanup_push(clean, NULL);
	pthread_exit(NULL); /* a forced unwinding */
	pthread_cleanup_pop(0);
	return NULL;
}

/* The circle of plug-ins that open each other. */
static sem_t begun[3];
static volatile int circle, circle_meets, opened_other;

static void open_next(const char *who)
{
	int at = who[0] - 'x';
	char name[] = "x.so";
	struct timespec limit;

	name[0] = (char)('x' + (at + 1) % circle);
	sem_post(&begun[at]);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 5;
	/* Only when all are in their constructors is there a circle of threads. */
	if (circle_meets)
		sem_timedwait(&begun[(at + 1) % circle], &limit);
	void *handle = dlopen(plug(name), RTLD_NOW);

	if (handle) {
		__atomic_add_fetch(&opened_other, 1, __ATOMIC_SEQ_CST);
		dlclose(handle);
	}
}

static volatile int slow_state;
static sem_t slow_go;

static void slow(int begin)
{
	if (!begin)
		return;
	slow_state = 1;
	while (sem_wait(&slow_go))
		;
	slow_state = 2;
}

/* What a resolver does. */
static volatile enum { RESOLVE, OPEN_OTHER, END_THREAD, JUMP, REST } resolver_does;
static volatile int resolver_rests, resolver_opened;
static jmp_buf out_of_resolver;

static void open_other(const char *who)
{
	static __thread bool begun_here;
	const char *other = *who == 'p' ? "q.so" : "p.so";
	struct timespec limit;
	void *handle;

	if (begun_here)
		return;
	begun_here = true;
	sem_post(&begun[*who - 'p']);
	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 5;
	sem_timedwait(&begun[*who == 'p'], &limit);
	handle = dlopen(plug(other), RTLD_NOW);
	if (handle && !dlclose(handle))
		__atomic_add_fetch(&resolver_opened, 1, __ATOMIC_SEQ_CST);
}

static void in_resolver(const char *who)
{
	switch (resolver_does) {
	case OPEN_OTHER:
		open_other(who);
		break;
	case END_THREAD:
		pthread_exit(NULL);
	case JUMP:
		longjmp(out_of_resolver, 1);
	case REST:
		resolver_rests = 1;
		for (;;)
			pause();
	case RESOLVE:
		break;
	}
}

void hook(const char *who, int begin)
{
	if (!strcmp(who, "worker"))
		pthread_join(start(work, NULL), NULL);
	else if (!strcmp(who, "slow"))
		slow(begin);
	else if (*who == 'p' || *who == 'q')
		in_resolver(who);
	else if (begin)
		open_next(who);
}

static void constructor_threads(void)
{
	tap_begin("a constructor's thread", 10);
	void *handle = open_plug("worker.so", RTLD_NOW);

	tap_ok(worked == 1 && cleaned == 1 && frames > 2,
	       "a constructor's thread opens, binds, unwinds, closes and is joined");
	dlclose(handle);
	tap_ok(worked == 2 && cleaned == 2, "so does a destructor's");
	tap_ok(!is_mapped("worker.so") && !is_mapped("leaf.so"), "both are gone");
	tap_ok(leaf_begun == 2 && leaf_ended == 2, "each constructor and destructor ran once");
}

static void *open_one(void *name)
{
	void *handle = dlopen(plug(name), RTLD_NOW);

	usleep(100);
	return (void *)(intptr_t)(handle && !dlclose(handle));
}

static void circles(int members, int meet, int rounds)
{
	static const char *name[] = {"x.so", "y.so", "z.so"};
	pthread_t thread[3];
	int good = 0;

	tap_begin("threads whose plug-ins open each other", 20);
	circle = members;
	circle_meets = meet;
	opened_other = 0;
	for (int round = 0; round < rounds; round++) {
		void *result;

		for (int i = 0; i < members; i++)
			sem_init(&begun[i], 0, 0);
		for (int i = 0; i < members; i++)
			thread[i] = start(open_one, (void *)name[i]);
		for (int i = 0; i < members; i++) {
			pthread_join(thread[i], &result);
			good += result != NULL;
		}
	}
	tap_ok(good == members * rounds && opened_other >= members * rounds,
	       "%d threads open plug-ins that open each other%s, %d times", members,
	       meet ? " at the same time" : "", rounds);
	tap_ok(!is_mapped("/x.so") && !is_mapped("/y.so") && !is_mapped("/z.so"), "all are gone");
}

static volatile int waiter_state[2];

static void *open_slow(void *data)
{
	void *handle = open_plug("slow.so", RTLD_NOW);

	(void)data;
	waiter_state[0] = slow_state;
	dlclose(handle);
	return NULL;
}

static void *open_above_slow(void *data)
{
	void *handle = open_plug("above.so", RTLD_NOW);

	(void)data;
	waiter_state[1] = slow_state;
	dlclose(handle);
	return NULL;
}

static void *first_open(void *data)
{
	*(void **)data = open_plug("slow.so", RTLD_NOW);
	return NULL;
}

static void waiting(void)
{
	void *handle = NULL, *other, *again;
	pthread_t first, second, third;
	double begin;

	tap_begin("waiting for one object", 20);
	sem_init(&slow_go, 0, 0);
	first = start(first_open, &handle);
	tap_ok(wait_for(&slow_state, 1), "a constructor takes its time");
	second = start(open_slow, NULL);
	third = start(open_above_slow, NULL);
	usleep(100000);
	tap_ok(!waiter_state[0] && !waiter_state[1],
	       "who opens the object, or what needs it, waits");
	begin = now();
	other = open_plug("leaf.so", RTLD_NOW);
	again = open_plug("leaf.so", RTLD_NOW);
	tap_ok(dlsym(other, "leaf_value") && dlsym(RTLD_DEFAULT, "printf") && !dlclose(again) &&
		       !dlclose(other) && !is_mapped("leaf.so") && now() - begin < 1,
	       "others open, look up and close meanwhile");
	tap_ok(!waiter_state[0] && !waiter_state[1], "and those who wait still do");
	sem_post(&slow_go);
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	pthread_join(third, NULL);
	tap_ok(waiter_state[0] == 2 && waiter_state[1] == 2,
	       "they get it when its constructor is over");
	dlclose(handle);
	tap_ok(!is_mapped("slow.so") && !is_mapped("above.so"), "it is gone");
}

static bool use_resolver(const char *name)
{
	void *handle = dlopen(plug(name), RTLD_NOW);
	int (*call)(void) = handle ? (int (*)(void))dlsym(handle, "resolver_call") : NULL;

	return call && call() == 42 && !dlclose(handle);
}

static void *resolver_thread(void *name)
{
	return (void *)(intptr_t)use_resolver(name);
}

/* So far down that the jump out of it shows. */
static bool __attribute__((noinline)) use_deep_down(const char *name)
{
	volatile char room[4096];

	room[0] = 1;
	return use_resolver(name) && room[0];
}

static void *resolver_jumps(void *name)
{
	if (setjmp(out_of_resolver))
		return (void *)(intptr_t)(!dlsym(RTLD_DEFAULT, "no such name") &&
					  !is_mapped("/p.so"));
	use_deep_down(name);
	return NULL;
}

/* Somebody waits for what a resolver leaves, and gets it all the same. */
static bool left_by(int how, void *(*function)(void *), bool wanted)
{
	pthread_t first, second;
	void *result, *other;

	resolver_rests = 0;
	resolver_does = how;
	first = start(function, "p.so");
	if (how == REST) {
		wait_for(&resolver_rests, 1);
		resolver_does = RESOLVE;
		second = start(resolver_thread, "p.so");
		usleep(50000);
		pthread_cancel(first);
	}
	pthread_join(first, &result);
	resolver_does = RESOLVE;
	if (how == REST) {
		pthread_join(second, &other);
		return result == PTHREAD_CANCELED && other;
	}
	return (result != NULL) == wanted && !is_mapped("/p.so") && use_resolver("p.so");
}

static void resolvers(void)
{
	pthread_t thread[2];
	void *result[2], *handle;

	tap_begin("resolvers", 20);
	handle = open_plug("tls-ie.so", RTLD_NOW);
	((void (*)(int))dlsym(handle, "tls_spoil"))(85);
	dlclose(handle);
	tap_ok(use_resolver("p.so"),
	       "a resolver finds the initial values of static thread-local variables");
	sem_init(&begun[0], 0, 0);
	sem_init(&begun[1], 0, 0);
	resolver_does = OPEN_OTHER;
	thread[0] = start(resolver_thread, "p.so");
	thread[1] = start(resolver_thread, "q.so");
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], &result[i]);
	tap_ok(result[0] && result[1] && resolver_opened == 1,
	       "two plug-ins whose resolvers open each other: one is told that this is a circle");
	tap_ok(left_by(END_THREAD, resolver_thread, false), "a resolver left by pthread_exit");
	tap_ok(left_by(JUMP, resolver_jumps, true), "by longjmp");
	if (!tap_cannot_cancel(1))
		tap_ok(left_by(REST, resolver_thread, false),
		       "by cancellation, while another thread waits");
	tap_ok(!is_mapped("/p.so") && !is_mapped("/q.so"), "all are gone");
}

int main(void)
{
	constructor_threads();
	circles(2, 1, 30);
	circles(3, 1, 30);
	circles(2, 0, 200);
	circles(3, 0, 200);
	waiting();
	if (IFUNC_HERE)
		resolvers();
	else
		printf("# no IFUNCs on this CPU\n");
	return tap_end();
}
