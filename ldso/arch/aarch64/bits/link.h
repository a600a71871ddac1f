/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on aarch64 (AAPCS64, "Parameter passing"). */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef union La_aarch64_vector {
	float s;
	double d;
	long double q;
} La_aarch64_vector;

typedef struct La_aarch64_regs {
	uint64_t lr_xreg[9]; /* x0 to x7, and x8, where a large result goes */
	La_aarch64_vector lr_vreg[8];
	uint64_t lr_sp, lr_lr;
} La_aarch64_regs;

typedef struct La_aarch64_retval {
	uint64_t lrv_xreg[8];
	La_aarch64_vector lrv_vreg[8];
} La_aarch64_retval;

__BEGIN_DECLS

/* As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes. */
extern Elf64_Addr la_aarch64_gnu_pltenter(Elf64_Sym *__symbol, unsigned int __index,
					  uintptr_t *__from, uintptr_t *__to,
					  La_aarch64_regs *__regs, unsigned int *__flags,
					  const char *__name, long int *__size);
extern unsigned int la_aarch64_gnu_pltexit(Elf64_Sym *__symbol, unsigned int __index,
					   uintptr_t *__from, uintptr_t *__to,
					   const La_aarch64_regs *__regs,
					   La_aarch64_retval *__results, const char *__name);

__END_DECLS
