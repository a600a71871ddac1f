/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Looking one name up in one object: the two hash tables and the symbol versions (gABI
 * chapter "Hash Table"; "Linux Standard Base: Symbol Versioning").  Pure.
 */
#ifndef LDSO_SYMTAB_H
#define LDSO_SYMTAB_H

#include "elf/dynamic.h"

/* A name to be looked up, hashed once. */
struct symbol_name {
	const char *text;
	size_t length;
	uint32_t gnu_hash;
	uint32_t sysv_hash; /* valid when has_sysv */
	bool has_sysv;
	bool plt_ok; /* an undefined function with a value matches too: the address that a program
		      * not position-independent gave to its PLT entry.  For every
		      * reference but those of PLT slots. */
};

/* The version a reference asks for; name NULL: none, the default one. */
struct symbol_version {
	const char *name;
	uint32_t hash;	  /* sysv hash of name */
	const char *file; /* soname it is wanted from (vn_file); NULL: any */
	bool hidden_ok;	  /* a definition marked hidden matches too (dlvsym, versioned reference);
			   * without a name: the reference is older than the versions, so
			   * index 2, the oldest, is preferred even if hidden */
	bool exact; /* an unversioned definition in a versioned object does not match (dlvsym) */
};

/* The versions of an object by index, made by versions_read. */
struct versions {
	struct symbol_version *entry; /* owned; entry[i].name NULL: no such index */
	size_t count;
};

/*
 * True: DT_GNU_HASH's Bloom filter says that the object surely has no symbol of that hash.  It says
 * so of nearly all that it has not.
 */
static inline bool symbol_ruled_out(const struct dynamic *dynamic, uint32_t gnu_hash)
{
	enum { BITS = 8 * sizeof(ElfW(Addr)) };
	ElfW(Addr) word = dynamic->gnu.bloom[gnu_hash / BITS & dynamic->gnu.bloom_mask];

	/* The first bit is the same one for all objects that are asked for a name. */
	return !(word & (ElfW(Addr))1 << gnu_hash % BITS) ||
	       !(word >> (gnu_hash >> dynamic->gnu.bloom_shift) % BITS & 1);
}

/* The same for `half`, a hash whose lowest bit is not known: there is no symbol of either hash. */
static inline bool symbol_half_ruled_out(const struct dynamic *dynamic, uint32_t half)
{
	enum { BITS = 8 * sizeof(ElfW(Addr)) };
	ElfW(Addr) word = dynamic->gnu.bloom[half / BITS & dynamic->gnu.bloom_mask];

	return !(word & (ElfW(Addr))3 << (half & ~(uint32_t)1) % BITS) ||
	       !(word >> (half >> dynamic->gnu.bloom_shift) % BITS & 1);
}

/* Is there a symbol of that hash or of its other half?  What the filter has not ruled out. */
bool symbol_half_there(const struct dynamic *dynamic, uint32_t half);

uint32_t gnu_hash(const char *name);
uint32_t sysv_hash(const char *name);

/* Fill `name` for `text`; the SysV hash is computed when first needed. */
void symbol_name_set(struct symbol_name *name, const char *text);

/*
 * Is symbol `index`, which is below dynamic->symbols, what symbol_find would find for its own name
 * and version?  True: *half is the hash of the name but for its lowest bit, which the table does
 * not keep.  False, too, where only symbol_find can tell.
 */
bool symbol_own(const struct dynamic *dynamic, const struct versions *versions, size_t index,
		uint32_t *half);

/*
 * Collect verdef and verneed entries by version index.  An object without versions gives
 * count 0.  Every offset of a hostile file is checked.  versions_free frees.
 */
bool versions_read(const struct dynamic *dynamic, struct versions *versions, struct error *error);
void versions_free(struct versions *versions);

/* Does the object define the version (DT_VERDEF)?  True too when it has no DT_VERDEF at all. */
bool versions_defines(const struct dynamic *dynamic, const struct versions *versions,
		      const struct symbol_version *wanted);

/* Version reference `i`-th of verneed: iterate with a callback; weak: missing is no error. */
bool versions_needed(const struct dynamic *dynamic,
		     bool (*each)(const char *file, const struct symbol_version *version, bool weak,
				  void *data),
		     void *data, struct error *error);

/* The version that symbol `index` refers to or has; name NULL: none. */
struct symbol_version symbol_version_of(const struct dynamic *dynamic,
					const struct versions *versions, size_t index);

/*
 * The definition of `name` in this object, or NULL: global, weak or unique binding, visible, not
 * SHN_UNDEF, of a type that can be bound (NOTYPE, OBJECT, FUNC, COMMON, TLS, IFUNC).  A wanted
 * version matches a definition of that version, or an unversioned object; a reference without a
 * version takes the one that has none (VER_NDX_GLOBAL), else the first version there was if it may
 * be hidden, else the first definition that is not hidden.
 */
const ElfW(Sym) * symbol_find(const struct dynamic *dynamic, const struct versions *versions,
			      struct symbol_name *name, const struct symbol_version *version);

/*
 * Call `each` for each defined global symbol's gnu hash and index (for an index over many objects)
 * until it returns false.  The hash has its lowest bit set, whatever it is: the table keeps only
 * the others.  From DT_GNU_HASH everything in the table is reported without a look at the symbol,
 * so symbol_find has the last word.  For an object with only DT_HASH the hash is computed from the
 * name.
 */
void symbol_each(const struct dynamic *dynamic,
		 bool (*each)(uint32_t half_hash, uint32_t index, void *data), void *data);

/* How many symbols symbol_each would visit, at most. */
size_t symbol_count(const struct dynamic *dynamic);

#endif
