/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LD_DEBUG.  Owns ld.trace. */
#include "tell/trace.h"
#include "base/errno.h"
#include "base/message.h"
#include "base/format.h"
#include "base/sys.h"

const char *object_path(const struct object *object)
{
	return object->is_program ? ld.process.program_name : object->map.l_name;
}

struct object *space_next_object(const struct object *after)
{
	const struct space *space = after ? after->space : &ld.space;
	struct object *object = after ? object_next(after) : space->map.first;

	while (!object && space->next) {
		space = space->next;
		object = space->map.first;
	}
	return object;
}

#ifdef __SUPPORT_LD_DEBUG__

static const struct {
	const char *word;
	const char *help;
} categories[] = {
	{"unload", "what each dlclose does: who stays and why, destructors, delays, munmap"},
	{"files", "objects as they are mapped and linked"},
	{"libs", "where libraries are looked for"},
	{"init", "constructors as they are called"},
	{"bindings", "which reference is bound to which object, and what that holds"},
	{"symbols", "every symbol lookup"},
	{"reloc", "relocation of each object"},
	{"versions", "symbol version checks"},
	{"scopes", "scopes and their indexes"},
	{"tls", "thread-local storage modules"},
	{"statistics", "times and counts, at exit"},
	{"graph", "the ownership graph at each open and close, for Graphviz"},
	{"leaks", "handles that were never closed and who opened them, at exit"},
	{"unused", "libraries the program needs, and nothing is bound to"},
	{"time", "with other words: when each line was written, in microseconds"},
};
enum { CATEGORIES = sizeof(categories) / sizeof(categories[0]) };

static const char *category_word(unsigned category)
{
	return categories[__builtin_ctz(category)].word;
}

/* May we write to it?  A regular file of the user's own, with one name. */
static bool is_own_file(int fd, struct arch_stat *stat)
{
	return sys_fstat(fd, stat) == 0 && (stat->st_mode & SYS_S_IFMT) == SYS_S_IFREG &&
	       stat->st_uid == (unsigned)sys_geteuid() && stat->st_nlink == 1;
}

/*
 * "FILE.PID" plus a suffix: a new file, or one of the user's own, to which is added; what else is
 * there by this name may be somebody's trap.
 */
static int open_output(const char *suffix, int pid)
{
	const int flags = SYS_WRONLY | SYS_APPEND | SYS_CLOEXEC | ARCH_O_NOFOLLOW | SYS_NONBLOCK;
	char *name = format_new(FORMAT_PLAIN, "%s.%d%s", ld.trace.output, pid, suffix);
	const char *what = NULL;
	struct errno_room room;
	struct arch_stat stat;
	int fd;

	if (!name)
		return -SYS_ENOMEM;
	fd = sys_open(name, flags | SYS_CREAT | SYS_EXCL, 0666);
	if (fd == -SYS_EEXIST) {
		fd = sys_open(name, flags, 0);
		if (fd == -SYS_ELOOP || (fd >= 0 && !is_own_file(fd, &stat)))
			what = "there is something else by this name";
		if (fd >= 0 && what)
			sys_close(fd);
	}
	if ((fd < 0 || what) && ld.trace.refused != pid) {
		ld.trace.refused = pid;
		message("LD_DEBUG_OUTPUT: %s: %s; tracing to stderr", name,
			what ? what : errno_words(fd, &room));
	}
	mem_free(name);
	return what ? -SYS_EEXIST : fd;
}

static void keep_output(int fd)
{
	struct arch_stat stat;

	if (fd < 0 || sys_fstat(fd, &stat) < 0)
		return;
	ld.trace.fd = fd;
	ld.trace.device = stat.st_dev;
	ld.trace.inode = stat.st_ino;
}

/* Is the descriptor the file that was opened?  A daemon closes all there are. */
static bool output_is_kept(void)
{
	struct arch_stat stat;

	return sys_fstat(ld.trace.fd, &stat) == 0 && stat.st_dev == ld.trace.device &&
	       stat.st_ino == ld.trace.inode;
}

/*
 * Where a line goes.  A process that has been forked off writes to a file of its own number, which
 * it opens for each line: it may share its memory with its parent (vfork), and the descriptor is
 * not the parent's.
 */
static int output_for(int pid)
{
	int fd;

	if (!ld.trace.output || (pid == ld.trace.pid && ld.trace.fd != 2 && output_is_kept()))
		return ld.trace.fd;
	fd = open_output("", pid);
	if (fd < 0)
		return 2;
	if (pid == ld.trace.pid)
		keep_output(fd);
	return fd;
}

static char *absolute(const char *path)
{
	char directory[PATH_MAX];

	if (path[0] == '/' || sys_getcwd(directory, sizeof(directory)) < 0)
		return mem_strdup(path);
	return path_join(directory, path);
}

/* The end of a line, for `buffer`: its time, if that is wanted, and the newline. */
static size_t line_end(char buffer[40])
{
	struct sys_time now;

	if (!tracing(TRACE_TIME) || sys_clock(SYS_CLOCK_MONOTONIC, &now) < 0)
		return format_line(buffer, 40, FORMAT_PLAIN, "\n");
	return format_line(buffer, 40, FORMAT_PLAIN, " time=%llu\n",
			   (unsigned long long)now.seconds * 1000000 +
				   (unsigned)now.nanoseconds / 1000);
}

void trace(enum trace_category category, const char *format, ...)
{
	char buffer[512], end[40], *text = buffer;
	int pid = sys_getpid(), fd = output_for(pid);
	size_t start, length, rest = line_end(end);
	va_list arguments;

	start = format_line(buffer, sizeof(buffer), FORMAT_FIELD, "%d: %s: ", pid,
			    category_word(category));
	va_start(arguments, format);
	length = format_text(buffer + start, sizeof(buffer) - start, FORMAT_FIELD, format,
			     arguments);
	if (start + length + rest >= sizeof(buffer)) {
		/* One line, one write: a long one needs memory for a moment. */
		text = mem_alloc(start + length + rest + 1);
		if (text) {
			memcpy(text, buffer, start);
			format_text(text + start, length + 1, FORMAT_FIELD, format, arguments);
		} else {
			text = buffer;
			length = sizeof(buffer) - start - rest - 1;
		}
	}
	va_end(arguments);
	memcpy(text + start + length, end, rest);
	sys_write(fd, text, start + length + rest);
	if (fd != ld.trace.fd && fd != 2)
		sys_close(fd);
	if (text != buffer)
		mem_free(text);
}

static void __attribute__((noreturn)) print_help(void)
{
	size_t i;

	print(1, "LD_DEBUG takes these words, separated by commas:\n");
	for (i = 0; i < CATEGORIES; i++)
		print(1, "  %s: %s\n", categories[i].word, categories[i].help);
	print(1, "  all: everything but graph, unused and time\n  help: this text\n"
		 "Any other value means unload. LD_DEBUG_OUTPUT=FILE writes to FILE.PID.\n");
	sys_exit(0);
}

static bool word_is(const char *word, size_t length, const char *name)
{
	return strlen(name) == length && !strncmp(word, name, length);
}

/* The categories one word stands for; 0: unknown. */
static unsigned word_mask(const char *word, size_t length)
{
	unsigned i;

	if (word_is(word, length, "help"))
		print_help();
	if (word_is(word, length, "all"))
		return ((1u << CATEGORIES) - 1) &
		       ~(unsigned)(TRACE_GRAPH | TRACE_UNUSED | TRACE_TIME);
	if (word_is(word, length, "1") || word_is(word, length, "y") ||
	    word_is(word, length, "yes"))
		return TRACE_UNLOAD;
	for (i = 0; i < CATEGORIES; i++)
		if (word_is(word, length, categories[i].word))
			return 1u << i;
	return 0;
}

static void unknown_word(const char *word, size_t length)
{
	char copy[64];

	if (length >= sizeof(copy))
		length = sizeof(copy) - 1;
	memcpy(copy, word, length);
	copy[length] = '\0';
	message("LD_DEBUG: unknown word \"%s\" (LD_DEBUG=help lists them)", copy);
}

static unsigned parse_words(const char *list)
{
	unsigned mask = 0, one;

	while (*list) {
		size_t length = 0;

		while (list[length] && !strchr(", :", list[length]))
			length++;
		one = length ? word_mask(list, length) : 0;
		if (length && !one)
			unknown_word(list, length);
		mask |= one;
		list += length + (list[length] != '\0');
	}
	return mask & ~(unsigned)TRACE_TIME ? mask : mask | TRACE_UNLOAD;
}

void trace_setup(void)
{
	if (!ld.options.debug || !*ld.options.debug)
		return;
	ld.trace.mask = parse_words(ld.options.debug);
	if (!ld.options.debug_output || !*ld.options.debug_output)
		return;
	ld.trace.output = absolute(ld.options.debug_output);
	ld.trace.pid = sys_getpid();
	if (ld.trace.output && ld.trace.mask & ~(unsigned)TRACE_GRAPH)
		keep_output(open_output("", ld.trace.pid));
}

RARE __attribute__((noinline)) uint64_t trace_clock(void)
{
	struct sys_time now;

	if (!tracing(TRACE_STATISTICS) || sys_clock(SYS_CLOCK_MONOTONIC, &now) < 0)
		return 0;
	return (uint64_t)now.seconds * 1000000000u + (uint64_t)now.nanoseconds;
}

void trace_loaded(const struct object *object)
{
	static const char *const reason[EDGE_KINDS] = {"needed", "filter", NULL};
	const char *path = object_path(object), *field = object->space->field;
	const struct edge *edge;

	trace(TRACE_FILES, "load %s%-s id=%lu", path, field, (unsigned long)object->id);
	if (object->node.startup || object->node.nodelete)
		trace(TRACE_FILES, "hold %s%-s reason=%s", path, field,
		      object->node.startup ? "startup" : "nodelete");
	for (edge = object->node.out; edge; edge = edge->next_out)
		/* The linker, which is in all namespaces, stays in any case. */
		if (reason[edge->kind] && object_of_node(edge->to)->space == object->space)
			trace(TRACE_FILES, "hold %s%-s by=%s reason=%s",
			      object_path(object_of_node(edge->to)), field, path,
			      reason[edge->kind]);
}

static int trace_holder(const struct hold *hold, void *data)
{
	const struct object *object = data;

	trace(TRACE_STATISTICS, "held %s%-s reason=%s count=%lu%-s%s", object_path(object),
	      object->space->field, hold_reason_name(hold->reason), hold->count,
	      hold->by ? " by=" : "", hold->by ? object_path(object_of_node(hold->by->from)) : "");
	return 0;
}

void trace_statistics(void)
{
	const struct statistics *stats = &ld.stats;
	struct object *object;

	trace(TRACE_STATISTICS, "time map=%luus relocate=%luus lookups=%luus constructors=%luus",
	      (unsigned long)(stats->time_map / 1000), (unsigned long)(stats->time_relocate / 1000),
	      (unsigned long)(stats->time_lookup / 1000), (unsigned long)(stats->time_init / 1000));
	trace(TRACE_STATISTICS,
	      "count opened=%lu closed=%lu mapped=%lu unmapped=%lu deferred=%lu relocations=%lu "
	      "lookups=%lu constructors=%lu waiting=%zu",
	      stats->opens, stats->closes, stats->mapped, stats->unmapped, stats->deferred,
	      stats->relocations, stats->lookups, stats->constructors,
	      ld.retired.waiting + ld.retired.parked);
	for (object = space_next_object(NULL); object; object = space_next_object(object)) {
		if (object->node.startup)
			continue;
		trace(TRACE_STATISTICS, "mapped %s%-s start=0x%zx length=0x%zx",
		      object_path(object), object->space->field, (size_t)object->start,
		      object->length);
		plan_holders(&object->node, trace_holder, object);
	}
}

/* LD_DEBUG=graph. */

static const char *base_name(const struct object *object)
{
	const char *slash = strrchr(object_path(object), '/');

	return slash ? slash + 1 : object_path(object);
}

static void graph_node(int fd, const struct object *object)
{
	const char *style = object->state == OBJECT_CLOSING ? "dashed" : "solid";
	const char *color = object->state == OBJECT_CLOSING ? "red"
			    : node_permanent(&object->node) ? "gray"
			    : node_held(&object->node)	    ? "darkgreen"
							    : "black";

	print_quoted(fd, "\tn%lu [label=\"%s%-s\\nhandles %u\", style=%s, color=%s];\n",
		     (unsigned long)object->id, base_name(object), object->space->field,
		     object->node.handles, style, color);
}

static void graph_edges(int fd, const struct object *object)
{
	static const char *const look[EDGE_KINDS] = {
		[EDGE_NEEDED] = "color=black",
		[EDGE_FILTER] = "color=blue, style=dotted",
		[EDGE_BOUND] = "color=orange, style=dashed",
	};
	const struct edge *edge;

	for (edge = object->node.out; edge; edge = edge->next_out)
		print_quoted(fd, "\tn%lu -> n%lu [%s, label=\"%s\"];\n", (unsigned long)object->id,
			     (unsigned long)object_of_node(edge->to)->id, look[edge->kind],
			     edge->symbol ? edge->symbol : "");
}

void trace_graph(const char *event, const struct object *about)
{
	int fd = ld.trace.output ? open_output(".dot", sys_getpid()) : 2;
	const struct object *object;

	if (fd < 0)
		fd = 2;
	print_quoted(fd, "digraph \"%s %s\" {\n\tlabel=\"%s %s\";\n\tnode [shape=box];\n", event,
		     base_name(about), event, object_path(about));
	for (object = space_next_object(NULL); object; object = space_next_object(object))
		graph_node(fd, object);
	for (object = space_next_object(NULL); object; object = space_next_object(object))
		graph_edges(fd, object);
	print_quoted(fd, "}\n");
	if (fd != 2)
		sys_close(fd);
}

#else

void trace(enum trace_category category, const char *format, ...)
{
	(void)category;
	(void)format;
}

void trace_setup(void)
{
}

uint64_t trace_clock(void)
{
	return 0;
}

void trace_loaded(const struct object *object)
{
	(void)object;
}

void trace_statistics(void)
{
}

void trace_graph(const char *event, const struct object *about)
{
	(void)event;
	(void)about;
}

#endif
