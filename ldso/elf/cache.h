/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the ld.so.cache that uClibc-ng's ldconfig writes.  Pure.
 */
#ifndef LDSO_CACHE_H
#define LDSO_CACHE_H

#include "base/error.h"

enum cache_state {
	CACHE_FOREIGN, /* another format (glibc's, say): not an error, say nothing */
	CACHE_CORRUPT, /* ours but broken: error says how */
	CACHE_GOOD
};

/*
 * Check `size` bytes of a cache file once: the header, that every entry's offsets lie inside and
 * that the strings end inside.
 */
enum cache_state cache_check(const void *bytes, size_t size, struct error *error);

/* The path recorded for library `name` of the given FLAG_* kind in a good cache, or NULL. Borrowed.
 */
const char *cache_find(const void *bytes, size_t size, const char *name, int flags);

#endif
