/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks without headers.  Owns the chunks' descriptions, which are in the linker's own memory. */
#include "base/pool.h"
#include "base/memory.h"

struct pool_unit {
	struct pool_unit *next, **back; /* in pool->room, if it has a free block and a taken one */
	uint64_t taken;			/* one bit a block */
	unsigned char shift;		/* the size of its blocks; 0: it is free, or no first one */
	unsigned char number;		/* in its chunk */
};

struct pool_chunk {
	uintptr_t start;
	struct pool_chunk *next, **back; /* in pool->open */
	unsigned free;			 /* one bit a unit */
	struct pool_unit unit[POOL_UNITS];
};

enum { ALL_FREE = (1 << POOL_UNITS) - 1 };

unsigned pool_shift(size_t size, size_t align)
{
	unsigned shift = POOL_LEAST_SHIFT;

	if (align > POOL_UNIT)
		return 0;
	while (shift <= POOL_MOST_SHIFT &&
	       ((size_t)1 << shift < size || (size_t)1 << shift < align))
		shift++;
	return shift <= POOL_MOST_SHIFT ? shift : 0;
}

static struct pool_chunk *chunk_of(struct pool_unit *unit)
{
	return container_of(unit - unit->number, struct pool_chunk, unit[0]);
}

static uint64_t all_taken(unsigned shift)
{
	return UINT64_MAX >> (64 - (POOL_UNIT >> shift));
}

static void list_unit(struct block_pool *pool, struct pool_unit *unit)
{
	struct pool_unit **head = &pool->room[unit->shift - POOL_LEAST_SHIFT];

	unit->next = *head;
	unit->back = head;
	if (unit->next)
		unit->next->back = &unit->next;
	*head = unit;
}

static void unlist_unit(struct pool_unit *unit)
{
	*unit->back = unit->next;
	if (unit->next)
		unit->next->back = unit->back;
}

static void open_chunk(struct block_pool *pool, struct pool_chunk *chunk)
{
	chunk->next = pool->open;
	chunk->back = &pool->open;
	if (chunk->next)
		chunk->next->back = &chunk->next;
	pool->open = chunk;
}

static void close_chunk(struct pool_chunk *chunk)
{
	*chunk->back = chunk->next;
	if (chunk->next)
		chunk->next->back = chunk->back;
}

/* `units` free ones in a row, one, two or four; NULL: there are none. */
static struct pool_unit *take_units(struct block_pool *pool, unsigned units, unsigned shift)
{
	struct pool_chunk *chunk;
	unsigned at, mask = (1u << units) - 1;

	for (chunk = pool->open; chunk; chunk = chunk->next)
		for (at = 0; at < POOL_UNITS; at += units)
			if ((chunk->free >> at & mask) == mask)
				goto found;
	return NULL;
found:
	chunk->free &= ~(mask << at);
	if (!chunk->free)
		close_chunk(chunk);
	chunk->unit[at].shift = (unsigned char)shift;
	return &chunk->unit[at];
}

static uintptr_t unit_start(struct pool_unit *unit)
{
	return chunk_of(unit)->start + (uintptr_t)unit->number * POOL_UNIT;
}

/* The lowest bit that is not set; there is one.  In halves, which every CPU looks through by
 * itself.
 */
static unsigned first_free(uint64_t taken)
{
	uint32_t low = ~(uint32_t)taken;

	return (unsigned)(low ? __builtin_ctz(low) : 32 + __builtin_ctz(~(uint32_t)(taken >> 32)));
}

uintptr_t pool_take(struct block_pool *pool, unsigned shift)
{
	struct pool_unit *unit;
	unsigned block;

	if (shift >= POOL_UNIT_SHIFT) {
		unit = take_units(pool, 1u << (shift - POOL_UNIT_SHIFT), shift);
		return unit ? unit_start(unit) : 0;
	}
	unit = pool->room[shift - POOL_LEAST_SHIFT];
	if (!unit) {
		unit = take_units(pool, 1, shift);
		if (!unit)
			return 0;
		unit->taken = 0;
		list_unit(pool, unit);
	}
	block = first_free(unit->taken);
	unit->taken |= (uint64_t)1 << block;
	if (unit->taken == all_taken(shift))
		unlist_unit(unit);
	return unit_start(unit) + ((uintptr_t)block << shift);
}

/* How many chunks begin at or below the address. */
static size_t chunks_below(const struct block_pool *pool, uintptr_t address)
{
	size_t low = 0, high = pool->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (pool->chunk[middle]->start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool reserve_chunk(struct block_pool *pool)
{
	size_t capacity = pool->capacity ? pool->capacity * 2 : 8;
	struct pool_chunk **list;

	if (pool->count < pool->capacity)
		return true;
	list = mem_inside_alloc(capacity * sizeof(*list));
	if (!list)
		return false;
	if (pool->count)
		memcpy(list, pool->chunk, pool->count * sizeof(*list));
	mem_inside_free(pool->chunk);
	pool->chunk = list;
	pool->capacity = capacity;
	return true;
}

bool pool_add(struct block_pool *pool, uintptr_t start)
{
	struct pool_chunk *chunk = mem_inside_alloc(sizeof(*chunk));
	size_t at = chunks_below(pool, start), i;

	if (!chunk || !reserve_chunk(pool)) {
		mem_inside_free(chunk);
		return false;
	}
	memset(chunk, 0, sizeof(*chunk));
	chunk->start = start;
	chunk->free = ALL_FREE;
	for (i = 0; i < POOL_UNITS; i++)
		chunk->unit[i].number = (unsigned char)i;
	for (i = pool->count++; i > at; i--)
		pool->chunk[i] = pool->chunk[i - 1];
	pool->chunk[at] = chunk;
	open_chunk(pool, chunk);
	return true;
}

static void drop_chunk(struct block_pool *pool, size_t at)
{
	struct pool_chunk *chunk = pool->chunk[at];

	close_chunk(chunk);
	mem_inside_free(chunk);
	for (pool->count--; at < pool->count; at++)
		pool->chunk[at] = pool->chunk[at + 1];
	if (pool->count)
		return;
	mem_inside_free(pool->chunk);
	pool->chunk = NULL;
	pool->capacity = 0;
}

static void give_units(struct block_pool *pool, struct pool_chunk *chunk, struct pool_unit *unit)
{
	unsigned units = unit->shift > POOL_UNIT_SHIFT ? 1u << (unit->shift - POOL_UNIT_SHIFT) : 1;

	unit->shift = 0;
	if (!chunk->free)
		open_chunk(pool, chunk);
	chunk->free |= ((1u << units) - 1) << unit->number;
}

/* False: the unit is still in use. */
static bool give_block(struct block_pool *pool, struct pool_unit *unit, size_t offset)
{
	if (unit->shift >= POOL_UNIT_SHIFT)
		return true;
	if (unit->taken == all_taken(unit->shift))
		list_unit(pool, unit);
	unit->taken &= ~((uint64_t)1 << (offset >> unit->shift));
	if (unit->taken)
		return false;
	unlist_unit(unit);
	return true;
}

bool pool_give(struct block_pool *pool, uintptr_t address, uintptr_t *empty)
{
	size_t at = chunks_below(pool, address), offset;
	struct pool_chunk *chunk = at ? pool->chunk[at - 1] : NULL;
	struct pool_unit *unit;

	*empty = 0;
	if (!chunk || address - chunk->start >= POOL_CHUNK)
		return false;
	offset = address - chunk->start;
	unit = &chunk->unit[offset / POOL_UNIT];
	/* It may be in a block of several units. */
	while (!unit->shift)
		unit--;
	if (!give_block(pool, unit, offset % POOL_UNIT))
		return true;
	give_units(pool, chunk, unit);
	if (chunk->free != ALL_FREE)
		return true;
	*empty = chunk->start;
	drop_chunk(pool, at - 1);
	return true;
}
