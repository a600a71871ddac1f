/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link map: what gdb, dl_iterate_phdr and `struct ld` know as loaded, in the order of loading.
 * Owns struct link_list of each namespace and the links in struct link_map.
 */
#include "world/linkmap.h"
#include "world/addrmap.h"

void linkmap_add(struct object *object)
{
	struct link_list *map = &object->space->map;

	wants_loader();
	object->map.l_prev = map->last ? &map->last->map : NULL;
	object->map.l_next = NULL;
	addrmap_insert(&object->address);
	if (map->last)
		store_release(&map->last->map.l_next, &object->map);
	else
		store_release(&map->first, object);
	map->last = object;
	map->count++;
	store_release(&map->adds, map->adds + 1);
}

struct object *caller_object(uintptr_t caller)
{
	struct object *object = addrmap_find(caller);

	return object ? object : ld.program;
}

void linkmap_remove(struct object *object)
{
	struct link_list *map = &object->space->map;
	struct object *previous = object_of_map(object->map.l_prev);
	struct object *next = object_of_map(object->map.l_next);

	wants_loader();
	/* l_next stays for readers who stand here. */
	if (previous)
		store_release(&previous->map.l_next, object->map.l_next);
	else
		store_release(&map->first, next);
	if (next)
		next->map.l_prev = object->map.l_prev;
	else
		map->last = previous;
	map->count--;
	store_release(&map->subs, map->subs + 1);
	addrmap_remove(&object->address);
}
