/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The linker's own memory: a heap (heap.c) over an arena inside the linker's data, grown by mapped
 * pools that go back as soon as they are empty.  Owns ld.memory.heap*.
 *
 * The heap is entered by one thread at a time.  A signal handler that touches a TLS
 * block for the first time may find its own thread inside, and a thread may stay inside for long:
 * blocks are then mapped singly, and what is freed is left for the next one on its way out.
 */
#include "ld.h"
#include "base/cancel.h"
#include "base/sys.h"

/*
 * In front of a block that is mapped alone.  One of the heap has its size in the last word before
 * it, which is never 0.
 */
struct mapped_head {
	size_t length; /* of the mapping */
	size_t zero;
} __attribute__((aligned(HEAP_ALIGN)));

_Static_assert(sizeof(struct mapped_head) == 2 * sizeof(size_t),
	       "the word is not where the heap's is");

enum { POOL_SIZE = 256 * 1024, MAP_ALONE = 64 * 1024 };

static bool unmap_pool(void *memory, size_t size, void *data)
{
	(void)data;
	if (memory == ld.memory.arena)
		return false;
	sys_munmap((uintptr_t)memory, size);
	return true;
}

bool memory_lock(void)
{
	static const struct sys_time patience = {0, 10 * 1000 * 1000};

	return lock_wait(&ld.memory.lock, &patience);
}

bool mem_enter(void)
{
	int cancel = CANCEL_DEFERRED;

	if (likely(lock_try_within(&ld.memory.lock, &ld.loader.lock))) {
		ld.memory.cancel = cancel;
		return true;
	}
	/* Who has the loader lock cannot be cancelled already. */
	if (!lock_mine(&ld.loader.lock))
		cancel = cancel_off();
	/* Who has it already does not get it. */
	if (!lock_mine(&ld.memory.lock) && memory_lock()) {
		ld.memory.cancel = cancel;
		return true;
	}
	cancel_restore(cancel);
	return false;
}

static bool is_alone(const void *block)
{
	return !load_relaxed(&((const struct mapped_head *)block - 1)->zero);
}

/* What is left for the next one on its way out is linked by its first word. */
static void free_orphans(void)
{
	void *orphan = __atomic_exchange_n(&ld.memory.orphans, NULL, __ATOMIC_ACQUIRE);

	while (orphan) {
		void *next = *(void **)orphan;

		heap_free(&ld.memory.heap, orphan, unmap_pool, NULL);
		orphan = next;
	}
}

void mem_leave(void)
{
	int cancel = ld.memory.cancel;

	if (unlikely(load_relaxed(&ld.memory.orphans)))
		free_orphans();
	lock_release(&ld.memory.lock);
	cancel_restore(cancel);
}

static void add_orphan(void *block)
{
	void **link = block;

	*link = load_relaxed(&ld.memory.orphans);
	while (!__atomic_compare_exchange_n(&ld.memory.orphans, link, block, true, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

static bool grow(size_t size)
{
	size_t length = heap_pool_size(size);
	long pool;

	if (!ld.memory.heap.used && !ld.memory.heap.first_map &&
	    heap_add_pool(&ld.memory.heap, ld.memory.arena, sizeof(ld.memory.arena)))
		return true;
	if (length < POOL_SIZE)
		length = POOL_SIZE;
	length = round_up(length, ld.process.page_size);
	pool = sys_mmap(0, length, SYS_PROT_READ | SYS_PROT_WRITE,
			SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	return !sys_failed(pool) && heap_add_pool(&ld.memory.heap, (void *)pool, length);
}

static void *alloc_mapped(size_t size)
{
	size_t length = round_up(size + sizeof(struct mapped_head), ld.process.page_size);
	struct mapped_head *head;
	long address;

	if (length < size)
		return NULL;
	address = sys_mmap(0, length, SYS_PROT_READ | SYS_PROT_WRITE,
			   SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	if (sys_failed(address))
		return NULL;
	head = (struct mapped_head *)address;
	head->length = length;
	return head + 1;
}

static void free_mapped(void *block)
{
	struct mapped_head *head = (struct mapped_head *)block - 1;

	sys_munmap((uintptr_t)head, head->length);
}

static void *alloc_inside(size_t size)
{
	void *block = heap_alloc(&ld.memory.heap, size);

	if (unlikely(!block) && grow(size))
		block = heap_alloc(&ld.memory.heap, size);
	return block;
}

static __attribute__((noinline)) void *allocate(size_t size, bool zero)
{
	void *block;

	/* What has just been mapped is zero, and not there until it is touched. */
	if (size >= MAP_ALONE || !mem_enter())
		return alloc_mapped(size);
	block = alloc_inside(size);
	if (block && zero)
		memset(block, 0, size < ld.memory.heap.dirty ? size : ld.memory.heap.dirty);
	mem_leave();
	return block;
}

void *mem_alloc(size_t size)
{
	return allocate(size, false);
}

void *mem_zalloc(size_t size)
{
	return allocate(size, true);
}

void mem_free(void *block)
{
	if (!block)
		return;
	if (is_alone(block)) {
		free_mapped(block);
		return;
	}
	if (!mem_enter()) {
		add_orphan(block);
		return;
	}
	heap_free(&ld.memory.heap, block, unmap_pool, NULL);
	mem_leave();
}

void *mem_inside_alloc(size_t size)
{
	return size >= MAP_ALONE ? alloc_mapped(size) : alloc_inside(size);
}

void mem_inside_free(void *block)
{
	if (block && is_alone(block))
		free_mapped(block);
	else if (block)
		heap_free(&ld.memory.heap, block, unmap_pool, NULL);
}

static size_t usable_size(const void *block)
{
	return is_alone(block) ? ((const struct mapped_head *)block - 1)->length -
					 sizeof(struct mapped_head)
			       : heap_block_size(block);
}

void *mem_realloc(void *old, size_t size)
{
	size_t have = old ? usable_size(old) : 0;
	void *block;

	if (old && have >= size && have / 4 <= size)
		return old;
	block = mem_alloc(size);
	if (!block)
		return NULL;
	if (old)
		memcpy(block, old, have < size ? have : size);
	mem_free(old);
	return block;
}

char *mem_strdup(const char *string)
{
	size_t size = strlen(string) + 1;
	char *copy = mem_alloc(size);

	return copy ? memcpy(copy, string, size) : NULL;
}
