/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The linker's own memory, and that of thread-local blocks: threads and signal handlers that take
 * blocks, fill them, pass them to each other and give them back.
 *
 * links: memory.c error.c block.c
 */
#include "check.h"
#include "linker.h"
#include "thread/block.h"

enum { WORKERS = 4, PASSED = 16, LARGE = 3000 };

struct block {
	size_t size;
	bool lonely; /* block_take's, not mem_alloc's */
	unsigned char fill;
	unsigned char byte[];
};

static struct block *passed[PASSED]; /* atomic */
static unsigned long taken, exchanged, signals;

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "wrong: %s\n", what);
	abort();
}

static struct tls_need need_of(size_t size)
{
	return (struct tls_need){sizeof(struct block) + size, 64, 16};
}

static struct block *new_block(void)
{
	/* One in fifty is mapped alone. */
	size_t size = linker_random(50) ? linker_random(LARGE) : 70000 + linker_random(LARGE);
	struct tls_need need = need_of(size);
	bool lonely = linker_random(2);
	struct block *block = lonely ? block_take(&need, false) : mem_alloc(need.size);

	if (!block)
		wrong("no memory");
	block->lonely = lonely;
	block->size = size;
	block->fill = (unsigned char)linker_random(256);
	memset(block->byte, block->fill, size);
	__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
	return block;
}

static void check_block(const struct block *block)
{
	for (size_t i = 0; i < block->size; i++)
		if (block->byte[i] != block->fill)
			wrong("somebody else has written to it");
}

static void free_block(struct block *block)
{
	if (!block)
		return;
	check_block(block);
	if (block->lonely) {
		struct tls_need need = need_of(block->size);

		block_give(block, &need);
	} else {
		mem_free(block);
	}
}

static struct block *exchange(struct block *block)
{
	__atomic_add_fetch(&exchanged, 1, __ATOMIC_RELAXED);
	return __atomic_exchange_n(&passed[linker_random(PASSED)], block, __ATOMIC_ACQ_REL);
}

static void handler(void)
{
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
	free_block(exchange(linker_random(4) ? new_block() : NULL));
}

static struct block *resize(struct block *block)
{
	size_t size = linker_random(LARGE), kept = size < block->size ? size : block->size;
	struct block *moved;

	if (block->lonely)
		return block;
	moved = mem_realloc(block, sizeof(*block) + size);
	if (!moved)
		wrong("no memory");
	moved->size = kept;
	return moved;
}

static void work(unsigned number)
{
	struct block *own[8] = {NULL};

	(void)number;
	while (!linker_over()) {
		struct block **block = &own[linker_random(COUNT(own))];

		switch (linker_random(4)) {
		case 0:
			*block = exchange(*block);
			break;
		case 1:
			if (*block)
				*block = resize(*block);
			break;
		default:
			free_block(*block);
			*block = new_block();
		}
	}
	for (size_t i = 0; i < COUNT(own); i++)
		free_block(own[i]);
}

static void test_memory(void **unused)
{
	static const char *const none[] = {NULL};
	size_t used;

	(void)unused;
	linker_file(&(struct plan_of_file){.path = "/program", .defines = none});
	linker_start("/program");
	used = ld.memory.heap.used;
	linker_signals(handler);
	linker_run(work, WORKERS, NULL);
	linker_trim();
	for (size_t i = 0; i < PASSED; i++)
		free_block(passed[i]);
	printf("# %lu blocks, %lu passed, %lu signals\n", taken, exchanged, signals);
	assert_true(taken && exchanged && signals);
	assert_null(ld.memory.orphans);
	/* The last note of a block is taken up by the next one that is given. */
	free_block(new_block());
	assert_null(ld.memory.orphans);
	assert_int_equal(ld.memory.heap.used, used);
	assert_int_equal(ld.blocks.pool.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory)};

	return cmocka_run_group_tests_name("the linker's memory and threads", tests, NULL, NULL);
}
