/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands in for the linker's memory and error sentences, so that its pure parts run as
 * an ordinary program: blocks come from malloc, where the sanitizers watch them, and a test can
 * make the Nth allocation fail.  Owns the two counters of host.h.
 */
#include "host.h"
#include "base/error.h"
#include "base/rule.h"
#include "base/message.h"
#include "base/memory.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

long host_allocations_left = LONG_MAX;
long host_blocks;

enum { GARBAGE = 0xdb, MOST = 256 << 20 };

const char error_no_memory[] = "There is no memory.";

static bool may_allocate(size_t size)
{
	if (size > MOST)
		return false;
	if (load_relaxed(&host_allocations_left) == LONG_MAX)
		return true;
	return __atomic_fetch_sub(&host_allocations_left, 1, __ATOMIC_RELAXED) > 0;
}

static void *counted(void *block)
{
	if (block)
		__atomic_add_fetch(&host_blocks, 1, __ATOMIC_RELAXED);
	return block;
}

void *mem_alloc(size_t size)
{
	return may_allocate(size) ? counted(malloc(size ? size : 1)) : NULL;
}

void *mem_zalloc(size_t size)
{
	return may_allocate(size) ? counted(calloc(1, size ? size : 1)) : NULL;
}

void *mem_realloc(void *old, size_t size)
{
	void *block;

	if (!may_allocate(size))
		return NULL;
	block = realloc(old, size ? size : 1);
	return old ? block : counted(block);
}

char *mem_strdup(const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = mem_alloc(size);

	return copy ? memcpy(copy, string, size) : NULL;
}

void mem_free(void *block)
{
	if (!block)
		return;
	__atomic_sub_fetch(&host_blocks, 1, __ATOMIC_RELAXED);
	/* ThreadSanitizer knows only of a block's beginning that it has been freed. */
	memset(block, GARBAGE, malloc_usable_size(block));
	free(block);
}

void *mem_inside_alloc(size_t size)
{
	return mem_alloc(size);
}

void mem_inside_free(void *block)
{
	mem_free(block);
}

/* malloc has its own. */
bool memory_lock(void)
{
	return true;
}

void print(int fd, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vdprintf(fd, format, arguments);
	va_end(arguments);
}

void rule_broken(const char *function, const char *sentence)
{
	message("%s: %s", function, sentence);
	abort();
}

void fatal(const char *text)
{
	message("%s", text);
	abort();
}

void message(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

bool error_set(struct error *error, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	if (!error)
		return false;
	va_start(arguments, format);
	if (!may_allocate(0) || vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	counted(text);
	error_clear(error);
	error->text = text ? text : (char *)error_no_memory;
	return false;
}

bool error_memory(struct error *error)
{
	return error_set(error, "%s", error_no_memory);
}

void error_clear(struct error *error)
{
	if (error->text != error_no_memory)
		mem_free(error->text);
	error->text = NULL;
}
