/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an object has registered with libc and libgcc.  Owns nothing: libc is asked, and of libgcc
 * is known that nobody registers frames but by its functions.
 */
#include "life/registered.h"
#include "world/lookup.h"
#include "base/hooks.h"

void registered_run(const struct object *object)
{
	const struct dl_thread_hooks *hooks = space_hooks(object->space);

	wants_no_loader();
	if (hooks)
		hooks->finalize(object->start, object->start + object->length);
}

void registered_forget(const struct object *object)
{
	struct space *space = object->space;

	wants_loader();
	if (space->hooks && (uintptr_t)unmangle(space->hooks) - object->start < object->length)
		space->hooks = 0;
}

/* __register_frame, __register_frame_info, and the others that libgcc has. */
static bool registers(const char *name)
{
	static const char prefix[] = "__register_frame";

	return !strncmp(name, prefix, sizeof(prefix) - 1);
}

/* Symbols from here on are defined: a table for GNU hashes has them at its end. */
static size_t undefined_end(const struct dynamic *dynamic)
{
	size_t end = dynamic->gnu.nbucket ? dynamic->gnu.symoffset : dynamic->symbols;

	return end < dynamic->symbols ? end : dynamic->symbols;
}

bool registered_frames(struct object *object)
{
	const struct dynamic *dynamic = &object->dynamic;
	size_t i, end = undefined_end(dynamic);
	struct definition found;

	wants_loader();
	for (i = 1; i < end; i++) {
		const ElfW(Sym) *symbol = &dynamic->symtab[i];

		if (symbol->st_shndx != SHN_UNDEF ||
		    !registers(dynamic_string(dynamic, symbol->st_name)))
			continue;
		found = lookup_reference(object, i, LOOKUP_LOCKED);
		if (found.symbol && object_stays(found.object))
			return true;
	}
	return false;
}
