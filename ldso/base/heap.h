/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A two-level segregated fit allocator over pools of memory it is given (M. Masmano et al.,
 * "TLSF: a New Dynamic Memory Allocator for Real-Time Systems", 2004).  Pure: it maps and
 * unmaps nothing; memory.c gives it pools and takes empty ones back.
 */
#ifndef LDSO_HEAP_H
#define LDSO_HEAP_H

#include "base/base.h"

enum { HEAP_ALIGN = 2 * sizeof(void *), HEAP_FIRST_LEVELS = 32, HEAP_SECOND_LEVELS = 16 };

struct heap_block;

/* All fields zero: an empty heap. */
struct heap {
	uint32_t first_map;
	uint32_t second_map[HEAP_FIRST_LEVELS];
	struct heap_block *free[HEAP_FIRST_LEVELS][HEAP_SECOND_LEVELS]; /* within the pools */
	size_t used; /* bytes in allocated blocks, headers included */
	/* Of the pool that came last: what has never been in a block that was given out. */
	uintptr_t fresh, fresh_end;
	size_t dirty; /* from there on, the block given out last is as the pool was */
};

/*
 * Give the heap `size` bytes at `memory` (any alignment); false when too few to be of use.  What is
 * zero in them need not be cleared (heap->dirty).
 */
bool heap_add_pool(struct heap *heap, void *memory, size_t size);

/* Bytes a pool must have so that heap_alloc(heap, size) succeeds from it alone; 0: none can. */
size_t heap_pool_size(size_t size);

/*
 * `size` bytes (0 counts as 1), aligned to HEAP_ALIGN; NULL when no pool has room.  O(1).  The
 * word in front of them is not 0; it changes, atomically, with what is below.
 */
void *heap_alloc(struct heap *heap, size_t size);

/*
 * Free `block`, which is not NULL.  When the whole pool it lies in is free now and `take` is
 * not NULL, the pool leaves the heap if take(pool start, pool size, data) returns true (start
 * and size as given to heap_add_pool).
 */
void heap_free(struct heap *heap, void *block, bool (*take)(void *memory, size_t size, void *data),
	       void *data);

/* Usable bytes of an allocated block. */
size_t heap_block_size(const void *block);

#endif
