/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on mips, o32 (MIPS psABI supplement, "Function Calling Sequence"). */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef struct La_mips_32_regs {
	uint32_t lr_reg[4]; /* a0 to a3 */
	double lr_fpreg[2]; /* f12, f14, with hard float */
	uint32_t lr_ra, lr_sp;
} La_mips_32_regs;

typedef struct La_mips_32_retval {
	uint32_t lrv_v0, lrv_v1;
	double lrv_f0, lrv_f2;
} La_mips_32_retval;

__BEGIN_DECLS

/*
 * As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes.  The room
 * for a0 to a3 at the stack pointer is none of the arguments on the stack.
 */
extern Elf32_Addr la_mips_o32_gnu_pltenter(Elf32_Sym *__symbol, unsigned int __index,
					   uintptr_t *__from, uintptr_t *__to,
					   La_mips_32_regs *__regs, unsigned int *__flags,
					   const char *__name, long int *__size);
extern unsigned int la_mips_o32_gnu_pltexit(Elf32_Sym *__symbol, unsigned int __index,
					    uintptr_t *__from, uintptr_t *__to,
					    const La_mips_32_regs *__regs,
					    La_mips_32_retval *__results, const char *__name);

__END_DECLS
