/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The few C library functions the linker uses, and those the compiler calls by itself.
 * Plain loops or string instructions of the general registers: vector registers
 * belong to the program (see arch/ on lazy binding).  Owns nothing.
 */
#include "base/base.h"

typedef uintptr_t word;

/* A word wherever it is.  A builtin memcpy would be a call of memcpy where the CPU wants alignment.
 */
struct loose {
	word value;
} __attribute__((packed, may_alias));

static inline void put_word(char *out, word value)
{
	((struct loose *)out)->value = value;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	char *out = to;
	const char *in = from;

	for (; size >= sizeof(word); size -= sizeof(word)) {
		put_word(out, ((const struct loose *)in)->value);
		out += sizeof(word);
		in += sizeof(word);
	}
	while (size--)
		*out++ = *in++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	char *out = to;
	const char *in = from;

	if (out <= in || out >= in + size)
		return memcpy(to, from, size);
	while (size--)
		out[size] = in[size];
	return to;
}

static inline void put_four(char *out, word value)
{
	put_word(out, value);
	put_word(out + sizeof(word), value);
	put_word(out + 2 * sizeof(word), value);
	put_word(out + 3 * sizeof(word), value);
}

void *memset(void *to, int byte, size_t size)
{
	char *out = to;
	word pattern = (word)-1 / 255 * (unsigned char)byte;

	for (; size >= 8 * sizeof(word); size -= 8 * sizeof(word)) {
		put_four(out, pattern);
		put_four(out + 4 * sizeof(word), pattern);
		out += 8 * sizeof(word);
	}
	for (; size >= sizeof(word); size -= sizeof(word)) {
		put_word(out, pattern);
		out += sizeof(word);
	}
	while (size--)
		*out++ = (char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *string)
{
	const char *end = string;

	while (*end)
		end++;
	return (size_t)(end - string);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t size)
{
	for (; size && *a && *a == *b; size--)
		a++, b++;
	return size ? (unsigned char)*a - (unsigned char)*b : 0;
}

char *strchr(const char *string, int byte)
{
	for (;; string++) {
		if (*string == (char)byte)
			return (char *)string;
		if (!*string)
			return NULL;
	}
}

char *strrchr(const char *string, int byte)
{
	const char *found = NULL;

	for (;; string++) {
		if (*string == (char)byte)
			found = string;
		if (!*string)
			return (char *)found;
	}
}
