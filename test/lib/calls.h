/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Auditors that are told of calls, whatever the CPU: ENTER and EXIT begin the definitions of
 * la_..._pltenter and la_..._pltexit, whose parameters have the names that stand here; the rest is
 * for what they look at.
 */
#ifndef TEST_CALLS_H
#define TEST_CALLS_H

#include <link.h>

#if defined __x86_64__
#define PLTENTER la_x86_64_gnu_pltenter
#define PLTEXIT la_x86_64_gnu_pltexit
#define REGS La_x86_64_regs
#define RETVAL La_x86_64_retval
#define FIRST(regs) (*(int *)&(regs)->lr_rdi)
#define FIRST_DOUBLE(regs) (*(double *)&(regs)->lr_xmm[0])
#define RESULT(results) (*(int *)&(results)->lrv_rax)
#define RESULT_DOUBLE(results) (*(double *)&(results)->lrv_xmm0)
#elif defined __i386__
#define PLTENTER la_i86_gnu_pltenter
#define PLTEXIT la_i86_gnu_pltexit
#define REGS La_i86_regs
#define RETVAL La_i86_retval
#define FIRST(regs) (((int *)(regs)->lr_esp)[1])
#define FIRST_DOUBLE(regs) (*(double *)((regs)->lr_esp + 4))
#define RESULT(results) (*(int *)&(results)->lrv_eax)
#define RESULT_DOUBLE(results) ((results)->lrv_st0)
#elif defined __aarch64__
#define PLTENTER la_aarch64_gnu_pltenter
#define PLTEXIT la_aarch64_gnu_pltexit
#define REGS La_aarch64_regs
#define RETVAL La_aarch64_retval
#define FIRST(regs) (*(int *)&(regs)->lr_xreg[0])
#define FIRST_DOUBLE(regs) ((regs)->lr_vreg[0].d)
#define RESULT(results) (*(int *)&(results)->lrv_xreg[0])
#define RESULT_DOUBLE(results) ((results)->lrv_vreg[0].d)
#elif defined __arm__
#define PLTENTER la_arm_gnu_pltenter
#define PLTEXIT la_arm_gnu_pltexit
#define REGS La_arm_regs
#define RETVAL La_arm_retval
#define FIRST(regs) (*(int *)&(regs)->lr_reg[0])
#define RESULT(results) (*(int *)&(results)->lrv_reg[0])
#ifdef __ARM_PCS_VFP
#define FIRST_DOUBLE(regs) (*(double *)&(regs)->lr_coproc[0])
#define RESULT_DOUBLE(results) (*(double *)&(results)->lrv_coproc[0])
#else
#define FIRST_DOUBLE(regs) (*(double *)&(regs)->lr_reg[0])
#define RESULT_DOUBLE(results) (*(double *)&(results)->lrv_reg[0])
#endif
#elif defined __riscv
#define PLTENTER la_riscv_gnu_pltenter
#define PLTEXIT la_riscv_gnu_pltexit
#define REGS La_riscv_regs
#define RETVAL La_riscv_retval
#define FIRST(regs) (*(int *)&(regs)->lr_reg[0])
#define FIRST_DOUBLE(regs) ((regs)->lr_fpreg[0])
#define RESULT(results) (*(int *)&(results)->lrv_a0)
#define RESULT_DOUBLE(results) ((results)->lrv_fa0)
#elif defined __powerpc__
#define PLTENTER la_ppc32_gnu_pltenter
#define PLTEXIT la_ppc32_gnu_pltexit
#define REGS La_ppc32_regs
#define RETVAL La_ppc32_retval
#define FIRST(regs) (*(int *)&(regs)->lr_reg[0])
#define FIRST_DOUBLE(regs) ((regs)->lr_fp[0])
#define RESULT(results) (*(int *)&(results)->lrv_r3)
#define RESULT_DOUBLE(results) ((results)->lrv_fp[0])
#elif defined __mips__
#define PLTENTER la_mips_o32_gnu_pltenter
#define PLTEXIT la_mips_o32_gnu_pltexit
#define REGS La_mips_32_regs
#define RETVAL La_mips_32_retval
#define FIRST(regs) (*(int *)&(regs)->lr_reg[0])
#define FIRST_DOUBLE(regs) ((regs)->lr_fpreg[0])
#define RESULT(results) (*(int *)&(results)->lrv_v0)
#define RESULT_DOUBLE(results) ((results)->lrv_f0)
#endif

#define ENTER                                                                                      \
	uintptr_t PLTENTER(                                                                        \
		ElfW(Sym) * symbol __attribute__((unused)),                                        \
		unsigned index __attribute__((unused)), uintptr_t *from __attribute__((unused)),   \
		uintptr_t *to __attribute__((unused)), REGS *regs __attribute__((unused)),         \
		unsigned *flags __attribute__((unused)), const char *name __attribute__((unused)), \
		long *size __attribute__((unused)))

#define EXIT                                                                                     \
	unsigned PLTEXIT(                                                                        \
		ElfW(Sym) * symbol __attribute__((unused)),                                      \
		unsigned index __attribute__((unused)), uintptr_t *from __attribute__((unused)), \
		uintptr_t *to __attribute__((unused)), const REGS *regs __attribute__((unused)), \
		RETVAL *results __attribute__((unused)), const char *name __attribute__((unused)))

/* An auditor that wants to know of all. */
#define WHOLE                                                             \
	unsigned la_version(unsigned version)                             \
	{                                                                 \
		return version;                                           \
	}                                                                 \
	unsigned la_objopen(struct link_map *map __attribute__((unused)), \
			    Lmid_t space __attribute__((unused)),         \
			    uintptr_t *cookie __attribute__((unused)))    \
	{                                                                 \
		return LA_FLG_BINDTO | LA_FLG_BINDFROM;                   \
	}

#endif
