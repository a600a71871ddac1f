/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on powerpc (psABI, "Parameter Passing"); not vectors, which pass. */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef struct La_ppc32_regs {
	uint32_t lr_reg[8]; /* r3 to r10 */
	double lr_fp[8];    /* f1 to f8, where there are some */
	uint32_t lr_r1, lr_lr;
} La_ppc32_regs;

typedef struct La_ppc32_retval {
	uint32_t lrv_r3, lrv_r4, lrv_r5, lrv_r6;
	double lrv_fp[4];
} La_ppc32_retval;

__BEGIN_DECLS

/* As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes. */
extern Elf32_Addr la_ppc32_gnu_pltenter(Elf32_Sym *__symbol, unsigned int __index,
					uintptr_t *__from, uintptr_t *__to, La_ppc32_regs *__regs,
					unsigned int *__flags, const char *__name,
					long int *__size);
extern unsigned int la_ppc32_gnu_pltexit(Elf32_Sym *__symbol, unsigned int __index,
					 uintptr_t *__from, uintptr_t *__to,
					 const La_ppc32_regs *__regs, La_ppc32_retval *__results,
					 const char *__name);

__END_DECLS
