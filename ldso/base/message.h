/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages, and the end of the process when there is no way on. */
#ifndef LDSO_MESSAGE_H
#define LDSO_MESSAGE_H

/* One line on stderr, behind the program's name (up to 1 KiB; longer ones are cut). */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The text on file descriptor `fd`, whatever its length; nothing when there is no memory. */
void print(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, for what stands in double quotes in a dot file. */
void print_quoted(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "PROGRAM: text" on stderr, then exit status 127 without running destructors. */
void fatal(const char *text) __attribute__((noreturn));

#endif
