/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The linker as a part of a program of the build machine: all of ldso/ but what starts a process,
 * on files that are made in memory and mapped into blocks of malloc, so that ThreadSanitizer
 * knows when memory is gone.  Threads are the machine's, with a TCB of the linker's beside.
 */
#ifndef TEST_LINKER_H
#define TEST_LINKER_H

#include "ld.h"

/* A shared object. */
struct plan_of_file {
	const char *path; /* absolute; kept */
	const char *const
		*defines;	  /* functions, NULL at the end: each a word, file_word(mark, i) */
	const char *const *calls; /* PLT relocations in this order, NULL at the end; or NULL */
	const char *const *needs; /* paths, NULL at the end; or NULL */
	uint32_t mark;
	size_t tls; /* words of thread-local storage, the first TLS_FILLED of them `mark` */
};

enum { TLS_FILLED = 4 };

static inline uint64_t file_word(uint32_t mark, uint32_t i)
{
	return (uint64_t)mark << 32 | i;
}

/* Add a file. */
void linker_file(const struct plan_of_file *plan);

/* Add a file of these bytes, which are kept, or put them in place of those of an earlier one. */
void linker_bytes(const char *path, const void *bytes, size_t size);

/* Called when the linker ends the process, does not return; NULL: that is a failure. */
extern void (*linker_exit)(void);

/* Start a process with the program `path`, this thread being its first. */
void linker_start(const char *path);

/* The object of a handle. */
struct object *linker_object(void *handle);

/* A thread known to the linker, and its end.  Only the process's first thread starts threads. */
struct linker_thread;
struct linker_thread *linker_thread(void (*run)(unsigned number), unsigned number);
void linker_join(struct linker_thread *thread);

/* Give back what is kept for the next thread. */
void linker_trim(void);

/* From now on threads get signals, at any step of theirs; each calls `handler` (NULL: no more). */
void linker_signals(void (*handler)(void));

/* Threads are to end: asked by their loops. */
bool linker_over(void);

/*
 * Run `count` threads for the time tests have (STRESS_SECONDS, default 2), with signals;
 * `meanwhile` (NULL: nothing) is called again and again in the first thread.
 */
void linker_run(void (*run)(unsigned number), unsigned count, void (*meanwhile)(void));

/* A pseudo-random number below `limit`, of a sequence that each thread has for itself. */
unsigned linker_random(unsigned limit);

#endif
