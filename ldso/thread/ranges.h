/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Pieces of the static TLS block (U. Drepper, "ELF Handling For Thread-Local Storage", section 3):
 * where a module's block goes, and which pieces are free.  Pure data; who has the ranges has the
 * lock that they need.
 */
#ifndef LDSO_RANGES_H
#define LDSO_RANGES_H

#include "base/base.h"

/* A piece of the static block; offsets count from where the first module's block begins. */
struct tls_range {
	size_t start, size;
};

/* The free pieces, ordered by start, no two of them neighbours. */
struct tls_ranges {
	struct tls_range *list; /* owned */
	size_t count, capacity;
};

/* What a module's block wants: its first byte is congruent to `first` modulo `align`. */
struct tls_need {
	size_t size, align, first;
};

/*
 * Where a block goes that is laid behind `used` bytes: *offset is what the module's l_tls_offset is
 * to be (from the thread pointer down in variant II, from the TCB up in variant I).  Returns
 * the bytes that are in use then; less than `used` when the sum does not fit a size_t.
 */
size_t tls_place_block(size_t used, const struct tls_need *need, size_t *offset);

/* Begin with one free piece.  False: no memory. */
bool ranges_start(struct tls_ranges *ranges, struct tls_range whole);

/* Room for one piece more than `modules` have between them, so that ranges_give cannot fail. */
bool ranges_reserve(struct tls_ranges *ranges, size_t modules);

/* Take what the block needs from the first piece that has it; false: none has. */
bool ranges_take(struct tls_ranges *ranges, const struct tls_need *need, struct tls_range *taken,
		 size_t *offset);

/* Give a piece back; it joins its neighbours. */
void ranges_give(struct tls_ranges *ranges, struct tls_range range);

/* The size of the largest free piece. */
size_t ranges_largest(const struct tls_ranges *ranges);

#endif
