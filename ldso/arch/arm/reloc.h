/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation types of 32-bit Arm ("ELF for the Arm Architecture", section 5.6), and what ELF files
 * are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_ARM
#define ARCH_DATA                                                            \
	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? (unsigned char)ELFDATA2MSB \
						: (unsigned char)ELFDATA2LSB)
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 0 /* variant I: static blocks begin behind the TCB, of two words */
enum { ARCH_TLS_TP_BIAS = 0, ARCH_TLS_DTV_BIAS = 0 };

/* Not every <elf.h> has them, or has them by these names. */
enum {
	ARM_NONE = 0,
	ARM_ABS32 = 2,
	ARM_REL32 = 3,
	ARM_TLS_DESC = 13,
	ARM_TLS_DTPMOD32 = 17,
	ARM_TLS_DTPOFF32,
	ARM_TLS_TPOFF32,
	ARM_COPY,
	ARM_GLOB_DAT,
	ARM_JUMP_SLOT,
	ARM_RELATIVE,
	ARM_ABS32_NOI = 55,
	ARM_REL32_NOI,
	ARM_IRELATIVE = 160
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[ARM_NONE] = RELOC_NONE,
		[ARM_ABS32] = RELOC_WORD,
		[ARM_REL32] = RELOC_PC,
		[ARM_TLS_DESC] = RELOC_TLSDESC,
		[ARM_TLS_DTPMOD32] = RELOC_DTPMOD,
		[ARM_TLS_DTPOFF32] = RELOC_DTPOFF,
		[ARM_TLS_TPOFF32] = RELOC_TPOFF,
		[ARM_COPY] = RELOC_COPY,
		[ARM_GLOB_DAT] = RELOC_GOT,
		[ARM_JUMP_SLOT] = RELOC_JUMP_SLOT,
		[ARM_RELATIVE] = RELOC_RELATIVE,
		[ARM_ABS32_NOI] = RELOC_WORD,
		[ARM_REL32_NOI] = RELOC_PC,
		[ARM_IRELATIVE] = RELOC_IRELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = ARM_RELATIVE, ARCH_R_JUMP_SLOT = ARM_JUMP_SLOT };

/* Its files have relocations without addends. */
enum { ARCH_REL = 1 };

/* The PLT's reserved words in the GOT. */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 2 };

/* The words of a TLS descriptor.  In the first, ld leaves the number of a symbol, if there is one.
 */
#define ARCH_TLSDESC_FUNCTION 1
#define ARCH_TLSDESC_ARGUMENT 0
#define ARCH_TLSDESC_SYMBOL_ADDEND 0

/* A function's address that is odd says that its code is Thumb code. */
#define ARCH_FUNCTION_MARK 1

/* All functions that can be called by the PLT can be bound by arch_lazy_resolve. */
static inline bool arch_binds_late(unsigned char other)
{
	(void)other;
	return true;
}

#define ARCH_RESOLVER_HWCAP 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_arm_gnu_pltenter"
#define ARCH_PLTEXIT "la_arm_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 16, ARCH_CALL_RESULTS = 104, ARCH_CALL_SIZE = 184 };
typedef La_arm_regs arch_call_arguments;
typedef La_arm_retval arch_call_results;

#endif
