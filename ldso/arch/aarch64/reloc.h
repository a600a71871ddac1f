/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation types of aarch64 ("ELF for the Arm 64-bit Architecture", section 5.7), and what ELF
 * files are like.
 */
#ifndef LDSO_ARCH_RELOC_H
#define LDSO_ARCH_RELOC_H

#include "base/reloc.h"

#define ARCH_MACHINE EM_AARCH64
#define ARCH_DATA                                                            \
	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? (unsigned char)ELFDATA2MSB \
						: (unsigned char)ELFDATA2LSB)
#define ARCH_LIB "lib"
#define ARCH_TLS_BELOW_TP 0 /* variant I: static blocks begin behind the TCB */
enum { ARCH_TLS_TP_BIAS = 0, ARCH_TLS_DTV_BIAS = 0 };

/* Types as they have been since 2012; older copies of <elf.h> name them otherwise, or not. */
enum {
	AARCH64_ABS64 = 257,
	AARCH64_COPY = 1024,
	AARCH64_GLOB_DAT,
	AARCH64_JUMP_SLOT,
	AARCH64_RELATIVE,
	AARCH64_TLS_DTPMOD,
	AARCH64_TLS_DTPREL,
	AARCH64_TLS_TPREL,
	AARCH64_TLSDESC,
	AARCH64_IRELATIVE
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		RELOC_COPY,   RELOC_GOT,   RELOC_JUMP_SLOT, RELOC_RELATIVE,  RELOC_DTPMOD,
		RELOC_DTPOFF, RELOC_TPOFF, RELOC_TLSDESC,   RELOC_IRELATIVE,
	};

	if (type - AARCH64_COPY < sizeof(kind))
		return (enum reloc_kind)kind[type - AARCH64_COPY];
	if (type == AARCH64_ABS64)
		return RELOC_WORD;
	/* The second is what older linkers have for the first. */
	return type == 0 || type == 256 ? RELOC_NONE : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = AARCH64_RELATIVE, ARCH_R_JUMP_SLOT = AARCH64_JUMP_SLOT };

/* Its files may have relocations without addends. */
enum { ARCH_REL = 1 };

/* The PLT's reserved words in the GOT. */
enum { ARCH_GOT_OBJECT = 1, ARCH_GOT_RESOLVER = 2 };

/*
 * Functions that follow a variant of the procedure call standard (STO_AARCH64_VARIANT_PCS) may get
 * arguments in registers that arch_lazy_resolve does not keep.
 */
static inline bool arch_binds_late(unsigned char other)
{
	return !(other & 0x80);
}

/* The first argument of IFUNC resolvers says that there is a second one. */
#define ARCH_RESOLVER_HWCAP (1ul << 62)

/* What auditors are told of calls, and where resolve.S has it. */
#define ARCH_PLTENTER "la_aarch64_gnu_pltenter"
#define ARCH_PLTEXIT "la_aarch64_gnu_pltexit"
enum { ARCH_CALL_ARGUMENTS = 32, ARCH_CALL_RESULTS = 256, ARCH_CALL_SIZE = 448 };
typedef La_aarch64_regs arch_call_arguments;
typedef La_aarch64_retval arch_call_results;

#endif
