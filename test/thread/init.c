/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * No lock around constructors and destructors: they start threads that use the linker and wait
 * for them; threads wait for the object they need only; a circle of waiting threads is none.
 */
#include "tap.h"
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

void hook(const char *who, int begin)
{
	if (!strcmp(who, "worker"))
		pthread_join(start(work, NULL), NULL);
	else if (!strcmp(who, "slow"))
		slow(begin);
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

int main(void)
{
	constructor_threads();
	circles(2, 1, 30);
	circles(3, 1, 30);
	circles(2, 0, 200);
	circles(3, 0, 200);
	waiting();
	return tap_end();
}
