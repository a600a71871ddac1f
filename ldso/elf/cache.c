/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looks libraries up in the ld.so.cache that uClibc-ng's ldconfig writes: a header, entries,
 * strings, in the byte order of the target.  Pure: reads the mapped file, nothing else.
 */
#include "elf/cache.h"

#define MAGIC "ld.so-1.7.0"
#define FAMILY_LENGTH 6 /* of MAGIC, up to where the version begins */

/* What the C library of most build machines puts behind the entries of a file of the same magic. */
#define OTHER_MAGIC "glibc-ld.so.cache"

struct cache_header {
	char magic[sizeof(MAGIC) - 1];
	int32_t entries;
};

struct cache_entry {
	int32_t flags;
	uint32_t name; /* both are offsets into the strings, which follow the entries */
	uint32_t path;
};

static const struct cache_entry *entries_of(const void *bytes)
{
	return (const void *)((const struct cache_header *)bytes + 1);
}

/* The bytes the entries fill; the header has been seen to be there. */
static uint64_t entries_size(const void *bytes)
{
	const struct cache_header *header = bytes;

	return (uint64_t)(uint32_t)header->entries * sizeof(struct cache_entry);
}

static bool is_other(const char *strings, size_t size)
{
	const size_t length = sizeof(OTHER_MAGIC) - 1;

	/* It is aligned to 8 where the entries may end at a multiple of 4. */
	return (size >= length && memcmp(strings, OTHER_MAGIC, length) == 0) ||
	       (size >= length + 4 && memcmp(strings + 4, OTHER_MAGIC, length) == 0);
}

enum cache_state cache_check(const void *bytes, size_t size, struct error *error)
{
	const struct cache_header *header = bytes;
	const struct cache_entry *entries;
	const char *strings;
	size_t limit;
	int32_t i;

	if (memcmp(bytes, MAGIC, size < FAMILY_LENGTH ? size : FAMILY_LENGTH) != 0)
		return CACHE_FOREIGN;
	if (size < sizeof(*header)) {
		error_set(error, "truncated: %lu bytes, the header alone has %d",
			  (unsigned long)size, (int)sizeof(*header));
		return CACHE_CORRUPT;
	}
	if (memcmp(header->magic, MAGIC, sizeof(header->magic)) != 0)
		return CACHE_FOREIGN;
	if (header->entries < 0 || entries_size(bytes) > size - sizeof(*header)) {
		error_set(error, "%d entries do not fit in a file of %lu bytes", header->entries,
			  (unsigned long)size);
		return CACHE_CORRUPT;
	}
	entries = entries_of(bytes);
	strings = (const char *)(entries + header->entries);
	limit = size - sizeof(*header) - (size_t)entries_size(bytes);
	if (is_other(strings, limit))
		return CACHE_FOREIGN;
	/* A string that begins before the last end of a string has an end. */
	while (limit && strings[limit - 1])
		limit--;
	for (i = 0; i < header->entries; i++) {
		if (entries[i].name >= limit || entries[i].path >= limit) {
			error_set(error,
				  "entry %d: strings at 0x%x and 0x%x do not end inside the file",
				  i, (unsigned)entries[i].name, (unsigned)entries[i].path);
			return CACHE_CORRUPT;
		}
	}
	return CACHE_GOOD;
}

const char *cache_find(const void *bytes, size_t size, const char *name, int flags)
{
	const struct cache_header *header = bytes;
	const struct cache_entry *entries = entries_of(bytes);
	const char *strings = (const char *)(entries + header->entries);
	int32_t i;

	(void)size;
	for (i = 0; i < header->entries; i++) {
		if (entries[i].flags == flags && strcmp(strings + entries[i].name, name) == 0)
			return strings + entries[i].path;
	}
	return NULL;
}
