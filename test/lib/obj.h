/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every object and program of a test case starts with.  Output is written at
 * once, so that the order on the terminal is the order of events whoever wrote.
 */
#ifndef TEST_OBJ_H
#define TEST_OBJ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef RTLD_DEEPBIND
#define RTLD_DEEPBIND 8
#endif

/* Print one line, unbuffered. */
static inline __attribute__((format(printf, 1, 2), unused)) void say(const char *format, ...)
{
	char line[4096];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(1, line, n) < 0)
		_exit(99);
}

/* Exported by the driver: run one line of its script language; the handle of that name. */
extern int script(const char *line);
extern void *handle(const char *name);
extern void set_handle(const char *name, void *handle);

/* From libc (thread_local destructors as the C++ ABI has them). */
extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern int __cxa_atexit(void (*)(void *), void *, void *);
extern void *__dso_handle __attribute__((visibility("hidden")));

/* Has a function that calls on afterwards: keeps the call from becoming a jump. */
#define NO_TAIL_CALL() __asm__ volatile("" ::: "memory")

#endif
