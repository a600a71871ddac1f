/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chained hash tables.  Owns nothing but the arrays of heads. */
#include "base/chain.h"
#include "base/memory.h"

enum { FIRST_SIZE = 64 };

static void append(struct chain_link **head, struct chain_link *link)
{
	while (*head)
		head = &(*head)->next;
	link->next = NULL;
	*head = link;
}

bool chain_reserve(struct chain_table *table)
{
	size_t i, size = table->heads ? (table->mask + 1) * 2 : FIRST_SIZE;
	struct chain_link **heads, *link, *next;

	if (table->heads && table->count <= table->mask)
		return true;
	heads = mem_zalloc(size * sizeof(struct chain_link *));
	/* The old ones serve on, a little slower. */
	if (!heads)
		return table->heads;
	for (i = 0; table->heads && i <= table->mask; i++) {
		for (link = table->heads[i]; link; link = next) {
			next = link->next;
			append(&heads[link->hash & (size - 1)], link);
		}
	}
	mem_free(table->heads);
	table->heads = heads;
	table->mask = size - 1;
	return true;
}

void chain_add(struct chain_table *table, struct chain_link *link, size_t hash)
{
	chain_reserve(table);
	link->hash = hash;
	append(&table->heads[hash & table->mask], link);
	table->count++;
}

void chain_remove(struct chain_table *table, struct chain_link *link)
{
	struct chain_link **at = &table->heads[link->hash & table->mask];

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	table->count--;
}

struct chain_link *chain_find(const struct chain_table *table, const struct chain_link *after,
			      size_t hash)
{
	struct chain_link *link = NULL;

	if (after)
		link = after->next;
	else if (table->heads)
		link = table->heads[hash & table->mask];
	while (link && link->hash != hash)
		link = link->next;
	return link;
}

struct chain_link *chain_walk(const struct chain_table *table, const struct chain_link *after)
{
	struct chain_link *link = after ? after->next : NULL;
	size_t i = after ? (after->hash & table->mask) + 1 : 0;

	for (; !link && table->heads && i <= table->mask; i++)
		link = table->heads[i];
	return link;
}
