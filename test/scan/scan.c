/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a directory of plug-ins as image loaders and sound systems do at every installation:
 * opens each, calls two functions of it, closes it, and prints what it found.
 *
 * usage: scan DIRECTORY [forward|reverse|random SEED]
 *
 * With an order, all are opened first; then the registry is closed, and then the plug-ins in
 * that order.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plugin {
	char *file;
	void *handle;
};

static struct plugin *plugins;
static size_t count;
static const char *directory;
static unsigned opened, closed;

static int complain(const char *what, const char *path)
{
	fprintf(stderr, "scan: %s %s: %s\n", what, path, dlerror());
	return 1;
}

static int by_file(const void *a, const void *b)
{
	return strcmp(((const struct plugin *)a)->file, ((const struct plugin *)b)->file);
}

/* Fill plugins with the plug-in files of the directory; 0 or 1. */
static int read_directory(void)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir) {
		fprintf(stderr, "scan: %s: %s\n", directory, strerror(errno));
		return 1;
	}
	while ((entry = readdir(dir))) {
		if (strncmp(entry->d_name, "plugin", 6))
			continue;
		struct plugin *more = realloc(plugins, (count + 1) * sizeof(*more));
		if (!more)
			abort();
		plugins = more;
		plugins[count].handle = NULL;
		plugins[count++].file = strdup(entry->d_name);
	}
	closedir(dir);
	if (count)
		qsort(plugins, count, sizeof(*plugins), by_file);
	return 0;
}

static void *open_in_directory(const char *file, int flags)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", directory, file);
	void *handle = dlopen(path, flags);
	if (!handle)
		complain("cannot open", path);
	else
		opened++;
	return handle;
}

static int close_it(void *handle, const char *file)
{
	if (dlclose(handle))
		return complain("cannot close", file);
	closed++;
	return 0;
}

/* Open one and call its two functions; 0 or 1. */
static int examine(struct plugin *plugin)
{
	plugin->handle = open_in_directory(plugin->file, RTLD_NOW);
	if (!plugin->handle)
		return 1;
	const char *(*name)(void);
	int (*check)(int);
	*(void **)&name = dlsym(plugin->handle, "plugin_name");
	*(void **)&check = dlsym(plugin->handle, "plugin_check");
	if (!name || !check)
		return complain("no plug-in:", plugin->file);
	printf("%s: \"%s\", check %d\n", plugin->file, name(), check(3));
	return 0;
}

static void progress(size_t done)
{
	if (isatty(2))
		fprintf(stderr, "\rscanning %zu of %zu%s", done, count, done == count ? "\n" : "");
}

/* The order in which to close: a permutation of 0..count-1. */
static size_t *closing_order(const char *order, unsigned seed)
{
	size_t *permutation = malloc((count + 1) * sizeof(*permutation));
	if (!permutation)
		abort();
	for (size_t i = 0; i < count; i++)
		permutation[i] = *order == 'f' ? i : count - 1 - i;
	for (size_t i = count; *order == 'r' && order[1] == 'a' && i > 1; i--) {
		seed = seed * 1103515245 + 12345;
		size_t k = (seed >> 16) % i, swap = permutation[i - 1];
		permutation[i - 1] = permutation[k];
		permutation[k] = swap;
	}
	return permutation;
}

static int close_all(void *registry, const char *order, unsigned seed)
{
	size_t *permutation = closing_order(order, seed);
	int failed = close_it(registry, "registry.so");
	for (size_t i = 0; i < count; i++) {
		struct plugin *plugin = &plugins[permutation[i]];
		failed |= close_it(plugin->handle, plugin->file);
	}
	free(permutation);
	return failed;
}

/* How many files of the directory are mapped. */
static unsigned still_mapped(void)
{
	char line[PATH_MAX + 200], real[PATH_MAX], last[PATH_MAX] = "";
	unsigned mapped = 0;
	FILE *maps = fopen("/proc/self/maps", "r");
	if (!maps || !realpath(directory, real))
		return 0;
	while (fgets(line, sizeof(line), maps)) {
		const char *path = strchr(line, '/');
		if (path && !strncmp(path, real, strlen(real)) && strcmp(path, last)) {
			mapped++;
			snprintf(last, sizeof(last), "%s", path);
		}
	}
	fclose(maps);
	return mapped;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: scan DIRECTORY [forward|reverse|random SEED]\n");
		return 2;
	}
	/* line by line, to stand in order beside a trace */
	setvbuf(stdout, NULL, _IOLBF, 0);
	directory = argv[1];
	const char *order = argc > 2 ? argv[2] : NULL;
	if (read_directory())
		return 1;

	void *registry = open_in_directory("registry.so", RTLD_NOW | RTLD_GLOBAL);
	if (!registry)
		return 1;
	unsigned (*registered)(void);
	*(void **)&registered = dlsym(registry, "registry_count");
	int failed = !registered;
	unsigned most = 0;
	for (size_t i = 0; !failed && i < count; i++) {
		failed = examine(&plugins[i]);
		progress(i + 1);
		unsigned now = failed ? 0 : registered();
		most = now > most ? now : most;
		if (!failed && !order)
			failed = close_it(plugins[i].handle, plugins[i].file);
	}
	if (failed)
		return 1;
	if (order)
		failed = close_all(registry, order, argc > 3 ? (unsigned)atoi(argv[3]) : 1);
	else
		failed = registered() != 0 || close_it(registry, "registry.so");
	printf("%zu plug-ins, at most %u registered, %u opened, %u closed, %u files still mapped\n",
	       count, most, opened, closed, still_mapped());
	return failed;
}
