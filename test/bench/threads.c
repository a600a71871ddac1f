/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * threads DIRECTORY: what the <dlfcn.h> functions cost when several threads call them.  Prints "ROW
 * value floor" lines: nanoseconds of a call, with all threads at it, beside those of one thread
 * alone; of the time that passes, not the CPU's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 4 };

static char path[MOST][4096];
static void *handle;
static pthread_barrier_t begin;

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void *look_up(void *number)
{
	(void)number;
	pthread_barrier_wait(&begin);
	for (unsigned i = 0; i < 200000; i++)
		if (!dlsym(handle, "lib_00000_f12"))
			exit(1);
	return NULL;
}

static void *open_and_close(void *number)
{
	pthread_barrier_wait(&begin);
	for (unsigned i = 0; i < 2000; i++) {
		void *own = dlopen(path[(uintptr_t)number], RTLD_NOW);

		if (!own || dlclose(own))
			exit(1);
	}
	return NULL;
}

/* Nanoseconds until all threads are through. */
static uint64_t run(void *(*work)(void *number), unsigned threads)
{
	pthread_t thread[MOST];
	uint64_t start;

	pthread_barrier_init(&begin, NULL, threads + 1);
	for (uintptr_t i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, work, (void *)i))
			exit(1);
	pthread_barrier_wait(&begin);
	start = now();
	for (unsigned i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return now() - start;
}

/* The best of some runs, divided by the calls that all threads made. */
static uint64_t best(void *(*work)(void *number), unsigned threads, unsigned calls)
{
	uint64_t least = UINT64_MAX;

	for (unsigned round = 0; round < 5; round++) {
		uint64_t took = run(work, threads);

		if (took < least)
			least = took;
	}
	return least / calls / threads;
}

static void report(const char *row, void *(*work)(void *number), unsigned threads, unsigned calls)
{
	uint64_t alone = best(work, 1, calls), together = best(work, threads, calls);

	printf("%s %llu %llu\n", row, (unsigned long long)together, (unsigned long long)alone);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	snprintf(path[0], sizeof(path[0]), "%s/lib00000.so", argv[1]);
	handle = dlopen(path[0], RTLD_NOW);
	if (!handle)
		return 1;
	report("dlsym-2-threads", look_up, 2, 200000);
	for (unsigned i = 0; i < MOST; i++)
		snprintf(path[i], sizeof(path[i]), "%s/lib%05u.so", argv[1], 1001 + i);
	report("open-4-threads", open_and_close, MOST, 2000);
	return 0;
}
