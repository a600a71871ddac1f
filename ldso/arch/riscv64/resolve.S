/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry (RISC-V ELF psABI, "Procedure Linkage Table").  The PLT has put the
 * second reserved word into t0 and the place of the function's slot behind them into t1, in bytes.
 * The linker may be compiled with floating point registers: all that may hold arguments are saved,
 * a0 to a7 and fa0 to fa7, and t2, which may hold a static chain.
 */
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, @function
	.hidden	lazy_bind
arch_lazy_resolve:
	.cfi_startproc
	addi	sp, sp, -144
	.cfi_adjust_cfa_offset 144
	sd	ra, 0(sp)
	.cfi_rel_offset ra, 0
	sd	a0, 8(sp)
	sd	a1, 16(sp)
	sd	a2, 24(sp)
	sd	a3, 32(sp)
	sd	a4, 40(sp)
	sd	a5, 48(sp)
	sd	a6, 56(sp)
	sd	a7, 64(sp)
	sd	t2, 72(sp)
#ifndef __riscv_float_abi_soft
	fsd	fa0, 80(sp)
	fsd	fa1, 88(sp)
	fsd	fa2, 96(sp)
	fsd	fa3, 104(sp)
	fsd	fa4, 112(sp)
	fsd	fa5, 120(sp)
	fsd	fa6, 128(sp)
	fsd	fa7, 136(sp)
#endif
	mv	a0, t0
	srli	a1, t1, 3
	call	lazy_bind
	mv	t1, a0
	ld	ra, 0(sp)
	.cfi_restore ra
	ld	a0, 8(sp)
	ld	a1, 16(sp)
	ld	a2, 24(sp)
	ld	a3, 32(sp)
	ld	a4, 40(sp)
	ld	a5, 48(sp)
	ld	a6, 56(sp)
	ld	a7, 64(sp)
	ld	t2, 72(sp)
#ifndef __riscv_float_abi_soft
	fld	fa0, 80(sp)
	fld	fa1, 88(sp)
	fld	fa2, 96(sp)
	fld	fa3, 104(sp)
	fld	fa4, 112(sp)
	fld	fa5, 120(sp)
	fld	fa6, 128(sp)
	fld	fa7, 136(sp)
#endif
	addi	sp, sp, 144
	.cfi_adjust_cfa_offset -144
	jr	t1
	.cfi_endproc
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *argument)
 * Nothing is left to be saved.
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, @function
arch_call_resolver:
	.cfi_startproc
	mv	t1, a0
	mv	a0, a1
	mv	a1, a2
	jr	t1
	.cfi_endproc
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", @progbits
