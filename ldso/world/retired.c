/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of retired objects, oldest first, and of those among them whose code may still run. Owns
 * ld.retired.first, ld.retired.last, ld.retired.shown and their links.
 */
#include "world/retired.h"

/* Take it out of the list of retired objects. */
void retired_unlink(struct object *object)
{
	struct object **link = &ld.retired.first, *previous = NULL;

	wants_loader();
	while (*link != object) {
		previous = *link;
		link = &previous->retire.next;
	}
	*link = object->retire.next;
	if (ld.retired.last == object)
		ld.retired.last = previous;
}

void retired_append(struct object *object)
{
	wants_loader();
	object->retire.next = NULL;
	if (ld.retired.last)
		ld.retired.last->retire.next = object;
	else
		ld.retired.first = object;
	ld.retired.last = object;
}

struct object *retired_at(uintptr_t address)
{
	struct object *object = ld.retired.first;

	wants_loader();
	while (object && (object->retire.guarded || address - object->start >= object->length))
		object = object->retire.next;
	return object;
}

void retired_show(struct object *object)
{
	wants_loader();
	object->retire.shown = true;
	object->retire.next_shown = ld.retired.shown;
	store_release(&ld.retired.shown, object);
}

void retired_hide(struct object *object)
{
	struct object **link = &ld.retired.shown;

	wants_loader();
	while (*link != object)
		link = &(*link)->retire.next_shown;
	/* Its own link stays for readers who stand here. */
	store_release(link, object->retire.next_shown);
	object->retire.shown = false;
}

struct object *retired_find_shown(uintptr_t address)
{
	struct object *object = load_acquire(&ld.retired.shown);

	while (object && address - object->start >= object->length)
		object = load_acquire(&object->retire.next_shown);
	return object;
}
