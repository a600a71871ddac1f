/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From addresses to symbols.  Owns each object's by_address: its symbols ordered by value,
 * made when the second question about the object is asked.
 */
#include "world/info.h"
#include "world/addrmap.h"

/* A symbol, and how far back the nearest earlier one is that reaches over its beginning (0: none).
 */
struct by_address {
	uint32_t symbol;
	uint32_t back;
};

static bool has_address(const ElfW(Sym) * symbol)
{
	unsigned type = ELF_ST_TYPE_NATIVE(symbol->st_info);

	/* An undefined one with a value is a function's address for all: its entry in the PLT. */
	if (symbol->st_shndx == SHN_UNDEF)
		return type == STT_FUNC && symbol->st_value != 0;
	return symbol->st_shndx != SHN_ABS &&
	       (type <= STT_FUNC || type == STT_GNU_IFUNC || type == STT_COMMON);
}

/* Where the symbol is: the value of a function's may say more than that. */
static uintptr_t start_of(const ElfW(Sym) * symbol)
{
	unsigned type = ELF_ST_TYPE_NATIVE(symbol->st_info);
	bool function = type == STT_FUNC || type == STT_GNU_IFUNC;

	return symbol->st_value & ~(uintptr_t)(function ? ARCH_FUNCTION_MARK : 0);
}

static bool contains(const ElfW(Sym) * symbol, uintptr_t value)
{
	if (symbol->st_size == 0 || symbol->st_shndx == SHN_UNDEF)
		return value == symbol->st_value || value == start_of(symbol);
	return value - start_of(symbol) < symbol->st_size;
}

struct filling {
	const ElfW(Sym) * symtab;
	struct by_address *list;
	size_t count, capacity;
};

static bool fill_one(uint32_t hash, uint32_t index, void *data)
{
	struct filling *filling = data;

	(void)hash;
	if (filling->count < filling->capacity && has_address(&filling->symtab[index]))
		filling->list[filling->count++].symbol = index;
	return true;
}

static uintptr_t value_at(const struct filling *filling, size_t i)
{
	return start_of(&filling->symtab[filling->list[i].symbol]);
}

/* Heapsort (J. Williams, 1964): in place, no bad case. */
static void sift(struct filling *filling, size_t root, size_t count)
{
	size_t child;

	while ((child = 2 * root + 1) < count) {
		struct by_address swap;

		if (child + 1 < count && value_at(filling, child) < value_at(filling, child + 1))
			child++;
		if (value_at(filling, root) >= value_at(filling, child))
			return;
		swap = filling->list[root];
		filling->list[root] = filling->list[child];
		filling->list[child] = swap;
		root = child;
	}
}

static void sort(struct filling *filling)
{
	size_t i;

	for (i = filling->count / 2; i--;)
		sift(filling, i, filling->count);
	for (i = filling->count; i-- > 1;) {
		struct by_address swap = filling->list[0];

		filling->list[0] = filling->list[i];
		filling->list[i] = swap;
		sift(filling, 0, i);
	}
}

static void link_back(struct filling *filling)
{
	size_t i, at;

	for (i = 0; i < filling->count; i++) {
		uintptr_t value = value_at(filling, i);

		for (at = i; at--;) {
			const ElfW(Sym) *symbol = &filling->symtab[filling->list[at].symbol];

			if (start_of(symbol) + symbol->st_size > value)
				break;
			if (!filling->list[at].back) {
				at = (size_t)-1;
				break;
			}
			at -= filling->list[at].back - 1;
		}
		filling->list[i].back = at == (size_t)-1 ? 0 : (uint32_t)(i - at);
	}
}

/* Make by_address; two makers agree by compare-and-swap.  The count stands in the first entry. */
static struct by_address *make_index(struct object *object)
{
	size_t capacity = symbol_count(&object->dynamic);
	struct filling filling = {object->dynamic.symtab, NULL, 0, capacity};
	struct by_address *list = mem_alloc((capacity + 1) * sizeof(*list)), *seen = NULL;

	if (!list)
		return NULL;
	filling.list = list + 1;
	symbol_each(&object->dynamic, fill_one, &filling);
	sort(&filling);
	link_back(&filling);
	list->symbol = (uint32_t)filling.count;
	if (__atomic_compare_exchange_n(&object->symbols.by_address, &seen, list, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return list;
	mem_free(list);
	return seen;
}

static const ElfW(Sym) *
	find_indexed(const struct object *object, const struct by_address *list, uintptr_t value)
{
	const ElfW(Sym) *symtab = object->dynamic.symtab;
	size_t low = 0, high = list->symbol, middle;

	list++;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (start_of(&symtab[list[middle].symbol]) <= value)
			low = middle + 1;
		else
			high = middle;
	}
	while (low--) {
		const ElfW(Sym) *symbol = &symtab[list[low].symbol];

		if (contains(symbol, value))
			return symbol;
		if (!list[low].back)
			return NULL;
		low -= list[low].back - 1;
	}
	return NULL;
}

struct scanning {
	const ElfW(Sym) * symtab, *best;
	uintptr_t value;
};

static bool scan_one(uint32_t hash, uint32_t index, void *data)
{
	struct scanning *scanning = data;
	const ElfW(Sym) *symbol = &scanning->symtab[index];

	(void)hash;
	if (has_address(symbol) && contains(symbol, scanning->value) &&
	    (!scanning->best || scanning->best->st_value < symbol->st_value))
		scanning->best = symbol;
	return true;
}

static const ElfW(Sym) * symbol_at(struct object *object, uintptr_t value)
{
	struct by_address *list = load_acquire(&object->symbols.by_address);
	struct scanning scanning = {object->dynamic.symtab, NULL, value};

	if (!list && __atomic_fetch_add(&object->symbols.lookups, 1, __ATOMIC_RELAXED))
		list = make_index(object);
	if (list)
		return find_indexed(object, list, value);
	symbol_each(&object->dynamic, scan_one, &scanning);
	return scanning.best;
}

bool place_of(uintptr_t address, struct place *place)
{
	place->object = addrmap_find(address);
	place->entry = NULL;
	place->symbol = NULL;
	place->value = 0;
	if (place->object) {
		place->entry = symbol_at(place->object, address - place->object->bias);
		if (place->entry) {
			place->symbol =
				dynamic_string(&place->object->dynamic, place->entry->st_name);
			place->value = place->object->bias + place->entry->st_value;
		}
	}
	return place->object != NULL;
}

/* Saved symbols. */

struct saved_symbol {
	uintptr_t offset;
	const char *name;
};

struct symbol_table {
	size_t count;
	struct saved_symbol at[];
};

struct saving {
	const struct object *object;
	struct symbol_table *table;
	char *text;
	size_t bytes, count;
};

static bool save_one(uint32_t hash, uint32_t index, void *data)
{
	struct saving *saving = data;
	const ElfW(Sym) *symbol = &saving->object->dynamic.symtab[index];
	const char *name = dynamic_string(&saving->object->dynamic, symbol->st_name);
	size_t size = strlen(name) + 1;

	(void)hash;
	if (!has_address(symbol))
		return true;
	if (saving->table) {
		struct saved_symbol *saved = &saving->table->at[saving->table->count++];

		saved->offset = saving->object->bias + start_of(symbol) - saving->object->start;
		saved->name = memcpy(saving->text, name, size);
		saving->text += size;
	}
	saving->bytes += size;
	saving->count++;
	return true;
}

struct symbol_table *symbol_table_save(const struct object *object)
{
	struct saving saving = {object, NULL, NULL, 0, 0};
	struct symbol_table *table;

	symbol_each(&object->dynamic, save_one, &saving);
	table = mem_alloc(sizeof(*table) + saving.count * sizeof(table->at[0]) + saving.bytes);
	if (!table)
		return NULL;
	table->count = 0;
	saving.table = table;
	saving.text = (char *)&table->at[saving.count];
	symbol_each(&object->dynamic, save_one, &saving);
	return table;
}

const char *symbol_table_find(const struct symbol_table *table, uintptr_t offset,
			      uintptr_t *distance)
{
	const struct saved_symbol *best = NULL;
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->at[i].offset <= offset && (!best || table->at[i].offset > best->offset))
			best = &table->at[i];
	if (!best)
		return NULL;
	*distance = offset - best->offset;
	return best->name;
}
