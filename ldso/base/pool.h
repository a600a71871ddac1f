/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Blocks whose owner may write beyond them: what is known of a block is nowhere near it.  Chunks of
 * memory are cut into units, a unit into blocks of one size, a power of two; larger blocks are
 * several units.  Pure: maps nothing; who has the pool gives it chunks, and takes empty ones back.
 */
#ifndef LDSO_POOL_H
#define LDSO_POOL_H

#include "base/base.h"

enum {
	POOL_UNIT = 4096,
	POOL_UNITS = 16, /* in a chunk */
	POOL_CHUNK = POOL_UNIT * POOL_UNITS,
	POOL_LEAST_SHIFT = 6, /* blocks have at least 64 bytes: two threads share no cache line */
	POOL_UNIT_SHIFT = 12,
	POOL_MOST_SHIFT = 14
};

struct pool_unit;
struct pool_chunk;

/* All fields zero: an empty pool. */
struct block_pool {
	struct pool_chunk **chunk; /* by address; owned */
	size_t count, capacity;
	struct pool_chunk *open; /* those that have a free unit */
	/* Units that have a free block, by size. */
	struct pool_unit *room[POOL_UNIT_SHIFT - POOL_LEAST_SHIFT];
};

/* The size, as a shift, of a block of `size` bytes that is aligned to `align`; 0: too large. */
unsigned pool_shift(size_t size, size_t align);

/* A block of that size (aligned to it, at most to POOL_UNIT); 0: no chunk has room. */
uintptr_t pool_take(struct block_pool *pool, unsigned shift);

/* POOL_CHUNK bytes at `start`, aligned to POOL_UNIT, are the pool's.  False: no memory. */
bool pool_add(struct block_pool *pool, uintptr_t start);

/*
 * Give back the block that `address` lies in.  False: it is none of the pool's.  *empty: the start
 * of a chunk that the pool has no more, or 0.
 */
bool pool_give(struct block_pool *pool, uintptr_t address, uintptr_t *empty);

#endif
