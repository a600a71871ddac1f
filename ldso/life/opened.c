/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who called dlopen.  Owns each object's list of openers. */
#include "life/opened.h"
#include "base/format.h"
#include "world/info.h"

#ifdef __SUPPORT_LD_DEBUG__

/* A place that has made handles of an object since there was none. */
struct opener {
	struct opener *next;
	unsigned long count;
	char place[]; /* fields of the trace; the caller may be gone when they are wanted */
};

/* " by=PATH at=PLACE" of the code at `address` (mem_alloc); NULL: nobody's, or no memory. */
static char *caller_fields(uintptr_t address)
{
	struct place place;

	if (!address || !place_of(address, &place))
		return NULL;
	return format_new(FORMAT_FIELD, " by=%s at=%s+0x%zx", object_path(place.object),
			  place.symbol ? place.symbol : "",
			  address - (place.symbol ? place.value : place.object->address.start));
}

static void remember(struct object *object, const char *place)
{
	struct opener **link = &object->openers.first, *opener;
	size_t size = strlen(place) + 1;

	while (*link && strcmp((*link)->place, place))
		link = &(*link)->next;
	if (!*link) {
		opener = mem_zalloc(sizeof(*opener) + size);
		if (!opener)
			return;
		memcpy(opener->place, place, size);
		*link = opener;
	}
	(*link)->count++;
}

void opened_note(const char *name, struct object *object, int mode, const struct call *call)
{
	char *fields = caller_fields(call->from.caller);
	const char *place = fields ? fields : "";

	wants_loader();
	if (object && tracing(TRACE_LEAKS))
		remember(object, place);
	if (tracing(TRACE_FILES) && object)
		trace(TRACE_FILES, "open %s%-s handles=%u mode=0x%x%-s", object_path(object),
		      object->space->field, object->node.handles, (unsigned)mode, place);
	if (tracing(TRACE_FILES) && !object)
		trace(TRACE_FILES, "fail %s mode=0x%x%-s error=%s",
		      name && *name ? name : object_path(ld.program), (unsigned)mode, place,
		      call->error.text ? call->error.text : "");
	mem_free(fields);
}

void opened_forget(struct object *object)
{
	struct opener *opener;

	wants_loader();
	while ((opener = object->openers.first)) {
		object->openers.first = opener->next;
		mem_free(opener);
	}
}

void opened_report(void)
{
	const struct opener *opener;
	struct object *object;

	for (object = space_next_object(NULL); object; object = space_next_object(object)) {
		if (!object->node.handles)
			continue;
		trace(TRACE_LEAKS, "handle %s%-s count=%u", object_path(object),
		      object->space->field, object->node.handles);
		for (opener = object->openers.first; opener; opener = opener->next)
			trace(TRACE_LEAKS, "open %s%-s count=%lu%-s", object_path(object),
			      object->space->field, opener->count, opener->place);
	}
}

#else

void opened_note(const char *name, struct object *object, int mode, const struct call *call)
{
	(void)name, (void)object, (void)mode, (void)call;
}

void opened_forget(struct object *object)
{
	(void)object;
}

void opened_report(void)
{
}

#endif
