/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does a thread keep its thread pointer when a signal handler returns while there are other
 * threads? qemu-i386 7.2 has one table of segments for all of them, and returns with the pointer of
 * the thread that was made last: two threads take each other's locks, storage and errors then.
 * Static: no linker.
 */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static __thread int mine;

static void handle(int number)
{
	(void)number;
}

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* The address is asked for anew each time. */
static __attribute__((noinline)) int *address(void)
{
	__asm__ volatile("");
	return &mine;
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};
	pthread_t thread;
	int *before = address();

	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&thread, NULL, wait_for_ever, NULL);
	raise(SIGUSR1);
	_exit(address() != before);
}
