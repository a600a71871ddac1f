/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The world around the linker for linker.h: files, system calls, the start of a process, threads
 * and their signals.  Owns `ld`.
 */
#include "linker.h"
#include "life/debugger.h"
#include "base/export.h"
#include "world/info.h"
#include "life/initfini.h"
#include "life/loader.h"
#include "life/map.h"
#include "life/open.h"
#include "start/preload.h"
#include "world/linkmap.h"
#include "world/registry.h"
#include "life/relocate.h"
#include "life/retire.h"
#include "stack/stack.h"
#include "base/sys.h"
#include "thread/tls.h"
#include "host.h"
#include <dl-api.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct ld ld;
__thread struct system_tcb *system_tcb;
void (*linker_exit)(void);

extern void *_dl_allocate_tls(void *tcb);
extern void *_dl_allocate_tls_init(void *tcb);
extern void _dl_deallocate_tls(void *tcb, bool free_tcb);
extern void _dl_get_tls_static_info(size_t *size, size_t *align);
extern void _dl_app_init_array(void);

static void __attribute__((noreturn)) give_up(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* Files. */

enum { PAGE = 0x1000, FIRST_FD = 1000, MAX_FILES = 100, MOST_MEMORY = 16 << 20 };

struct file_bytes {
	const char *path;
	const char *byte;
	size_t size;
};

static struct file_bytes files[MAX_FILES];
static unsigned file_count;

/* A file being written: one readable, executable page, and one to be written to. */
struct writing {
	char *byte;
	size_t used[2]; /* of each page */
	ElfW(Dyn) * dynamic;
	size_t strings, strings_used;
};

static size_t place(struct writing *file, unsigned page, const void *bytes, size_t size)
{
	size_t at = round_up(file->used[page], 16);

	if (at + size > PAGE)
		give_up("a file has no room");
	file->used[page] = at + size;
	if (bytes)
		memcpy(file->byte + page * PAGE + at, bytes, size);
	return page * PAGE + at;
}

static size_t text(struct writing *file, const char *string)
{
	size_t at = file->strings_used;

	strcpy(file->byte + file->strings + at, string);
	file->strings_used += strlen(string) + 1;
	return at;
}

static void entry(struct writing *file, intptr_t tag, size_t value)
{
	file->dynamic->d_tag = tag;
	file->dynamic++->d_un.d_val = value;
}

static size_t length_of(const char *const *list)
{
	size_t count = 0;

	while (list && list[count])
		count++;
	return count;
}

static void write_symbols(struct writing *file, const struct plan_of_file *plan)
{
	size_t calls = length_of(plan->calls), defines = length_of(plan->defines), i;
	size_t symbols = place(file, 0, NULL, (1 + calls + defines) * sizeof(ElfW(Sym)));
	size_t words = place(file, 0, NULL, (defines + 1) * sizeof(uint64_t));
	size_t hash = place(file, 0, NULL, (4 + 2 + 1 + defines) * sizeof(uint32_t));
	size_t plt = place(file, 0, NULL, (calls + 1) * sizeof(ElfW(Rela)));
	size_t got = place(file, 1, NULL, (3 + calls) * sizeof(uintptr_t));
	ElfW(Sym) *symbol = (ElfW(Sym) *)(void *)(file->byte + symbols);
	ElfW(Rela) *relocation = (ElfW(Rela) *)(void *)(file->byte + plt);
	uint32_t *table = (uint32_t *)(void *)(file->byte + hash);
	uint64_t *word = (uint64_t *)(void *)(file->byte + words);

	for (i = 0; i < calls; i++) {
		symbol[1 + i].st_name = (uint32_t)text(file, plan->calls[i]);
		symbol[1 + i].st_info = STB_GLOBAL << 4 | STT_FUNC;
		relocation[i].r_offset = got + (3 + i) * sizeof(uintptr_t);
		relocation[i].r_info = (ElfW(Xword))(1 + i) << 32 | ARCH_R_JUMP_SLOT;
	}
	/* One bucket, and a filter that lets everything pass (one word of two halves). */
	table[0] = 1;
	table[1] = (uint32_t)(1 + calls);
	table[2] = 1;
	table[4] = table[5] = UINT32_MAX;
	table[6] = defines ? (uint32_t)(1 + calls) : 0;
	for (i = 0; i < defines; i++) {
		ElfW(Sym) *defined = &symbol[1 + calls + i];

		defined->st_name = (uint32_t)text(file, plan->defines[i]);
		defined->st_info = STB_GLOBAL << 4 | STT_FUNC;
		defined->st_shndx = 1;
		defined->st_value = words + i * sizeof(*word);
		defined->st_size = sizeof(*word);
		word[i] = file_word(plan->mark, (uint32_t)i);
		table[7 + i] = (gnu_hash(plan->defines[i]) & ~1u) | (i + 1 == defines);
	}
	entry(file, DT_SYMTAB, symbols);
	entry(file, DT_SYMENT, sizeof(*symbol));
	entry(file, DT_GNU_HASH, hash);
	entry(file, DT_PLTGOT, got);
	if (calls) {
		entry(file, DT_JMPREL, plt);
		entry(file, DT_PLTRELSZ, calls * sizeof(*relocation));
		entry(file, DT_PLTREL, DT_RELA);
	}
}

static void write_headers(struct writing *file, size_t dynamic, const struct plan_of_file *plan)
{
	static const unsigned char ident[EI_NIDENT] = {
		0x7f, 'E', 'L', 'F', ELF_NATIVE_CLASS, ARCH_DATA, EV_CURRENT};
	ElfW(Ehdr) *header = (ElfW(Ehdr) *)(void *)file->byte;
	ElfW(Phdr) *segment = (ElfW(Phdr) *)(void *)(file->byte + sizeof(*header));
	uint64_t image[TLS_FILLED] = {plan->mark, plan->mark, plan->mark, plan->mark};
	size_t tls;

	segment[0] = (ElfW(Phdr)){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_align = PAGE};
	segment[0].p_filesz = segment[0].p_memsz = PAGE;
	segment[1] = (ElfW(Phdr)){.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_align = PAGE};
	segment[1].p_offset = segment[1].p_vaddr = PAGE;
	segment[1].p_filesz = segment[1].p_memsz = PAGE;
	segment[2] = (ElfW(Phdr)){.p_type = PT_DYNAMIC, .p_flags = PF_R | PF_W, .p_align = 8};
	segment[2].p_offset = segment[2].p_vaddr = dynamic;
	segment[2].p_filesz = segment[2].p_memsz =
		(size_t)((char *)file->dynamic - file->byte) - dynamic;
	if (plan->tls) {
		tls = place(file, 1, image, sizeof(image));
		segment[3] = (ElfW(Phdr)){.p_type = PT_TLS, .p_flags = PF_R, .p_align = 16};
		segment[3].p_offset = segment[3].p_vaddr = tls;
		segment[3].p_filesz = sizeof(image);
		segment[3].p_memsz = plan->tls * sizeof(uint64_t);
	}
	memcpy(header->e_ident, ident, sizeof(ident));
	header->e_type = ET_DYN;
	header->e_machine = ARCH_MACHINE;
	header->e_version = EV_CURRENT;
	header->e_phoff = header->e_ehsize = sizeof(*header);
	header->e_phentsize = sizeof(*segment);
	header->e_phnum = plan->tls ? 4 : 3;
}

void linker_bytes(const char *path, const void *bytes, size_t size)
{
	unsigned i = 0;

	while (i < file_count && strcmp(files[i].path, path) != 0)
		i++;
	if (i == MAX_FILES)
		give_up("too many files");
	if (i == file_count)
		file_count++;
	files[i] = (struct file_bytes){path, bytes, size};
}

void linker_file(const struct plan_of_file *plan)
{
	struct writing file = {.byte = calloc(2, PAGE)};
	size_t dynamic, i;

	linker_bytes(plan->path, file.byte, 2 * (size_t)PAGE);
	file.used[0] = sizeof(ElfW(Ehdr)) + 4 * sizeof(ElfW(Phdr));
	file.strings = place(&file, 0, NULL, 1024);
	file.strings_used = 1;
	dynamic = place(&file, 1, NULL, 32 * sizeof(ElfW(Dyn)));
	file.dynamic = (ElfW(Dyn) *)(void *)(file.byte + dynamic);
	write_symbols(&file, plan);
	for (i = 0; i < length_of(plan->needs); i++)
		entry(&file, DT_NEEDED, text(&file, plan->needs[i]));
	entry(&file, DT_STRTAB, file.strings);
	entry(&file, DT_STRSZ, 1024);
	entry(&file, DT_NULL, 0);
	write_headers(&file, dynamic, plan);
}

static const struct file_bytes *file_of(int fd)
{
	return &files[fd - FIRST_FD];
}

/* System calls. */

int sys_open(const char *path, int flags, int mode)
{
	(void)flags;
	(void)mode;
	for (unsigned i = 0; i < file_count; i++)
		if (!strcmp(files[i].path, path))
			return FIRST_FD + (int)i;
	return -SYS_ENOENT;
}

int sys_close(int fd)
{
	(void)fd;
	return 0;
}

long sys_pread(int fd, void *buffer, size_t size, uint64_t offset)
{
	const struct file_bytes *file = file_of(fd);
	size_t left = offset < file->size ? file->size - offset : 0;

	if (size > left)
		size = left;
	memcpy(buffer, file->byte + offset, size);
	return (long)size;
}

void sys_write(int fd, const char *text, size_t size)
{
	if (write(fd, text, size) < 0)
		abort();
}

int sys_fstat(int fd, struct arch_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->st_dev = 1;
	stat->st_ino = (uint64_t)fd;
	stat->st_size = (int64_t)file_of(fd)->size;
	stat->st_mode = SYS_S_IFREG;
	return 0;
}

int sys_stat(const char *path, struct arch_stat *stat)
{
	int fd = sys_open(path, 0, 0);

	return fd < 0 ? fd : sys_fstat(fd, stat);
}

int sys_access(const char *path)
{
	(void)path;
	return -SYS_ENOENT;
}

long sys_getcwd(char *buffer, size_t size)
{
	(void)buffer;
	(void)size;
	return -SYS_ENOENT;
}

int sys_geteuid(void)
{
	return 0;
}

long sys_readlink(const char *path, char *buffer, size_t size)
{
	(void)path;
	(void)buffer;
	(void)size;
	return -SYS_ENOENT;
}

long sys_mmap(uintptr_t address, size_t length, int protection, int flags, int fd, uint64_t offset)
{
	char *memory = (char *)address;

	(void)protection;
	if (length > MOST_MEMORY)
		return -SYS_ENOMEM;
	if (!(flags & SYS_MAP_FIXED))
		memory = aligned_alloc(PAGE, length);
	if (!memory)
		return -SYS_ENOMEM;
	memset(memory, 0, length);
	if (!(flags & SYS_MAP_ANONYMOUS))
		sys_pread(fd, memory, length, offset);
	return (long)memory;
}

int sys_munmap(uintptr_t address, size_t length)
{
	/* ThreadSanitizer knows only of a block's beginning that it has been freed. */
	memset((void *)address, 0xdb, length);
	free((void *)address);
	return 0;
}

int sys_mprotect(uintptr_t address, size_t length, int protection)
{
	(void)address;
	(void)length;
	(void)protection;
	return 0;
}

int sys_mseal(uintptr_t address, size_t length)
{
	(void)address;
	(void)length;
	return 0;
}

int sys_gettid(void)
{
	return (int)arch_syscall6(__NR_gettid, 0, 0, 0, 0, 0, 0);
}

int sys_clock(int clock, struct sys_time *time)
{
	return (int)arch_syscall6(__NR_clock_gettime, clock, (long)time, 0, 0, 0, 0);
}

int sys_futex_wait(int *word, int value, const struct sys_time *end)
{
	return (int)arch_syscall6(__NR_futex, (long)word, 128 | 9, value, (long)end, 0, -1);
}

int sys_futex_wake(int *word, int count)
{
	return (int)arch_syscall6(__NR_futex, (long)word, 129, count, 0, 0, 0);
}

extern void __tsan_acquire(void *word) __attribute__((weak));

int sys_futex_lock(int *word, const struct sys_time *limit)
{
	struct sys_time end = {0, 0};
	int result;

	if (limit)
		sys_deadline(SYS_CLOCK_REALTIME, limit, &end);
	result = (int)arch_syscall6(__NR_futex, (long)word, 134, 0, limit ? (long)&end : 0, 0, 0);
	/*
	 * The kernel has seen to the order.  ThreadSanitizer learns of it here: at the linker's own
	 * load it would be too late for a signal handler that comes first and finds the lock taken.
	 */
	if (!result && __tsan_acquire)
		__tsan_acquire(word);
	return result;
}

int sys_futex_unlock(int *word)
{
	return (int)arch_syscall6(__NR_futex, (long)word, 135, 0, 0, 0, 0);
}

/* Each waits sometimes in one way, sometimes in the other. */
bool sys_realtime(void)
{
	return linker_random(4) == 0;
}

int sys_sigaction(int signal, const struct arch_sigaction *action, struct arch_sigaction *old)
{
	(void)signal;
	(void)action;
	(void)old;
	return 0;
}

static arch_sigset set_signals(arch_sigset blocked)
{
	sigset_t set, old;

	sigemptyset(&set);
	memcpy(&set, &blocked, sizeof(blocked));
	pthread_sigmask(SIG_SETMASK, &set, &old);
	memcpy(&blocked, &old, sizeof(blocked));
	return blocked;
}

arch_sigset sys_block_signals(void)
{
	arch_sigset all;

	memset(&all, 0xff, sizeof(all));
	return set_signals(all);
}

void sys_set_signals(arch_sigset blocked)
{
	set_signals(blocked);
}

void sys_exit(int status)
{
	(void)status;
	if (linker_exit)
		linker_exit();
	give_up("the linker ends the process");
}

/* What is left out: forks, debuggers, frames on stacks, and code that nobody calls here. */

void debugger_notify(struct space *space, enum debugger_event event)
{
	(void)space;
	(void)space;
	(void)event;
	loader_return(loader_leave());
}

void stack_find_frames(struct object *closing, uintptr_t frame)
{
	(void)closing;
}

bool stack_in_use(struct object *object)
{
	(void)object;
	return false;
}

bool stack_left(uintptr_t frame, uintptr_t sp)
{
	(void)frame;
	(void)sp;
	return false;
}

bool stack_may_be_left(uintptr_t frame, uintptr_t sp)
{
	(void)frame;
	(void)sp;
	return false;
}

void arch_lazy_resolve(void)
{
}

void arch_audit_resolve(void)
{
}

void arch_tlsdesc_static(void)
{
}

void arch_tlsdesc_undefined(void)
{
}

void arch_tlsdesc_dynamic(void)
{
}

void arch_sigreturn(void)
{
}

uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *capabilities)
{
	(void)resolver;
	(void)hwcap;
	(void)capabilities;
	give_up("an IFUNC resolver is called");
}

/* The start of a process. */

static struct object *start_object(const char *path)
{
	struct error error = {NULL};
	struct object *object;
	struct file file;

	if (file_open(&file, path) < 0)
		give_up("no such file");
	object = map_file(&file, path, MAP_PROGRAM, &ld.space, &error);
	if (!object)
		give_up(error.text);
	object->owner = NULL;
	object->node.startup = true;
	return object;
}

static void must(bool done, const struct error *error)
{
	if (!done)
		give_up(error->text ? error->text : "no memory");
}

void linker_start(const char *path)
{
	static char *none[] = {NULL};
	static const struct plan_of_file linker = {.path = "/ld.so"};
	struct error error = {NULL};
	struct relocation_run run = {.error = &error};
	struct object *object;

	linker_file(&linker);
	ld.process.argv = ld.process.envp = none;
	ld.process.page_size = PAGE;
	ld.process.program_name = path;
	ld.process.target = (struct elf_target){
		ELF_NATIVE_CLASS, ARCH_DATA, ARCH_MACHINE, PAGE, ARCH_UNWIND_SEGMENT, ARCH_OWN_GOT};
	ld.reader.epoch = 1;
	ld.process.random = 1;
	ld.trace.fd = 2;
	must(registry_setup(), &error);
	ld.program = start_object(path);
	ld.linker = start_object(linker.path);
	ld.linker->is_linker = ld.linker->relocated = true;
	ld.linker->state = OBJECT_LIVE;
	ld.program->is_program = true;
	ld.program->state = OBJECT_LINKED;
	linkmap_add(ld.program);
	must(load_startup(NULL, &error) && tls_start(0, &error), &error);
	for (object = ld.space.map.last; object; object = object_of_map(object->map.l_prev))
		must(relocate_object(object, &run), &error);
	tls_start_images();
	must(retire_set_mode("unmap", &error), &error);
	ld.process.started = true;
	loader_lock();
	init_startup();
	loader_unlock();
	_dl_app_init_array();
}

struct object *linker_object(void *handle)
{
	struct link_map *map = NULL;

	if (_dl_dlinfo(handle, RTLD_DI_LINKMAP, &map, NULL))
		give_up(_dl_dlerror());
	return object_of_map(map);
}

/* Threads. */

struct linker_thread {
	struct linker_thread *next;
	pthread_t id;
	char *memory;
	void *tcb;
	void (*run)(unsigned number);
	unsigned number;
	uint32_t random;
	bool ready; /* can get signals */
};

static struct linker_thread *running, *idle; /* only the first thread's */
static void (*signal_handler)(void);
static bool over;
static __thread struct linker_thread *own;

static struct linker_thread *new_thread(void)
{
	struct linker_thread *thread = idle;
	size_t size, align;

	/* As libpthread does with stacks: one that was used comes with its vector. */
	if (thread) {
		idle = thread->next;
		_dl_allocate_tls_init(thread->tcb);
		return thread;
	}
	thread = calloc(1, sizeof(*thread));
	_dl_get_tls_static_info(&size, &align);
	thread->memory = calloc(1, size + align);
	thread->tcb = (void *)round_up((uintptr_t)thread->memory + size - TLS_TCB_SIZE, align);
	if (!_dl_allocate_tls(thread->tcb))
		give_up("no memory");
	return thread;
}

static void let_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(how, &set, NULL);
}

static void *begin(void *data)
{
	struct linker_thread *thread = data;

	own = thread;
	system_tcb = thread->tcb;
	let_signals(SIG_UNBLOCK);
	store_relaxed(&thread->ready, true);
	thread->run(thread->number);
	store_relaxed(&thread->ready, false);
	let_signals(SIG_BLOCK);
	_dl_thread_exit();
	return NULL;
}

struct linker_thread *linker_thread(void (*run)(unsigned number), unsigned number)
{
	struct linker_thread *thread = new_thread();

	thread->run = run;
	thread->number = number;
	thread->random = 2463534242u + number * 7919;
	let_signals(SIG_BLOCK);
	if (pthread_create(&thread->id, NULL, begin, thread))
		give_up("no thread");
	thread->next = running;
	running = thread;
	return thread;
}

static void free_thread(struct linker_thread *thread)
{
	_dl_deallocate_tls(thread->tcb, false);
	free(thread->memory);
	free(thread);
}

void linker_trim(void)
{
	if (idle)
		free_thread(idle);
	idle = NULL;
}

void linker_join(struct linker_thread *thread)
{
	struct linker_thread **link = &running;

	pthread_join(thread->id, NULL);
	while (*link != thread)
		link = &(*link)->next;
	*link = thread->next;
	if (!idle && linker_random(2)) {
		thread->next = NULL;
		idle = thread;
		return;
	}
	free_thread(thread);
}

static void on_signal(int signal)
{
	int number = errno;

	(void)signal;
	signal_handler();
	errno = number;
}

void linker_signals(void (*handler)(void))
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	signal_handler = handler;
	if (handler)
		sigaction(SIGUSR1, &action, NULL);
}

bool linker_over(void)
{
	return load_relaxed(&over);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void linker_run(void (*run)(unsigned number), unsigned count, void (*meanwhile)(void))
{
	const char *text_of_seconds = getenv("STRESS_SECONDS");
	double seconds = text_of_seconds && *text_of_seconds ? atof(text_of_seconds) : 2;
	double end = now() + seconds;
	struct linker_thread *thread[16];
	static const struct timespec moment = {0, 50000};

	alarm((unsigned)seconds + 60);
	over = false;
	for (unsigned i = 0; i < count; i++)
		thread[i] = linker_thread(run, i);
	while (now() < end) {
		for (struct linker_thread *to = running; signal_handler && to; to = to->next)
			if (load_relaxed(&to->ready))
				pthread_kill(to->id, SIGUSR1);
		if (meanwhile)
			meanwhile();
		nanosleep(&moment, NULL);
	}
	store_relaxed(&over, true);
	for (unsigned i = 0; i < count; i++)
		linker_join(thread[i]);
	alarm(0);
}

unsigned linker_random(unsigned limit)
{
	static uint32_t first = 88172645;
	uint32_t *state = own ? &own->random : &first;

	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % limit;
}
