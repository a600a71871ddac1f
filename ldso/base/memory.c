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

/* In front of each block. */
struct prefix {
	size_t size; /* with the prefix; the heap's own note of it is the neighbours', too */
	bool mapped; /* alone, not from the heap */
} __attribute__((aligned(HEAP_ALIGN)));

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

	/* Who has the loader lock cannot be cancelled already. */
	if (!lock_mine(&ld.loader.lock))
		cancel = cancel_off();
	/* Who has it already does not get it: the second question is for that case alone. */
	if (lock_try(&ld.memory.lock) || (!lock_mine(&ld.memory.lock) && memory_lock())) {
		ld.memory.cancel = cancel;
		return true;
	}
	cancel_restore(cancel);
	return false;
}

static void free_orphans(void)
{
	void *orphan = __atomic_exchange_n(&ld.memory.orphans, NULL, __ATOMIC_ACQUIRE);

	while (orphan) {
		void *next = *(void **)((struct prefix *)orphan + 1);

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

static void add_orphan(struct prefix *prefix)
{
	void **link = (void **)(prefix + 1);

	*link = load_relaxed(&ld.memory.orphans);
	while (!__atomic_compare_exchange_n(&ld.memory.orphans, link, prefix, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
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

static struct prefix *alloc_mapped(size_t size)
{
	size_t length = round_up(size, ld.process.page_size);
	struct prefix *prefix;
	long address;

	if (length < size)
		return NULL;
	address = sys_mmap(0, length, SYS_PROT_READ | SYS_PROT_WRITE,
			   SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	if (sys_failed(address))
		return NULL;
	prefix = (struct prefix *)address;
	prefix->size = length;
	prefix->mapped = true;
	return prefix;
}

static struct prefix *alloc_inside(size_t size)
{
	struct prefix *prefix = heap_alloc(&ld.memory.heap, size);

	if (unlikely(!prefix) && grow(size))
		prefix = heap_alloc(&ld.memory.heap, size);
	if (likely(prefix)) {
		prefix->size = heap_block_size(prefix);
		prefix->mapped = false;
	}
	return prefix;
}

static struct prefix *alloc(size_t size)
{
	struct prefix *prefix;

	if (size > SIZE_MAX / 2)
		return NULL;
	size += sizeof(*prefix);
	if (size >= MAP_ALONE || !mem_enter())
		return alloc_mapped(size);
	prefix = alloc_inside(size);
	mem_leave();
	return prefix;
}

void *mem_alloc(size_t size)
{
	struct prefix *prefix = alloc(size);

	return prefix ? prefix + 1 : NULL;
}

void *mem_zalloc(size_t size)
{
	struct prefix *prefix = alloc(size);

	if (!prefix)
		return NULL;
	/* What has just been mapped is zero, and not there until it is touched. */
	if (!prefix->mapped)
		memset(prefix + 1, 0, size);
	return prefix + 1;
}

void mem_free(void *block)
{
	struct prefix *prefix;

	if (!block)
		return;
	prefix = (struct prefix *)block - 1;
	if (prefix->mapped) {
		sys_munmap((uintptr_t)prefix, prefix->size);
		return;
	}
	if (!mem_enter()) {
		add_orphan(prefix);
		return;
	}
	heap_free(&ld.memory.heap, prefix, unmap_pool, NULL);
	mem_leave();
}

void *mem_inside_alloc(size_t size)
{
	struct prefix *prefix;

	if (size > SIZE_MAX / 2)
		return NULL;
	size += sizeof(*prefix);
	prefix = size >= MAP_ALONE ? alloc_mapped(size) : alloc_inside(size);
	return prefix ? prefix + 1 : NULL;
}

void mem_inside_free(void *block)
{
	struct prefix *prefix = (struct prefix *)block - 1;

	if (block && prefix->mapped)
		sys_munmap((uintptr_t)prefix, prefix->size);
	else if (block)
		heap_free(&ld.memory.heap, prefix, unmap_pool, NULL);
}

void *mem_realloc(void *old, size_t size)
{
	size_t have = old ? ((struct prefix *)old - 1)->size - sizeof(struct prefix) : 0;
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
