/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the fuzzers share: touching memory so that the sanitizer sees it, and the promise that a
 * refusal comes with a sentence.
 */
#ifndef TEST_FUZZ_H
#define TEST_FUZZ_H

#include "base/error.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Keep the compiler from leaving out how `value` came to be. */
static inline void fuzz_use(size_t value)
{
	__asm__ volatile("" : : "r"(value));
}

/* Read `size` bytes, one by one. */
static inline void fuzz_read(const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	size_t i, sum = 0;

	for (i = 0; i < size; i++)
		sum += byte[i];
	fuzz_use(sum);
}

/* A refusal that gives no reason is a failure. */
static inline void fuzz_reason(struct error *error)
{
	if (!error->text || !*error->text)
		abort();
	error_clear(error);
}

#endif
