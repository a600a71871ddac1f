/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link map: what gdb, dl_iterate_phdr and `struct ld` know as loaded, in the order of loading.
 * Owns ld.space.map.first, ld.space.map.last, ld.space.map.count, ld.space.map.adds,
 * ld.space.map.subs and the links in struct link_map.
 */
#include "world/linkmap.h"
#include "world/addrmap.h"

void linkmap_add(struct object *object)
{
	wants_loader();
	object->map.l_prev = ld.space.map.last ? &ld.space.map.last->map : NULL;
	object->map.l_next = NULL;
	addrmap_insert(&object->address);
	if (ld.space.map.last)
		store_release(&ld.space.map.last->map.l_next, &object->map);
	else
		store_release(&ld.space.map.first, object);
	ld.space.map.last = object;
	ld.space.map.count++;
	store_release(&ld.space.map.adds, ld.space.map.adds + 1);
}

struct object *caller_object(uintptr_t caller)
{
	struct object *object = addrmap_find(caller);

	return object ? object : ld.space.program;
}

void linkmap_remove(struct object *object)
{
	struct object *previous = object_of_map(object->map.l_prev);
	struct object *next = object_of_map(object->map.l_next);

	wants_loader();
	/* l_next stays for readers who stand here. */
	if (previous)
		store_release(&previous->map.l_next, object->map.l_next);
	else
		store_release(&ld.space.map.first, next);
	if (next)
		next->map.l_prev = object->map.l_prev;
	else
		ld.space.map.last = previous;
	ld.space.map.count--;
	store_release(&ld.space.map.subs, ld.space.map.subs + 1);
	addrmap_remove(&object->address);
}
