/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two-level segregated fit allocator.  Owns what lies in the pools it was given
 * and nothing else.
 *
 * A pool is a `struct pool`, blocks that lie end to end, and a last block of size 0.
 * Free neighbours are always merged.  A block's first word belongs to the block below
 * it, as payload while that one is allocated and as its boundary tag while it is free,
 * so that an allocated block costs one word.
 */
#include "base/heap.h"

struct heap_block {
	struct heap_block *below; /* valid only with BLOCK_BELOW_FREE */
	size_t size;		  /* from this block to the next one, and flags */
	/* Payload from here to the first word of the next block; while the block is free: */
	struct heap_block *next, *previous;
};

struct pool {
	void *memory; /* as given to heap_add_pool */
	size_t size;
};

enum {
	BLOCK_FREE = 1,
	BLOCK_BELOW_FREE = 2, /* the block below is free */
	BLOCK_FIRST = 4,      /* a struct pool lies below */
	BLOCK_FLAGS = 7
};

enum {
	WORD = sizeof(size_t),
	PAYLOAD = offsetof(struct heap_block, next),
	LEAST = sizeof(struct heap_block),
	SMALL = HEAP_SECOND_LEVELS * HEAP_ALIGN, /* below: one class a size */
	SECOND_BITS = 4,
	SMALL_BITS = sizeof(void *) == 8 ? 8 : 7,
	/* Sizes have fewer bits than this. */
	SIZE_BITS = SMALL_BITS + HEAP_FIRST_LEVELS - 1 < (int)sizeof(size_t) * CHAR_BIT - 1
			    ? SMALL_BITS + HEAP_FIRST_LEVELS - 1
			    : (int)sizeof(size_t) * CHAR_BIT - 1
};

_Static_assert(1 << SECOND_BITS == HEAP_SECOND_LEVELS, "SECOND_BITS does not fit");
_Static_assert(1 << SMALL_BITS == SMALL, "SMALL_BITS does not fit");
_Static_assert((int)HEAP_ALIGN > (int)BLOCK_FLAGS, "no room for the flags");
_Static_assert((int)PAYLOAD == (int)HEAP_ALIGN, "payload not aligned");
_Static_assert(sizeof(struct pool) == HEAP_ALIGN, "first block not aligned");

static const size_t SIZE_LIMIT = (size_t)1 << SIZE_BITS;

static size_t size_of(const struct heap_block *block)
{
	return block->size & ~(size_t)BLOCK_FLAGS;
}

static struct heap_block *block_at(const void *block, size_t offset)
{
	return (struct heap_block *)((uintptr_t)block + offset);
}

static struct heap_block *block_of(const void *payload)
{
	return block_at(payload, -(size_t)PAYLOAD);
}

static unsigned highest_bit(size_t size)
{
	return sizeof(unsigned long) * CHAR_BIT - 1 - (unsigned)__builtin_clzl(size);
}

struct class
{
	unsigned first, second;
};

/* The class whose free list a block of that size goes into. */
static struct class class_of(size_t size)
{
	unsigned bit;

	if (size < SMALL)
		return (struct class){0, (unsigned)(size / HEAP_ALIGN)};
	bit = highest_bit(size);
	return (struct class){bit - SMALL_BITS + 1,
			      (unsigned)(size >> (bit - SECOND_BITS)) & (HEAP_SECOND_LEVELS - 1)};
}

/* The least size of the first class in which every block has `size` bytes. */
static size_t class_round(size_t size)
{
	size_t step;

	if (size < SMALL)
		return size;
	step = (size_t)1 << (highest_bit(size) - SECOND_BITS);
	return (size + step - 1) & -step;
}

/* The size of the block that serves a request; 0: no block can. */
static size_t block_need(size_t size)
{
	if (size >= SIZE_LIMIT / 2)
		return 0;
	size = round_up(size + WORD, HEAP_ALIGN);
	return size < LEAST ? (size_t)LEAST : size;
}

static void list_insert(struct heap *heap, struct heap_block *block)
{
	struct class class = class_of(size_of(block));
	struct heap_block **head = &heap->free[class.first][class.second];

	block->previous = NULL;
	block->next = *head;
	if (*head)
		(*head)->previous = block;
	*head = block;
	heap->first_map |= (uint32_t)1 << class.first;
	heap->second_map[class.first] |= (uint32_t)1 << class.second;
}

static void list_remove(struct heap *heap, struct heap_block *block)
{
	struct class class = class_of(size_of(block));

	if (block->next)
		block->next->previous = block->previous;
	if (block->previous) {
		block->previous->next = block->next;
		return;
	}
	heap->free[class.first][class.second] = block->next;
	if (block->next)
		return;
	heap->second_map[class.first] &= ~((uint32_t)1 << class.second);
	if (!heap->second_map[class.first])
		heap->first_map &= ~((uint32_t)1 << class.first);
}

/* Do free blocks of both sizes go into the same list? */
static bool same_class(size_t size, size_t other)
{
	unsigned shift = size < SMALL ? SMALL_BITS - SECOND_BITS : highest_bit(size) - SECOND_BITS;

	return size >> shift == other >> shift;
}

/*
 * `rest`, of `size` bytes, takes the place of the first block of a list, if it belongs into the
 * same one: so it is with what is cut from a large block.  False: it does not, nothing is changed.
 */
static bool list_replace(struct heap_block **head, struct heap_block *rest, size_t size)
{
	if (!same_class(size_of(*head), size))
		return false;
	rest->next = (*head)->next;
	rest->previous = NULL;
	if (rest->next)
		rest->next->previous = rest;
	*head = rest;
	return true;
}

/*
 * A list of free blocks of at least `size` bytes, by two look-ups in the bit maps; NULL: there is
 * none.
 */
static struct heap_block **list_find(struct heap *heap, size_t size)
{
	struct class class = class_of(class_round(size));
	uint32_t map;

	if (class.first >= HEAP_FIRST_LEVELS)
		return NULL;
	map = heap->second_map[class.first] & -((uint32_t)1 << class.second);
	if (!map) {
		/* Shifted twice: `first` may be the highest bit. */
		map = heap->first_map & -((uint32_t)1 << class.first << 1);
		if (!map)
			return NULL;
		class.first = (unsigned)__builtin_ctz(map);
		map = heap->second_map[class.first];
	}
	return &heap->free[class.first][__builtin_ctz(map)];
}

/* Make `block` a free block of `size` bytes that its neighbour above knows to be free. */
static void set_free(struct heap_block *block, size_t size)
{
	struct heap_block *above = block_at(block, size);

	block->size = size | BLOCK_FREE | (block->size & (BLOCK_FIRST | BLOCK_BELOW_FREE));
	above->below = block;
	store_relaxed(&above->size, above->size | BLOCK_BELOW_FREE);
}

RARE bool heap_add_pool(struct heap *heap, void *memory, size_t size)
{
	size_t skip = -(uintptr_t)memory & (HEAP_ALIGN - 1);
	struct pool *pool = (struct pool *)block_at(memory, skip);
	struct heap_block *block = block_at(pool, sizeof(*pool));
	size_t room;

	if (size < skip + sizeof(*pool) + LEAST + PAYLOAD)
		return false;
	room = round_down(size - skip - sizeof(*pool) - PAYLOAD, HEAP_ALIGN);
	if (room >= SIZE_LIMIT)
		room = SIZE_LIMIT - HEAP_ALIGN;
	*pool = (struct pool){memory, size};
	block->size = BLOCK_FIRST;
	block_at(block, room)->size = 0;
	set_free(block, room);
	list_insert(heap, block);
	heap->fresh = (uintptr_t)block + LEAST;
	heap->fresh_end = (uintptr_t)block + room;
	return true;
}

RARE size_t heap_pool_size(size_t size)
{
	size_t need = block_need(size);

	if (!need)
		return 0;
	return HEAP_ALIGN - 1 + sizeof(struct pool) + class_round(need) + PAYLOAD;
}

/* `block` is given out; at its end, `end`, there may be the header of a free one. */
static void note_fresh(struct heap *heap, const struct heap_block *block, uintptr_t end)
{
	bool above = end > heap->fresh && end < heap->fresh_end;

	heap->dirty = above ? heap->fresh - (uintptr_t)block - PAYLOAD : SIZE_MAX;
	if (end + LEAST > heap->fresh && end <= heap->fresh_end)
		heap->fresh = end + LEAST;
}

void *heap_alloc(struct heap *heap, size_t size)
{
	size_t need = block_need(size), rest;
	struct heap_block **head = need ? list_find(heap, need) : NULL, *block, *above;
	bool replaced;

	if (!head)
		return NULL;
	block = *head;
	rest = size_of(block) - need;
	above = block_at(block, need);
	replaced = rest >= LEAST && list_replace(head, above, rest);
	if (!replaced)
		list_remove(heap, block);
	if (rest >= LEAST) {
		above->size = 0;
		set_free(above, rest);
		if (!replaced)
			list_insert(heap, above);
		block->size = need | (block->size & BLOCK_FIRST);
	} else {
		block->size &= ~(size_t)BLOCK_FREE;
		above = block_at(block, size_of(block));
		store_relaxed(&above->size, above->size & ~(size_t)BLOCK_BELOW_FREE);
	}
	heap->used += size_of(block);
	note_fresh(heap, block, (uintptr_t)above);
	return block_at(block, PAYLOAD);
}

/* The pool of which `block` is all there is; NULL when it is not. */
static struct pool *whole_pool(const struct heap_block *block)
{
	if (!(block->size & BLOCK_FIRST) || size_of(block_at(block, size_of(block))))
		return NULL;
	return (struct pool *)block_at(block, -sizeof(struct pool));
}

void heap_free(struct heap *heap, void *payload,
	       bool (*take)(void *memory, size_t size, void *data), void *data)
{
	struct heap_block *block = block_of(payload);
	struct heap_block *above = block_at(block, size_of(block));
	size_t size = size_of(block);
	struct pool *pool;

	heap->used -= size;
	if (above->size & BLOCK_FREE) {
		list_remove(heap, above);
		size += size_of(above);
	}
	if (block->size & BLOCK_BELOW_FREE) {
		block = block->below;
		list_remove(heap, block);
		size += size_of(block);
	}
	set_free(block, size);
	pool = take ? whole_pool(block) : NULL;
	if (pool && take(pool->memory, pool->size, data))
		return;
	list_insert(heap, block);
}

size_t heap_block_size(const void *payload)
{
	/* Its owner may ask at any time, its neighbours change the flags meanwhile. */
	return (load_relaxed(&block_of(payload)->size) & ~(size_t)BLOCK_FLAGS) - WORD;
}
