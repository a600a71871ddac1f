/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link map: what gdb, dl_iterate_phdr and `struct ld` know as loaded, in the order of loading.
 * Owns ld.first, ld.last, ld.count, ld.adds, ld.subs and the links in struct link_map.
 */
#include "world/linkmap.h"
#include "world/addrmap.h"

void linkmap_add(struct object *object)
{
	object->map.l_prev = ld.last ? &ld.last->map : NULL;
	object->map.l_next = NULL;
	addrmap_insert(&object->address);
	if (ld.last)
		__atomic_store_n(&ld.last->map.l_next, &object->map, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&ld.first, object, __ATOMIC_RELEASE);
	ld.last = object;
	ld.count++;
	__atomic_store_n(&ld.adds, ld.adds + 1, __ATOMIC_RELEASE);
}

struct object *caller_object(uintptr_t caller)
{
	struct object *object = addrmap_find(caller);

	return object ? object : ld.program;
}

void linkmap_remove(struct object *object)
{
	struct object *previous = object_of_map(object->map.l_prev);
	struct object *next = object_of_map(object->map.l_next);

	/* l_next stays for readers who stand here. */
	if (previous)
		__atomic_store_n(&previous->map.l_next, object->map.l_next, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&ld.first, next, __ATOMIC_RELEASE);
	if (next)
		next->map.l_prev = object->map.l_prev;
	else
		ld.last = previous;
	ld.count--;
	__atomic_store_n(&ld.subs, ld.subs + 1, __ATOMIC_RELEASE);
	addrmap_remove(&object->address);
}
