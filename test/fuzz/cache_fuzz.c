/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the reader of ld.so.cache: what it calls good can be searched.
 * links: cache.c
 */
#include "fuzz.h"
#include "elf/cache.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = {"", "libc.so.0", "x"};
	struct error error = {NULL};
	const char *path;
	size_t i;
	int flags;

	switch (cache_check(bytes, size, &error)) {
	case CACHE_FOREIGN:
		if (error.text)
			abort();
		break;
	case CACHE_CORRUPT:
		fuzz_reason(&error);
		break;
	case CACHE_GOOD:
		for (i = 0; i < 3 * 8; i++) {
			flags = (int)(i % 8);
			path = cache_find(bytes, size, names[i / 8], flags);
			if (path)
				fuzz_use(strlen(path));
		}
		break;
	}
	return 0;
}
