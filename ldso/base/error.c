/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sentences about errors, and the end of the process when there is no way on.  Owns
 * error_no_memory. */
#include "base/error.h"
#include "base/message.h"
#include "base/format.h"
#include "ld.h"
#include "base/sys.h"

const char error_no_memory[] = "no memory left for the dynamic linker";

bool error_set(struct error *error, const char *format, ...)
{
	char *text;
	va_list arguments;

	if (!error)
		return false;
	va_start(arguments, format);
	text = format_alloc(FORMAT_SENTENCE, format, arguments);
	va_end(arguments);
	error_clear(error);
	error->text = text ? text : (char *)error_no_memory;
	return false;
}

bool error_memory(struct error *error)
{
	if (error) {
		error_clear(error);
		error->text = (char *)error_no_memory;
	}
	return false;
}

void error_clear(struct error *error)
{
	if (error->text != error_no_memory)
		mem_free(error->text);
	error->text = NULL;
}

void message(const char *format, ...)
{
	char buffer[1024];
	size_t length = format_line(
		buffer, sizeof(buffer) - 1, FORMAT_SENTENCE,
		"%s: ", ld.process.program_name ? ld.process.program_name : "ld-uClibc.so");
	va_list arguments;

	if (length > sizeof(buffer) - 2)
		length = sizeof(buffer) - 2;
	va_start(arguments, format);
	length += format_text(buffer + length, sizeof(buffer) - 1 - length, FORMAT_SENTENCE, format,
			      arguments);
	va_end(arguments);
	if (length > sizeof(buffer) - 2)
		length = sizeof(buffer) - 2;
	buffer[length++] = '\n';
	sys_write(2, buffer, length);
}

static void print_as(int fd, enum format_style style, const char *format, va_list arguments)
{
	char *text = format_alloc(style, format, arguments);

	if (text)
		sys_write(fd, text, strlen(text));
	mem_free(text);
}

void print(int fd, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_as(fd, FORMAT_SENTENCE, format, arguments);
	va_end(arguments);
}

void print_quoted(int fd, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_as(fd, FORMAT_QUOTED, format, arguments);
	va_end(arguments);
}

#ifdef LDSO_CHECK
void rule_broken(const char *function, const char *sentence)
{
	message("%s: %s", function, sentence);
	__builtin_trap();
}
#endif

void fatal(const char *text)
{
	message("%-s", text);
	sys_exit(127);
}
