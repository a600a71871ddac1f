/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Stands in for thread/block.c: each block of thread-local storage is one of malloc's, of which
 * ThreadSanitizer knows when it is given back.
 */
#include "thread/block.h"
#include "base/memory.h"

/* In front of a block. */
struct head {
	void *memory;
};

void *block_take(const struct tls_need *need, bool alone)
{
	char *memory = mem_zalloc(sizeof(struct head) + 2 * need->align + need->size), *block;
	struct head head = {memory};

	(void)alone;
	if (!memory)
		return NULL;
	block = (char *)round_up((uintptr_t)memory + sizeof(head), need->align) + need->first;
	memcpy(block - sizeof(head), &head, sizeof(head));
	return block;
}

void block_give(void *block, const struct tls_need *need)
{
	struct head head;

	(void)need;
	memcpy(&head, (char *)block - sizeof(head), sizeof(head));
	mem_free(head.memory);
}

bool block_passed(const void *block, const struct tls_need *need, uintptr_t address)
{
	(void)block;
	(void)need;
	(void)address;
	return false;
}
