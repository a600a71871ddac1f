/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The address map: a skip list (W. Pugh, 1990) ordered by start address.  One writer under
 * the loader lock, any number of readers.  Owns ld.addresses and the next pointers of
 * each object's address node.
 */
#include "world/addrmap.h"

/* xorshift64: good enough for heights, needs no system call. */
int addrmap_height(void)
{
	int height = 1;

	ld.process.random ^= ld.process.random << 13;
	ld.process.random ^= ld.process.random >> 7;
	ld.process.random ^= ld.process.random << 17;
	while (height < ADDRMAP_LEVELS && (ld.process.random >> (2 * height + 8) & 3) == 0)
		height++;
	return height;
}

/* On each level, the link that leads to the first node at or behind `start`. */
static void find_places(uintptr_t start, struct address_node **before[ADDRMAP_LEVELS])
{
	struct address_node **links = ld.addresses;
	int level;

	for (level = ld.address_levels - 1; level >= 0; level--) {
		while (links[level] && links[level]->start < start)
			links = links[level]->next;
		before[level] = &links[level];
	}
}

void addrmap_insert(struct address_node *node)
{
	struct address_node **before[ADDRMAP_LEVELS];
	int level;

	wants_loader();
	if (node->height > ld.address_levels)
		store_relaxed(&ld.address_levels, node->height);
	find_places(node->start, before);
	/* Bottom up: whoever meets the node on a level finds it on all levels below. */
	for (level = 0; level < node->height; level++) {
		node->next[level] = *before[level];
		store_release(before[level], node);
	}
}

void addrmap_remove(struct address_node *node)
{
	struct address_node **before[ADDRMAP_LEVELS];
	int level;

	wants_loader();
	find_places(node->start, before);
	for (level = ld.address_levels - 1; level >= 0; level--)
		if (*before[level] == node)
			store_release(before[level], node->next[level]);
}

struct object *addrmap_find(uintptr_t address)
{
	struct address_node *const *links = ld.addresses;
	struct address_node *node = NULL, *next;
	int level;

	/* Who does not know of a level yet goes the same way on those below. */
	for (level = load_relaxed(&ld.address_levels) - 1; level >= 0; level--)
		while ((next = load_acquire(&links[level])) && next->start <= address) {
			node = next;
			links = node->next;
		}
	if (!node || address >= node->end)
		return NULL;
	return container_of(node, struct object, address);
}
