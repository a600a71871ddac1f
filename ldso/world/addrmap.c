/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The address map: a skip list (W. Pugh, 1990) ordered by start address.  One writer under
 * the loader lock, any number of readers.  Owns ld.addresses and the next pointers of
 * each object's address node.
 */
#include "world/addrmap.h"

static struct address_node *follow(const struct address_node *node, int level)
{
	return load_acquire(&node->next[level]);
}

/* xorshift64: good enough for heights, needs no system call. */
static int random_height(void)
{
	int height = 1;

	ld.process.random ^= ld.process.random << 13;
	ld.process.random ^= ld.process.random >> 7;
	ld.process.random ^= ld.process.random << 17;
	while (height < ADDRMAP_LEVELS && (ld.process.random >> (2 * height + 8) & 3) == 0)
		height++;
	return height;
}

/* The last node before `start` on each level. */
static void find_places(uintptr_t start, struct address_node *before[ADDRMAP_LEVELS])
{
	struct address_node *node = &ld.addresses;
	int level;

	for (level = ld.address_levels - 1; level >= 0; level--) {
		while (node->next[level] && node->next[level]->start < start)
			node = node->next[level];
		before[level] = node;
	}
}

void addrmap_insert(struct address_node *node)
{
	struct address_node *before[ADDRMAP_LEVELS];
	int level, height = random_height();

	wants_loader();
	if (height > ld.address_levels)
		store_relaxed(&ld.address_levels, height);
	find_places(node->start, before);
	/* Bottom up: whoever meets the node on a level finds it on all levels below. */
	for (level = 0; level < height; level++) {
		node->next[level] = before[level]->next[level];
		store_release(&before[level]->next[level], node);
	}
}

void addrmap_remove(struct address_node *node)
{
	struct address_node *before[ADDRMAP_LEVELS];
	int level;

	wants_loader();
	find_places(node->start, before);
	for (level = ld.address_levels - 1; level >= 0; level--)
		if (before[level]->next[level] == node)
			store_release(&before[level]->next[level], node->next[level]);
}

struct object *addrmap_find(uintptr_t address)
{
	const struct address_node *node = &ld.addresses, *next;
	int level;

	/* Who does not know of a level yet goes the same way on those below. */
	for (level = load_relaxed(&ld.address_levels) - 1; level >= 0; level--)
		while ((next = follow(node, level)) && next->start <= address)
			node = next;
	if (node == &ld.addresses || address >= node->end)
		return NULL;
	return container_of(node, struct object, address);
}
