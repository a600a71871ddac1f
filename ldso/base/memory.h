/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The linker's own memory.  Nothing here ever calls the program's malloc.  Blocks
 * are aligned for any object.  May be called with or without the loader lock.
 */
#ifndef LDSO_MEMORY_H
#define LDSO_MEMORY_H

#include "base/base.h"

/* `size` bytes (0 counts as 1), uninitialised; NULL when there is no memory. */
void *mem_alloc(size_t size) __attribute__((malloc, alloc_size(1)));

/* The same, all bytes zero. */
void *mem_zalloc(size_t size) __attribute__((malloc, alloc_size(1)));

/* The block `old` (NULL: none) with its contents in `size` bytes; NULL leaves `old` as it was. */
void *mem_realloc(void *old, size_t size);

/* A copy of the string; NULL when there is no memory. */
char *mem_strdup(const char *string);

/* Give the block back; NULL is ignored. */
void mem_free(void *block);

/*
 * Wait for ld.memory.lock, which the thread has not got, but not for long: whoever is inside the
 * heap may be stopped there, or be in a signal handler that wants a lock which this thread has.
 * Then false.
 */
bool memory_lock(void);

/*
 * Enter the heap and leave it again, without cancellation between.  False: it is not to be had now,
 * not even by waiting (memory_lock).
 */
bool mem_enter(void);
void mem_leave(void);

/* mem_alloc and mem_free for who is inside. */
void *mem_inside_alloc(size_t size) __attribute__((malloc, alloc_size(1)));
void mem_inside_free(void *block);

#endif
