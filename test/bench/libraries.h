/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The libraries that generate.sh has made: where they are, and opening them. */
#ifndef BENCH_LIBRARIES_H
#define BENCH_LIBRARIES_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static const char *directory;

static inline char *path_of(const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s.so", directory, name) < 0)
		exit(3);
	return path;
}

static inline char *numbered(unsigned number)
{
	char name[16];

	snprintf(name, sizeof(name), "lib%05u", number);
	return path_of(name);
}

static inline void *must_open(const char *path, int mode)
{
	void *handle = dlopen(path, mode);

	if (!handle) {
		fprintf(stderr, "bench: %s\n", dlerror());
		exit(1);
	}
	return handle;
}

/* `count` of those that stand alone. */
static inline void load_others(unsigned count, int mode)
{
	unsigned i;

	for (i = 0; i < count; i++)
		must_open(numbered(1001 + i), mode);
}

#endif
