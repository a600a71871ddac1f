/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of retired objects, oldest first.  Owns ld.retired_first, ld.retired_last, next_retired.
 */
#include "world/retired.h"

/* Take it out of the list of retired objects. */
void retired_unlink(struct object *object)
{
	struct object **link = &ld.retired_first, *previous = NULL;

	while (*link != object) {
		previous = *link;
		link = &previous->next_retired;
	}
	*link = object->next_retired;
	if (ld.retired_last == object)
		ld.retired_last = previous;
}

void retired_append(struct object *object)
{
	object->next_retired = NULL;
	if (ld.retired_last)
		ld.retired_last->next_retired = object;
	else
		ld.retired_first = object;
	ld.retired_last = object;
}

struct object *retired_at(uintptr_t address)
{
	struct object *object = ld.retired_first;

	while (object && (object->guarded || address - object->start >= object->length))
		object = object->next_retired;
	return object;
}
