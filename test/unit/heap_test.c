/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The heap: random requests against a list of what is allocated, with every block and every
 * free list looked over time and again; pools of all sizes; what is given back.  Pools come
 * from malloc, so that a step outside one is seen.
 * links: heap.c
 */
#include "check.h"
#include "base/heap.h"

enum { BLOCKS = 400, POOLS = 2000, FREE = 1, BELOW_FREE = 2, FIRST = 4, FLAGS = 7 };

/* How heap.c lays out a block and the start of a pool. */
struct view {
	struct view *below;
	size_t size;
	struct view *next, *previous;
};

struct start {
	void *memory;
	size_t size;
};

static struct heap heap;

static struct block {
	unsigned char *memory;
	size_t size;
	unsigned char fill;
} blocks[BLOCKS];

static struct pool {
	char *memory;
	size_t size;
} pools[POOLS];
static size_t pool_count, clean_bytes;

static int start(void **state)
{
	(void)state;
	memset(&heap, 0, sizeof(heap));
	memset(blocks, 0, sizeof(blocks));
	pool_count = clean_bytes = 0;
	return 0;
}

static bool take_pool(void *memory, size_t size, void *data)
{
	for (size_t i = 0; i < pool_count; i++) {
		if (pools[i].memory != memory || pools[i].size != size)
			continue;
		pools[i] = pools[--pool_count];
		++*(unsigned *)data;
		/* With its odd start, as add_pool made it. */
		free(memory - (uintptr_t)memory % HEAP_ALIGN);
		return true;
	}
	fail_msg("a pool that was never given is taken back");
	return false;
}

/* A pool of `size` bytes, all zero, that starts `skew` bytes behind an aligned address. */
static bool add_pool(size_t size, size_t skew)
{
	char *memory = calloc(1, size + skew);

	assert_non_null(memory);
	if (!heap_add_pool(&heap, memory + skew, size)) {
		free(memory);
		return false;
	}
	pools[pool_count++] = (struct pool){memory + skew, size};
	return true;
}

static struct view *view_at(void *memory, size_t offset)
{
	return (struct view *)((char *)memory + offset);
}

/* Look over one pool: blocks end to end, free ones merged and tagged.  Adds up what is free. */
static void check_pool(const struct pool *pool, size_t *free_blocks, size_t *used)
{
	uintptr_t at = round_up((uintptr_t)pool->memory, HEAP_ALIGN);
	struct start *start_of = (struct start *)at;
	struct view *view = (struct view *)(at + sizeof(*start_of)), *last = NULL;

	assert_ptr_equal(start_of->memory, pool->memory);
	assert_int_equal(start_of->size, pool->size);
	assert_true(view->size & FIRST);
	while (view->size & ~(size_t)FLAGS) {
		bool is_free = view->size & FREE, below_free = view->size & BELOW_FREE;
		size_t size = view->size & ~(size_t)FLAGS;

		assert_int_equal(size % HEAP_ALIGN, 0);
		assert_true(size >= sizeof(*view));
		assert_int_equal(below_free, last && last->size & FREE);
		assert_false(is_free && below_free);
		assert_true(!last || !(view->size & FIRST));
		if (below_free)
			assert_ptr_equal(view->below, last);
		*(is_free ? free_blocks : used) += is_free ? 1 : size;
		last = view;
		view = view_at(view, size);
	}
	assert_non_null(last);
	assert_int_equal(!!(view->size & BELOW_FREE), last->size & FREE);
	assert_in_range((uintptr_t)view, (uintptr_t)last,
			(uintptr_t)pool->memory + pool->size - offsetof(struct view, next));
}

static void check_lists(size_t expected)
{
	size_t found = 0, least = 0;

	for (unsigned first = 0; first < HEAP_FIRST_LEVELS; first++) {
		assert_int_equal(heap.first_map >> first & 1, !!heap.second_map[first]);
		for (unsigned second = 0; second < HEAP_SECOND_LEVELS; second++) {
			struct view *view = (struct view *)heap.free[first][second];
			size_t most = least;

			assert_int_equal(heap.second_map[first] >> second & 1, !!view);
			assert_true(!view || !view->previous);
			for (; view; view = view->next) {
				assert_true(view->size & FREE);
				/* Every list has larger blocks than the lists before it. */
				assert_true(view->size >= least);
				if (view->size > most)
					most = view->size;
				assert_true(!view->next || view->next->previous == view);
				found++;
			}
			least = most;
		}
	}
	assert_int_equal(found, expected);
}

static void check_heap(void)
{
	size_t free_blocks = 0, used = 0;

	for (size_t i = 0; i < pool_count; i++)
		check_pool(&pools[i], &free_blocks, &used);
	assert_int_equal(used, heap.used);
	check_lists(free_blocks);
}

/* `memory` has just been given out: what need not be cleared of it is zero. */
static void check_clean(const char *memory)
{
	for (size_t i = heap.dirty; i < heap_block_size(memory); i++, clean_bytes++)
		if (memory[i])
			fail_msg("byte %zu of a block of %zu is not zero", i,
				 heap_block_size(memory));
}

static void fill(struct block *block, void *memory, size_t size)
{
	assert_non_null(memory);
	assert_int_equal((uintptr_t)memory % HEAP_ALIGN, 0);
	assert_true(heap_block_size(memory) >= size);
	check_clean(memory);
	/* All that is usable may be used. */
	*block = (struct block){memory, heap_block_size(memory), (unsigned char)rand()};
	memset(memory, block->fill, block->size);
}

static void release(struct block *block, bool (*take)(void *, size_t, void *), void *data)
{
	for (size_t i = 0; i < block->size; i++)
		if (block->memory[i] != block->fill)
			fail_msg("byte %zu of a block of %zu was overwritten", i, block->size);
	assert_int_equal(heap_block_size(block->memory), block->size);
	heap_free(&heap, block->memory, take, data);
	block->memory = NULL;
}

static size_t random_size(void)
{
	unsigned dice = (unsigned)rand() % 100;

	return (size_t)rand() % (dice < 70 ? 100 : dice < 95 ? 1000 : dice < 99 ? 10000 : 300000);
}

static void random_requests(void **state)
{
	unsigned taken = 0, added = 0;

	(void)state;
	srand(3);
	for (unsigned i = 0; i < 300000; i++) {
		/* Now nearly all, now nearly nothing is allocated. */
		unsigned range = i / 1000 % 2 ? BLOCKS : 20;
		struct block *block = &blocks[(unsigned)rand() % BLOCKS];
		size_t size = random_size();

		if (block->memory) {
			release(block, take_pool, &taken);
		} else if (block < blocks + range) {
			void *memory = heap_alloc(&heap, size);

			if (!memory) {
				size_t least = heap_pool_size(size);

				assert_true(add_pool(least > 20000 ? least : least + rand() % 20000,
						     (size_t)rand() % HEAP_ALIGN));
				added++;
				memory = heap_alloc(&heap, size);
			}
			fill(block, memory, size);
		}
		if (i % 500 == 0)
			check_heap();
	}
	for (unsigned i = 0; i < BLOCKS; i++)
		if (blocks[i].memory)
			release(&blocks[i], take_pool, &taken);
	assert_int_equal(pool_count, 0);
	assert_int_equal(taken, added);
	assert_true(taken > 100);
	assert_true(clean_bytes > 1000000);
	assert_int_equal(heap.used, 0);
	assert_int_equal(heap.first_map, 0);
	check_lists(0);
}

/* A pool of just heap_pool_size serves the request however the pool lies. */
static void pool_size_is_enough(void **state)
{
	unsigned taken = 0;

	(void)state;
	for (size_t size = 0; size < 200000; size += size < 5000 ? 1 : 1 + size / 37) {
		size_t skew = size % HEAP_ALIGN, least = heap_pool_size(size);

		assert_true(add_pool(least, skew));
		fill(&blocks[0], heap_alloc(&heap, size), size);
		check_heap();
		assert_true(least <= size + size / 8 + 6 * HEAP_ALIGN);
		release(&blocks[0], take_pool, &taken);
		assert_int_equal(pool_count, 0);
	}
}

static void small_pools(void **state)
{
	unsigned taken = 0;
	bool was_useful = false;

	(void)state;
	for (size_t size = 0; size < 300; size++) {
		bool useful = add_pool(size, 0);

		assert_true(useful || !was_useful);
		was_useful = useful;
		if (!useful)
			continue;
		check_heap();
		fill(&blocks[0], heap_alloc(&heap, 1), 1);
		check_heap();
		release(&blocks[0], take_pool, &taken);
	}
	assert_true(was_useful);
}

static bool refuse(void *memory, size_t size, void *data)
{
	assert_ptr_equal(memory, pools[0].memory);
	assert_int_equal(size, pools[0].size);
	++*(unsigned *)data;
	return false;
}

/* A pool that nobody takes serves again; one that is not all free is not offered. */
static void pool_stays(void **state)
{
	unsigned asked = 0;

	(void)state;
	assert_true(add_pool(4096, 3));
	fill(&blocks[0], heap_alloc(&heap, 100), 100);
	fill(&blocks[1], heap_alloc(&heap, 100), 100);
	release(&blocks[0], refuse, &asked);
	assert_int_equal(asked, 0);
	release(&blocks[1], refuse, &asked);
	assert_int_equal(asked, 1);
	check_heap();
	fill(&blocks[0], heap_alloc(&heap, 3000), 3000);
	release(&blocks[0], NULL, NULL);
	assert_int_equal(asked, 1);
	check_heap();
	fill(&blocks[0], heap_alloc(&heap, 3000), 3000);
	release(&blocks[0], take_pool, &asked);
	assert_int_equal(pool_count, 0);
}

static void exhaustion(void **state)
{
	static const size_t huge[] = {SIZE_MAX,	    SIZE_MAX - 1,   SIZE_MAX - 15,
				      SIZE_MAX - 8, SIZE_MAX / 2,   SIZE_MAX / 2 + 1,
				      SIZE_MAX / 4, SIZE_MAX / 4096};
	unsigned taken = 0, count = 0;

	(void)state;
	assert_null(heap_alloc(&heap, 1));
	assert_true(add_pool(65536, 0));
	for (unsigned i = 0; i < COUNT(huge); i++) {
		assert_null(heap_alloc(&heap, huge[i]));
		assert_int_equal(heap_pool_size(huge[i]), 0);
	}
	assert_null(heap_alloc(&heap, 65536));
	while (count < BLOCKS) {
		void *memory = heap_alloc(&heap, 200);

		if (!memory)
			break;
		fill(&blocks[count++], memory, 200);
	}
	/* Nothing but the words of a free block has been in use. */
	assert_in_range(clean_bytes, count * (200 - 2 * HEAP_ALIGN), count * 208);
	/* One word a block is all it costs. */
	assert_int_equal(count, (65536 - 2 * HEAP_ALIGN) / 208);
	check_heap();
	/* Every second one: free neighbours must not be merged across those in use. */
	for (unsigned i = 0; i < count; i += 2)
		release(&blocks[i], take_pool, &taken);
	check_heap();
	assert_null(heap_alloc(&heap, 500));
	for (unsigned i = 1; i < count; i += 2)
		release(&blocks[i], take_pool, &taken);
	assert_int_equal(taken, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(random_requests, start),
		cmocka_unit_test_setup(pool_size_is_enough, start),
		cmocka_unit_test_setup(small_pools, start),
		cmocka_unit_test_setup(pool_stays, start),
		cmocka_unit_test_setup(exhaustion, start),
	};

	return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
