/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of retired objects, oldest first.  Owns ld.retired.first, ld.retired.last, next_retired.
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
