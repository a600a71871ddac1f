/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation types of 32-bit PowerPC ("Power Architecture 32-bit ABI Supplement", "Relocation"),
 * and what ELF files are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_PPC
#define ARCH_DATA ELFDATA2MSB
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 0 /* variant I */
enum { ARCH_TLS_TP_BIAS = 0x7000, ARCH_TLS_DTV_BIAS = 0x8000 };

/* Not every <elf.h> has them, or has them by these names. */
enum {
	PPC_NONE,
	PPC_ADDR32,
	PPC_ADDR24,
	PPC_ADDR16,
	PPC_ADDR16_LO,
	PPC_ADDR16_HI,
	PPC_ADDR16_HA,
	PPC_ADDR14,
	PPC_ADDR14_BRTAKEN,
	PPC_ADDR14_BRNTAKEN,
	PPC_REL24,
	PPC_REL14,
	PPC_REL14_BRTAKEN,
	PPC_REL14_BRNTAKEN,
	PPC_COPY = 19,
	PPC_GLOB_DAT,
	PPC_JMP_SLOT,
	PPC_RELATIVE,
	PPC_UADDR32 = 24,
	PPC_UADDR16,
	PPC_REL32,
	PPC_ADDR30 = 37,
	PPC_DTPMOD32 = 68,
	PPC_TPREL16,
	PPC_TPREL16_LO,
	PPC_TPREL16_HI,
	PPC_TPREL16_HA,
	PPC_TPREL32,
	PPC_DTPREL32 = 78,
	PPC_IRELATIVE = 248
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[PPC_NONE] = RELOC_NONE,
		[PPC_ADDR32] = RELOC_WORD,
		[PPC_ADDR24] = RELOC_FIELD,
		[PPC_ADDR16] = RELOC_16,
		[PPC_ADDR16_LO] = RELOC_FIELD,
		[PPC_ADDR16_HI] = RELOC_FIELD,
		[PPC_ADDR16_HA] = RELOC_FIELD,
		[PPC_ADDR14] = RELOC_FIELD,
		[PPC_ADDR14_BRTAKEN] = RELOC_FIELD,
		[PPC_ADDR14_BRNTAKEN] = RELOC_FIELD,
		[PPC_REL24] = RELOC_FIELD_PC,
		[PPC_REL14] = RELOC_FIELD_PC,
		[PPC_REL14_BRTAKEN] = RELOC_FIELD_PC,
		[PPC_REL14_BRNTAKEN] = RELOC_FIELD_PC,
		[PPC_COPY] = RELOC_COPY,
		[PPC_GLOB_DAT] = RELOC_WORD,
		[PPC_JMP_SLOT] = RELOC_JUMP_SLOT,
		[PPC_RELATIVE] = RELOC_RELATIVE,
		[PPC_UADDR32] = RELOC_WORD,
		[PPC_UADDR16] = RELOC_16,
		[PPC_REL32] = RELOC_PC,
		[PPC_ADDR30] = RELOC_FIELD_PC,
		[PPC_DTPMOD32] = RELOC_DTPMOD,
		[PPC_TPREL16] = RELOC_FIELD_TPOFF,
		[PPC_TPREL16_LO] = RELOC_FIELD_TPOFF,
		[PPC_TPREL16_HI] = RELOC_FIELD_TPOFF,
		[PPC_TPREL16_HA] = RELOC_FIELD_TPOFF,
		[PPC_TPREL32] = RELOC_TPOFF,
		[PPC_DTPREL32] = RELOC_DTPOFF,
		[PPC_IRELATIVE] = RELOC_IRELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = PPC_RELATIVE, ARCH_R_JUMP_SLOT = PPC_JMP_SLOT };

/* Its files have relocations with addends only. */
enum { ARCH_REL = 0 };

/*
 * The reserved words are in the GOT, not in front of the PLT's slots, which DT_PLTGOT is the
 * address of (secure PLT).  Without DT_PPC_GOT the PLT is code, to be written by whoever loads the
 * object.
 */
#define ARCH_OWN_GOT true /* DT_PPC_GOT */
enum { ARCH_GOT_OBJECT = 2, ARCH_GOT_RESOLVER = 1 };

/* There are no TLS descriptors. */
#define ARCH_TLSDESC 0

/* There are relocations of fields of instructions: the kind RELOC_FIELD and its kin. */
#define ARCH_FIELDS 1

/* Bytes of the field's place. */
static inline size_t arch_field_size(unsigned type)
{
	return (type >= PPC_ADDR16_LO && type <= PPC_ADDR16_HA) ||
			       (type >= PPC_TPREL16 && type <= PPC_TPREL16_HA)
		       ? 2
		       : 4;
}

/*
 * Put the bits of `mask` of a number that branches go by into an instruction; false: it has more
 * than `bits`, with its sign, or the branch would go between instructions.
 */
static inline bool reloc_branch(uintptr_t place, uintptr_t value, unsigned bits, uint32_t mask)
{
	unsigned spare = (unsigned)sizeof(value) * CHAR_BIT - bits;
	uint32_t word;

	memcpy(&word, (const void *)place, sizeof(word));
	word = (word & ~mask) | (value & mask);
	memcpy((void *)place, &word, sizeof(word));
	return !(value & 3) && (uintptr_t)((intptr_t)(value << spare) >> spare) == value;
}

/* A conditional branch that is told to be taken, or not to be: the bit says that this is not what
 * the direction makes one think. */
static inline void reloc_hint(uintptr_t place, bool taken, bool back)
{
	const uint32_t hint = 1 << 21;
	uint32_t word;

	memcpy(&word, (const void *)place, sizeof(word));
	word = taken != back ? word | hint : word & ~hint;
	memcpy((void *)place, &word, sizeof(word));
}

static inline void reloc_half(uintptr_t place, uintptr_t value)
{
	uint16_t half = (uint16_t)value;

	memcpy((void *)place, &half, sizeof(half));
}

/* Store the part of a value that the type names; false: it does not fit. */
static inline bool arch_store_field(uintptr_t place, unsigned type, uintptr_t value)
{
	bool pc = type >= PPC_REL24;

	switch (type) {
	case PPC_ADDR24:
	case PPC_REL24:
		return reloc_branch(place, value, 26, 0x03fffffc);
	case PPC_ADDR14_BRTAKEN:
	case PPC_ADDR14_BRNTAKEN:
	case PPC_REL14_BRTAKEN:
	case PPC_REL14_BRNTAKEN:
		reloc_hint(place, type == PPC_ADDR14_BRTAKEN || type == PPC_REL14_BRTAKEN,
			   (intptr_t)(pc ? value : value - place) < 0);
		/* fall through */
	case PPC_ADDR14:
	case PPC_REL14:
		return reloc_branch(place, value, 16, 0xfffc);
	case PPC_ADDR30:
		return reloc_branch(place, value, 32, 0xfffffffc);
	case PPC_ADDR16_HI:
	case PPC_TPREL16_HI:
		reloc_half(place, value >> 16);
		return true;
	case PPC_ADDR16_HA:
	case PPC_TPREL16_HA:
		/* The low half will be added with its sign. */
		reloc_half(place, (value + 0x8000) >> 16);
		return true;
	default:
		reloc_half(place, value);
		return type != PPC_TPREL16 || value + 0x8000 < 0x10000;
	}
}

/* All functions that can be called by the PLT can be bound by arch_lazy_resolve. */
static inline bool arch_binds_late(unsigned char other)
{
	(void)other;
	return true;
}

#define ARCH_RESOLVER_HWCAP 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_ppc32_gnu_pltenter"
#define ARCH_PLTEXIT "la_ppc32_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 16, ARCH_CALL_RESULTS = 120, ARCH_CALL_SIZE = 168 };
typedef La_ppc32_regs arch_call_arguments;
typedef La_ppc32_retval arch_call_results;

#endif
