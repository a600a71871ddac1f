/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on riscv64 (RISC-V ELF psABI, "Calling Conventions"). */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef struct La_riscv_regs {
	unsigned long int lr_reg[8]; /* a0 to a7 */
	double lr_fpreg[8];	     /* fa0 to fa7, with hard float */
	unsigned long int lr_ra, lr_sp;
} La_riscv_regs;

typedef struct La_riscv_retval {
	unsigned long int lrv_a0, lrv_a1;
	double lrv_fa0, lrv_fa1;
} La_riscv_retval;

__BEGIN_DECLS

/* As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes. */
extern Elf64_Addr la_riscv_gnu_pltenter(Elf64_Sym *__symbol, unsigned int __index,
					uintptr_t *__from, uintptr_t *__to, La_riscv_regs *__regs,
					unsigned int *__flags, const char *__name,
					long int *__size);
extern unsigned int la_riscv_gnu_pltexit(Elf64_Sym *__symbol, unsigned int __index,
					 uintptr_t *__from, uintptr_t *__to,
					 const La_riscv_regs *__regs, La_riscv_retval *__results,
					 const char *__name);

__END_DECLS
