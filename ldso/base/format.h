/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatted text without a C library. */
#ifndef LDSO_FORMAT_H
#define LDSO_FORMAT_H

#include "base/base.h"
#include <stdarg.h>

/*
 * How %s writes text.  It may come from outside, a file name or a symbol, and must not look like
 * something it is not: control characters are written as \n, \t, \r or, as what is no UTF-8, byte
 * by byte as \x1b; a backslash as \\.
 */
enum format_style {
	FORMAT_PLAIN,	 /* as it is: names of files to open */
	FORMAT_SENTENCE, /* as above */
	FORMAT_FIELD,	 /* a blank as \x20, too: fields of the trace */
	FORMAT_QUOTED	 /* between quotation marks of a dot file */
};

/*
 * Write `format` with its arguments to `buffer`, at most `size` bytes with the closing NUL.
 * Understands %s %-s %c %d %i %u %x %p %% and the length modifiers l, ll and z, no widths; %s with
 * NULL prints "(null)"; %-s writes text of the linker's own, or that has been through here, as it
 * is.  Returns the length the whole text has, without the NUL.
 */
size_t format_text(char *buffer, size_t size, enum format_style style, const char *format,
		   va_list arguments);

/* The same from a list of arguments. */
size_t format_line(char *buffer, size_t size, enum format_style style, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same two in memory of their own (mem_alloc); NULL: no memory. */
char *format_alloc(enum format_style style, const char *format, va_list arguments);
char *format_new(enum format_style style, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
