/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What auditors see of calls on x86_64 (psABI 3.2.3).  Vectors that are wider than here are passed
 * on as they are.
 */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif

typedef float La_x86_64_xmm __attribute__((__vector_size__(16)));

/* Arguments.  The reserved parts make it what FXSAVE stores. */
typedef struct La_x86_64_regs {
	uint64_t lr_rdi, lr_rsi, lr_rdx, lr_rcx, lr_r8, lr_r9;
	uint64_t lr_rax;	 /* of a variadic function: how many vectors are used, at most */
	uint64_t lr_r10;	 /* static chain */
	uint64_t lr_rbp, lr_rsp; /* at its first instruction: the return address is at lr_rsp */
	unsigned char __before[160];
	La_x86_64_xmm lr_xmm[8];
	unsigned char __after[224];
} __attribute__((__aligned__(16))) La_x86_64_regs;

/* Results, likewise. */
typedef struct La_x86_64_retval {
	uint64_t lrv_rax, lrv_rdx;
	unsigned char __before[32];
	long double lrv_st0, lrv_st1;
	unsigned char __between[96];
	La_x86_64_xmm lrv_xmm0, lrv_xmm1;
	unsigned char __after[320];
} __attribute__((__aligned__(16))) La_x86_64_retval;

__BEGIN_DECLS

/*
 * A call is about to be made (as la_symbind64; `symbol` is a copy whose st_value is where it goes).
 * Returns where it is to go; registers may be changed.  Flags: LA_SYMB_NOPLTENTER and
 * LA_SYMB_NOPLTEXIT: no more of this function from this object.  `size`, -1 before: set,
 * the end of the call is to be told of, too, and so many bytes of arguments are on the stack.
 */
extern Elf64_Addr la_x86_64_gnu_pltenter(Elf64_Sym *__symbol, unsigned int __index,
					 uintptr_t *__from, uintptr_t *__to, La_x86_64_regs *__regs,
					 unsigned int *__flags, const char *__name,
					 long int *__size);
/* It has returned.  Results may be changed. */
extern unsigned int la_x86_64_gnu_pltexit(Elf64_Sym *__symbol, unsigned int __index,
					  uintptr_t *__from, uintptr_t *__to,
					  const La_x86_64_regs *__regs, La_x86_64_retval *__results,
					  const char *__name);

__END_DECLS
