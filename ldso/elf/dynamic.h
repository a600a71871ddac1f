/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What PT_DYNAMIC says, checked once so that nobody has to check again (gABI chapter
 * "Dynamic Section").  Pure.
 */
#ifndef LDSO_DYNAMIC_H
#define LDSO_DYNAMIC_H

#include "elf/image.h"

/* A table of the object: run-time address and size in bytes; address NULL: absent or empty. */
struct table {
	const void *address;
	size_t size;
};

struct dynamic {
	ElfW(Dyn) * section; /* run-time address */
	size_t count;	     /* entries before DT_NULL */
	const char *strtab;  /* NULL only when there is no DT_STRTAB */
	size_t strsz;	     /* strtab[strsz - 1] is '\0' */
	const ElfW(Sym) * symtab;
	size_t symbols; /* how many symbols surely lie inside the mapping; without DT_HASH this
			 * may be far more than there are */
	const uint32_t *hash; /* DT_HASH: the first bucket, or NULL */
	struct {
		const uint32_t *bucket;
		const uint32_t *chain;	  /* indexed by symbol index minus symoffset */
		const ElfW(Addr) * bloom; /* where there is no filter: one word that rules out
					     nothing */
		uint32_t nbucket, symoffset, bloom_mask, bloom_shift; /* shift: 1 to 31 */
		uint32_t chains;      /* how many chain words lie inside the mapping */
	} gnu;			      /* gnu.nbucket 0: no DT_GNU_HASH */
	const ElfW(Half) * versym;    /* one for each symbol, or NULL */
	struct table verdef, verneed; /* size: to the end of their segment */
	unsigned verdefnum, verneednum;
	struct table rel, rela, relr, jmprel;
	uint32_t hash_buckets; /* DT_HASH's, as it was when its tables were found inside */
	bool jmprel_rela;
	bool tables_writable; /* strings, symbols, hash tables or relocations are where the object
				 may write */
	bool needs;	      /* there is a DT_NEEDED, */
	bool filters;	      /* a DT_FILTER or DT_AUXILIARY, */
	bool audits;	      /* a DT_AUDIT or DT_DEPAUDIT */
	size_t relcount; /* DT_RELACOUNT or DT_RELCOUNT: leading RELATIVE entries, at most the table
			  */
	ElfW(Addr) * pltgot;  /* where the PLT's reserved words are; NULL: none; with jmprel the
			       * first  three are writable */
	uintptr_t init, fini; /* run-time addresses; 0: none */
	struct table preinit_array, init_array, fini_array;
	const char *soname, *rpath,
		*runpath;	 /* in strtab, or NULL; rpath NULL when runpath is there */
	uint32_t flags, flags_1; /* DT_FLAGS, DT_FLAGS_1; DT_SYMBOLIC, DT_TEXTREL, DT_BIND_NOW
				     folded into flags */
};

/*
 * Read the dynamic section of an image mapped with load bias `bias`.  Every address and
 * size that is taken over is inside one readable PT_LOAD, every string offset inside the
 * string table, tables are aligned and their entry sizes the expected ones.
 * The addresses in the section may be link-time values only (no target
 * here relocates them in place).  `out` is all zero before.
 */
bool dynamic_read(const struct image *image, uintptr_t bias, struct dynamic *out,
		  struct error *error);

/* The next entry with that tag at or after index *position, which is moved behind it; NULL: no
 * more. */
const ElfW(Dyn) * dynamic_next(const struct dynamic *dynamic, intptr_t tag, size_t *position);

/* The string at `offset` of the string table; "" for an offset outside. */
const char *dynamic_string(const struct dynamic *dynamic, size_t offset);

/* Bytes of each relocation in DT_JMPREL. */
static inline size_t dynamic_plt_entry_size(const struct dynamic *dynamic)
{
	return dynamic->jmprel_rela ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel));
}

#endif
