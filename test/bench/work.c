/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * work DIRECTORY [ROW...]: what the <dlfcn.h> functions cost, each next to its floor in the same
 * process.  Prints "ROW ns floor-ns" lines.  Measured is the time of the CPU, so that what else the
 * machine does costs nothing but caches; floor and work take turns, and of each the lower quartile
 * of many runs counts: noise only adds, but the very least is luck, for instance with the pages
 * that the kernel had at hand.  "dirty" is in bytes.
 */
#define _GNU_SOURCE
#include "floor.h"
#include "libraries.h"

static void report(const char *row, uint64_t ours, uint64_t floor)
{
	printf("%s %llu %llu\n", row, (unsigned long long)ours, (unsigned long long)floor);
	fflush(stdout);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The runs of one kind. */
struct series {
	uint64_t time[300];
	unsigned count;
};

static void add(struct series *series, uint64_t time)
{
	series->time[series->count++] = time;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t quartile(struct series *series)
{
	qsort(series->time, series->count, sizeof(series->time[0]), compare);
	return series->time[series->count / 4];
}

/* Open and close the library at the path, which needs those of the other `count` - 1 files. */
static void cycle_files(const char *row, const char *path, struct floor_file *file, unsigned count,
			unsigned repeat)
{
	struct series ours = {.count = 0}, floor = {.count = 0};
	uint64_t begin;
	unsigned i, batch, round;
	enum { BATCH = 10 };

	for (round = 0; round < repeat; round++) {
		begin = now();
		for (batch = 0; batch < BATCH; batch++)
			dlclose(must_open(path, RTLD_NOW));
		add(&ours, (now() - begin) / BATCH);
		begin = now();
		for (batch = 0; batch < BATCH; batch++) {
			for (i = 0; i < count; i++)
				floor_open(&file[i], 1);
			for (i = 0; i < count; i++)
				floor_close(&file[i]);
		}
		add(&floor, (now() - begin) / BATCH);
	}
	report(row, quartile(&ours), quartile(&floor));
}

/* One library and `count` - 1 others that it needs: open and close them together. */
static void cycle(const char *row, unsigned first, unsigned count, unsigned repeat)
{
	struct floor_file *file = calloc(count, sizeof(*file));

	for (unsigned i = 0; i < count; i++)
		floor_prepare(&file[i], numbered(first + i));
	cycle_files(row, numbered(first), file, count, repeat);
	free(file);
}

static void cycle_of(const char *row, const char *path, unsigned repeat)
{
	struct floor_file file;

	floor_prepare(&file, path);
	cycle_files(row, path, &file, 1, repeat);
}

/* A library's own table, for the floor of dlsym: one hash, one probe. */
struct probe {
	const uint32_t *bucket, *chain;
	const ElfW(Addr) * bloom;
	uint32_t buckets, first, mask, shift;
	const ElfW(Sym) * symbol;
	const char *string;
	char *base;
};

static void prepare_probe(struct probe *probe, void *inside)
{
	Dl_info info;
	const ElfW(Ehdr) * ehdr;
	const ElfW(Phdr) * phdr;
	const ElfW(Dyn) * entry;

	if (!dladdr(inside, &info))
		exit(1);
	probe->base = info.dli_fbase;
	ehdr = info.dli_fbase;
	phdr = (const void *)(probe->base + ehdr->e_phoff);
	while (phdr->p_type != PT_DYNAMIC)
		phdr++;
	for (entry = (const void *)(probe->base + phdr->p_vaddr); entry->d_tag; entry++) {
		/* Some linkers relocate the section, others leave it alone. */
		uintptr_t value = entry->d_un.d_ptr;
		char *at = (char *)(value < (uintptr_t)probe->base ? (uintptr_t)probe->base + value
								   : value);

		if (entry->d_tag == DT_SYMTAB)
			probe->symbol = (const void *)at;
		if (entry->d_tag == DT_STRTAB)
			probe->string = at;
		if (entry->d_tag == 0x6ffffef5) {
			const uint32_t *table = (const void *)at;

			probe->buckets = table[0];
			probe->first = table[1];
			probe->mask = table[2] - 1;
			probe->shift = table[3];
			probe->bloom = (const void *)(table + 4);
			probe->bucket = (const void *)(probe->bloom + table[2]);
			probe->chain = probe->bucket + probe->buckets;
		}
	}
}

static void *probe_find(const struct probe *probe, const char *name)
{
	const unsigned bits = 8 * sizeof(ElfW(Addr));
	const char *text = name;
	uint32_t hash = 5381, i;
	ElfW(Addr) word;

	while (*text)
		hash = hash * 33 + (unsigned char)*text++;
	word = probe->bloom[hash / bits & probe->mask];
	if (!(word >> hash % bits & word >> (hash >> probe->shift) % bits & 1))
		return NULL;
	for (i = probe->bucket[hash % probe->buckets]; i; i++) {
		uint32_t chain = probe->chain[i - probe->first];

		if ((chain | 1) == (hash | 1) &&
		    !strcmp(probe->string + probe->symbol[i].st_name, name))
			return probe->base + probe->symbol[i].st_value;
		if (chain & 1)
			break;
	}
	return NULL;
}

static void row_dlsym(void)
{
	enum { NAMES = 1000 };
	static char name[NAMES][24];
	struct probe *probe = calloc(NAMES, sizeof(*probe));
	struct series ours = {.count = 0}, floor = {.count = 0};
	uint64_t begin;
	unsigned i, round;

	load_others(NAMES, RTLD_LAZY | RTLD_GLOBAL);
	for (i = 0; i < NAMES; i++) {
		snprintf(name[i], sizeof(name[i]), "lib_%05u_f12", 1001 + (i * 7 + 3) % NAMES);
		prepare_probe(&probe[i], dlsym(RTLD_DEFAULT, name[i]));
	}
	for (round = 0; round < 200; round++) {
		begin = now();
		for (i = 0; i < NAMES; i++)
			if (!dlsym(RTLD_DEFAULT, name[i]))
				exit(1);
		add(&ours, (now() - begin) / NAMES);
		begin = now();
		for (i = 0; i < NAMES; i++)
			if (!probe_find(&probe[i], name[i]))
				exit(1);
		add(&floor, (now() - begin) / NAMES);
	}
	report("dlsym-1000", quartile(&ours), quartile(&floor));
}

/* One name again and again: in the first library of the scope, or nowhere. */
static void row_name(const char *row, const char *name, int there)
{
	enum { CALLS = 1000 };
	void *handle = must_open(numbered(0), RTLD_NOW);
	struct series ours = {.count = 0};
	uint64_t begin;

	for (unsigned round = 0; round < 200; round++) {
		begin = now();
		for (unsigned i = 0; i < CALLS; i++)
			if (!dlsym(handle, name) == there)
				exit(1);
		add(&ours, (now() - begin) / CALLS);
	}
	dlclose(handle);
	report(row, quartile(&ours), 0);
}

/* Opens of what is open, by its soname or its path. */
static void row_again(const char *row, const char *name)
{
	enum { OPENS = 20000 };
	void *handle = must_open(numbered(0), RTLD_NOW);
	uint64_t begin = now();

	for (unsigned i = 0; i < OPENS; i++)
		must_open(name, RTLD_NOW);
	report(row, (now() - begin) / OPENS, 0);
	for (unsigned i = 0; i <= OPENS; i++)
		dlclose(handle);
}

static void row_graph(void)
{
	enum { COUNT = 500 };
	struct floor_file *file = calloc(COUNT, sizeof(*file));
	struct series open = {.count = 0}, close = {.count = 0}, floor_in = {.count = 0},
		      floor_out = {.count = 0};
	unsigned i, round;
	uint64_t begin;
	void *handle;

	for (i = 0; i < COUNT; i++)
		floor_prepare(&file[i], numbered(3000 + i));
	for (round = 0; round < 20; round++) {
		begin = now();
		handle = must_open(numbered(3000), RTLD_NOW);
		add(&open, now() - begin);
		begin = now();
		dlclose(handle);
		add(&close, now() - begin);
		begin = now();
		for (i = 0; i < COUNT; i++)
			floor_open(&file[i], 1);
		add(&floor_in, now() - begin);
		begin = now();
		for (i = 0; i < COUNT; i++)
			floor_close(&file[i]);
		add(&floor_out, now() - begin);
	}
	report("graph-500-open", quartile(&open), quartile(&floor_in));
	report("graph-500-close", quartile(&close), quartile(&floor_out));
}

/* order: 0 as opened, 1 the other way round, 2 mixed. */
static void row_plugins(const char *row, unsigned order)
{
	enum { COUNT = 1000 };
	static void *handle[COUNT];
	struct floor_file *file = calloc(COUNT, sizeof(*file));
	struct series ours = {.count = 0}, floor = {.count = 0};
	uint64_t begin;
	unsigned i, round;

	for (i = 0; i < COUNT; i++)
		floor_prepare(&file[i], numbered(1001 + i));
	for (round = 0; round < 12; round++) {
		for (i = 0; i < COUNT; i++)
			handle[i] = must_open(numbered(1001 + i), RTLD_NOW);
		begin = now();
		for (i = 0; i < COUNT; i++)
			dlclose(handle[order == 0   ? i
				       : order == 1 ? COUNT - 1 - i
						    : i * 377 % COUNT]);
		add(&ours, now() - begin);
		for (i = 0; i < COUNT; i++)
			floor_open(&file[i], 1);
		begin = now();
		for (i = 0; i < COUNT; i++)
			floor_close(&file[order == 0   ? i
					  : order == 1 ? COUNT - 1 - i
						       : i * 377 % COUNT]);
		add(&floor, now() - begin);
	}
	report(row, quartile(&ours), quartile(&floor));
}

/*
 * Bytes that are this process's own, which it has written to.  What smaps calls Private_Dirty is
 * that and, for some time, pages of files that have just been made.
 */
static uint64_t dirty(void)
{
	static char line[256];
	unsigned long kib = 0, sum = 0;
	int fd = open("/proc/self/smaps", O_RDONLY);
	size_t length = 0;

	/* Without stdio, whose buffers would count. */
	while (fd >= 0 && read(fd, line + length, 1) == 1) {
		if (line[length] != '\n') {
			length += length < sizeof(line) - 2;
			continue;
		}
		line[length] = '\0';
		length = 0;
		if (sscanf(line, "Anonymous: %lu", &kib) == 1)
			sum += kib;
	}
	close(fd);
	return sum * 1024;
}

/* What a small library costs in memory, and how much of that relocating it makes dirty. */
static void row_dirty(void)
{
	enum { COUNT = 200 };
	struct floor_file *file = calloc(COUNT, sizeof(*file));
	uint64_t before, relocated = 0;
	static void *handle[COUNT];
	static char *path[COUNT];
	unsigned i;

	for (i = 0; i < COUNT; i++) {
		path[i] = numbered(1001 + i);
		floor_prepare(&file[i], path[i]);
		relocated += file[i].relocated * (uint64_t)4096;
	}
	dirty();
	before = dirty();
	for (i = 0; i < COUNT; i++)
		handle[i] = must_open(path[i], RTLD_NOW);
	report("dirty-small", (dirty() - before) / COUNT, relocated / COUNT);
	for (i = 0; i < COUNT; i++)
		dlclose(handle[i]);
}

static void row_dladdr(void)
{
	void *handle = must_open(path_of("many"), RTLD_NOW);
	struct series ours = {.count = 0};
	uint64_t begin;
	static void *address[1000];
	unsigned i, round;
	Dl_info info;
	char name[24];

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "many_%u", i * 7919 % 10000);
		address[i] = (char *)dlsym(handle, name) + 1;
	}
	for (round = 0; round < 20; round++) {
		begin = now();
		for (i = 0; i < 1000; i++)
			if (!dladdr(address[i], &info) || !info.dli_sname)
				exit(1);
		add(&ours, (now() - begin) / 1000);
	}
	report("dladdr-10000", quartile(&ours), 0);
}

/* The floor of a million additions is a loop over the file's own table. */
static void row_relative(const char *row, const char *name)
{
	struct series ours = {.count = 0}, floor = {.count = 0};
	uint64_t begin;
	struct floor_file file;
	uintptr_t *table;
	const ElfW(Ehdr) * ehdr;
	size_t i, offset = 0, size = 0;
	unsigned round;
	char *image, *path = path_of(name);
	int fd = open(path, O_RDONLY);
	struct stat status;

	if (fd < 0)
		return;
	fstat(fd, &status);
	image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	ehdr = (const void *)image;
	for (i = 0; i < ehdr->e_shnum; i++) {
		const ElfW(Shdr) *section = (const ElfW(Shdr) *)(image + ehdr->e_shoff) + i;

		if ((section->sh_type == SHT_RELA || section->sh_type == 19) &&
		    section->sh_flags & SHF_ALLOC && section->sh_size > size) {
			offset = section->sh_addr;
			size = section->sh_size;
		}
	}
	floor_prepare(&file, path);
	for (round = 0; round < 40; round++) {
		void *handle = dlopen(path, RTLD_NOW);

		table = handle ? dlsym(handle, "relative_table") : NULL;
		/* A linker that does not know DT_RELR leaves the words as they are in the file. */
		if (!table || *table - (uintptr_t)table + file.length > 2 * file.length)
			return;
		dlclose(handle);
		begin = now();
		handle = must_open(path, RTLD_NOW);
		add(&ours, now() - begin);
		dlclose(handle);
		begin = now();
		floor_open(&file, 0);
		if (strcmp(name, "relr")) {
			const ElfW(Rela) *rela = (const void *)(file.base + offset);

			for (i = 0; i < size / sizeof(*rela); i++)
				*(uintptr_t *)(file.base + rela[i].r_offset) =
					(uintptr_t)file.base + (uintptr_t)rela[i].r_addend;
		} else {
			const ElfW(Addr) *relr = (const void *)(file.base + offset);
			ElfW(Addr) *at = NULL;

			for (i = 0; i < size / sizeof(*relr); i++) {
				ElfW(Addr) bits = relr[i];

				if (!(bits & 1)) {
					at = (ElfW(Addr) *)(file.base + bits);
					*at++ += (uintptr_t)file.base;
					continue;
				}
				for (size_t bit = 0; bits >>= 1; bit++)
					if (bits & 1)
						at[bit] += (uintptr_t)file.base;
				at += 8 * sizeof(ElfW(Addr)) - 1;
			}
		}
		add(&floor, now() - begin);
		floor_close(&file);
	}
	report(row, quartile(&ours), quartile(&floor));
}

static int wanted(int argc, char **argv, const char *row)
{
	int i;

	for (i = 2; i < argc; i++)
		if (!strcmp(argv[i], row))
			return 1;
	return argc == 2;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	directory = argv[1];
	if (argc == 3 && !strcmp(argv[2], "quick")) {
		row_dirty();
		cycle("leaf-K0", 0, 1, 30);
		load_others(1000, RTLD_LAZY);
		cycle("leaf-K1000", 0, 1, 30);
		row_dlsym();
		return 0;
	}
	if (wanted(argc, argv, "dirty"))
		row_dirty();
	if (wanted(argc, argv, "leaf"))
		cycle("leaf-K0", 0, 1, 300);
	if (wanted(argc, argv, "dlsym")) {
		row_name("dlsym-first", "lib_00000_f12", 1);
		row_name("dlsym-missing", "lib_00000_none", 0);
	}
	if (wanted(argc, argv, "again")) {
		row_again("again-soname", "lib00000.so");
		row_again("again-path", numbered(0));
	}
	if (wanted(argc, argv, "kinds"))
		cycle_of("kinds-K0", path_of("kinds"), 100);
	if (wanted(argc, argv, "ten"))
		cycle("ten-K0", 6000, 11, 60);
	if (wanted(argc, argv, "graph"))
		row_graph();
	if (wanted(argc, argv, "plugins")) {
		row_plugins("plugins-in-order", 0);
		row_plugins("plugins-reversed", 1);
		row_plugins("plugins-mixed", 2);
	}
	if (wanted(argc, argv, "dladdr"))
		row_dladdr();
	if (wanted(argc, argv, "relative"))
		row_relative("relative-1M", "relative");
	if (wanted(argc, argv, "relr"))
		row_relative("relr-1M", "relr");
	if (wanted(argc, argv, "leaf-K") || wanted(argc, argv, "ten-K")) {
		load_others(1000, RTLD_LAZY);
		cycle("leaf-K1000", 0, 1, 100);
		cycle("ten-K1000", 6000, 11, 30);
		cycle_of("kinds-K1000", path_of("kinds"), 100);
	}
	if (wanted(argc, argv, "dlsym"))
		row_dlsym();
	return 0;
}
