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

/* The same where auditors want to be told.  s0 is the struct arch_call. */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, @function
	.hidden	lazy_enter
	.hidden	audit_left
arch_audit_resolve:
	.cfi_startproc
	addi	sp, sp, -224
	.cfi_adjust_cfa_offset 224
	sd	ra, 216(sp)
	.cfi_rel_offset ra, 216
	sd	s0, 208(sp)
	.cfi_rel_offset s0, 208
	mv	s0, sp
	.cfi_def_cfa_register s0
	sd	t2, 24(s0)
	sd	a0, 32(s0)
	sd	a1, 40(s0)
	sd	a2, 48(s0)
	sd	a3, 56(s0)
	sd	a4, 64(s0)
	sd	a5, 72(s0)
	sd	a6, 80(s0)
	sd	a7, 88(s0)
#ifndef __riscv_float_abi_soft
	fsd	fa0, 96(s0)
	fsd	fa1, 104(s0)
	fsd	fa2, 112(s0)
	fsd	fa3, 120(s0)
	fsd	fa4, 128(s0)
	fsd	fa5, 136(s0)
	fsd	fa6, 144(s0)
	fsd	fa7, 152(s0)
#endif
	sd	ra, 160(s0)
	addi	t3, s0, 224
	sd	t3, 168(s0)
	mv	a0, t0
	srli	a1, t1, 3
	mv	a2, s0
	call	lazy_enter
	ld	t3, 8(s0)
	bltz	t3, 3f
	addi	t3, t3, 15
	andi	t3, t3, -16
	sub	sp, sp, t3
	addi	t4, s0, 224
	mv	t5, sp
1:	beqz	t3, 2f
	ld	t6, 0(t4)
	sd	t6, 0(t5)
	addi	t4, t4, 8
	addi	t5, t5, 8
	addi	t3, t3, -8
	j	1b
2:	jal	t0, 4f
	jalr	t1
	mv	sp, s0
	sd	a0, 176(s0)
	sd	a1, 184(s0)
#ifndef __riscv_float_abi_soft
	fsd	fa0, 192(s0)
	fsd	fa1, 200(s0)
#endif
	lla	a0, audit_left
	mv	a1, s0
	call	arch_call_resolver
	ld	a0, 176(s0)
	ld	a1, 184(s0)
#ifndef __riscv_float_abi_soft
	fld	fa0, 192(s0)
	fld	fa1, 200(s0)
#endif
	ld	t1, 216(s0)
	j	5f
3:	jal	t0, 4f
5:	ld	ra, 216(s0)
	.cfi_restore ra
	mv	sp, s0
	.cfi_def_cfa_register sp
	ld	s0, 208(sp)
	.cfi_restore s0
	addi	sp, sp, 224
	.cfi_adjust_cfa_offset -224
	jr	t1
	.cfi_endproc
4:	.cfi_startproc
	.cfi_return_column t0
	ld	t1, 0(s0)
	ld	t2, 24(s0)
	ld	a0, 32(s0)
	ld	a1, 40(s0)
	ld	a2, 48(s0)
	ld	a3, 56(s0)
	ld	a4, 64(s0)
	ld	a5, 72(s0)
	ld	a6, 80(s0)
	ld	a7, 88(s0)
#ifndef __riscv_float_abi_soft
	fld	fa0, 96(s0)
	fld	fa1, 104(s0)
	fld	fa2, 112(s0)
	fld	fa3, 120(s0)
	fld	fa4, 128(s0)
	fld	fa5, 136(s0)
	fld	fa6, 144(s0)
	fld	fa7, 152(s0)
#endif
	jr	t0
	.cfi_endproc
	.size	arch_audit_resolve, . - arch_audit_resolve

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
