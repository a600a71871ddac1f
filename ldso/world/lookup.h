/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a reference to its definition, through the scopes of the referring object. */
#ifndef LDSO_LOOKUP_H
#define LDSO_LOOKUP_H

#include "ld.h"

struct definition {
	const ElfW(Sym) * symbol; /* NULL: undefined */
	struct object *object;
};

enum lookup_flags {
	LOOKUP_SKIP_SELF = 1, /* not in `from` itself (COPY relocations) */
	LOOKUP_PLT = 4,	      /* for a PLT slot: a program's own PLT entry is no answer */
	LOOKUP_LOCKED =
		2 /* the caller has the loader lock: indexes may be built, unique ones entered */
};

/*
 * Find `name` for a reference of `from` (gABI "Symbol Resolution": DF_SYMBOLIC first, then
 * its scopes in order).  A closing object answers only to closing ones.  Readers, or with the
 * loader lock (then pass LOOKUP_LOCKED).
 */
struct definition lookup(struct object *from, struct symbol_name *name,
			 const struct symbol_version *version, unsigned flags);

/* The same for symbol number `index` of `from`'s own symbol table. */
struct definition lookup_reference(struct object *from, size_t index, unsigned flags);

/*
 * The first definition in the program's global scope, whoever it may be; symbol NULL: nobody's.
 * Readers, or with the loader lock.
 */
struct definition lookup_global(const char *text);

/*
 * May this object be bound to now by one that is not closing?  Who asks has raised
 * its `binding` before; who marks objects looks at that afterwards (bind.c).
 */
static inline bool object_usable(const struct object *object)
{
	return load_ordered(&object->state) < OBJECT_CLOSING ||
	       load_relaxed(&object->init.bindable);
}

/*
 * One definition for the process: the first bound STB_GNU_UNIQUE of a name.  Returns the one
 * in force, entering `found` when there is none yet.  Wants the loader lock.
 */
struct definition unique_definition(struct definition found, const char *name);

/* Forget the unique definitions of an object whose load has failed.  Wants the loader lock. */
void unique_forget(struct object *object);

/* The run-time address a definition stands for, IFUNCs not resolved. */
static inline uintptr_t definition_address(struct definition definition)
{
	/* SHN_ABS values are not moved by the load bias (gABI "Symbol Values"). */
	if (definition.symbol->st_shndx == SHN_ABS)
		return definition.symbol->st_value;
	return definition.object->bias + definition.symbol->st_value;
}

/* It is what a resolver in it says (STT_GNU_IFUNC). */
static inline bool definition_indirect(struct definition definition)
{
	return ELF_ST_TYPE_NATIVE(definition.symbol->st_info) == STT_GNU_IFUNC &&
	       definition.symbol->st_shndx != SHN_UNDEF;
}

/* It lies in its object. */
static inline bool definition_inside(struct definition definition)
{
	uintptr_t start = definition.object->address.start;

	return definition_address(definition) - start < definition.object->address.end - start;
}

/*
 * May control go to this definition?  A resolver has to be code, and a function, or whatever is
 * `called`, inside of the object unless its value is absolute.
 */
bool definition_check(struct definition definition, bool called, struct error *error);

#endif
