/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Startup: the auxiliary vector, the linker's own object, the program, its closure, then
 * relocation and constructors (psABI "Process Initialization"; System V ABI "Auxiliary Vector").
 */
#include "start/startup.h"
#include "world/addrmap.h"
#include "base/config.h"
#include "life/audit.h"
#include "life/debugger.h"
#include "start/environment.h"
#include "base/export.h"
#include "base/mangle.h"
#include "base/message.h"
#include "life/initfini.h"
#include "start/diagnostics.h"
#include "start/interface.h"
#include "start/list.h"
#include "life/loader.h"
#include "life/map.h"
#include "start/preload.h"
#include "world/linkmap.h"
#include "world/registry.h"
#include "life/relocate.h"
#include "life/retire.h"
#include "life/search.h"
#include "world/scope.h"
#include "start/standalone.h"
#include "base/sys.h"
#include "thread/tls.h"
#include "tell/trace.h"

struct ld ld;

void startup_fail(const struct error *error)
{
	if (ld.options.verify)
		sys_exit(1);
	fatal(error->text ? error->text : error_no_memory);
}

static void read_stack(uintptr_t *stack)
{
	char **word;

	ld.process.stack_end = (uintptr_t)stack;
	ld.process.argc = (int)stack[0];
	ld.process.argv = (char **)(stack + 1);
	ld.process.envp = ld.process.argv + ld.process.argc + 1;
	for (word = ld.process.envp; *word; word++)
		;
	ld.process.auxv = (const ElfW(auxv_t) *)(word + 1);
}

static void read_random(void)
{
	const void *bytes = (const void *)aux(AT_RANDOM);
	struct sys_time now = {1, 1};
	uint64_t made[2];

	if (bytes) {
		memcpy(&ld.process.random, (const char *)bytes + 8, sizeof(ld.process.random));
	} else {
		sys_clock(SYS_CLOCK_MONOTONIC, &now);
		ld.process.random = (uint64_t)now.nanoseconds << 20 ^ (uint64_t)now.seconds ^
				    ld.process.stack_end;
	}
	ld.process.random |= 1;
	made[0] = made[1] = ld.process.random;
	mangle_start(bytes ? bytes : made);
}

static void read_process(uintptr_t *stack)
{
	read_stack(stack);
	aux_setup();
	ld.process.page_size = aux(AT_PAGESZ) ? aux(AT_PAGESZ) : ARCH_PAGE_SIZE;
	ld.process.platform = (const char *)aux(AT_PLATFORM);
	ld.process.capabilities =
		(struct capabilities){sizeof(struct capabilities), aux(AT_HWCAP), aux(AT_HWCAP2)};
	ld.process.hwcap = ld.process.capabilities.hwcap | ARCH_RESOLVER_HWCAP;
	/* Of a kernel that does not say AT_SECURE. */
	ld.options.secure = _dl_auxvt[AT_SECURE].a_type == AT_SECURE
				    ? aux(AT_SECURE)
				    : aux(AT_UID) != aux(AT_EUID) || aux(AT_GID) != aux(AT_EGID);
	ld.process.program_name =
		ld.process.argc && ld.process.argv[0] ? ld.process.argv[0] : "ld-uClibc.so";
	ld.process.target =
		(struct elf_target){ELF_NATIVE_CLASS,	  ARCH_DATA,	       ARCH_MACHINE,
				    ld.process.page_size, ARCH_UNWIND_SEGMENT, ARCH_OWN_GOT};
	ld.reader.epoch = 1;
	ld.trace.fd = 2;
	read_random();
	interface_setup();
}

/* An object for something that is mapped already. */
static struct object *mapped_object(const char *path, const ElfW(Phdr) * phdr, unsigned phnum,
				    uintptr_t bias)
{
	struct object *object = object_new(path, &ld.space);
	struct error error = {NULL};

	if (!object)
		fatal(error_no_memory);
	object->bias = bias;
	if (!image_check(phdr, phnum, 0, UINT64_MAX / 2, &ld.process.target, &object->image,
			 &error) ||
	    !object_read(object, &error)) {
		/* The program is named by who says so. */
		if (*path)
			error_set(&error, "%s: %-s", path, error.text);
		startup_fail(&error);
	}
	object->image.phdr_vaddr = (uintptr_t)phdr - bias;
	object->address.start = bias + object->image.low;
	object->address.end = bias + object->image.high;
	object->node.startup = true;
	return object;
}

/* Our own path when run as a program: its directory is searched, wherever the program goes later.
 */
static const char *own_path(void)
{
	char directory[PATH_MAX];
	char *whole = NULL;

	if (ld.process.argv[0][0] == '/' || !strchr(ld.process.argv[0], '/'))
		return ld.process.argv[0];
	if (sys_getcwd(directory, sizeof(directory)) > 0)
		whole = path_join(directory, ld.process.argv[0]);
	return whole ? whole : ld.process.argv[0];
}

/*
 * Where the kernel has mapped `size` bytes of the program's file at `offset`, before its bias is
 * added, at *vaddr; NULL: nowhere.
 */
static const ElfW(Phdr) * file_bytes(const ElfW(Phdr) * phdr, unsigned phnum, uint64_t offset,
				     uint64_t size, uintptr_t *vaddr)
{
	for (; phnum; phnum--, phdr++) {
		if (phdr->p_type != PT_LOAD || phdr->p_offset > offset ||
		    offset - phdr->p_offset > phdr->p_filesz ||
		    phdr->p_filesz - (offset - phdr->p_offset) < size)
			continue;
		*vaddr = phdr->p_vaddr + (uintptr_t)(offset - phdr->p_offset);
		return phdr;
	}
	return NULL;
}

/*
 * The path the kernel used: the program's interpreter, or our own name when run as a program.  The
 * kernel takes it from the file; what PT_INTERP says of memory may be anything.
 */
static const char *linker_path(bool alone)
{
	const struct image *image = &ld.program->image;
	const ElfW(Phdr) * interp, *load;
	uintptr_t vaddr;
	const char *path;

	if (alone)
		return own_path();
	for (interp = image->phdr; interp < image->phdr + image->phnum; interp++) {
		if (interp->p_type != PT_INTERP || !interp->p_filesz)
			continue;
		load = file_bytes(image->phdr, image->phnum, interp->p_offset, interp->p_filesz,
				  &vaddr);
		path = load ? (const char *)(ld.program->bias + vaddr) : NULL;
		if (path && load->p_flags & PF_R && !path[interp->p_filesz - 1])
			return path;
	}
	return UCLIBC_LDSO;
}

/* Whatever path leads to our own file is not to bring a second linker in. */
static void add_linker_file(struct object *linker, bool alone)
{
	struct arch_stat stat;

	if (sys_stat(alone ? "/proc/self/exe" : linker->map.l_name, &stat) < 0)
		return;
	linker->file.device = stat.st_dev;
	linker->file.inode = stat.st_ino;
	registry_add_file(linker);
}

static void add_linker(const ElfW(Ehdr) * header, bool alone)
{
	struct object *linker = mapped_object(
		linker_path(alone), (const void *)((const char *)header + header->e_phoff),
		header->e_phnum, (uintptr_t)header);
	struct error error = {NULL};

	linker->is_linker = true;
	object_set_state(linker, OBJECT_LIVE);
	linker->owner = NULL;
	linker->relocated = true;
	ld.linker = linker;
	if (linker->dynamic.soname &&
	    !registry_add_name(linker, linker->dynamic.soname, NAME_SONAME))
		fatal(error_no_memory);
	add_linker_file(linker, alone);
	if (!relocate_protect(linker, &error))
		startup_fail(&error);
}

void startup_set_origin(const char *file, const char *started_by)
{
	const char *directory = ld.options.origin_path;
	char *made = NULL;

	if (file) {
		started_by = file;
	} else if (directory && directory[0] == '/') {
		started_by = made = path_join(directory, "");
		if (!made)
			fatal(error_no_memory);
	} else if (directory) {
		message("LD_ORIGIN_PATH: %s: ignored: it is no absolute path", directory);
	}
	if (started_by && !search_set_origin(ld.program, started_by))
		fatal(error_no_memory);
	mem_free(made);
}

static void set_program_origin(void)
{
	enum { EXECFN = 31 }; /* AT_EXECFN, which not every <elf.h> has */
	char path[PATH_MAX];
	long length = sys_readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[length > 0 ? length : 0] = '\0';
	startup_set_origin(length > 0 ? path : NULL, (const char *)aux(EXECFN));
}

/*
 * The program's load bias.  The kernel maps by PT_LOAD and says where the headers and the entry
 * came to be; PT_PHDR is only what the file says.  The ELF header, at the beginning of the page if
 * the headers follow it, says where the entry would be without a bias.
 */
static uintptr_t program_bias(const ElfW(Phdr) * phdr, unsigned phnum)
{
	uintptr_t page = round_down((uintptr_t)phdr, ld.process.page_size), bias = 0;
	const ElfW(Ehdr) *header = (const void *)page;
	size_t offset = (uintptr_t)phdr - page;
	unsigned i;

	if (offset >= sizeof(*header) && !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	    header->e_phoff == offset)
		return ld.process.program_entry - header->e_entry;
	for (i = 0; i < phnum; i++)
		if (phdr[i].p_type == PT_PHDR)
			bias = (uintptr_t)phdr - phdr[i].p_vaddr;
	return bias;
}

/* Without a vDSO this is an emulator, or valgrind, which complains of calls that it does not know.
 */
static bool emulated(void)
{
	return !aux(AT_SYSINFO_EHDR);
}

/* Whether the headers can be read: the kernel does not look at how it has mapped them. */
static bool readable(const ElfW(Phdr) * phdr, unsigned phnum)
{
	uintptr_t page, end = (uintptr_t)(phdr + phnum);

	if (emulated())
		return true;
	for (page = round_down((uintptr_t)phdr, ld.process.page_size); page < end;
	     page += ld.process.page_size)
		if (!sys_readable(page))
			return false;
	return true;
}

/* The program as the kernel has mapped it. */
static struct object *program_from_kernel(void)
{
	const ElfW(Phdr) *phdr = (const ElfW(Phdr) *)aux(AT_PHDR);
	unsigned phnum = (unsigned)aux(AT_PHNUM);
	uintptr_t bias;

	if (!phdr || !phnum)
		fatal("the kernel does not say where the program is");
	if (!readable(phdr, phnum))
		fatal("its program headers are in memory that cannot be read");
	ld.process.program_entry = aux(AT_ENTRY);
	bias = program_bias(phdr, phnum);
	return mapped_object("", phdr, phnum, bias);
}

/* A program we have loaded ourselves finds itself, not us, in the auxiliary vector. */
static void correct_auxv(void)
{
	ElfW(auxv_t) * entry;

	for (entry = (ElfW(auxv_t) *)ld.process.auxv; entry->a_type != AT_NULL; entry++) {
		if (entry->a_type == AT_PHDR)
			entry->a_un.a_val = (uintptr_t)ld.program->image.phdr;
		else if (entry->a_type == AT_PHNUM)
			entry->a_un.a_val = ld.program->image.phnum;
		else if (entry->a_type == AT_ENTRY)
			entry->a_un.a_val = ld.process.program_entry;
		else if (entry->a_type == AT_BASE)
			entry->a_un.a_val = ld.linker->bias;
	}
	aux_setup();
}

static void add_program(void)
{
	struct object *program = ld.program;

	program->is_program = true;
	program->node.startup = true;
	object_set_state(program, OBJECT_LINKED);
	program->owner = NULL;
	linkmap_add(program);
}

/* Relocate everybody, dependencies first; the program last, because COPY takes from the others. */
static void relocate_all(void)
{
	struct error error = {NULL};
	struct relocation_run run = {.now = ld.options.bind_now, .error = &error};
	struct object *object;
	uint64_t begin = trace_clock();
	size_t lookups = 0;

	for (object = ld.space.map.first; object; object = object_next(object))
		lookups += relocate_lookups(object, &run);
	scope_expect(ld.space.global, lookups);
	for (object = ld.space.map.last; object; object = object_of_map(object->map.l_prev))
		if (!relocate_object(object, &run))
			startup_fail(&error);
	tls_start_images();
	loader_unlock();
	if (!relocate_indirect(&run))
		startup_fail(&error);
	loader_lock();
	for (object = ld.space.map.first; object; object = object_next(object))
		if (!object->is_linker &&
		    (!init_check(object, NULL, &error) || !relocate_protect(object, &error)))
			startup_fail(&error);
	relocation_run_free(&run);
	ld.stats.time_relocate += trace_clock() - begin;
}

/* Where the program begins has to be code, as its constructors have. */
static void check_entry(void)
{
	const struct object *program = ld.program;
	struct error error = {NULL};

	if (image_allows(&program->image, ld.process.program_entry - program->bias, 1, PF_X))
		return;
	error_set(&error, "%s: its entry point 0x%zx is no code", object_path(program),
		  (size_t)(ld.process.program_entry - program->bias));
	startup_fail(&error);
}

/*
 * An object's mark that it wants an executable stack counts as the program's own, which the kernel
 * has seen to unless the linker was started in the program's place.
 */
static void grant_stack(void)
{
	enum { PROT_GROWSDOWN_FLAG = 0x01000000 };
	const struct object *object = ld.space.map.first;
	struct error error = {NULL};
	struct errno_room room;
	int result;

	while (object && !object->image.stack_exec)
		object = object_next(object);
	if (!object)
		return;
	result = sys_mprotect(round_down(ld.process.stack_end, ld.process.page_size),
			      ld.process.page_size,
			      SYS_PROT_READ | SYS_PROT_WRITE | SYS_PROT_EXEC | PROT_GROWSDOWN_FLAG);
	if (result < 0) {
		error_set(&error, "%s: the executable stack that it wants: %s", object_path(object),
			  errno_words(result, &room));
		startup_fail(&error);
	}
	ld.process.stack_exec = true;
	interface_stacks();
}

/* Nobody takes away, or makes writable, what stays for as long as the process. */
static void seal_all(void)
{
#ifdef __LDSO_SEAL__
	const struct object *object = ld.space.map.first;

	if (emulated())
		return;
	for (; object && object_seal(object); object = object_next(object))
		;
#endif
}

static void set_close_mode(void)
{
	struct error error = {NULL};

	retire_set_mode(__LDSO_DLCLOSE_MODE__, NULL);
	if (ld.options.close_mode && *ld.options.close_mode &&
	    !retire_set_mode(ld.options.close_mode, &error))
		message("LD_DLCLOSE: %-s; using %s", error.text, __LDSO_DLCLOSE_MODE__);
	error_clear(&error);
}

/* For startup objects that want a fixed place, and the libcs of auditors. */
enum { AUDIT_ROOM = 4096 };

/* The main thread gets its storage; code that is not ours may run from here on. */
static void start_main_thread(size_t room)
{
	struct error error = {NULL};

	if (!tls_start(room, &error))
		startup_fail(&error);
	interface_guards();
	/* DT_DEBUG is among what relocation makes read-only. */
	debugger_setup();
}

/* Auditors come first, and are told of what is there. */
static void start_audit(void)
{
	audit_start();
	if (!auditing())
		return;
	audit_mapped(ld.program);
	audit_activity(&ld.space, LA_ACT_ADD);
	audit_mapped(ld.linker);
}

/* Load and link everything; what stops here is a reason not to start. */
static void load_all(void)
{
	struct error error = {NULL};
	unsigned missing = 0;
	bool listing = ld.options.trace_loaded && !ld.options.verify;

	if (!listing && audit_wanted()) {
		start_main_thread(AUDIT_ROOM);
		loader_unlock();
		start_audit();
		loader_lock();
	}
	if (!load_startup(listing ? &missing : NULL, &error))
		startup_fail(&error);
	if (listing)
		sys_exit(list_loaded() || missing);
	if (tracing(TRACE_UNUSED))
		list_unused();
	if (!ld.tls.ready)
		start_main_thread(0);
	else if (!tls_start_more(&error))
		startup_fail(&error);
	check_entry();
	grant_stack();
	relocate_all();
	if (ld.options.verify)
		sys_exit(0);
	seal_all();
	if (auditing())
		audit_activity(&ld.space, LA_ACT_CONSISTENT);
}

struct entry_point startup(uintptr_t *stack, ElfW(Dyn) * dynamic, const ElfW(Ehdr) * header)
{
	struct entry_point result;
	bool alone;
	int skip = 0;

	(void)dynamic;
	read_process(stack);
	environment_read();
	/* There is nobody else yet, but for auditors' threads. */
	loader_lock();
	alone = aux(AT_ENTRY) == (uintptr_t)header + header->e_entry;
	if (!registry_setup())
		fatal(error_no_memory);
	if (alone) {
		skip = standalone_start();
	} else {
		ld.program = program_from_kernel();
		set_program_origin();
	}
	trace_setup();
	add_linker(header, alone);
	if (!ld.program) {
		ld.program = ld.linker;
		diagnostics_list();
	}
	if (skip) {
		ld.process.argv += skip;
		ld.process.argc -= skip;
		ld.process.argv[-1] = (char *)(uintptr_t)ld.process.argc;
		ld.process.program_name = ld.process.argv[0];
		correct_auxv();
	}
	if (ld.options.show_auxv)
		diagnostics_auxv("", ": ");
	add_program();
	load_all();
	set_close_mode();
	debugger_notify(&ld.space, DEBUGGER_ADD);
	debugger_notify(&ld.space, DEBUGGER_CONSISTENT);
	ld.process.started = true;
	init_startup();
	loader_unlock();
	result.entry = ld.process.program_entry;
	result.stack = (uintptr_t)(ld.process.argv - 1);
	return result;
}
