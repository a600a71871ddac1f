/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What readers ask without a lock: dladdr, dl_iterate_phdr, _dl_find_object.  Owns nothing. */
#include "api/api.h"
#include "base/cancel.h"
#include "base/export.h"
#include "life/activity.h"
#include "life/loader.h"
#include "tell/trace.h"
#include "thread/reader.h"
#include "thread/tls.h"
#include "world/addrmap.h"
#include "world/info.h"
#include "world/retired.h"
#include "world/space.h"
#include <dl-api.h>

/* place_of, as a reader for as long as it takes. */
static bool find_place(uintptr_t address, struct place *place)
{
	struct thread *self = thread_self();
	int cancel = cancel_off();
	bool found;

	reader_enter(self);
	found = place_of(address, place);
	loader_reader_leave(self);
	cancel_restore(cancel);
	return found;
}

EXPORT int _dl_dladdr(const void *address, void *result, void **extra, int flags)
{
	Dl_info *info = result;
	struct place place;

	if (!find_place((uintptr_t)address, &place))
		return 0;
	info->dli_fname = object_path(place.object);
	info->dli_fbase = (void *)place.object->address.start;
	info->dli_sname = place.symbol;
	info->dli_saddr = place.symbol ? (void *)place.value : NULL;
	if (extra && flags == RTLD_DL_SYMENT)
		*extra = (void *)place.entry;
	else if (extra && flags == RTLD_DL_LINKMAP)
		*extra = &place.object->map;
	return 1;
}

static void describe(const struct object *object, struct dl_phdr_info *info)
{
	info->dlpi_addr = object->bias;
	info->dlpi_name = object->map.l_name;
	info->dlpi_phdr = object->image.phdr;
	info->dlpi_phnum = (ElfW(Half))object->image.phnum;
	info->dlpi_adds = load_acquire(&object->space->map.adds);
	info->dlpi_subs = load_acquire(&object->space->map.subs);
	info->dlpi_tls_modid = object->map.l_tls_modid;
	info->dlpi_tls_data = tls_peek(info->dlpi_tls_modid);
}

struct walk {
	int (*callback)(struct dl_phdr_info *, size_t, void *);
	void *data;
	size_t size; /* that the callback is told */
};

static int report(const struct object *object, const struct walk *walk)
{
	struct dl_phdr_info info;

	describe(object, &info);
	return walk->callback(&info, walk->size, walk->data);
}

/*
 * Unwinders before gcc 12 keep what they have found in memory of their own, if the counters are
 * there, and count on one walk at a time: who is not the only one is told of a structure that ends
 * in front of them.
 */
static size_t size_told(bool alone)
{
	return alone ? sizeof(struct dl_phdr_info) : offsetof(struct dl_phdr_info, dlpi_adds);
}

EXPORT int _dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data,
			    const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	struct walk walk = {callback, data, size_told(false)};
	struct thread *self = thread_self();
	const struct space *space;
	struct object *object;
	unsigned depth;
	bool outermost;
	int result = 0;

	activity_end_reader(call.from);
	outermost = !self->reading;
	reader_enter(self);
	depth = self->reader_depth;
	if (outermost)
		walk.size = size_told(reader_start_walk(self, call.from.frame));
	space = space_at(call.from.caller);
	for (object = load_acquire(&space->map.first); object && !result;
	     object = object_next(object))
		result = report(object, &walk);
	/* Unwinders ask here for the frames of what has been closed and is to be returned to. */
	for (object = load_acquire(&ld.retired.shown); object && !result;
	     object = load_acquire(&object->retire.next_shown))
		if (object->space == space)
			result = report(object, &walk);
	/* Callbacks further in may have been left by longjmp. */
	self->reader_depth = depth;
	if (outermost)
		reader_stop_walk(self);
	loader_reader_leave(self);
	return result;
}

EXPORT int _dl_find_object(void *address, struct dl_find_object *result)
{
	struct thread *self = thread_self();
	struct object *object;

	reader_enter(self);
	object = addrmap_find((uintptr_t)address);
	if (!object)
		object = retired_find_shown((uintptr_t)address);
	if (object) {
		memset(result, 0, sizeof(*result));
		result->dlfo_map_start = (void *)object->address.start;
		result->dlfo_map_end = (void *)object->address.end;
		result->dlfo_link_map = &object->map;
#if DLFO_STRUCT_HAS_EH_DBASE
		result->dlfo_eh_dbase = object->dynamic.pltgot;
#endif
		result->dlfo_eh_frame =
			object->image.eh_frame_hdr
				? (void *)(object->bias + object->image.eh_frame_hdr->p_vaddr)
				: NULL;
#if DLFO_STRUCT_HAS_EH_COUNT
		if (object->image.eh_frame_hdr)
			result->dlfo_eh_count = object->image.eh_frame_hdr->p_memsz / 8;
#endif
	}
	loader_reader_leave(self);
	return object ? 0 : -1;
}
