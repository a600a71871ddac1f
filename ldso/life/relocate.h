/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Applying an object's relocations (gABI "Relocation"; psABI relocation types). */
#ifndef LDSO_RELOCATE_H
#define LDSO_RELOCATE_H

#include "world/lookup.h"

/* A relocation whose value an IFUNC resolver computes: done last, without the loader lock. */
struct indirect {
	struct object *object;	 /* the one being relocated */
	struct definition found; /* the one whose function is asked; symbol NULL: IRELATIVE */
	bool called;		 /* the place is a PLT's */
	uintptr_t place;
	uintptr_t copy; /* where the program has a copy of it (COPY relocations); 0: nowhere */
	uintptr_t resolver;
	uintptr_t addend;
};

/* All that relocating a group of objects leaves to be done. */
struct relocation_run {
	struct indirect *indirect; /* owned */
	size_t count, capacity;
	uint64_t stamp;
	bool now; /* lazy PLT slots are bound too */
	struct error *error;
};

/* At most so many lookups relocating the object takes. */
size_t relocate_lookups(const struct object *object, const struct relocation_run *run);

/*
 * Apply all relocations of one object but the indirect ones.  Lazy PLT slots are bound now when the
 * object or run->now says so.  Every place that is written lies in a writable segment of the object
 * (or in any segment, made writable for the time, when it has DT_TEXTREL).  Bindings that need it
 * become edges.  Wants the loader lock.  False: run->error says why.
 */
bool relocate_object(struct object *object, struct relocation_run *run);

/*
 * Ask the resolvers and store their answers.  Foreign code runs: call without the loader
 * lock.  Afterwards relocate_bind_results, with it.  False: run->error says why.
 */
bool relocate_indirect(struct relocation_run *run);

/* Enter edges to the objects the resolvers' answers lie in.  Wants the loader lock. */
bool relocate_bind_results(struct relocation_run *run);

void relocation_run_free(struct relocation_run *run);

/* Make PT_GNU_RELRO read-only. */
bool relocate_protect(struct object *object, struct error *error);

/* Bytes of each relocation in DT_JMPREL of an object that relocate_object has accepted. */
static inline size_t relocate_plt_entry_size(const struct dynamic *dynamic)
{
	return ARCH_REL ? dynamic_plt_entry_size(dynamic) : sizeof(ElfW(Rela));
}

#endif
