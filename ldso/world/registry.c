/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names and files, in chained tables, and handles, in a table that readers probe without a lock.
 * Owns ld.names, ld.files, ld.handles and each object's aliases and token.
 */
#include "world/registry.h"
#include "thread/reader.h"

enum { FIRST_SIZE = 64 };

/* Multiplicative hashing spreads counters and inode numbers (Knuth, volume 3, 6.4). */
static size_t spread(uint64_t value)
{
	return (size_t)(value * 0x9e3779b97f4a7c15u >> 32);
}

/* The same file, or name, in many namespaces makes no long chain. */
static uint32_t in_space(const struct space *space, uint32_t hash)
{
	return hash + (uint32_t)space->number * 0x9e3779b1u;
}

struct object *registry_by_name(const struct space *space, const char *name, enum name_kind kind)
{
	uint32_t hash = in_space(space, gnu_hash(name));
	struct chain_link *link = NULL;
	struct object *linker;

	wants_loader();
	while ((link = chain_find(&ld.names, link, hash))) {
		const struct name *entry = container_of(link, struct name, link);

		if (entry->kind == kind && entry->object->space == space &&
		    !strcmp(entry->text, name))
			return entry->object;
	}
	linker = space == &ld.space ? NULL : registry_by_name(&ld.space, name, kind);
	return linker && linker->is_linker ? linker : NULL;
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
	entry->object = object;
	entry->kind = kind;
	memcpy(entry->text, name, size);
	entry->next_alias = object->names.first;
	object->names.first = entry;
	/* Behind earlier ones of the same text: the first loaded object answers. */
	chain_add(&ld.names, &entry->link, in_space(object->space, gnu_hash(name)));
	return true;
}

static struct object *object_of_file(struct chain_link *link)
{
	return link ? container_of(link, struct object, file.link) : NULL;
}

static uint32_t file_hash(const struct space *space, uint64_t device, uint64_t inode)
{
	return in_space(space, (uint32_t)spread(inode * 31 + device));
}

static bool is_file(const struct object *object, uint64_t device, uint64_t inode)
{
	return object->file.device == device && object->file.inode == inode;
}

struct object *registry_by_file(const struct space *space, uint64_t device, uint64_t inode)
{
	uint32_t hash = file_hash(space, device, inode);
	struct chain_link *link = NULL;
	struct object *object;

	if (ld.linker && ld.linker->file.known && is_file(ld.linker, device, inode))
		return ld.linker;

	wants_loader();
	do {
		link = chain_find(&ld.files, link, hash);
		object = object_of_file(link);
	} while (object && (object->space != space || !is_file(object, device, inode)));
	return object;
}

struct object *registry_next_file(struct object *after)
{
	wants_loader();
	return object_of_file(chain_walk(&ld.files, after ? &after->file.link : NULL));
}

void registry_add_file(struct object *object)
{
	wants_loader();
	chain_add(&ld.files, &object->file.link,
		  file_hash(object->space, object->file.device, object->file.inode));
	object->file.known = true;
}

void registry_forget(struct object *object)
{
	wants_loader();
	while (object->names.first) {
		struct name *entry = object->names.first;

		chain_remove(&ld.names, &entry->link);
		object->names.first = entry->next_alias;
		mem_free(entry);
	}
	if (object->file.known)
		chain_remove(&ld.files, &object->file.link);
	object->file.known = false;
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
	ld.handles.table = handle_table_new(FIRST_SIZE);
	return ld.handles.table && chain_reserve(&ld.names) && chain_reserve(&ld.files);
}
