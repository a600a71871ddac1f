/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Relocation types of i386 (psABI i386, table 4.9, and the TLS paper), and what ELF files are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_386
#define ARCH_DATA ELFDATA2LSB
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 1 /* variant II: static blocks end at the thread pointer */
enum { ARCH_TLS_TP_BIAS = 0, ARCH_TLS_DTV_BIAS = 0 };

/* Types that older copies of <elf.h> do not name. */
#ifndef R_386_SIZE32
#define R_386_SIZE32 38
#endif
#ifndef R_386_TLS_DESC
#define R_386_TLS_DESC 41
#endif
#ifndef R_386_IRELATIVE
#define R_386_IRELATIVE 42
#endif

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[R_386_NONE] = RELOC_NONE,
		[R_386_32] = RELOC_WORD,
		[R_386_PC32] = RELOC_PC,
		[R_386_COPY] = RELOC_COPY,
		[R_386_GLOB_DAT] = RELOC_GOT,
		[R_386_JMP_SLOT] = RELOC_JUMP_SLOT,
		[R_386_RELATIVE] = RELOC_RELATIVE,
		[R_386_TLS_TPOFF] = RELOC_TPOFF,
		[R_386_16] = RELOC_16,
		[R_386_8] = RELOC_8,
		[R_386_TLS_DTPMOD32] = RELOC_DTPMOD,
		[R_386_TLS_DTPOFF32] = RELOC_DTPOFF,
		[R_386_TLS_TPOFF32] = RELOC_TPOFF_NEGATED,
		[R_386_SIZE32] = RELOC_SIZE,
		[R_386_TLS_DESC] = RELOC_TLSDESC,
		[R_386_IRELATIVE] = RELOC_IRELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = R_386_RELATIVE, ARCH_R_JUMP_SLOT = R_386_JMP_SLOT };

/* Its files have relocations without addends. */
enum { ARCH_REL = 1 };

/* The PLT's reserved words in the GOT (psABI, "Procedure Linkage Table"). */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 2 };

/* All functions that can be called by the PLT can be bound by arch_lazy_resolve. */
static inline bool arch_binds_late(unsigned char other)
{
	(void)other;
	return true;
}

#define ARCH_RESOLVER_HWCAP 0

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_i86_gnu_pltenter"
#define ARCH_PLTEXIT "la_i86_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 16, ARCH_CALL_RESULTS = 36, ARCH_CALL_SIZE = 68 };
typedef La_i86_regs arch_call_arguments;
typedef La_i86_retval arch_call_results;

#endif
