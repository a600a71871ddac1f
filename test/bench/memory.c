/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * memory DIRECTORY COUNT: open the libraries 1.so, 2.so, ... COUNT.so there, and print how many
 * bytes of the linker's own memory each one but the first ten has cost, and how many page faults
 * hundred of them have.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { BEFORE = 10 };

/* Written pages, in KiB, of mappings that are of no file or of the linker's. */
static long written(void)
{
	static char line[8192];
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long inode;
	long sum = 0, one;
	int counts = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%*x-%*x %*s %*s %*s %lu", &inode) == 1)
			counts = !inode || strstr(line, "/ld") != NULL;
		else if (counts && sscanf(line, "Private_Dirty: %ld", &one) == 1)
			sum += one;
	}
	if (maps)
		fclose(maps);
	return sum;
}

static long faults(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_minflt : 0;
}

static void open_all(const char *directory, int from, int to)
{
	char name[4096];

	for (int i = from; i <= to; i++) {
		snprintf(name, sizeof(name), "%s/%d.so", directory, i);
		if (!dlopen(name, RTLD_NOW)) {
			puts(dlerror());
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 0;
	long before, faulted;

	if (count <= BEFORE)
		return 2;
	open_all(argv[1], 1, BEFORE);
	/* The second time, what it needs itself is there. */
	written();
	before = written();
	faulted = faults();
	open_all(argv[1], BEFORE + 1, count);
	faulted = faults() - faulted;
	printf("%ld %ld\n", (written() - before) * 1024 / (count - BEFORE),
	       faulted * 100 / (count - BEFORE));
	return 0;
}
