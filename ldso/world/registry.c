/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hash tables that grow by doubling: two chained ones, and that of handles, which readers probe
 * without a lock.  Owns ld.space.names.table, ld.space.files.table, ld.handles.table and each
 * object's aliases and token.
 */
#include "world/registry.h"
#include "thread/reader.h"

enum { FIRST_SIZE = 64 };

/* Multiplicative hashing spreads counters and inode numbers (Knuth, volume 3, 6.4). */
static size_t spread(uint64_t value)
{
	return (size_t)(value * 0x9e3779b97f4a7c15u >> 32);
}

static size_t inode_hash(uint64_t device, uint64_t inode)
{
	return spread(inode * 31 + device);
}

/* The tables hold pointers of several types: read and written as plain bytes. */
static void *pointer_at(const char *place)
{
	void *value;

	memcpy(&value, place, sizeof(value));
	return value;
}

static void put_pointer(char *place, void *value)
{
	memcpy(place, &value, sizeof(value));
}

/*
 * Make the table at *heads twice as long; `next` is the offset of the link in its items.  Without
 * memory the old one serves on, a little slower.
 */
static void grow(void *heads, size_t *mask, size_t next, size_t (*hash)(const void *item))
{
	size_t i, wider = *mask * 2 + 1;
	char *old = pointer_at(heads), *table = mem_zalloc((wider + 1) * sizeof(void *));

	if (!table)
		return;
	for (i = 0; i <= *mask; i++) {
		char *item = pointer_at(old + i * sizeof(void *)), *rest;

		for (; item; item = rest) {
			char *link = table + (hash(item) & wider) * sizeof(void *), *other;

			rest = pointer_at(item + next);
			put_pointer(item + next, NULL);
			/* At the end: of two of the same name the first loaded stays the first. */
			while ((other = pointer_at(link)))
				link = other + next;
			put_pointer(link, item);
		}
	}
	mem_free(old);
	put_pointer(heads, table);
	*mask = wider;
}

static size_t hash_of_name(const void *item)
{
	return ((const struct name *)item)->hash;
}

static size_t hash_of_file(const void *item)
{
	const struct object *object = item;

	return inode_hash(object->file.device, object->file.inode);
}

struct object *registry_by_name(const char *name, enum name_kind kind)
{
	uint32_t hash = gnu_hash(name);
	struct name *entry;

	wants_loader();
	for (entry = ld.space.names.table[hash & ld.space.names.mask]; entry; entry = entry->next)
		if (entry->kind == kind && entry->hash == hash && !strcmp(entry->text, name))
			return entry->object;
	return NULL;
}

bool registry_add_name(struct object *object, const char *name, enum name_kind kind)
{
	size_t size = strlen(name) + 1;
	struct name *entry;

	wants_loader();
	for (entry = object->names.first; entry; entry = entry->next_alias)
		if (entry->kind <= kind && !strcmp(entry->text, name))
			return true;
	entry = mem_alloc(sizeof(*entry) + size);
	if (!entry)
		return false;
	if (ld.space.names.count > ld.space.names.mask)
		grow(&ld.space.names.table, &ld.space.names.mask, offsetof(struct name, next),
		     hash_of_name);
	entry->object = object;
	entry->kind = kind;
	entry->hash = gnu_hash(name);
	memcpy(entry->text, name, size);
	entry->next_alias = object->names.first;
	object->names.first = entry;
	/* Behind earlier ones of the same text: the first loaded object answers. */
	entry->next = NULL;
	struct name **link = &ld.space.names.table[entry->hash & ld.space.names.mask];
	while (*link)
		link = &(*link)->next;
	*link = entry;
	ld.space.names.count++;
	return true;
}

struct object *registry_by_file(uint64_t device, uint64_t inode)
{
	struct object *object =
		ld.space.files.table[inode_hash(device, inode) & ld.space.files.mask];

	wants_loader();
	while (object && (object->file.device != device || object->file.inode != inode))
		object = object->file.next;
	return object;
}

void registry_add_file(struct object *object)
{
	struct object **head;

	wants_loader();
	if (ld.space.files.count > ld.space.files.mask)
		grow(&ld.space.files.table, &ld.space.files.mask,
		     offsetof(struct object, file.next), hash_of_file);
	head = &ld.space.files.table[inode_hash(object->file.device, object->file.inode) &
				     ld.space.files.mask];
	object->file.next = *head;
	*head = object;
	object->file.known = true;
	ld.space.files.count++;
}

static void forget_file(struct object *object)
{
	struct object **link;

	if (!object->file.known)
		return;
	link = &ld.space.files.table[inode_hash(object->file.device, object->file.inode) &
				     ld.space.files.mask];
	while (*link != object)
		link = &(*link)->file.next;
	*link = object->file.next;
	object->file.known = false;
	ld.space.files.count--;
}

void registry_forget(struct object *object)
{
	wants_loader();
	while (object->names.first) {
		struct name *entry = object->names.first;
		struct name **link = &ld.space.names.table[entry->hash & ld.space.names.mask];

		while (*link != entry)
			link = &(*link)->next;
		*link = entry->next;
		object->names.first = entry->next_alias;
		ld.space.names.count--;
		mem_free(entry);
	}
	forget_file(object);
}

/*
 * Handles: an open hash table that readers probe.  Tokens are given out in steps of 16 and never
 * again, so a slot has one token for good; what is dropped leaves its slot empty-handed until the
 * table is made anew.
 */

struct handle_slot {
	uintptr_t token;       /* readers; 0: free */
	struct object *object; /* readers; NULL: dropped */
};

struct handle_table {
	struct deferred deferred;
	size_t mask;
	struct handle_slot slot[];
};

static struct handle_table *handle_table_new(size_t size)
{
	struct handle_table *table = mem_zalloc(sizeof(*table) + size * sizeof(struct handle_slot));

	if (table)
		table->mask = size - 1;
	return table;
}

/* The slot of `token`, or the free one where it belongs. */
static struct handle_slot *handle_slot(struct handle_table *table, uintptr_t token)
{
	size_t at = token >> 4 & table->mask;

	for (;; at = (at + 1) & table->mask) {
		uintptr_t seen = load_acquire(&table->slot[at].token);

		if (seen == token || !seen)
			return &table->slot[at];
	}
}

static void fill_handle_slot(struct handle_table *table, struct object *object, uintptr_t token)
{
	struct handle_slot *slot = handle_slot(table, token);

	store_relaxed(&slot->object, object);
	store_release(&slot->token, token);
	ld.handles.used++;
}

/* Make room for one more; half of the slots stay free.  False: no memory. */
static bool reserve_handle(void)
{
	struct handle_table *old = ld.handles.table, *table;
	size_t i, size = FIRST_SIZE;

	if (ld.handles.used <= old->mask / 2)
		return true;
	while (size < 4 * (ld.handles.count + 1))
		size *= 2;
	table = handle_table_new(size);
	if (!table)
		return ld.handles.used < old->mask;
	ld.handles.used = 0;
	for (i = 0; i <= old->mask; i++)
		if (old->slot[i].object)
			fill_handle_slot(table, old->slot[i].object, old->slot[i].token);
	store_release(&ld.handles.table, table);
	reader_free(old);
	return true;
}

struct object *registry_by_handle(const void *handle)
{
	uintptr_t token = (uintptr_t)handle;

	struct handle_slot *slot;

	if (!token)
		return NULL;
	/* A slot that was free a moment ago may be another handle's by now. */
	slot = handle_slot(load_acquire(&ld.handles.table), token);
	return load_acquire(&slot->token) == token ? load_acquire(&slot->object) : NULL;
}

/* Values that look like no address: small, and a multiple of 16 plus 8. */
static uintptr_t new_token(void)
{
	uintptr_t token;

	do {
		ld.handles.next += 16;
		token = (uintptr_t)(ld.handles.next + 8);
	} while (token == (uintptr_t)-1 || handle_slot(ld.handles.table, token)->token);
	return token;
}

void *registry_handle(struct object *object)
{
	wants_loader();
	if (!object->handle.token) {
		if (!reserve_handle())
			return NULL;
		object->handle.token = new_token();
		fill_handle_slot(ld.handles.table, object, object->handle.token);
		ld.handles.count++;
	}
	return (void *)(uintptr_t)object->handle.token;
}

void registry_drop_handle(struct object *object)
{
	wants_loader();
	if (!object->handle.token)
		return;
	store_release(&handle_slot(ld.handles.table, object->handle.token)->object, NULL);
	object->handle.token = 0;
	ld.handles.count--;
}

bool registry_setup(void)
{
	ld.space.names.table = mem_zalloc(FIRST_SIZE * sizeof(*ld.space.names.table));
	ld.space.files.table = mem_zalloc(FIRST_SIZE * sizeof(*ld.space.files.table));
	ld.handles.table = handle_table_new(FIRST_SIZE);
	ld.space.names.mask = ld.space.files.mask = FIRST_SIZE - 1;
	return ld.space.names.table && ld.space.files.table && ld.handles.table;
}
