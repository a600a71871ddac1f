/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatted text without a C library. */
#ifndef LDSO_FORMAT_H
#define LDSO_FORMAT_H

#include "base/base.h"
#include <stdarg.h>

/*
 * Write `format` with its arguments to `buffer`, at most `size` bytes with the closing NUL.
 * Understands %s %c %d %i %u %x %p %% and the length modifiers l, ll and z, no widths; %s with NULL
 * prints "(null)".  Returns the length the whole text has, without the NUL.
 */
size_t format_text(char *buffer, size_t size, const char *format, va_list arguments);

/* The same from a list of arguments. */
size_t format_line(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same two in memory of their own (mem_alloc); NULL: no memory. */
char *format_alloc(const char *format, va_list arguments);
char *format_new(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
