/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Owns ld.blocks, which wants ld.memory.lock.  Who does not get that lock maps a block alone, and
 * leaves a note of the one it wants to give back.
 */
#include "thread/block.h"
#include "base/sys.h"

struct note {
	struct note *next;
	void *block;
	struct tls_need need;
};

/* How a block lies in a mapping of its own: as far to the end as its alignment allows. */
struct alone {
	size_t offset; /* of the block */
	size_t size;   /* of the mapping, without the page behind it */
};

static struct alone alone_place(const struct tls_need *need)
{
	struct alone alone;

	alone.size = round_up(need->first + need->size, ld.process.page_size);
	alone.offset = alone.size - need->size;
	alone.offset -= (alone.offset - need->first) & (need->align - 1);
	return alone;
}

/* `size` bytes, a multiple of the page size, and a page behind them that is nobody's; 0: no memory.
 */
static uintptr_t map(size_t size, size_t align)
{
	size_t page = ld.process.page_size, slack = align > page ? align - page : 0;
	size_t length = size + page + slack;
	uintptr_t start, end;
	long mapped;

	if (length < size)
		return 0;
	mapped = sys_mmap(0, length, SYS_PROT_READ | SYS_PROT_WRITE,
			  SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS, -1, 0);
	if (sys_failed(mapped))
		return 0;
	start = slack ? round_up((uintptr_t)mapped, align) : (uintptr_t)mapped;
	end = start + size + page;
	if (start > (uintptr_t)mapped)
		sys_munmap((uintptr_t)mapped, start - (uintptr_t)mapped);
	if (end < (uintptr_t)mapped + length)
		sys_munmap(end, (uintptr_t)mapped + length - end);
	if (sys_mprotect(start + size, page, SYS_PROT_NONE) == 0)
		return start;
	sys_munmap(start, size + page);
	return 0;
}

static void *take_alone(const struct tls_need *need)
{
	struct alone alone = alone_place(need);
	uintptr_t start = alone.size >= need->size ? map(alone.size, need->align) : 0;

	return start ? (void *)(start + alone.offset) : NULL;
}

static void give_alone(void *block, const struct tls_need *need)
{
	struct alone alone = alone_place(need);

	sys_munmap((uintptr_t)block - alone.offset, alone.size + ld.process.page_size);
}

static unsigned shift_of(const struct tls_need *need)
{
	size_t size = need->first + need->size;

	return size < need->size ? 0 : pool_shift(size, need->align);
}

static uintptr_t take_inside(unsigned shift)
{
	uintptr_t block = pool_take(&ld.blocks.pool, shift), chunk;

	if (likely(block))
		return block;
	chunk = map(POOL_CHUNK, 1);
	if (chunk && pool_add(&ld.blocks.pool, chunk))
		return pool_take(&ld.blocks.pool, shift);
	if (chunk)
		sys_munmap(chunk, POOL_CHUNK + ld.process.page_size);
	return 0;
}

static void give_inside(void *block, const struct tls_need *need)
{
	uintptr_t empty;

	if (!pool_give(&ld.blocks.pool, (uintptr_t)block, &empty))
		give_alone(block, need);
	else if (empty)
		sys_munmap(empty, POOL_CHUNK + ld.process.page_size);
}

static void leave(void)
{
	struct note *note = __atomic_exchange_n(&ld.blocks.notes, NULL, __ATOMIC_ACQUIRE), *next;

	for (; note; note = next) {
		next = note->next;
		give_inside(note->block, &note->need);
		mem_inside_free(note);
	}
	mem_leave();
}

/* Without memory for the note the block stays. */
static void leave_note(void *block, const struct tls_need *need)
{
	struct note *note = mem_alloc(sizeof(*note));

	if (!note)
		return;
	note->block = block;
	note->need = *need;
	note->next = load_relaxed(&ld.blocks.notes);
	while (!__atomic_compare_exchange_n(&ld.blocks.notes, &note->next, note, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

void *block_take(const struct tls_need *need, bool alone)
{
	unsigned shift = alone ? 0 : shift_of(need);
	uintptr_t start;

	if (!shift || !mem_enter())
		return take_alone(need);
	start = take_inside(shift);
	leave();
	/* Others may have had it before. */
	return start ? memset((void *)(start + need->first), 0, need->size) : NULL;
}

void block_give(void *block, const struct tls_need *need)
{
	if (!shift_of(need)) {
		give_alone(block, need);
	} else if (mem_enter()) {
		give_inside(block, need);
		leave();
	} else {
		leave_note(block, need);
	}
}

bool block_passed(const void *block, const struct tls_need *need, uintptr_t address)
{
	struct alone alone = alone_place(need);

	return address - ((uintptr_t)block + need->size) <
	       alone.size - alone.offset - need->size + ld.process.page_size;
}
