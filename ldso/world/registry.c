/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Three chained hash tables that grow by doubling.  Owns ld.names, ld.inodes, ld.tokens and
 * each object's aliases and token.
 */
#include "world/registry.h"

enum { FIRST_SIZE = 64 };

/* Multiplicative hashing spreads counters and inode numbers (Knuth, volume 3, 6.4). */
static OUT_OF_LINE size_t spread(uint64_t value)
{
	return (size_t)(value * 0x9e3779b97f4a7c15u >> 32);
}

static size_t inode_hash(uint64_t device, uint64_t inode)
{
	return spread(inode * 31 + device);
}

bool registry_setup(void)
{
	ld.names = mem_zalloc(FIRST_SIZE * sizeof(*ld.names));
	ld.inodes = mem_zalloc(FIRST_SIZE * sizeof(*ld.inodes));
	ld.tokens = mem_zalloc(FIRST_SIZE * sizeof(*ld.tokens));
	ld.name_mask = ld.inode_mask = ld.token_mask = FIRST_SIZE - 1;
	return ld.names && ld.inodes && ld.tokens;
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

	return inode_hash(object->device, object->inode);
}

static size_t hash_of_token(const void *item)
{
	return spread(((const struct object *)item)->token);
}

struct object *registry_by_name(const char *name)
{
	uint32_t hash = gnu_hash(name);
	struct name *entry;

	for (entry = ld.names[hash & ld.name_mask]; entry; entry = entry->next)
		if (entry->hash == hash && !strcmp(entry->text, name))
			return entry->object;
	return NULL;
}

bool registry_add_name(struct object *object, const char *name)
{
	size_t size = strlen(name) + 1;
	struct name *entry;

	for (entry = object->aliases; entry; entry = entry->next_alias)
		if (!strcmp(entry->text, name))
			return true;
	entry = mem_alloc(sizeof(*entry) + size);
	if (!entry)
		return false;
	if (ld.name_count > ld.name_mask)
		grow(&ld.names, &ld.name_mask, offsetof(struct name, next), hash_of_name);
	entry->object = object;
	entry->hash = gnu_hash(name);
	memcpy(entry->text, name, size);
	entry->next_alias = object->aliases;
	object->aliases = entry;
	/* Behind earlier ones of the same text: the first loaded object answers. */
	entry->next = NULL;
	struct name **link = &ld.names[entry->hash & ld.name_mask];
	while (*link)
		link = &(*link)->next;
	*link = entry;
	ld.name_count++;
	return true;
}

struct object *registry_by_file(uint64_t device, uint64_t inode)
{
	struct object *object = ld.inodes[inode_hash(device, inode) & ld.inode_mask];

	while (object && (object->device != device || object->inode != inode))
		object = object->next_inode;
	return object;
}

void registry_add_file(struct object *object)
{
	struct object **head;

	if (ld.inode_count > ld.inode_mask)
		grow(&ld.inodes, &ld.inode_mask, offsetof(struct object, next_inode), hash_of_file);
	head = &ld.inodes[inode_hash(object->device, object->inode) & ld.inode_mask];
	object->next_inode = *head;
	*head = object;
	object->has_inode = true;
	ld.inode_count++;
}

static void forget_file(struct object *object)
{
	struct object **link;

	if (!object->has_inode)
		return;
	link = &ld.inodes[inode_hash(object->device, object->inode) & ld.inode_mask];
	while (*link != object)
		link = &(*link)->next_inode;
	*link = object->next_inode;
	object->has_inode = false;
	ld.inode_count--;
}

void registry_forget(struct object *object)
{
	while (object->aliases) {
		struct name *entry = object->aliases;
		struct name **link = &ld.names[entry->hash & ld.name_mask];

		while (*link != entry)
			link = &(*link)->next;
		*link = entry->next;
		object->aliases = entry->next_alias;
		ld.name_count--;
		mem_free(entry);
	}
	forget_file(object);
}

struct object *registry_by_handle(const void *handle)
{
	uint64_t token = (uintptr_t)handle;
	struct object *object;

	if (!token)
		return NULL;
	object = ld.tokens[spread(token) & ld.token_mask];
	while (object && object->token != token)
		object = object->next_token;
	return object;
}

/* Values that look like no address: small, and a multiple of 16 plus 8. */
static uint64_t new_token(void)
{
	uint64_t token;

	do {
		ld.next_token += 16;
		token = (uintptr_t)(ld.next_token + 8);
	} while (token == (uintptr_t)-1 || registry_by_handle((void *)(uintptr_t)token));
	return token;
}

void *registry_handle(struct object *object)
{
	struct object **head;

	if (!object->token) {
		if (ld.token_count > ld.token_mask)
			grow(&ld.tokens, &ld.token_mask, offsetof(struct object, next_token),
			     hash_of_token);
		object->token = new_token();
		head = &ld.tokens[spread(object->token) & ld.token_mask];
		object->next_token = *head;
		*head = object;
		ld.token_count++;
	}
	return (void *)(uintptr_t)object->token;
}

void registry_drop_handle(struct object *object)
{
	struct object **link;

	if (!object->token)
		return;
	link = &ld.tokens[spread(object->token) & ld.token_mask];
	while (*link != object)
		link = &(*link)->next_token;
	*link = object->next_token;
	object->token = 0;
	ld.token_count--;
}
