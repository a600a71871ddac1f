/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Real-time threads on one processor: what they wait for goes on, even if a third thread wants the
 * processor, too.
 */
#include "tap.h"
#include <sched.h>
#include <sys/syscall.h>

enum { ROUNDS = 25, BUSY = 100, LATE = BUSY / 2 }; /* milliseconds */

static volatile int stop;
static sem_t begin, done;

/* Not libc's: those of its functions that there are say that there is none. */
static bool be_realtime(int priority)
{
	struct sched_param parameter = {.sched_priority = priority};

	return syscall(SYS_sched_setscheduler, 0, priority ? SCHED_FIFO : SCHED_OTHER,
		       &parameter) == 0;
}

static bool use_one_processor(void)
{
	cpu_set_t all, one;
	int i = 0;

	if (sched_getaffinity(0, sizeof(all), &all))
		return false;
	while (i < CPU_SETSIZE - 1 && !CPU_ISSET(i, &all))
		i++;
	CPU_ZERO(&one);
	CPU_SET(i, &one);
	return sched_setaffinity(0, sizeof(one), &one) == 0;
}

static void *open_and_close(void *name)
{
	while (!stop)
		use_once(name);
	return NULL;
}

static void *bind_and_close(void *name)
{
	while (!stop) {
		use_once(name);
		dlsym(RTLD_DEFAULT, "no such name");
	}
	return NULL;
}

static void *be_busy(void *unused)
{
	bool good = be_realtime(5);

	while (good && !sem_wait(&begin) && !stop) {
		for (double end = now() + BUSY / 1e3; now() < end;)
			;
		sem_post(&done);
	}
	return unused;
}

/* The longest open and close, in milliseconds, and how many were late. */
static double measure(void *(*function)(void *), bool busy, int *late)
{
	pthread_t low, middle = start(be_busy, NULL);
	double worst = 0;

	stop = 0;
	low = start(function, (void *)"pair.so");
	be_realtime(10);
	for (int i = 0; i < ROUNDS * (busy ? 1 : 20); i++) {
		double time;

		usleep(busy ? 20000 : 1000);
		usleep((useconds_t)(rand() % 1000));
		if (busy)
			sem_post(&begin);
		time = now();
		use_once("leaf.so");
		time = (now() - time) * 1e3;
		worst = time > worst ? time : worst;
		*late += time > LATE;
		if (busy)
			sem_wait(&done);
	}
	be_realtime(0);
	stop = 1;
	sem_post(&begin);
	pthread_join(middle, NULL);
	pthread_join(low, NULL);
	return worst;
}

int main(void)
{
	int late = 0;
	double worst;

	if (!use_one_processor() || !be_realtime(1)) {
		printf("1..0 # SKIP no real-time threads for us\n");
		return 0;
	}
	be_realtime(0);
	sem_init(&begin, 0, 0);
	sem_init(&done, 0, 0);
	tap_begin("real-time threads", 120);
	worst = measure(bind_and_close, false, &late);
	tap_ok(!late, "a close beside bindings of an ordinary thread: %.1f ms at most", worst);
	late = 0;
	worst = measure(open_and_close, true, &late);
	tap_ok(late <= ROUNDS / 5,
	       "beside an open of an ordinary thread, while a third one is busy: %d of %d late, "
	       "%.1f ms at most",
	       late, ROUNDS, worst);
	return tap_end();
}
