/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GOTs whose words have no relocations, calls that come by the number of a symbol, a dynamic
 * section that cannot be written to: for CPUs that have no such things.  One that has says the same
 * in a header of its own (ldso/arch/mips/got.h), and ARCH_GOT_UNNAMED in its reloc.h.  Here all of
 * it is nothing, and vanishes.
 */
#ifndef LDSO_GOT_H
#define LDSO_GOT_H

#include "elf/dynamic.h"

/* What is known of an object's GOT (struct object). */
struct arch_got {
};

/* What relocating a word of it comes to, as if a relocation said so. */
struct arch_got_word {
	uintptr_t offset; /* of the place, before the bias */
	unsigned type;
	size_t symbol;
	uintptr_t addend;
};

/* After dynamic_read: find and check the GOT.  `dynamic`'s pltgot may become another one. */
static inline bool arch_got_read(const struct image *image, uintptr_t bias, struct dynamic *dynamic,
				 struct arch_got *got, struct error *error)
{
	(void)image;
	(void)bias;
	(void)dynamic;
	(void)got;
	(void)error;
	return true;
}

/* How many of its words are to be relocated, and how many of them by a symbol. */
static inline size_t arch_got_words(const struct arch_got *got)
{
	(void)got;
	return 0;
}

static inline size_t arch_got_symbols(const struct arch_got *got)
{
	(void)got;
	return 0;
}

/* Word `index`, below arch_got_words; those by a symbol are the last ones.  `lazy`: may it wait for
 * its first call? */
static inline struct arch_got_word arch_got_word(const struct arch_got *got,
						 const struct image *image,
						 const struct dynamic *dynamic, uintptr_t bias,
						 size_t index, bool lazy)
{
	(void)got;
	(void)image;
	(void)dynamic;
	(void)bias;
	(void)index;
	(void)lazy;
	return (struct arch_got_word){0};
}

/* May words wait for first calls?  Then arch_got_wait makes them lead to the linker, with `word` to
 * tell the object; `told`: by way of auditors, for each call (ARCH_PLTENTER). */
static inline bool arch_got_waits(const struct arch_got *got)
{
	(void)got;
	return false;
}

static inline void arch_got_wait(const struct arch_got *got, uintptr_t bias, uintptr_t word,
				 bool told)
{
	(void)got;
	(void)bias;
	(void)word;
	(void)told;
}

/* The word in which debuggers look for struct r_debug, where that is not in DT_DEBUG; NULL: it is,
 * or there is none.  The caller has to see whether it can be written. */
static inline ElfW(Addr) * arch_debug_word(const struct dynamic *dynamic)
{
	(void)dynamic;
	return NULL;
}

#endif
