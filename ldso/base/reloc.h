/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kinds of relocations: what relocate.c computes.  Which type is of which kind, each CPU says
 * (arch_reloc_kind).  S: the symbol's address, A: addend, B: load bias, P: the place, Z: size.
 */
#ifndef LDSO_RELOC_H
#define LDSO_RELOC_H

#include "base/base.h"

enum reloc_kind {
	RELOC_BAD,
	RELOC_NONE,
	RELOC_RELATIVE,	 /* B + A */
	RELOC_WORD,	 /* S + A, word */
	RELOC_GOT,	 /* S, word */
	RELOC_JUMP_SLOT, /* S, word, may be lazy */
	RELOC_COPY,
	RELOC_IRELATIVE, /* result of the function at B + A */
	RELOC_DTPMOD,
	RELOC_DTPOFF,
	RELOC_TPOFF,
	RELOC_TPOFF_NEGATED, /* what is to be subtracted from the thread pointer */
	RELOC_TPOFF32,
	RELOC_TLSDESC, /* two words; REL: the addend stands in the argument's */
	RELOC_PC,      /* S + A - P, word */
	RELOC_PC32,    /* S + A - P, 32 bits, checked */
	RELOC_U32,     /* S + A, 32 bits, must zero-extend */
	RELOC_S32,     /* S + A, 32 bits, must sign-extend */
	RELOC_16,      /* S + A, 16 bits, must extend one way or the other */
	RELOC_8,
	RELOC_SIZE, /* Z + A, word */
	RELOC_SIZE32,
	/* What the CPU stores itself (arch_store_field), into a field of an instruction. */
	RELOC_FIELD,	/* S + A */
	RELOC_FIELD_PC, /* S + A - P */
	RELOC_FIELD_TPOFF
};

#endif
