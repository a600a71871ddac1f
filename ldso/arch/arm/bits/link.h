/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on arm (AAPCS, "Parameter Passing"). */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef struct La_arm_regs {
	uint32_t lr_reg[4]; /* r0 to r3 */
	uint32_t lr_sp, lr_lr;
	uint32_t lr_coproc[16]; /* d0 to d7, with hard float */
} La_arm_regs;

typedef struct La_arm_retval {
	uint32_t lrv_reg[4];
	uint32_t lrv_coproc[16];
} La_arm_retval;

__BEGIN_DECLS

/* As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes. */
extern Elf32_Addr la_arm_gnu_pltenter(Elf32_Sym *__symbol, unsigned int __index, uintptr_t *__from,
				      uintptr_t *__to, La_arm_regs *__regs, unsigned int *__flags,
				      const char *__name, long int *__size);
extern unsigned int la_arm_gnu_pltexit(Elf32_Sym *__symbol, unsigned int __index, uintptr_t *__from,
				       uintptr_t *__to, const La_arm_regs *__regs,
				       La_arm_retval *__results, const char *__name);

__END_DECLS
