/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Owns ld.pltwords and the plt_word of objects.  A word is the address of a place in a table, which
 * holds the object; a free place holds the next free one, with the lowest bit set.  Tables never
 * move, each is twice as long as the one before, and goes when it is empty.
 */
#include "world/pltword.h"

enum { FIRST_TABLE = 8, FREE = 1 };

static size_t table_length(unsigned number)
{
	return (size_t)FIRST_TABLE << number;
}

static bool add_table(unsigned number)
{
	size_t i, length = table_length(number);
	uintptr_t *table = mem_alloc(length * sizeof(*table));

	if (!table)
		return false;
	for (i = 0; i + 1 < length; i++)
		table[i] = (uintptr_t)&table[i + 1] | FREE;
	table[i] = FREE;
	ld.pltwords.free[number] = table;
	store_release(&ld.pltwords.table[number], table);
	return true;
}

bool pltword_give(struct object *object)
{
	uintptr_t *place;
	unsigned number = 0;

	wants_loader();
	if (object->plt_word)
		return true;
	while (number < PLTWORD_TABLES && ld.pltwords.table[number] && !ld.pltwords.free[number])
		number++;
	if (number == PLTWORD_TABLES || (!ld.pltwords.table[number] && !add_table(number)))
		return false;
	place = ld.pltwords.free[number];
	ld.pltwords.free[number] = (uintptr_t *)(*place & ~(uintptr_t)FREE);
	ld.pltwords.used[number]++;
	store_release(place, (uintptr_t)object);
	object->plt_word = (uintptr_t)place;
	return true;
}

/* The table that a word is an address in, or PLTWORD_TABLES. */
static unsigned table_of(uintptr_t word)
{
	unsigned number;

	for (number = 0; number < PLTWORD_TABLES; number++) {
		uintptr_t *table = load_acquire(&ld.pltwords.table[number]);

		if (table && word - (uintptr_t)table < table_length(number) * sizeof(*table))
			break;
	}
	return number;
}

void pltword_take(struct object *object)
{
	uintptr_t *place = (uintptr_t *)object->plt_word, *table;
	unsigned number;

	if (!place)
		return;
	wants_loader();
	number = table_of((uintptr_t)place);
	table = ld.pltwords.table[number];
	store_release(place, (uintptr_t)ld.pltwords.free[number] | FREE);
	ld.pltwords.free[number] = place;
	object->plt_word = 0;
	if (--ld.pltwords.used[number])
		return;
	ld.pltwords.free[number] = NULL;
	store_release(&ld.pltwords.table[number], NULL);
	mem_free(table);
}

struct object *pltword_object(uintptr_t word)
{
	uintptr_t value;

	if (word % sizeof(word) || table_of(word) == PLTWORD_TABLES)
		return NULL;
	value = load_acquire((uintptr_t *)word);
	return value & FREE ? NULL : (struct object *)value;
}
