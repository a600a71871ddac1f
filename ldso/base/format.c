/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Formatted text without a C library.  Pure; owns nothing. */
#include "base/format.h"
#include "base/memory.h"

struct output {
	char *buffer;
	size_t size;
	size_t length;
	enum format_style style;
};

static void put(struct output *out, char byte)
{
	if (out->length + 1 < out->size)
		out->buffer[out->length] = byte;
	out->length++;
}

static void put_run(struct output *out, const char *text, size_t length)
{
	size_t room = out->length + 1 < out->size ? out->size - out->length - 1 : 0;

	if (room)
		memcpy(out->buffer + out->length, text, length < room ? length : room);
	out->length += length;
}

static void put_string(struct output *out, const char *string)
{
	if (!string)
		string = "(null)";
	put_run(out, string, strlen(string));
}

/* A byte of an escape; in a dot file a backslash is written by two. */
static void put_escape(struct output *out, char byte)
{
	if (byte == '\\' && out->style == FORMAT_QUOTED)
		put(out, '\\');
	put(out, byte);
}

static void put_escaped(struct output *out, unsigned char byte)
{
	static const char letters[] = "\tt\nn\rr\\\\";
	unsigned i;

	put_escape(out, '\\');
	for (i = 0; letters[i]; i += 2) {
		if ((unsigned char)letters[i] == byte) {
			put_escape(out, letters[i + 1]);
			return;
		}
	}
	put(out, 'x');
	put(out, "0123456789abcdef"[byte >> 4]);
	put(out, "0123456789abcdef"[byte & 15]);
}

/* How many bytes the character there has in UTF-8; 0: it is none. */
static unsigned character_length(const unsigned char *text)
{
	unsigned i, length = *text < 0x80   ? 1
			     : *text < 0xc2 ? 0
			     : *text < 0xe0 ? 2
			     : *text < 0xf0 ? 3
			     : *text < 0xf5 ? 4
					    : 0;

	for (i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* Must that character not be written as it is? */
static bool is_strange(enum format_style style, const unsigned char *text, unsigned length)
{
	switch (length) {
	case 1:
		return *text < ' ' || *text == 0x7f || *text == '\\' ||
		       (*text == ' ' && style == FORMAT_FIELD);
	case 2: /* the control characters U+0080 to U+009F */
		return text[0] == 0xc2 && text[1] < 0xa0;
	default:
		return length == 0;
	}
}

/* How many bytes from there on are written as they are in every style. */
static size_t plain_length(const unsigned char *text)
{
	/* What ASCII prints, but for the blank, the quote and the backslash. */
	static const bool plain[256] = {['!'] = true, ['#' ... '['] = true, [']' ... '~'] = true};
	size_t i = 0;

	while (plain[text[i]])
		i++;
	return i;
}

static void put_foreign(struct output *out, const char *string)
{
	const unsigned char *text = (const unsigned char *)(string ? string : "(null)");
	unsigned length;
	bool strange;

	for (;;) {
		size_t plain = plain_length(text);

		put_run(out, (const char *)text, plain);
		text += plain;
		if (!*text)
			break;
		length = character_length(text);
		strange = is_strange(out->style, text, length);
		if (*text == '"' && out->style == FORMAT_QUOTED)
			put(out, '\\');
		do {
			if (strange)
				put_escaped(out, *text++);
			else
				put(out, (char)*text++);
		} while (length-- > 1);
	}
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
	bool own = *format == '-' || out->style == FORMAT_PLAIN;
	unsigned longs = 0;

	if (*format == '-')
		format++;
	for (; *format == 'l' || *format == 'z'; format++)
		longs++;
	switch (*format) {
	case 's':
		(own ? put_string : put_foreign)(out, va_arg(*arguments, const char *));
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

size_t format_text(char *buffer, size_t size, enum format_style style, const char *format,
		   va_list arguments)
{
	struct output out = {buffer, size, 0, style};
	va_list copy;

	va_copy(copy, arguments);
	while (*format) {
		size_t plain = 0;

		while (format[plain] && format[plain] != '%')
			plain++;
		put_run(&out, format, plain);
		format += plain;
		if (*format)
			format = convert(&out, format + 1, &copy);
	}
	va_end(copy);
	if (size)
		buffer[out.length < size ? out.length : size - 1] = '\0';
	return out.length;
}

size_t format_line(char *buffer, size_t size, enum format_style style, const char *format, ...)
{
	va_list arguments;
	size_t length;

	va_start(arguments, format);
	length = format_text(buffer, size, style, format, arguments);
	va_end(arguments);
	return length;
}

char *format_alloc(enum format_style style, const char *format, va_list arguments)
{
	char buffer[256], *text;
	size_t size = format_text(buffer, sizeof(buffer), style, format, arguments) + 1;

	text = mem_alloc(size);
	if (text && size <= sizeof(buffer))
		memcpy(text, buffer, size);
	else if (text)
		format_text(text, size, style, format, arguments);
	return text;
}

char *format_new(enum format_style style, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = format_alloc(style, format, arguments);
	va_end(arguments);
	return text;
}
