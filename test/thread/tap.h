/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the programs of test/thread share: TAP lines, plug-ins found next to the program, what is
 * mapped (read without any dl* call), and a watchdog that names the test that hangs.
 */
#ifndef TEST_THREAD_TAP_H
#define TEST_THREAD_TAP_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int tap_count, tap_bad;
static const char *tap_now = "start";

static inline void tap_hang(int signal_number)
{
	const char *text[] = {"\nnot ok - hangs: ", tap_now, "\n"};

	(void)signal_number;
	for (int i = 0; i < 3; i++)
		if (write(1, text[i], strlen(text[i])) < 0)
			break;
	_exit(1);
}

/* Begin a test that must be over within `seconds`; an emulator has five times as long. */
static inline void tap_begin(const char *name, unsigned seconds)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = tap_hang;
	sigaction(SIGALRM, &action, NULL);
	tap_now = name;
	alarm(getenv("EMULATED") ? 5 * seconds : seconds);
}

static inline bool tap_ok(bool good, const char *format, ...)
{
	va_list arguments;

	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	tap_bad += !good;
	return good;
}

/* So many tests cancel threads by a signal: they are left out where that cannot work (frames.c). */
static inline bool tap_cannot_cancel(int tests)
{
	if (!getenv("NO_FRAMES"))
		return false;
	while (tests--)
		printf("ok %d # SKIP unwinding ends at signal handlers under this emulator\n",
		       ++tap_count);
	fflush(stdout);
	return true;
}

static inline int tap_end(void)
{
	alarm(0);
	printf("1..%d\n", tap_count);
	fflush(stdout);
	return tap_bad != 0;
}

/* Path of a plug-in next to the program: one of eight buffers of the thread. */
static inline const char *plug(const char *name)
{
	static __thread char buffer[8][PATH_MAX];
	static __thread unsigned turn;
	char *path = buffer[turn++ % 8], *slash;
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	path[length < 0 ? 0 : length] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash ? slash + 1 : path, 256, "%s", name);
	return path;
}

static inline void *open_plug(const char *name, int mode)
{
	void *handle = dlopen(plug(name), mode);

	if (!handle) {
		printf("Bail out! %s\n", dlerror());
		fflush(stdout);
		_exit(1);
	}
	return handle;
}

/* Open a plug-in, call leaf_call if it has that, close it. */
static inline void use_once(const char *name)
{
	void *handle = open_plug(name, RTLD_LAZY);
	int (*call)(int) = (int (*)(int))dlsym(handle, "leaf_call");

	if (call && call(1) != 47)
		abort();
	dlclose(handle);
}

/* The same with leaf.so, for a child: it must not print. */
static inline bool leaf_works(void)
{
	void *leaf = dlopen(plug("leaf.so"), RTLD_LAZY);
	int (*call)(int) = leaf ? (int (*)(int))dlsym(leaf, "leaf_call") : NULL;

	return call && call(1) == 47 && !dlclose(leaf);
}

/* Is a file of that name mapped?  Touches no heap and calls nothing of the linker. */
static inline bool is_mapped(const char *name)
{
	char text[65536 + 1];
	size_t have = 0;
	ssize_t got;
	int fd = open("/proc/self/maps", O_RDONLY);
	bool found = false;

	while (fd >= 0 && (got = read(fd, text + have, 65536 - have)) > 0) {
		have += (size_t)got;
		text[have] = '\0';
		found = found || strstr(text, name);
		if (have > 32768) {
			memmove(text, text + have - 4096, 4096);
			have = 4096;
		}
	}
	close(fd);
	return found;
}

/* Wait until the file is no longer mapped; false: it still is after two seconds. */
static inline bool goes(const char *name)
{
	for (int i = 0; i < 200; i++) {
		if (!is_mapped(name))
			return true;
		usleep(10000);
	}
	return false;
}

/* Kilobytes that are mapped, as /proc tells. */
static inline long mapped(void)
{
	unsigned long begin, end, sum = 0;
	char line[4096];
	FILE *file = fopen("/proc/self/maps", "r");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx-%lx", &begin, &end) == 2)
			sum += end - begin;
	if (file)
		fclose(file);
	return (long)(sum / 1024);
}

/*
 * Resident kilobytes of this process.  An emulator's own memory is among them, for code it has
 * translated and for threads that have ended: there, all that the program has mapped.
 */
static inline long resident(void)
{
	long size = 0, pages = 0;
	FILE *file;

	if (getenv("EMULATED"))
		return mapped();
	file = fopen("/proc/self/statm", "r");
	if (!file || fscanf(file, "%ld %ld", &size, &pages) != 2)
		pages = -1;
	if (file)
		fclose(file);
	return pages * (getpagesize() / 1024);
}

static inline pthread_t start(void *(*function)(void *), void *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, function, argument)) {
		printf("Bail out! pthread_create fails\n");
		exit(1);
	}
	return thread;
}

static inline bool wait_for(volatile int *flag, int value)
{
	for (int i = 0; i < 5000 && *flag != value; i++)
		usleep(1000);
	return *flag == value;
}

static inline double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Run a function in a child; its exit status, or -1 - signal. */
static inline int in_child(int (*function)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(function());
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1000;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1 - WTERMSIG(status);
}

#endif
