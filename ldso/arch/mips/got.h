/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The GOT of MIPS (MIPS psABI supplement, "Global Offset Table" and "Dynamic Section"): reserved
 * words, words of the object alone, and then one for each symbol from DT_MIPS_GOTSYM on, in the
 * order of the symbol table.  No relocation names them.  What the names mean is said in base/got.h.
 */
#ifndef LDSO_ARCH_GOT_H
#define LDSO_ARCH_GOT_H

#include "elf/dynamic.h"

struct arch_got {
	uintptr_t offset; /* of its first word, before the bias */
	size_t reserved;  /* words that are the linker's: the resolver, and what names the object */
	size_t locals;	  /* words for the object alone, with the reserved ones; 0: no GOT */
	size_t first;	  /* the first symbol that has a word */
	size_t symbols;	  /* how many there are from it on, all of which have */
};

struct arch_got_word {
	uintptr_t offset;
	unsigned type;
	size_t symbol;
	uintptr_t addend;
};

bool arch_got_read(const struct image *image, uintptr_t bias, struct dynamic *dynamic,
		   struct arch_got *got, struct error *error);

struct arch_got_word arch_got_word(const struct arch_got *got, const struct image *image,
				   const struct dynamic *dynamic, uintptr_t bias, size_t index,
				   bool lazy);

void arch_got_wait(const struct arch_got *got, uintptr_t bias, uintptr_t word, bool told);

ElfW(Addr) * arch_debug_word(const struct dynamic *dynamic);

static inline size_t arch_got_words(const struct arch_got *got)
{
	return got->locals - got->reserved + got->symbols;
}

static inline size_t arch_got_symbols(const struct arch_got *got)
{
	return got->symbols;
}

/* Stubs tell the object by the second word, if it is reserved (GNU ld). */
static inline bool arch_got_waits(const struct arch_got *got)
{
	return got->reserved == 2 && got->symbols;
}

/*
 * First call through the stub of symbol `symbol` of the object that has `word` in its GOT: as
 * lazy_bind (life/bind.h).
 */
uintptr_t lazy_bind_symbol(uintptr_t word, size_t symbol) __attribute__((visibility("hidden")));

/* The same as lazy_enter. */
struct arch_call;
void lazy_enter_symbol(uintptr_t word, size_t symbol, struct arch_call *frame)
	__attribute__((visibility("hidden")));

/* resolve.S.  Where stubs go for calls, as arch_lazy_resolve and arch_audit_resolve. */
extern void arch_lazy_stub(void) __attribute__((visibility("hidden")));
extern void arch_audit_stub(void) __attribute__((visibility("hidden")));

#endif
