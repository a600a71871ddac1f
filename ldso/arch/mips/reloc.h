/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation types of MIPS, o32 (MIPS psABI supplement, "Relocation"; GNU ld for those of non-PIC
 * programs and thread-local storage), and what ELF files are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_MIPS
#define ARCH_DATA                                                            \
	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? (unsigned char)ELFDATA2MSB \
						: (unsigned char)ELFDATA2LSB)
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 0 /* variant I: the blocks begin 0x7000 before the thread pointer */

enum { ARCH_TLS_TP_BIAS = 0x7000, ARCH_TLS_DTV_BIAS = 0x8000 };

/* Not every <elf.h> has them. */
enum {
	MIPS_NONE = 0,
	MIPS_REL32 = 3,
	MIPS_TLS_DTPMOD32 = 38,
	MIPS_TLS_DTPREL32 = 39,
	MIPS_TLS_TPREL32 = 47,
	MIPS_GLOB_DAT = 51,
	MIPS_COPY = 126,
	MIPS_JUMP_SLOT
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[MIPS_NONE] = RELOC_NONE,
		/* Without a symbol it is relative; "symbol 0" is the object itself. */
		[MIPS_REL32] = RELOC_WORD,
		[MIPS_TLS_DTPMOD32] = RELOC_DTPMOD,
		[MIPS_TLS_DTPREL32] = RELOC_DTPOFF,
		[MIPS_TLS_TPREL32] = RELOC_TPOFF,
		[MIPS_GLOB_DAT] = RELOC_GOT,
		[MIPS_COPY] = RELOC_COPY,
		[MIPS_JUMP_SLOT] = RELOC_JUMP_SLOT,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum {
	ARCH_R_RELATIVE = MIPS_REL32,
	ARCH_R_GOT = MIPS_GLOB_DAT,
	ARCH_R_JUMP_SLOT = MIPS_JUMP_SLOT
};

/* Its files have relocations without addends. */
enum { ARCH_REL = 1 };

/* The reserved words at DT_MIPS_PLTGOT; those of the GOT got.c knows. */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 0 };

#define ARCH_GOT_UNNAMED 1 /* got.h */

/* An undefined function without STO_MIPS_PLT has the address of its object's stub for a value. */
#define ARCH_PLT_MARK 8

/* A function's address that is odd says that its code is MIPS16 or microMIPS code. */
#define ARCH_FUNCTION_MARK 1

/* All functions that can be called by the PLT can be bound by arch_lazy_resolve. */
static inline bool arch_binds_late(unsigned char other)
{
	(void)other;
	return true;
}

#define ARCH_RESOLVER_HWCAP 0

#define ARCH_TLSDESC 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_mips_o32_gnu_pltenter"
#define ARCH_PLTEXIT "la_mips_o32_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 16, ARCH_CALL_RESULTS = 56, ARCH_CALL_SIZE = 80 };
typedef La_mips_32_regs arch_call_arguments;
typedef La_mips_32_retval arch_call_results;

#endif
