/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors see of calls on i386 (psABI, "Function Calling Sequence"). */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

/* Arguments that are no memory: those of regparm and fastcall. */
typedef struct La_i86_regs {
	uint32_t lr_edx, lr_ecx, lr_eax;
	uint32_t lr_ebp, lr_esp; /* at its first instruction: the return address is at lr_esp */
} La_i86_regs;

typedef struct La_i86_retval {
	uint32_t lrv_eax, lrv_edx;
	long double lrv_st0, lrv_st1;
} La_i86_retval;

__BEGIN_DECLS

/* As la_x86_64_gnu_pltenter and la_x86_64_gnu_pltexit, which ld-uClibc.so(8) describes. */
extern Elf32_Addr la_i86_gnu_pltenter(Elf32_Sym *__symbol, unsigned int __index, uintptr_t *__from,
				      uintptr_t *__to, La_i86_regs *__regs, unsigned int *__flags,
				      const char *__name, long int *__size);
extern unsigned int la_i86_gnu_pltexit(Elf32_Sym *__symbol, unsigned int __index, uintptr_t *__from,
				       uintptr_t *__to, const La_i86_regs *__regs,
				       La_i86_retval *__results, const char *__name);

__END_DECLS
