/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces (dlmopen).  Owns the list of them, which begins with ld.space, in the order of their
 * numbers, and the chain that debuggers read beside it.
 */
#include "world/space.h"
#include "base/format.h"
#include "thread/reader.h"
#include "world/addrmap.h"
#include "world/retired.h"
#include "world/scope.h"

EXPORT struct r_debug_extended space_base_debug;

struct r_debug_extended *space_debug(struct space *space)
{
	return space == &ld.space ? &space_base_debug : &space->debug;
}

/* The last one whose numbers begin at the base's without a gap. */
static struct space *before_gap(void)
{
	struct space *space = &ld.space;

	while (space->next && space->next->number == space->number + 1)
		space = space->next;
	return space;
}

struct space *space_new(void)
{
	struct space *space = mem_zalloc(sizeof(*space)), *previous = before_gap();

	wants_loader();
	if (space)
		space->global = scope_new();
	if (!space || !space->global) {
		mem_free(space);
		return NULL;
	}
	space->users = 1;
	space->number = previous->number + 1;
	format_line(space->field, sizeof(space->field), FORMAT_PLAIN, " namespace=%ld",
		    space->number);
	space->debug.base = space_base_debug.base;
	space->debug.base.r_version = space_base_debug.base.r_version = 2;
	space->debug.base.r_map = NULL;
	space->debug.r_next = space_debug(previous)->r_next;
	space->next = previous->next;
	previous->next = space;
	space_debug(previous)->r_next = &space->debug;
	return space;
}

struct space *space_by_number(long number)
{
	struct space *space = &ld.space;

	wants_loader();
	while (space && space->number != number)
		space = space->next;
	return space;
}

void space_use(struct space *space)
{
	space->users++;
}

void space_drop(struct space *space)
{
	struct space *previous = &ld.space;

	if (--space->users || space == &ld.space)
		return;
	while (previous->next != space)
		previous = previous->next;
	previous->next = space->next;
	space_debug(previous)->r_next = space->debug.r_next;
	scope_free(space->global);
	reader_free(space);
}

struct space *space_at(uintptr_t address)
{
	const struct object *object = addrmap_find(address);

	if (!object)
		object = retired_find_shown(address);
	return object ? object->space : &ld.space;
}
