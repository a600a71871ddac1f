/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation types of 64-bit RISC-V (RISC-V ELF psABI, "Relocations"), and what ELF files are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#ifndef EM_RISCV
#define EM_RISCV 243
#endif

#define ARCH_MACHINE EM_RISCV
#define ARCH_DATA ELFDATA2LSB
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 0 /* variant I: the thread pointer is where the blocks begin */

enum { ARCH_TLS_TP_BIAS = 0, ARCH_TLS_DTV_BIAS = 0x800 };

/* Not every <elf.h> has them. */
enum {
	RISCV_32 = 1,
	RISCV_64,
	RISCV_RELATIVE,
	RISCV_COPY,
	RISCV_JUMP_SLOT,
	RISCV_DTPMOD64 = 7,
	RISCV_DTPREL64 = 9,
	RISCV_TPREL64 = 11,
	RISCV_TLSDESC = 12,
	RISCV_IRELATIVE = 58
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[0] = RELOC_NONE,
		[RISCV_32] = RELOC_U32,
		[RISCV_64] = RELOC_WORD,
		[RISCV_RELATIVE] = RELOC_RELATIVE,
		[RISCV_COPY] = RELOC_COPY,
		[RISCV_JUMP_SLOT] = RELOC_JUMP_SLOT,
		[RISCV_DTPMOD64] = RELOC_DTPMOD,
		[RISCV_DTPREL64] = RELOC_DTPOFF,
		[RISCV_TPREL64] = RELOC_TPOFF,
		[RISCV_TLSDESC] = RELOC_TLSDESC,
		[RISCV_IRELATIVE] = RELOC_IRELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = RISCV_RELATIVE, ARCH_R_JUMP_SLOT = RISCV_JUMP_SLOT };

/* Its files have relocations with addends only. */
enum { ARCH_REL = 0 };

/* The PLT's reserved words in the GOT. */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 0 };

/*
 * Functions that follow a variant of the calling convention (STO_RISCV_VARIANT_CC) may get
 * arguments in registers that arch_lazy_resolve does not keep.
 */
static inline bool arch_binds_late(unsigned char other)
{
	return !(other & 0x80);
}

#define ARCH_RESOLVER_HWCAP 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_riscv_gnu_pltenter"
#define ARCH_PLTEXIT "la_riscv_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 32, ARCH_CALL_RESULTS = 176, ARCH_CALL_SIZE = 208 };
typedef La_riscv_regs arch_call_arguments;
typedef La_riscv_retval arch_call_results;

#endif
