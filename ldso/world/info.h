/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From addresses to symbols. */
#ifndef LDSO_INFO_H
#define LDSO_INFO_H

#include "ld.h"

/* What is at an address. */
struct place {
	struct object *object;
	const ElfW(Sym) * entry; /* the symbol that contains the address, or NULL */
	const char *symbol;	 /* its name, or NULL */
	uintptr_t value;	 /* its run-time address */
};

/*
 * Object and symbol of an address; false: in no object.  Wants a reader, or the loader lock; what
 * it returns is valid as long as the object is.  Allocates only the linker's own memory; safe in
 * signal handlers.
 */
bool place_of(uintptr_t address, struct place *place);

/* A copy of an object's symbol names and extents, for when its pages are gone. */
struct symbol_table;

/* One block (mem_free frees it); NULL: no memory or no symbols. */
struct symbol_table *symbol_table_save(const struct object *object);

/* The nearest symbol at or below `offset` from the object's start; *distance is how far below. */
const char *symbol_table_find(const struct symbol_table *table, uintptr_t offset,
			      uintptr_t *distance);

#endif
