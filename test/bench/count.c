/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * count DIRECTORY ROW REPEAT: do the work of a row REPEAT times.  Under an instruction counter,
 * what two runs with different REPEAT differ by is what the work costs.
 */
#define _GNU_SOURCE
#include "libraries.h"
#include <string.h>

static void cycle(const char *name, unsigned others, unsigned repeat)
{
	const char *path;

	load_others(others, RTLD_LAZY);
	path = path_of(name);
	while (repeat--)
		dlclose(must_open(path, RTLD_NOW));
}

static void leaf(unsigned repeat)
{
	cycle("lib00000", 0, repeat);
}

static void leaf_with_others(unsigned repeat)
{
	cycle("lib00000", 1000, repeat);
}

static void ten(unsigned repeat)
{
	cycle("lib06000", 0, repeat);
}

static void again(unsigned repeat)
{
	must_open(path_of("lib00000"), RTLD_LAZY);
	cycle("lib00000", 0, repeat);
}

static void dlsym_first(unsigned repeat)
{
	void *handle = must_open(path_of("lib00000"), RTLD_NOW);

	while (repeat--)
		if (!dlsym(handle, "lib_00000_f12"))
			exit(1);
}

static void dlsym_missing(unsigned repeat)
{
	void *handle = must_open(path_of("lib00000"), RTLD_NOW);

	while (repeat--)
		if (dlsym(handle, "lib_00000_none"))
			exit(1);
}

static void dlsym_all(unsigned repeat)
{
	static char name[1000][24];

	load_others(1000, RTLD_LAZY | RTLD_GLOBAL);
	for (unsigned i = 0; i < 1000; i++)
		snprintf(name[i], sizeof(name[i]), "lib_%05u_f12", 1001 + (i * 7 + 3) % 1000);
	while (repeat--)
		for (unsigned i = 0; i < 1000; i++)
			if (!dlsym(RTLD_DEFAULT, name[i]))
				exit(1);
}

static void graph(unsigned repeat)
{
	cycle("lib03000", 0, repeat);
}

static const struct row {
	const char *name;
	void (*work)(unsigned repeat);
} rows[] = {
	{"leaf-K0", leaf},
	{"leaf-K1000", leaf_with_others},
	{"ten-K0", ten},
	{"again", again},
	{"dlsym-first", dlsym_first},
	{"dlsym-missing", dlsym_missing},
	{"dlsym-1000", dlsym_all},
	{"graph-500", graph},
};

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	directory = argv[1];
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, argv[2])) {
			rows[i].work((unsigned)strtoul(argv[3], NULL, 10));
			return 0;
		}
	return 2;
}
