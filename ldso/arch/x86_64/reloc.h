/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Relocation types of x86_64 (psABI x86-64, table 4.9), and what ELF files for it are like. */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_X86_64
#define ARCH_DATA ELFDATA2LSB
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 1 /* variant II: static blocks end at the thread pointer */
enum { ARCH_TLS_TP_BIAS = 0, ARCH_TLS_DTV_BIAS = 0 };

/* Types that older copies of <elf.h> do not name (psABI x86-64, table 4.9). */
#ifndef R_X86_64_PC64
#define R_X86_64_PC64 24
#endif
#ifndef R_X86_64_SIZE32
#define R_X86_64_SIZE32 32
#define R_X86_64_SIZE64 33
#endif
#ifndef R_X86_64_TLSDESC
#define R_X86_64_TLSDESC 36
#endif
#ifndef R_X86_64_IRELATIVE
#define R_X86_64_IRELATIVE 37
#endif
#ifndef R_X86_64_RELATIVE64
#define R_X86_64_RELATIVE64 38
#endif

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[R_X86_64_NONE] = RELOC_NONE,
		[R_X86_64_64] = RELOC_WORD,
		[R_X86_64_PC32] = RELOC_PC32,
		[R_X86_64_COPY] = RELOC_COPY,
		[R_X86_64_GLOB_DAT] = RELOC_GOT,
		[R_X86_64_JUMP_SLOT] = RELOC_JUMP_SLOT,
		[R_X86_64_RELATIVE] = RELOC_RELATIVE,
		[R_X86_64_32] = RELOC_U32,
		[R_X86_64_32S] = RELOC_S32,
		[R_X86_64_16] = RELOC_16,
		[R_X86_64_8] = RELOC_8,
		[R_X86_64_DTPMOD64] = RELOC_DTPMOD,
		[R_X86_64_DTPOFF64] = RELOC_DTPOFF,
		[R_X86_64_TPOFF64] = RELOC_TPOFF,
		[R_X86_64_TPOFF32] = RELOC_TPOFF32,
		[R_X86_64_PC64] = RELOC_PC,
		[R_X86_64_SIZE32] = RELOC_SIZE32,
		[R_X86_64_SIZE64] = RELOC_SIZE,
		[R_X86_64_TLSDESC] = RELOC_TLSDESC,
		[R_X86_64_IRELATIVE] = RELOC_IRELATIVE,
		[R_X86_64_RELATIVE64] = RELOC_RELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = R_X86_64_RELATIVE, ARCH_R_JUMP_SLOT = R_X86_64_JUMP_SLOT };

/* Its files have relocations with addends only. */
enum { ARCH_REL = 0 };

/* The PLT's reserved words in the GOT (psABI 5.2). */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 2 };

/* All functions that can be called by the PLT can be bound by arch_lazy_resolve. */
static inline bool arch_binds_late(unsigned char other)
{
	(void)other;
	return true;
}

#define ARCH_RESOLVER_HWCAP 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_x86_64_gnu_pltenter"
#define ARCH_PLTEXIT "la_x86_64_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 32, ARCH_CALL_RESULTS = 624, ARCH_CALL_SIZE = 1152 };
typedef La_x86_64_regs arch_call_arguments;
typedef La_x86_64_retval arch_call_results;

#endif
