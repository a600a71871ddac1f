/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scopes and their index.  Owns what struct scope and struct scope_set point to.
 *
 * The index is an open hash table from GNU hash (its lowest bit set) to a list of the members that
 * define a symbol of that hash, in scope order.  Members that leave are only marked; the index is
 * made anew when most of it is about members that have left, so that adding and removing cost what
 * the member's own symbols cost.  Readers need no lock: an entry is complete before it
 * can be reached, and replaced tables wait for the readers to leave.
 */
#include "world/scope.h"
#include "thread/reader.h"
#include "tell/trace.h"

enum {
	FIRST_CAPACITY = 4,
	SMALL = 4, /* a scope of more members gets an index, once it pays */
	PAYS = 4   /* what entering a symbol into an index costs, with the memory, in visits */
};

struct index_slot {
	uint32_t hash;	/* 0: free */
	uint32_t first; /* entry number */
	uint32_t last;
};

struct index_entry {
	uint32_t member; /* position in the scope */
	uint32_t next;	 /* entry number; 0: none (entry 0 is not used) */
};

struct scope_index {
	struct deferred deferred;
	struct scope_members *members; /* readers; what the positions are positions in */
	uint32_t mask;		       /* slots minus 1 */
	uint32_t slots_used;
	uint32_t entries_used; /* including entry 0 */
	uint32_t entry_capacity;
	struct index_entry *entry; /* in the same block */
	struct index_slot slot[];
};

RARE struct scope *scope_new(void)
{
	const size_t size = sizeof(struct scope) + FIRST_CAPACITY * sizeof(struct object *);
	struct scope *scope = mem_zalloc(size);

	if (scope) {
		scope->members = &scope->first;
		scope->first.capacity = FIRST_CAPACITY;
	}
	return scope;
}

static void free_members(struct scope *scope, struct scope_members *members)
{
	if (members != &scope->first)
		reader_free(members);
}

RARE void scope_free(struct scope *scope)
{
	if (!scope)
		return;
	free_members(scope, scope->members);
	reader_free(scope->index);
	reader_free(scope);
}

static size_t symbols_of(struct object *object)
{
	if (object->symbols.total == SIZE_MAX)
		object->symbols.total = symbol_count(&object->dynamic);
	return object->symbols.total;
}

/* How many symbols the members have; `enough`: counting may stop there. */
static RARE size_t symbols_in(const struct scope *scope, size_t enough)
{
	size_t i, symbols = 0;

	for (i = 0; i < scope->count && symbols <= enough; i++)
		if (scope->members->at[i])
			symbols += symbols_of(scope->members->at[i]);
	return symbols;
}

static RARE struct scope_index *index_new(size_t symbols)
{
	size_t slots = 64, entries = symbols + symbols / 2 + 64;
	struct scope_index *index;

	while (slots < entries + entries / 2)
		slots *= 2;
	if (entries > UINT32_MAX / 4)
		return NULL;
	index = mem_zalloc(sizeof(*index) + slots * sizeof(struct index_slot) +
			   entries * sizeof(struct index_entry));
	if (!index)
		return NULL;
	index->mask = (uint32_t)slots - 1;
	index->entries_used = 1;
	index->entry_capacity = (uint32_t)entries;
	index->entry = (struct index_entry *)(index->slot + slots);
	return index;
}

/* The slot of `hash`, or the free one where it belongs. */
static __attribute__((noinline)) struct index_slot *index_slot(struct scope_index *index,
							       uint32_t hash)
{
	uint32_t at = hash * 0x9e3779b1u >> 3 & index->mask;

	for (;; at = (at + 1) & index->mask) {
		uint32_t seen = load_acquire(&index->slot[at].hash);

		if (seen == hash || seen == 0)
			return &index->slot[at];
	}
}

struct adding {
	struct scope_index *index;
	uint32_t member;
};

static bool add_symbol(uint32_t hash, uint32_t symbol, void *data)
{
	struct adding *adding = data;
	struct scope_index *index = adding->index;
	struct index_slot *slot;
	uint32_t entry;

	(void)symbol;
	if (index->entries_used == index->entry_capacity || index->slots_used > index->mask / 4 * 3)
		return false;
	slot = index_slot(index, hash);
	if (slot->hash && index->entry[slot->last].member == adding->member)
		return true;
	entry = index->entries_used++;
	index->entry[entry].member = adding->member;
	if (slot->hash) {
		store_release(&index->entry[slot->last].next, entry);
		slot->last = entry;
	} else {
		slot->first = slot->last = entry;
		store_release(&slot->hash, hash);
		index->slots_used++;
	}
	return true;
}

/* Enter the symbols of the member at `position`; false: the index is full. */
static bool index_member(struct scope_index *index, struct object *object, size_t position)
{
	struct adding adding = {index, (uint32_t)position};

	if (index->entries_used + symbols_of(object) > index->entry_capacity ||
	    index->slots_used + symbols_of(object) > index->mask / 4 * 3)
		return false;
	symbol_each(&object->dynamic, add_symbol, &adding);
	return true;
}

/* Make the index anew; on lack of memory there is none, which is slower but right. */
static RARE void index_build(struct scope *scope)
{
	struct scope_index *index, *old = scope->index;
	size_t i, symbols = symbols_in(scope, SIZE_MAX);

	index = index_new(symbols);
	if (index)
		index->members = scope->members;
	for (i = 0; index && i < scope->count; i++)
		if (scope->members->at[i])
			index_member(index, scope->members->at[i], i);
	scope->stale = 0;
	store_release(&scope->index, index);
	reader_free(old);
	if (tracing(TRACE_SCOPES))
		trace(TRACE_SCOPES, "index objects=%zu symbols=%zu", scope->count - scope->left,
		      symbols);
}

/* Build the index if `visits` of members are as much work. */
static bool build_if_pays(struct scope *scope, size_t visits)
{
	wants_loader();
	if (scope->count - scope->left <= SMALL || symbols_in(scope, visits / PAYS) > visits / PAYS)
		return false;
	index_build(scope);
	return scope->index != NULL;
}

void scope_consider_index(struct scope *scope)
{
	size_t cost = load_relaxed(&scope->cost);

	wants_loader();
	/* Not every lookup asks how many symbols there are. */
	if (scope_index_due(scope) && !build_if_pays(scope, cost))
		store_relaxed(&scope->due, cost + cost / 4);
}

void scope_expect(struct scope *scope, size_t lookups)
{
	wants_loader();
	if (lookups && !scope->index)
		build_if_pays(scope, lookups * (scope->count / 2));
}

/*
 * A larger or compacted array of members, with room for `more`; positions change only when members
 * have left.
 */
static RARE bool members_renew(struct scope *scope, size_t more)
{
	struct scope_members *old = scope->members, *members;
	struct scope_index *index = scope->index;
	size_t live = scope->count - scope->left, capacity = FIRST_CAPACITY, i, count = 0;

	while (capacity < live + live / 2 + more)
		capacity *= 2;
	members = mem_zalloc(sizeof(*members) + capacity * sizeof(members->at[0]));
	if (!members)
		return false;
	members->capacity = capacity;
	for (i = 0; i < scope->count; i++)
		if (old->at[i])
			members->at[count++] = old->at[i];
	/* Who has the old index goes on with the old array: positions mean the same in both. */
	if (index && !scope->left) {
		store_release(&index->members, members);
		index = NULL;
	} else {
		store_release(&scope->index, NULL);
	}
	/*
	 * Without an index, a reader may see the new array with the old count or the other way
	 * round: both arrays end in NULLs, and a member that is seen twice or late is only a lookup
	 * made a moment earlier or later.
	 */
	store_release(&scope->members, members);
	store_release(&scope->count, count);
	scope->left = scope->stale = 0;
	reader_free(index);
	free_members(scope, old);
	return true;
}

RARE bool scope_reserve(struct scope *scope, size_t more)
{
	size_t room = scope->members->capacity - scope->count;

	wants_loader();
	return room >= more || members_renew(scope, more);
}

RARE void scope_place(struct scope *scope, struct object *object)
{
	bool indexed;

	wants_loader();
	/* All its names at once: who finds one, as a signal handler may, relies on the others. */
	indexed = scope->index && index_member(scope->index, object, scope->count);
	store_release(&scope->members->at[scope->count], object);
	store_release(&scope->count, scope->count + 1);
	if (scope->index && !indexed)
		index_build(scope);
}

RARE bool scope_add(struct scope *scope, struct object *object)
{
	if (!scope_reserve(scope, 1))
		return false;
	scope_place(scope, object);
	return true;
}

/* Position of `object` among the first `count` members, or SIZE_MAX. */
static RARE size_t position_in(struct scope_members *members, size_t count,
			       const struct object *object)
{
	while (count--)
		if (load_relaxed(&members->at[count]) == object)
			return count;
	return SIZE_MAX;
}

RARE void scope_remove(struct scope *scope, struct object *object)
{
	size_t at = position_in(scope->members, scope->count, object);

	wants_loader();
	if (at == SIZE_MAX)
		return;
	store_release(&scope->members->at[at], NULL);
	scope->left++;
	/* Trailing free positions are given back at once, but not while an index names them. */
	while (!scope->index && scope->count && !scope->members->at[scope->count - 1]) {
		store_release(&scope->count, scope->count - 1);
		scope->left--;
	}
	if (!scope->index)
		return;
	scope->stale += symbols_of(object);
	if (scope->stale > 64 && scope->stale > scope->index->entries_used / 2)
		index_build(scope);
}

/* The answer of a member whose Bloom filter does not say no. */
static __attribute__((noinline)) const ElfW(Sym) *
	ask(struct object *object, const struct scope_query *query, struct object **where)
{
	const ElfW(Sym) * symbol;

	symbol = symbol_find(&object->dynamic, &object->versions, query->name, query->version);
	if (!symbol || (query->accepts && !query->accepts(object, query)))
		return NULL;
	*where = object;
	return symbol;
}

static __attribute__((noinline)) const ElfW(Sym) *
	find_indexed(struct scope_index *index, const struct scope_query *query,
		     const struct object *after, struct object **where)
{
	struct scope_members *members = load_acquire(&index->members);
	size_t from = after ? position_in(members, members->capacity, after) + 1 : 0;
	struct index_slot *slot = index_slot(index, query->name->gnu_hash | 1);
	const ElfW(Sym) *symbol = NULL;
	uint32_t entry;

	if (!load_acquire(&slot->hash) || (after && !from))
		return NULL;
	for (entry = slot->first; entry && !symbol;
	     entry = load_acquire(&index->entry[entry].next)) {
		size_t at = index->entry[entry].member;

		struct object *object = at < from || at >= members->capacity
						? NULL
						: load_acquire(&members->at[at]);

		if (object && !symbol_ruled_out(&object->dynamic, query->name->gnu_hash))
			symbol = ask(object, query, where);
	}
	return symbol;
}

const ElfW(Sym) * scope_find(struct scope *scope, const struct scope_query *query,
			     const struct object *after, struct object **where)
{
	struct scope_index *index = load_acquire(&scope->index);
	size_t i, from = 0, count = load_acquire(&scope->count);
	struct scope_members *members;
	const ElfW(Sym) *symbol = NULL;
	uint32_t hash = query->name->gnu_hash;

	if (unlikely(index != NULL))
		return find_indexed(index, query, after, where);
	members = load_acquire(&scope->members);
	if (count > members->capacity)
		count = members->capacity;
	if (unlikely(after != NULL)) {
		from = position_in(members, count, after) + 1;
		if (!from)
			return NULL;
	}
	for (i = from; i < count; i++) {
		struct object *object = load_acquire(&members->at[i]);

		if (!object || likely(symbol_ruled_out(&object->dynamic, hash)))
			continue;
		symbol = ask(object, query, where);
		if (symbol)
			break;
	}
	if (unlikely(count > SMALL))
		__atomic_fetch_add(&scope->cost, i - from, __ATOMIC_RELAXED);
	return symbol;
}

/* The first member that may have a symbol of that hash. */
static __attribute__((noinline)) enum scope_first first_indexed(struct scope_index *index,
								const struct object *own,
								uint32_t half)
{
	struct scope_members *members = load_acquire(&index->members);
	struct index_slot *slot = index_slot(index, half | 1);
	size_t at;

	if (!load_acquire(&slot->hash))
		return FIRST_NONE;
	at = index->entry[slot->first].member;
	return at < members->capacity && load_acquire(&members->at[at]) == own ? FIRST_OWN
									       : FIRST_OTHER;
}

enum scope_first scope_first(struct scope *scope, const struct object *own, uint32_t half)
{
	struct scope_index *index = load_acquire(&scope->index);
	size_t count = load_acquire(&scope->count);
	struct scope_members *members;
	enum scope_first first;
	struct object **at, **end;

	if (unlikely(index != NULL))
		return first_indexed(index, own, half);
	members = load_acquire(&scope->members);
	at = members->at;
	end = at + (count < members->capacity ? count : members->capacity);
	for (;; at++) {
		const struct object *object;

		first = FIRST_NONE;
		if (at == end)
			break;
		object = load_acquire(at);
		first = FIRST_OWN;
		if (object == own)
			break;
		first = FIRST_OTHER;
		if (object && unlikely(!symbol_half_ruled_out(&object->dynamic, half)) &&
		    symbol_half_there(&object->dynamic, half))
			break;
	}
	if (unlikely(count > SMALL))
		__atomic_fetch_add(&scope->cost, (size_t)(at - members->at), __ATOMIC_RELAXED);
	return first;
}

static RARE void replace_set(struct object *object, struct scope_set *set)
{
	struct scope_set *old = object->scopes;

	store_release(&object->scopes, set);
	if (old != scopes_room(object))
		reader_free(old);
}

RARE void scopes_free(struct object *object)
{
	if (object->scopes != scopes_room(object))
		mem_free(object->scopes);
}

RARE bool scopes_append(struct object *object, struct scope *scope)
{
	size_t i, count = object->scopes ? object->scopes->count : 0;
	struct scope_set *set = scopes_room(object);

	wants_loader();
	/* Who reads the one that there is goes on with it. */
	if (count)
		set = mem_alloc(sizeof(*set) + (count + 1) * sizeof(set->at[0]));
	if (!set)
		return false;
	set->count = count + 1;
	for (i = 0; i < count; i++)
		set->at[i] = object->scopes->at[i];
	set->at[count] = scope;
	replace_set(object, set);
	return true;
}

RARE void scopes_begin(struct object *object, struct scope *first, struct scope *second)
{
	struct scope_set *set = scopes_room(object);

	wants_loader();
	set->count = 2;
	set->at[0] = first;
	set->at[1] = second;
	store_release(&object->scopes, set);
}

RARE void scopes_remove(struct object *object, const struct scope *scope)
{
	size_t i, kept = 0;
	struct scope_set *set;

	wants_loader();
	for (i = 0; object->scopes && i < object->scopes->count; i++)
		kept += object->scopes->at[i] != scope;
	if (!object->scopes || kept == object->scopes->count)
		return;
	set = object_stays(object) ? mem_alloc(sizeof(*set) + kept * sizeof(set->at[0])) : NULL;
	if (!set) {
		/* Without memory for a smaller set, and for what goes itself, the global scope
		 * stands in for the one that goes. */
		for (i = 0; i < object->scopes->count; i++)
			if (object->scopes->at[i] == scope)
				store_release(&object->scopes->at[i], object->space->global);
		return;
	}
	set->count = 0;
	for (i = 0; i < object->scopes->count; i++)
		if (object->scopes->at[i] != scope)
			set->at[set->count++] = object->scopes->at[i];
	replace_set(object, set);
}
