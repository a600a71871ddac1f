/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A sentence that says what went wrong.  Functions that can fail take a
 * `struct error *` and return false (or NULL) after filling it.
 */
#ifndef LDSO_ERROR_H
#define LDSO_ERROR_H

#include "base/base.h"

struct error {
	char *text; /* owned, from mem_alloc, or error_no_memory; NULL: no error */
};

/* What `text` points to when there was no memory for a sentence; never freed. */
extern const char error_no_memory[];

/*
 * Replace the sentence in `error` (NULL: nobody wants to know) by the formatted one.
 * Formats: %s %c %d %u %x %ld %lu %lx %zu %zx %p %%, no widths.  The arguments may
 * refer to the sentence being replaced.  Always false, so that a caller can `return
 * error_set(...)`.
 */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same with error_no_memory. */
bool error_memory(struct error *error);

/* Free the sentence and leave `error` empty. */
void error_clear(struct error *error);

#endif
