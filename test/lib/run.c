/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver of the test cases: interprets a small script of dlopen and dlclose and prints
 * what it sees, so that a case is a list of events and the output they must give.
 *
 * usage: run SCRIPT	(objects are looked for in the current directory)
 *        run --platform	what the kernel calls the CPU, or nothing
 *
 * open OBJECT [now lazy global local nodelete noload deepbind] [as NAME]
 *	dlopen ./OBJECT.so; prints only when it fails.  "open main" is dlopen(NULL).
 * reopen OBJECT...	as open, but prints which known handle it equals
 * noload OBJECT	prints whether RTLD_NOLOAD finds it (and closes it again)
 * refuse OBJECT [flags] says WORD...
 *	dlopen must fail and dlerror must contain every word
 * close NAME		dlclose; prints only when it fails
 * drop NAME		close it if it was opened
 * stale NAME		dlclose of a handle that is closed already: must fail with a message
 * call NAME FUNCTION	int FUNCTION(void) by dlsym on the handle; prints its value
 * find FUNCTION, next FUNCTION	the same by RTLD_DEFAULT, RTLD_NEXT
 * has NAME SYMBOL	prints whether dlsym finds it
 * held O... gone O... delayed O...	state of objects, in the words of the current LD_DLCLOSE
 * mapped O...		whether the file is in /proc/self/maps, whatever the mode
 * wild			dlclose of NULL and of addresses that never were handles: must all fail
 * limit MIB, files N	address space beyond what is used now, open files (0: as before)
 * swap OBJECT OBJECT	exchange two files by renaming
 * canary NAME, canaries	map pages around an object; check that they are still there
 * snapshot, compare	mappings and descriptors before and after
 * thread NAME LINE, tell NAME LINE, join NAME	run a line in a new thread; another line there; end
 *it times N LINE		repeat a line say TEXT, exit N, quick N (_exit)
 *
 * It prints and reads by system calls alone, so that its own buffers never change the maps.
 */
#include "obj.h"
#include <fcntl.h>
#include <sys/resource.h>

enum { NAMES = 512, MAPS = 1 << 20 };

static struct {
	char name[32];
	void *handle;
} handles[NAMES];

static char here[1024];
static char maps_text[MAPS];

/* ------------------------------------------------------------------ handles */

static int slot_of(const char *name, int make)
{
	for (int i = 0; i < NAMES; i++) {
		if (!strcmp(handles[i].name, name))
			return i;
		if (!handles[i].name[0]) {
			if (!make)
				return -1;
			strncpy(handles[i].name, name, sizeof(handles[i].name) - 1);
			return i;
		}
	}
	return -1;
}

void *handle(const char *name)
{
	int i = slot_of(name, 0);
	return i < 0 ? NULL : handles[i].handle;
}

void set_handle(const char *name, void *value)
{
	int i = slot_of(name, 1);
	if (i >= 0)
		handles[i].handle = value;
}

static const char *error_text(void)
{
	const char *text = dlerror();
	return text ? text : "(no dlerror)";
}

/* ------------------------------------------------------------------- objects */

static const char *mode(void)
{
	const char *value = getenv("LD_DLCLOSE");
	return value ? value : "unmap";
}

static int mode_is(const char *what)
{
	return !strncmp(mode(), what, strlen(what));
}

/* Read a whole file into memory that is there anyway; its length. */
static size_t slurp(const char *path, char *into, size_t room)
{
	size_t length = 0;
	int fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	for (;;) {
		ssize_t n = read(fd, into + length, room - 1 - length);
		if (n <= 0)
			break;
		length += n;
	}
	close(fd);
	into[length] = 0;
	return length;
}

static int is_mapped(const char *object)
{
	char path[1200];
	snprintf(path, sizeof(path), "%s/%s.so\n", here, object);
	slurp("/proc/self/maps", maps_text, MAPS);
	return strstr(maps_text, path) != NULL;
}

struct search {
	const char *file;
	int found;
	uintptr_t start, end;
};

static int look(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	const char *base = strrchr(info->dlpi_name, '/');
	Dl_info open;
	(void)size;
	if (strcmp(base ? base + 1 : info->dlpi_name, search->file))
		return 0;
	search->start = UINTPTR_MAX;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t at = info->dlpi_addr + ph->p_vaddr;
		if (ph->p_type != PT_LOAD)
			continue;
		if (at < search->start)
			search->start = at;
		if (at + ph->p_memsz > search->end)
			search->end = at + ph->p_memsz;
	}
	/* Unwinders find here what is closed and still to be returned to, too. */
	search->found = dladdr((void *)search->start, &open);
	return search->found;
}

static int is_listed(const char *object, struct search *result)
{
	char file[256];
	struct search search = {.file = file};
	snprintf(file, sizeof(file), "%s.so", object);
	dl_iterate_phdr(look, &search);
	if (result)
		*result = search;
	return search.found;
}

/* Whether the object was held at an earlier look; remembers what is held now. */
static int was_held(const char *object, int now)
{
	static char seen[8192];
	char word[64];
	snprintf(word, sizeof(word), " %s ", object);
	int before = strstr(seen, word) != NULL;
	if (now && !before && strlen(seen) + strlen(word) < sizeof(seen))
		strcat(seen, word);
	return before;
}

static void state(const char *object, const char *wanted)
{
	int listed = is_listed(object, NULL), mapped = is_mapped(object);
	int before = was_held(object, listed);
	int right;

	if (!strcmp(wanted, "held") || mode_is("noop"))
		right = listed && mapped;
	else if (!strcmp(wanted, "delayed"))
		right = !listed && mapped;
	else if (mode_is("keep"))
		right = !listed && mapped >= before;
	else
		right = !listed && (!mapped || mode_is("defer"));
	if (right)
		say("%s %s", object, wanted);
	else
		say("%s NOT %s: %s, %s", object, wanted, listed ? "listed" : "not listed",
		    mapped ? "mapped" : "not mapped");
}

/* ------------------------------------------------- before and after, canaries */

static char before_text[MAPS];
static int before_fds;

static int open_files(void)
{
	int n = 0;
	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static int lines(const char *text)
{
	int n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Print the lines of one text that are not in the other: by file name, or whole. */
static int only_in(const char *text, const char *other, const char *what, int whole)
{
	int found = 0;
	while (*text) {
		const char *end = strchr(text, '\n');
		const char *from = whole ? text : memchr(text, '/', end - text);
		char line[1200];
		if (from && end - from < (long)sizeof(line) - 2) {
			memcpy(line, from, end - from + 1);
			line[end - from + 1] = 0;
			if (!strstr(other, line)) {
				say("%s: %.*s", what, (int)(end - text), text);
				found = 1;
			}
		}
		text = end + 1;
	}
	return found;
}

static void snapshot(void)
{
	slurp("/proc/self/maps", before_text, MAPS);
	before_fds = open_files();
}

static void compare(void)
{
	int differs = 0;
	slurp("/proc/self/maps", maps_text, MAPS);
	if (mode_is("unmap")) {
		int whole = lines(maps_text) != lines(before_text);
		differs |= whole;
		differs |= only_in(maps_text, before_text, "new", whole);
		differs |= only_in(before_text, maps_text, "lost", whole);
	}
	if (open_files() != before_fds) {
		say("%d files open before, now %d", before_fds, open_files());
		differs = 1;
	}
	if (!differs)
		say("as before");
}

static struct {
	unsigned char *page;
	unsigned char mark;
} canary_pages[16];
static int canary_count;

static void canary_at(uintptr_t address)
{
	long size = sysconf(_SC_PAGESIZE);
	unsigned char *page = mmap((void *)address, size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || canary_count == 16)
		return;
	if ((uintptr_t)page != address) {
		munmap(page, size);
		return;
	}
	canary_pages[canary_count].page = page;
	canary_pages[canary_count].mark = 0xc0 + canary_count;
	memset(page, canary_pages[canary_count].mark, size);
	canary_count++;
}

static void canary(const char *object)
{
	struct search at;
	long size = sysconf(_SC_PAGESIZE);
	if (!is_listed(object, &at)) {
		say("no object %s to watch", object);
		return;
	}
	canary_at((at.start & -size) - size);
	canary_at((at.end + size - 1) & -size);
}

static void canaries(void)
{
	static char block[65536];
	long size = sysconf(_SC_PAGESIZE);
	int pipes[2], dead = 0;
	if (pipe(pipes))
		return;
	for (int i = 0; i < canary_count; i++) {
		/* write() says EFAULT where a load would fault */
		if (write(pipes[1], canary_pages[i].page, size) != size ||
		    read(pipes[0], block, size) != size) {
			dead++;
			continue;
		}
		for (long k = 0; k < size; k++) {
			if ((unsigned char)block[k] != canary_pages[i].mark) {
				dead++;
				break;
			}
		}
		munmap(canary_pages[i].page, size);
	}
	close(pipes[0]);
	close(pipes[1]);
	canary_count = 0;
	say(dead ? "%d canaries dead" : "canaries alive", dead);
}

/* --------------------------------------------------------------- ill treatment */

static void wild(void)
{
	static long not_a_handle[64];
	void *const wrong[] = {
		NULL,		(void *)16,	   (void *)-16L, not_a_handle, &not_a_handle[5],
		(void *)script, (void *)0x7000000, here};
	int accepted = 0, silent = 0;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (!dlclose(wrong[i]))
			accepted++;
		else
			silent += dlerror() == NULL;
	}
	say("wild handles: %d accepted, %d without dlerror", accepted, silent);
}

static void limit(int resource, long more)
{
	static struct rlimit saved[16];
	struct rlimit limits;
	if (more) {
		getrlimit(resource, &limits);
		saved[resource] = limits;
		if (resource == RLIMIT_AS) {
			static char pages[256];
			slurp("/proc/self/statm", pages, sizeof(pages));
			more = atol(pages) * sysconf(_SC_PAGESIZE) + (more << 20);
		}
		limits.rlim_cur = more;
		setrlimit(resource, &limits);
	} else if (saved[resource].rlim_max) {
		setrlimit(resource, &saved[resource]);
	}
}

static void swap(const char *one, const char *other)
{
	char a[300], b[300];
	snprintf(a, sizeof(a), "%s.so", one);
	snprintf(b, sizeof(b), "%s.so", other);
	if (rename(a, "swapping") || rename(b, a) || rename("swapping", b))
		say("cannot exchange %s and %s", a, b);
}

/* -------------------------------------------------------------------- threads */

struct worker {
	char name[32];
	char line[256];
	int full, quit;
	pthread_t thread;
};

static struct worker workers[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;

static void *work(void *data)
{
	struct worker *worker = data;
	for (;;) {
		pthread_mutex_lock(&lock);
		while (!worker->full && !worker->quit)
			pthread_cond_wait(&moved, &lock);
		int quit = !worker->full;
		pthread_mutex_unlock(&lock);
		if (quit)
			return NULL;
		script(worker->line);
		pthread_mutex_lock(&lock);
		worker->full = 0;
		pthread_cond_broadcast(&moved);
		pthread_mutex_unlock(&lock);
	}
}

static struct worker *worker_of(const char *name)
{
	for (int i = 0; i < 64; i++)
		if (!strcmp(workers[i].name, name))
			return &workers[i];
	return NULL;
}

static void tell(const char *name, const char *line)
{
	struct worker *worker = worker_of(name);
	if (!worker) {
		worker = worker_of("");
		strncpy(worker->name, name, sizeof(worker->name) - 1);
		worker->full = worker->quit = 0;
		if (pthread_create(&worker->thread, NULL, work, worker)) {
			say("cannot start thread %s", name);
			return;
		}
	}
	pthread_mutex_lock(&lock);
	strncpy(worker->line, line, sizeof(worker->line) - 1);
	worker->full = 1;
	pthread_cond_broadcast(&moved);
	while (worker->full)
		pthread_cond_wait(&moved, &lock);
	pthread_mutex_unlock(&lock);
}

static void join(const char *name)
{
	struct worker *worker = worker_of(name);
	if (!worker)
		return;
	pthread_mutex_lock(&lock);
	worker->quit = 1;
	pthread_cond_broadcast(&moved);
	pthread_mutex_unlock(&lock);
	pthread_join(worker->thread, NULL);
	worker->name[0] = 0;
}

/* --------------------------------------------------------------- the language */

static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	char *end = word + strcspn(word, " \t");
	*rest = *end ? end + 1 : end;
	*end = 0;
	return word;
}

static int flag_of(const char *word)
{
	static const struct {
		const char *word;
		int flag;
	} flags[] = {
		{"now", RTLD_NOW},	     {"lazy", RTLD_LAZY},     {"global", RTLD_GLOBAL},
		{"local", RTLD_LOCAL},	     {"noload", RTLD_NOLOAD}, {"nodelete", RTLD_NODELETE},
		{"deepbind", RTLD_DEEPBIND},
	};
	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (!strcmp(flags[i].word, word))
			return flags[i].flag;
	return -1;
}

/* Read flags, "as NAME", up to "says"; the handle or NULL. */
static void *open_object(const char *object, char **rest, const char **as)
{
	char path[256];
	int flags = 0;
	for (char *word = next_word(rest); *word; word = next_word(rest)) {
		if (!strcmp(word, "says"))
			break;
		if (!strcmp(word, "as"))
			*as = next_word(rest);
		else if (flag_of(word) >= 0)
			flags |= flag_of(word);
		else
			say("unknown flag %s", word);
	}
	if (!(flags & (RTLD_NOW | RTLD_LAZY)))
		flags |= RTLD_NOW;
	if (!strcmp(object, "main"))
		return dlopen(NULL, flags);
	if (*object == '+') /* by name alone, through the search path */
		snprintf(path, sizeof(path), "%s.so", object + 1);
	else
		snprintf(path, sizeof(path), "./%s.so", object);
	return dlopen(path, flags);
}

static void refuse(const char *object, char **rest)
{
	const char *as = "";
	void *got = open_object(object, rest, &as);
	const char *text = dlerror();
	if (got) {
		say("%s was opened", object);
		dlclose(got);
		return;
	}
	if (!text) {
		say("%s refused without a dlerror", object);
		return;
	}
	for (char *word = next_word(rest); *word; word = next_word(rest)) {
		if (!strcasestr(text, word)) {
			say("%s refused, but \"%s\" does not say %s", object, text, word);
			return;
		}
	}
	if (dlerror())
		say("dlerror says it twice");
	say("%s refused", object);
}

static void call(void *symbol, const char *name)
{
	if (symbol)
		say("%s = %d", name, ((int (*)(void))symbol)());
	else
		say("%s not found", name);
}

static void each(char **rest, const char *wanted)
{
	for (char *word = next_word(rest); *word; word = next_word(rest))
		state(word, wanted);
}

static void known_as(void *got)
{
	for (int i = 0; i < NAMES && handles[i].name[0]; i++) {
		if (handles[i].handle == got) {
			say("same as %s", handles[i].name);
			return;
		}
	}
	say("another handle");
}

static int close_object(const char *name)
{
	int result = dlclose(handle(name));
	if (result)
		say("close %s: %s", name, error_text());
	return result;
}

int script(const char *text)
{
	char line[512];
	char *rest = line;
	const char *as;

	strncpy(line, text, sizeof(line) - 1);
	line[sizeof(line) - 1] = 0;
	char *verb = next_word(&rest);
	if (!strcmp(verb, "say")) {
		say("%s", rest);
		return 0;
	}
	if (!strcmp(verb, "times")) {
		for (int n = atoi(next_word(&rest)); n > 0; n--)
			script(rest);
		return 0;
	}
	if (!strcmp(verb, "thread") || !strcmp(verb, "tell")) {
		char *name = next_word(&rest);
		tell(name, rest);
		return 0;
	}
	char *name = next_word(&rest);
	if (!*verb) {
		return 0;
	} else if (!strcmp(verb, "open") || !strcmp(verb, "reopen")) {
		as = *name == '+' ? name + 1 : name;
		void *got = open_object(name, &rest, &as);
		if (!got)
			say("open %s: %s", name, error_text());
		else if (!strcmp(verb, "reopen"))
			known_as(got);
		set_handle(as, got);
		return got == NULL;
	} else if (!strcmp(verb, "noload")) {
		as = name;
		char flags[] = "noload";
		rest = flags;
		void *got = open_object(name, &rest, &as);
		say(got ? "%s is loaded" : "%s is not loaded", name);
		if (got)
			dlclose(got);
		else
			dlerror();
	} else if (!strcmp(verb, "refuse")) {
		refuse(name, &rest);
	} else if (!strcmp(verb, "close")) {
		return close_object(name);
	} else if (!strcmp(verb, "drop")) {
		return handle(name) ? close_object(name) : 0;
	} else if (!strcmp(verb, "stale")) {
		int result = dlclose(handle(name));
		say(result && dlerror() ? "stale handle refused" : "stale handle accepted");
	} else if (!strcmp(verb, "call")) {
		as = next_word(&rest);
		call(dlsym(handle(name), as), as);
	} else if (!strcmp(verb, "has")) {
		as = next_word(&rest);
		say(dlsym(handle(name), as) ? "%s has %s" : "%s has no %s", name, as);
	} else if (!strcmp(verb, "find")) {
		call(dlsym(RTLD_DEFAULT, name), name);
	} else if (!strcmp(verb, "next")) {
		call(dlsym(RTLD_NEXT, name), name);
	} else if (!strcmp(verb, "held") || !strcmp(verb, "gone") || !strcmp(verb, "delayed")) {
		state(name, verb);
		each(&rest, verb);
	} else if (!strcmp(verb, "mapped")) {
		for (; *name; name = next_word(&rest))
			say(is_mapped(name) ? "%s mapped" : "%s not mapped", name);
	} else if (!strcmp(verb, "wild")) {
		wild();
	} else if (!strcmp(verb, "limit")) {
		limit(RLIMIT_AS, atol(name));
	} else if (!strcmp(verb, "files")) {
		limit(RLIMIT_NOFILE, atol(name));
	} else if (!strcmp(verb, "swap")) {
		swap(name, next_word(&rest));
	} else if (!strcmp(verb, "snapshot")) {
		snapshot();
	} else if (!strcmp(verb, "compare")) {
		compare();
	} else if (!strcmp(verb, "canary")) {
		canary(name);
	} else if (!strcmp(verb, "canaries")) {
		canaries();
	} else if (!strcmp(verb, "join")) {
		join(name);
	} else if (!strcmp(verb, "exit")) {
		exit(atoi(name));
	} else if (!strcmp(verb, "quick")) {
		_exit(atoi(name));
	} else {
		say("unknown word %s", verb);
		return -1;
	}
	return 0;
}

/* The kernel names not every CPU; what it tells a program may be an emulator's word. */
static const char *platform(void)
{
	static ElfW(auxv_t) aux[64];
	slurp("/proc/self/auxv", (char *)aux, sizeof(aux));
	for (int i = 0; i < 64 && aux[i].a_type != AT_NULL; i++)
		if (aux[i].a_type == AT_PLATFORM && aux[i].a_un.a_val)
			return (const char *)aux[i].a_un.a_val;
	return "";
}

int main(int argc, char **argv)
{
	static char text[65536];
	if (argc != 2 || !getcwd(here, sizeof(here)))
		return 2;
	if (!strcmp(argv[1], "--platform")) {
		say("%s", platform());
		return 0;
	}
	/* touch what libc allocates on first use, before anybody counts */
	slurp("/proc/self/maps", maps_text, MAPS);
	memset(before_text, 0, MAPS);
	free(malloc(1));
	free(strdup("a little"));
	if (!slurp(argv[1], text, sizeof(text))) {
		say("cannot read %s", argv[1]);
		return 2;
	}
	for (char *line = text; *line;) {
		char *end = strchr(line, '\n');
		if (end)
			*end = 0;
		script(line);
		if (!end)
			break;
		line = end + 1;
	}
	return 0;
}
