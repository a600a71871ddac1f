/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Blocks without headers: random ones, each filled to its last byte, so that one that lies in
 * another or outside of its chunk is seen; what is given back; no memory.
 * links: pool.c
 */
#include "check.h"
#include "host.h"
#include "base/pool.h"

enum { BLOCKS = 600, CHUNKS = 400, ROUNDS = 60000 };

static struct block_pool pool;

static struct {
	unsigned char *memory;
	size_t size;
	unsigned char fill;
} blocks[BLOCKS];

static uintptr_t chunks[CHUNKS];
static size_t chunk_count;

static bool add_chunk(void)
{
	void *memory = aligned_alloc(POOL_UNIT, POOL_CHUNK);

	assert_non_null(memory);
	assert_true(chunk_count < CHUNKS);
	if (!pool_add(&pool, (uintptr_t)memory)) {
		free(memory);
		return false;
	}
	chunks[chunk_count++] = (uintptr_t)memory;
	return true;
}

static void chunk_is_empty(uintptr_t start)
{
	for (size_t i = 0; i < chunk_count; i++) {
		if (chunks[i] != start)
			continue;
		chunks[i] = chunks[--chunk_count];
		free((void *)start);
		return;
	}
	fail_msg("a chunk that was never given is empty");
}

static void take(size_t i, size_t size, size_t align)
{
	unsigned shift = pool_shift(size, align);
	uintptr_t block;

	assert_true(shift && (size_t)1 << shift >= size && (size_t)1 << shift >= align);
	block = pool_take(&pool, shift);
	if (!block) {
		assert_true(add_chunk());
		block = pool_take(&pool, shift);
	}
	assert_true(block && block % align == 0);
	blocks[i].memory = (unsigned char *)block;
	blocks[i].size = (size_t)1 << shift;
	blocks[i].fill = (unsigned char)rand();
	memset(blocks[i].memory, blocks[i].fill, blocks[i].size);
}

static void give(size_t i)
{
	uintptr_t empty;

	for (size_t at = 0; at < blocks[i].size; at++)
		assert_int_equal(blocks[i].memory[at], blocks[i].fill);
	/* Any address in the block will do. */
	assert_true(pool_give(&pool, (uintptr_t)blocks[i].memory + (size_t)rand() % blocks[i].size,
			      &empty));
	blocks[i].memory = NULL;
	if (empty)
		chunk_is_empty(empty);
}

static void give_all(void)
{
	for (size_t i = 0; i < BLOCKS; i++)
		if (blocks[i].memory)
			give(i);
	assert_int_equal(chunk_count, 0);
	assert_int_equal(pool.count, 0);
	assert_null(pool.chunk);
	assert_null(pool.open);
	assert_int_equal(host_blocks, 0);
}

static void test_random(void **state)
{
	static const size_t most[] = {64, 100, 300, 2048, 5000, 16384};

	(void)state;
	srand(1);
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t i = (size_t)rand() % BLOCKS;

		if (blocks[i].memory)
			give(i);
		else
			take(i, 1 + (size_t)rand() % most[rand() % 6], (size_t)1 << rand() % 13);
	}
	give_all();
}

/* Blocks of one size fill their chunks. */
static void test_full(void **state)
{
	(void)state;
	for (unsigned shift = POOL_LEAST_SHIFT; shift <= POOL_MOST_SHIFT; shift++) {
		size_t count = POOL_CHUNK >> shift, i;

		count = count < BLOCKS ? count : BLOCKS;
		for (i = 0; i < count; i++)
			take(i, (size_t)1 << shift, 1);
		assert_int_equal(chunk_count, 1);
		give_all();
	}
}

static void test_sizes(void **state)
{
	(void)state;
	assert_int_equal(pool_shift(0, 1), POOL_LEAST_SHIFT);
	assert_int_equal(pool_shift(64, 64), POOL_LEAST_SHIFT);
	assert_int_equal(pool_shift(65, 1), POOL_LEAST_SHIFT + 1);
	assert_int_equal(pool_shift(1, 4096), POOL_UNIT_SHIFT);
	assert_int_equal(pool_shift(16384, 16), POOL_MOST_SHIFT);
	assert_int_equal(pool_shift(16385, 16), 0);
	assert_int_equal(pool_shift(SIZE_MAX, 1), 0);
	assert_int_equal(pool_shift(1, 8192), 0);
}

static void test_strange(void **state)
{
	uintptr_t empty = 1;

	(void)state;
	assert_false(pool_give(&pool, 4096, &empty));
	assert_int_equal(empty, 0);
	take(0, 64, 1);
	assert_false(pool_give(&pool, chunks[0] + POOL_CHUNK, &empty));
	assert_false(pool_give(&pool, chunks[0] - 1, &empty));
	give_all();
}

static void test_no_memory(void **state)
{
	(void)state;
	for (long left = 0; left < 2; left++) {
		host_allocations_left = left;
		assert_false(add_chunk());
		host_allocations_left = LONG_MAX;
		assert_int_equal(pool.count, 0);
	}
	give_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random), cmocka_unit_test(test_full),
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_strange),
		cmocka_unit_test(test_no_memory)};

	return cmocka_run_group_tests_name("blocks without headers", tests, NULL, NULL);
}
