/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Damages ELF files where it matters and gives them to the linker as it is installed, each in a
 * process of its own.  usage: mutants COUNT|SECONDSs LOADER RUN DIRECTORY SEED...
 *
 * Each seed is a shared object, or a program (its name has no ".so").  A mutant differs in a few
 * fields of headers, dynamic section, relocations, symbols, hash tables or versions.  Shared
 * objects are opened by RUN, preloaded to it, and put in the place of what it needs; programs are
 * run by LOADER and, where the kernel takes them, by themselves.  Bad is: a crash in the linker, a
 * refusal that does not name the mutant or leaves something of it in memory, and no end.  What the
 * code of a mutant does does not count.  Prints TAP; bad mutants stay in DIRECTORY.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 10 /* seconds for one */ };

struct file {
	const char *name;
	unsigned char *bytes;
	size_t size;
};

static uint64_t state;

static uint64_t number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

static size_t below(size_t limit)
{
	return limit ? (size_t)(number() >> 16) % limit : 0;
}

static void __attribute__((noreturn)) give_up(const char *what)
{
	perror(what);
	exit(1);
}

static void read_file(struct file *file, const char *path)
{
	struct stat stat;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &stat) < 0)
		give_up(path);
	file->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	file->size = (size_t)stat.st_size;
	file->bytes = malloc(file->size);
	if (read(fd, file->bytes, file->size) != (ssize_t)file->size)
		give_up(path);
	close(fd);
}

/* Something to write: what is there is moved a little, or becomes a number that is hard to bear. */
static uint64_t damaged(uint64_t value, size_t size)
{
	static const uint64_t hard[] = {0,
					1,
					7,
					8,
					0xfff,
					0x1000,
					0x7fffffff,
					0x80000000,
					0xffffffff,
					0x3fffffffffffffff,
					0x7fffffffffffffff,
					0x8000000000000000,
					0xfffffffffffff000,
					0xffffffffffffffff};

	switch (below(6)) {
	case 0:
		return value + below(64) - 32;
	case 1:
		return value ^ (uint64_t)1 << below(size * 8);
	case 2:
		return below(0x8000);
	case 3:
		return value * 2;
	case 4:
		return value + 0x1000;
	default:
		return hard[below(sizeof(hard) / sizeof(*hard))];
	}
}

static void damage(struct file *file, size_t at, size_t size)
{
	uint64_t value = 0;

	if (at > file->size || file->size - at < size)
		return;
	memcpy(&value, file->bytes + at, size);
	value = damaged(value, size);
	memcpy(file->bytes + at, &value, size);
}

/* What stands at one place stands at another, too: overlaps and loops come of it. */
static void repeat(struct file *file, size_t from, size_t at, size_t size)
{
	if (from > file->size || file->size - from < size || at > file->size ||
	    file->size - at < size)
		return;
	memmove(file->bytes + at, file->bytes + from, size);
}

/* Damage one field of one of `count` entries. */
static void damage_table(struct file *file, size_t table, size_t count, size_t entry)
{
	size_t at = table + below(count) * entry, size = entry % 8 == 0 ? 8 : 4, field;

	if (below(3) == 0)
		size = 4;
	field = below(entry / size) * size;
	if (below(5) == 0)
		repeat(file, table + below(count) * entry + field, at + field, size);
	else
		damage(file, at + field, size);
}

static const Elf64_Phdr *headers(const struct file *file, size_t *count)
{
	const Elf64_Ehdr *header = (const void *)file->bytes;

	*count = header->e_phnum;
	return (const void *)(file->bytes + header->e_phoff);
}

static const Elf64_Phdr *segment(const struct file *file, uint32_t type)
{
	size_t count;
	const Elf64_Phdr *phdr = headers(file, &count);

	for (; count; count--, phdr++)
		if (phdr->p_type == type)
			return phdr;
	return NULL;
}

/* The place in the file of a link-time address; 0: none. */
static size_t offset_of(const struct file *file, uint64_t address)
{
	size_t count;
	const Elf64_Phdr *phdr = headers(file, &count);

	for (; count; count--, phdr++)
		if (phdr->p_type == PT_LOAD && address - phdr->p_vaddr < phdr->p_filesz)
			return phdr->p_offset + (address - phdr->p_vaddr);
	return 0;
}

/* Damage one thing in `file`, of which `whole` is the undamaged original. */
static void damage_once(struct file *file, const struct file *whole)
{
	static const struct {
		int64_t tag, size_tag;
		size_t entry;
	} tables[] = {{DT_RELA, DT_RELASZ, 24},
		      {DT_JMPREL, DT_PLTRELSZ, 24},
		      {DT_SYMTAB, 0, 24},
		      {DT_STRTAB, DT_STRSZ, 4},
		      {DT_HASH, 0, 4},
		      {DT_GNU_HASH, 0, 4},
		      {DT_RELR, DT_RELRSZ, 8},
		      {DT_VERSYM, 0, 4},
		      {DT_VERNEED, 0, 4},
		      {DT_VERDEF, 0, 4},
		      {DT_INIT_ARRAY, DT_INIT_ARRAYSZ, 8},
		      {DT_PLTGOT, 0, 8}};
	const Elf64_Ehdr *header = (const void *)whole->bytes;
	const Elf64_Phdr *dynamic = segment(whole, PT_DYNAMIC);
	size_t choice = below(12), entries = dynamic->p_filesz / 16, i, at, bytes = 96;
	const Elf64_Dyn *dyn = (const void *)(whole->bytes + dynamic->p_offset);

	if (choice == 0) {
		damage(file, 16 + below(24) * 2, 2);
	} else if (choice < 4) {
		damage_table(file, header->e_phoff, header->e_phnum, sizeof(Elf64_Phdr));
	} else if (choice < 7) {
		damage_table(file, dynamic->p_offset, entries, sizeof(Elf64_Dyn));
	} else {
		size_t table = below(sizeof(tables) / sizeof(*tables));

		/* Relocations are a third of it. */
		if (choice > 9)
			table = below(2);
		for (at = i = 0; i < entries; i++) {
			if (dyn[i].d_tag == tables[table].tag)
				at = offset_of(whole, dyn[i].d_un.d_ptr);
			if (tables[table].size_tag && dyn[i].d_tag == tables[table].size_tag)
				bytes = dyn[i].d_un.d_val;
		}
		if (at)
			damage_table(file, at, bytes / tables[table].entry + 1,
				     tables[table].entry);
	}
}

static void write_mutant(const struct file *whole, const char *path)
{
	struct file file = *whole;
	size_t times = 1 + below(3), size;
	int fd;

	file.bytes = malloc(file.size);
	memcpy(file.bytes, whole->bytes, file.size);
	while (times--)
		damage_once(&file, whole);
	size = below(16) ? file.size : below(file.size);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (fd < 0 || write(fd, file.bytes, size) != (ssize_t)size)
		give_up(path);
	close(fd);
	free(file.bytes);
}

/* How a mutant gets to the linker. */
enum way { OPENED, PRELOADED, NEEDED, BY_LOADER, BY_KERNEL, WAYS };

static const char *const way_names[WAYS] = {"dlopen", "LD_PRELOAD", "DT_NEEDED", "ld.so ./file",
					    "the kernel"};

struct place {
	const char *loader, *run, *directory;
	char mutant[4096]; /* what is damaged */
};

static void __attribute__((noreturn))
run_mutant(const struct place *place, enum way way, int output)
{
	char variable[4200];
	char *environment[] = {NULL, NULL};
	char *arguments[] = {(char *)place->run, NULL, NULL};
	const char *program = place->run;

	snprintf(variable, sizeof(variable), "%s=%s",
		 way == PRELOADED ? "LD_PRELOAD" : "LD_LIBRARY_PATH",
		 way == PRELOADED ? place->mutant : place->directory);
	if (way == PRELOADED || way == NEEDED)
		environment[0] = variable;
	if (way == OPENED)
		arguments[1] = (char *)place->mutant;
	if (way == NEEDED)
		arguments[0] = (char *)(program = "./user");
	if (way == BY_LOADER) {
		arguments[0] = (char *)(program = place->loader);
		arguments[1] = (char *)place->mutant;
	}
	if (way == BY_KERNEL)
		arguments[0] = (char *)(program = place->mutant);
	dup2(output, 1);
	dup2(output, 2);
	alarm(LIMIT);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execve(program, arguments, environment);
	_exit(126);
}

struct mapping {
	unsigned long start, end;
	bool executable;
};

static FILE *open_maps(pid_t child)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)child);
	return fopen(path, "r");
}

/* The next mapping of a file with that in its name. */
static bool next_mapping(FILE *maps, const char *name, struct mapping *mapping)
{
	char line[5000], permissions[8];

	while (maps && fgets(line, sizeof(line), maps))
		if (strstr(line, name) &&
		    sscanf(line, "%lx-%lx %4s", &mapping->start, &mapping->end, permissions) == 3) {
			mapping->executable = permissions[2] == 'x';
			return true;
		}
	return false;
}

/* Whether the stopped process is in the linker's code; its address there. */
static bool in_linker(pid_t child, unsigned long *where)
{
	struct mapping mapping;
	unsigned long pc = 0;
	bool inside = false;
	FILE *maps;

#ifdef __x86_64__
	pc = (unsigned long)ptrace(PTRACE_PEEKUSER, child,
				   (void *)offsetof(struct user_regs_struct, rip), NULL);
#else
	return true;
#endif
	maps = open_maps(child);
	*where = 0;
	while (next_mapping(maps, "ld64-uClibc", &mapping)) {
		if (!*where)
			*where = mapping.start;
		inside |= pc >= mapping.start && pc < mapping.end && mapping.executable;
	}
	if (maps)
		fclose(maps);
	*where = pc - *where;
	return inside;
}

/* Is the word where a call in the mapping returns to? */
static bool returns_into(pid_t child, unsigned long word, const struct mapping *mapping)
{
	unsigned long before;
	unsigned char byte[8];

	if (!mapping->executable || word < mapping->start + sizeof(byte) || word >= mapping->end)
		return false;
	before = (unsigned long)ptrace(PTRACE_PEEKTEXT, child, (void *)(word - sizeof(byte)), NULL);
	memcpy(byte, &before, sizeof(byte));
	/* call relative; call *%register; call *displacement(%rip) */
	return byte[3] == 0xe8 || (byte[6] == 0xff && byte[7] >> 3 == 0xd0 >> 3) ||
	       (byte[2] == 0xff && byte[3] == 0x15);
}

/*
 * Has the mutant's own code called what has crashed?  It may have passed anything, or recursed
 * without end.
 */
static bool called_by_mutant(pid_t child, const char *name)
{
	enum { WORDS = 512 };
	struct mapping mapping;
	unsigned long sp = 0, word;
	bool called = false;
	FILE *maps;

#ifdef __x86_64__
	sp = (unsigned long)ptrace(PTRACE_PEEKUSER, child,
				   (void *)offsetof(struct user_regs_struct, rsp), NULL);
#endif
	maps = open_maps(child);
	while (sp && !called && next_mapping(maps, name, &mapping))
		for (unsigned i = 0; i < WORDS && !called; i++) {
			word = (unsigned long)ptrace(PTRACE_PEEKDATA, child,
						     (void *)(sp + i * sizeof(sp)), NULL);
			called = returns_into(child, word, &mapping);
		}
	if (maps)
		fclose(maps);
	return called;
}

/* Let it run to its end; a sentence if that was bad. */
static const char *watch(pid_t child, const char *name, unsigned long *where, bool *crashed)
{
	int status, sent = 0;

	*crashed = false;
	for (;;) {
		if (waitpid(child, &status, 0) < 0)
			give_up("waitpid");
		if (WIFEXITED(status))
			return NULL;
		if (WIFSIGNALED(status)) {
			*crashed = true;
			return WTERMSIG(status) == SIGALRM ? "no end" : NULL;
		}
		sent = WSTOPSIG(status);
		if (sent == SIGALRM && in_linker(child, where)) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return "no end";
		}
		if (sent == SIGALRM) {
			kill(child, SIGKILL);
			continue;
		}
		if ((sent == SIGSEGV || sent == SIGBUS || sent == SIGILL || sent == SIGFPE) &&
		    in_linker(child, where) && !called_by_mutant(child, name)) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return "a crash in the linker";
		}
		ptrace(PTRACE_CONT, child, NULL, (void *)(long)(sent == SIGTRAP ? 0 : sent));
	}
}

/*
 * Does the line name what is wrong?  That of a name which is found no more has who asked for it;
 * the word is one that the mutant's own PLT has made up.
 */
static bool is_named(const char *line, const char *name)
{
	return strstr(line, name) || strstr(line, ": undefined symbol: ") ||
	       strstr(line, ": lazy binding: 0x");
}

/* What is wrong with what was said: it has to name the file, if there is anything. */
static const char *judge(FILE *said, const char *name)
{
	char line[2000];
	bool any = false, named = false, partial = false;

	rewind(said);
	while (fgets(line, sizeof(line), said)) {
		any = true;
		named |= is_named(line, name);
		partial |= strstr(line, "PARTIAL LOAD") != NULL;
	}
	if (partial)
		return "a partial load";
	return named || !any ? NULL : "a sentence without the name";
}

static bool try_mutant(const struct place *place, enum way way, const struct file *seed,
		       unsigned long which)
{
	FILE *said = tmpfile();
	unsigned long where = 0;
	const char *bad;
	char kept[4200];
	bool crashed;
	pid_t child = fork();

	if (!child)
		run_mutant(place, way, fileno(said));
	bad = watch(child, strrchr(place->mutant, '/') + 1, &where, &crashed);
	if (!bad && !crashed)
		bad = judge(said, strrchr(place->mutant, '/') + 1);
	fclose(said);
	if (!bad)
		return true;
	snprintf(kept, sizeof(kept), "%s/bad-%d-%lu-%s", place->directory, way, which, seed->name);
	rename(place->mutant, kept);
	printf("# %s: %s at 0x%lx\n", kept, bad, where);
	return false;
}

static bool is_library(const struct file *seed)
{
	return strstr(seed->name, ".so") != NULL;
}

/* Try mutants of the seeds that can come this way. */
static bool try_way(struct place *place, enum way way, const struct file *seeds, int count,
		    unsigned long mutants, time_t end)
{
	unsigned long i, bad = 0, tried = 0;

	for (i = 0; end ? time(NULL) < end : tried < mutants; i++) {
		const struct file *seed = &seeds[i % (unsigned)count];

		if (is_library(seed) != (way <= NEEDED))
			continue;
		/* Each mutant is the same in each run. */
		state = (i + 1) * 0x9e3779b97f4a7c15ULL ^ ((uint64_t)way + 1) << 40;
		tried++;
		snprintf(place->mutant, sizeof(place->mutant), "%s/%s", place->directory,
			 way == NEEDED ? "needed.so" : "mutant");
		write_mutant(seed, place->mutant);
		bad += !try_mutant(place, way, seed, i);
	}
	printf("%sok %d - %lu mutants by %s: %lu bad\n", bad ? "not " : "", (int)way + 1, tried,
	       way_names[way], bad);
	fflush(stdout);
	return !bad;
}

int main(int argc, char **argv)
{
	struct place place = {argv[2], argv[3], argv[4], ""};
	struct file seeds[100];
	unsigned long amount;
	bool seconds, good = true;
	int i, count = argc - 5;

	if (count < 1 || count > 100)
		return 2;
	for (i = 0; i < count; i++)
		read_file(&seeds[i], argv[i + 5]);
	amount = strtoul(argv[1], NULL, 10);
	seconds = argv[1][strlen(argv[1]) - 1] == 's';
	if (chdir(place.directory) < 0)
		give_up(place.directory);
	printf("1..%d\n", WAYS);
	for (i = 0; i < WAYS; i++)
		good &= try_way(&place, (enum way)i, seeds, count, amount,
				seconds ? time(NULL) + (time_t)amount : 0);
	return !good;
}
