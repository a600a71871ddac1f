/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The linker run as a program: its options, and the list ldd shows.  Owns nothing. */
#include "start/standalone.h"
#include "base/config.h"
#include "base/message.h"
#include "life/map.h"
#include "life/search.h"
#include "start/startup.h"
#include "base/sys.h"

#ifdef __LDSO_STANDALONE_SUPPORT__

static const char help[] =
	"usage: ld-uClibc.so [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
	"Run PROGRAM with this dynamic linker, whatever interpreter it names.\n"
	"  --library-path PATH  search PATH instead of LD_LIBRARY_PATH\n"
	"  --preload LIST       load LIST (separated by spaces or colons) before all others\n"
	"  --argv0 NAME         let the program see NAME as argv[0]\n"
	"  --list               print what the program loads, and where, and exit\n"
	"  --verify             exit with status 0 if the program can be loaded, 1 if not\n"
	"  --inhibit-cache      do not look into the cache that ldconfig makes\n"
	"  --list-diagnostics   print what the linker goes by, a KEY=VALUE a line, and exit\n"
	"  --help               print this and exit\n"
	"  --version            print this linker's version and uClibc-ng's, and exit\n"
	"LD_DEBUG=help PROGRAM lists what the linker can trace.\n";

static const char version[] = "ld-uClibc.so " LDSO_VERSION " for uClibc-ng " UCLIBC_VERSION
			      ", the dynamic linker that unloads\n";

static void __attribute__((noreturn)) print_and_exit(const char *text)
{
	sys_write(1, text, strlen(text));
	sys_exit(0);
}

static void __attribute__((noreturn)) usage_error(const char *what, const char *option)
{
	message("%s: %s (try --help)", option, what);
	sys_exit(127);
}

/* The value behind option number *at, which is moved to it. */
static const char *value_after(int *at)
{
	if (*at + 1 >= ld.process.argc)
		usage_error("this option wants a value", ld.process.argv[*at]);
	return ld.process.argv[++*at];
}

enum option {
	END,
	LIBRARY_PATH,
	PRELOAD,
	ARGV0,
	LIST,
	VERIFY,
	INHIBIT_CACHE,
	LIST_DIAGNOSTICS,
	HELP,
	VERSION,
	OPTIONS
};

static enum option option_of(const char *word)
{
	static const char words[OPTIONS][19] = {
		"--",	    "--library-path",  "--preload",	     "--argv0", "--list",
		"--verify", "--inhibit-cache", "--list-diagnostics", "--help",	"--version"};
	unsigned option = END;

	while (option < OPTIONS && strcmp(word, words[option]))
		option++;
	return option;
}

/* Options up to the program's name; returns its index.  *diagnose: --list-diagnostics is among
 * them. */
static int read_options(const char **argv0, bool *diagnose)
{
	int at;

	for (at = 1; at < ld.process.argc && ld.process.argv[at][0] == '-'; at++) {
		switch (option_of(ld.process.argv[at])) {
		case END:
			return at + 1;
		case LIBRARY_PATH:
			ld.options.library_path = value_after(&at);
			break;
		case PRELOAD:
			ld.options.preload = value_after(&at);
			break;
		case ARGV0:
			*argv0 = value_after(&at);
			break;
		case LIST:
			ld.options.trace_loaded = true;
			break;
		case VERIFY:
			ld.options.verify = true;
			break;
		case INHIBIT_CACHE:
			ld.options.inhibit_cache = true;
			break;
		case LIST_DIAGNOSTICS:
			*diagnose = true;
			break;
		case HELP:
			print_and_exit(help);
		case VERSION:
			print_and_exit(version);
		default:
			usage_error("unknown option", ld.process.argv[at]);
		}
	}
	return at;
}

static bool names_interpreter(const struct image *image)
{
	unsigned i;

	for (i = 0; i < image->phnum; i++)
		if (image->phdr[i].p_type == PT_INTERP)
			return true;
	return false;
}

static bool is_executable(const struct image *image, uintptr_t vaddr)
{
	return image_allows(image, vaddr, 1, PF_X);
}

/* Libraries can be listed; whether what is to be run can be is known before anything runs. */
static bool check_start(const struct object *program, uintptr_t entry, struct error *error)
{
	const char *soname = program->dynamic.soname;

	if (soname && !strcmp(soname, UCLIBC_LDSO))
		return error_set(error, "it is the dynamic linker, which cannot load itself");
	if (ld.options.trace_loaded)
		return true;
	if (!names_interpreter(&program->image))
		return error_set(error,
				 program->dynamic.flags_1 & DF_1_PIE
					 ? "it is linked statically: start it without the linker"
					 : "it is a library, not a program (no PT_INTERP)");
	return is_executable(&program->image, entry) ||
	       error_set(error, "its entry point 0x%zx is not in an executable segment",
			 (size_t)entry);
}

int standalone_start(void)
{
	const char *argv0 = NULL, *path;
	char known[PATH_MAX];
	struct error error = {NULL};
	struct errno_room room;
	struct file file;
	uintptr_t entry;
	bool diagnose = false;
	int at, result;

	/* Until there is a program, it is the linker that speaks. */
	ld.process.program_name = "ld-uClibc.so";
	at = read_options(&argv0, &diagnose);
	if (diagnose)
		return 0;
	if (at >= ld.process.argc)
		usage_error("no program is named", "usage");
	path = ld.process.argv[at];
	result = file_look(&file, path);
	if (result == 0)
		result = file_open(&file, path);
	if (result < 0) {
		error_set(&error, "%s: %s", path, file_trouble(result, &room));
		startup_fail(&error);
	}
	ld.program = map_file(&file, path, MAP_PROGRAM, &ld.space, &error);
	if (!ld.program)
		startup_fail(&error);
	/* As for a program that the kernel has started: its file, whatever links have led to it. */
	startup_set_origin(file_path(&file, known) ? known : NULL, path);
	sys_close(file.fd);
	entry = ((const ElfW(Ehdr) *)file.bytes)->e_entry;
	if (!check_start(ld.program, entry, &error)) {
		error_set(&error, "%s: %-s", path, error.text);
		startup_fail(&error);
	}
	ld.process.program_entry = ld.program->bias + entry;
	if (argv0)
		ld.process.argv[at] = (char *)argv0;
	return at;
}

#else

int standalone_start(void)
{
	ld.process.program_name = "ld-uClibc.so";
	fatal("it was built without LDSO_STANDALONE_SUPPORT: programs name it as their interpreter");
}

#endif
