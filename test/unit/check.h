/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmocka with what it needs, and the checks that the tests of the pure parts share.
 */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/error.h"
#include "host.h"
#include "base/memory.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/*
 * `result` is what the code answered in the case `name`: it must have refused with a sentence
 * that contains `part`, or, `part` being NULL, have accepted without one.  Clears `error`.
 */
static inline void expect(const char *name, bool result, struct error *error, const char *part)
{
	if (!part && (!result || error->text))
		fail_msg("%s: refused: %s", name, error->text ? error->text : "without a reason");
	if (part && result)
		fail_msg("%s: accepted, expected \"%s\"", name, part);
	if (part && (!error->text || !strstr(error->text, part)))
		fail_msg("%s: said \"%s\", expected \"%s\"", name, error->text ? error->text : "",
			 part);
	error_clear(error);
}

/* Overwrite `size` bytes (1, 2, 4 or 8) with `value`, in the machine's byte order. */
static inline void poke(void *where, size_t size, uint64_t value)
{
	uint8_t byte = (uint8_t)value;
	uint16_t half = (uint16_t)value;
	uint32_t word = (uint32_t)value;

	memcpy(where,
	       size == 1   ? (void *)&byte
	       : size == 2 ? (void *)&half
	       : size == 4 ? (void *)&word
			   : (void *)&value,
	       size);
}

#endif
