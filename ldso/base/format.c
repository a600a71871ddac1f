/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatted text without a C library.  Pure; owns nothing. */
#include "base/format.h"
#include "base/memory.h"

struct output {
	char *buffer;
	size_t size;
	size_t length;
};

static void put(struct output *out, char byte)
{
	if (out->length + 1 < out->size)
		out->buffer[out->length] = byte;
	out->length++;
}

static void put_string(struct output *out, const char *string)
{
	if (!string)
		string = "(null)";
	while (*string)
		put(out, *string++);
}

static void put_number(struct output *out, unsigned long long value, unsigned base)
{
	char digits[3 * sizeof(value)];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (count)
		put(out, digits[--count]);
}

static unsigned long long take_unsigned(va_list *arguments, unsigned longs)
{
	if (longs == 0)
		return va_arg(*arguments, unsigned);
	if (longs == 1)
		return va_arg(*arguments, unsigned long);
	return va_arg(*arguments, unsigned long long);
}

static long long take_signed(va_list *arguments, unsigned longs)
{
	if (longs == 0)
		return va_arg(*arguments, int);
	if (longs == 1)
		return va_arg(*arguments, long);
	return va_arg(*arguments, long long);
}

static void put_signed(struct output *out, long long value)
{
	if (value < 0)
		put(out, '-');
	put_number(out, value < 0 ? -(unsigned long long)value : (unsigned long long)value, 10);
}

/* One conversion; `format` is behind its '%'.  Returns what follows it. */
static const char *convert(struct output *out, const char *format, va_list *arguments)
{
	unsigned longs = 0;

	for (; *format == 'l' || *format == 'z'; format++)
		longs++;
	switch (*format) {
	case 's':
		put_string(out, va_arg(*arguments, const char *));
		break;
	case 'c':
		put(out, (char)va_arg(*arguments, int));
		break;
	case 'd':
	case 'i':
		put_signed(out, take_signed(arguments, longs));
		break;
	case 'u':
		put_number(out, take_unsigned(arguments, longs), 10);
		break;
	case 'x':
		put_number(out, take_unsigned(arguments, longs), 16);
		break;
	case 'p':
		put_string(out, "0x");
		put_number(out, (uintptr_t)va_arg(*arguments, void *), 16);
		break;
	case '\0':
		return format;
	default:
		put(out, *format);
	}
	return format + 1;
}

size_t format_text(char *buffer, size_t size, const char *format, va_list arguments)
{
	struct output out = {buffer, size, 0};
	va_list copy;

	va_copy(copy, arguments);
	while (*format) {
		if (*format != '%')
			put(&out, *format++);
		else
			format = convert(&out, format + 1, &copy);
	}
	va_end(copy);
	if (size)
		buffer[out.length < size ? out.length : size - 1] = '\0';
	return out.length;
}

size_t format_line(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	length = format_text(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}

char *format_alloc(const char *format, va_list arguments)
{
	size_t size = format_text(NULL, 0, format, arguments) + 1;
	char *text = mem_alloc(size);

	if (text)
		format_text(text, size, format, arguments);
	return text;
}

char *format_new(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = format_alloc(format, arguments);
	va_end(arguments);
	return text;
}
