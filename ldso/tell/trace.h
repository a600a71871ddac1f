/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LD_DEBUG: what the linker says about itself.  One line a fact, "PID: CATEGORY: VERB PATH
 * key=value...".  Built without SUPPORT_LD_DEBUG, tracing() is false for the compiler and every
 * trace vanishes.
 */
#ifndef LDSO_TRACE_H
#define LDSO_TRACE_H

#include "ld.h"

enum trace_category {
	TRACE_UNLOAD = 1 << 0,
	TRACE_FILES = 1 << 1,
	TRACE_LIBS = 1 << 2,
	TRACE_INIT = 1 << 3,
	TRACE_BINDINGS = 1 << 4,
	TRACE_SYMBOLS = 1 << 5,
	TRACE_RELOC = 1 << 6,
	TRACE_VERSIONS = 1 << 7,
	TRACE_SCOPES = 1 << 8,
	TRACE_TLS = 1 << 9,
	TRACE_STATISTICS = 1 << 10,
	TRACE_GRAPH = 1 << 11,
	TRACE_LEAKS = 1 << 12,
	TRACE_UNUSED = 1 << 13,
	TRACE_TIME = 1 << 14 /* nothing of its own: a field more on each line */
};

/* Always inline: a call and its test would be more bytes than the test of the mask. */
static inline __attribute__((always_inline)) bool tracing(unsigned category)
{
#ifdef __SUPPORT_LD_DEBUG__
	return unlikely(ld.trace.mask & category);
#else
	(void)category;
	return false;
#endif
}

/* Print one line; the caller has asked tracing(category). */
void trace(enum trace_category category, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Read ld.options.debug and debug_output: set the categories, open the file, print help
 * or name unknown words.  "help" ends the process with status 0.
 */
void trace_setup(void);

/* Nanoseconds since some start, for statistics; 0 when they are off. */
uint64_t trace_clock(void);

/* The statistics category's lines, at exit. */
void trace_statistics(void);

/* The path as the trace prints it: the program's name for the program. */
const char *object_path(const struct object *object);

/*
 * The object behind `after` (NULL: the first) in the link maps of all namespaces, one after the
 * other; NULL: that was the last.  Wants the loader lock, or that it does not matter if one is
 * missed.
 */
struct object *space_next_object(const struct object *after);

/* An object is in the world: its "load" line, and one "hold" line for each holder it came with, and
 * for each object that it holds. */
void trace_loaded(const struct object *object);

/* One "keep" line for each object of the plan that stays, with everything that holds it. */
void trace_kept(struct plan *plan);

/* LD_DEBUG=graph: append the ownership graph as Graphviz text, titled `event` `path`. */
void trace_graph(const char *event, const struct object *about);

#endif
