/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS descriptor functions (RISC-V ELF psABI, "TLS Descriptors").  Called with the descriptor's
 * address in a0 and the return address in t0, they return the variable's offset from the thread
 * pointer in a0 and change no other register.
 */
	.text
	.globl	arch_tlsdesc_static
	.hidden	arch_tlsdesc_static
	.type	arch_tlsdesc_static, @function
arch_tlsdesc_static:
	.cfi_startproc
	.cfi_return_column t0
	ld	a0, 8(a0)
	jr	t0
	.cfi_endproc
	.size	arch_tlsdesc_static, . - arch_tlsdesc_static

/* An undefined weak variable has address 0 plus its addend. */
	.globl	arch_tlsdesc_undefined
	.hidden	arch_tlsdesc_undefined
	.type	arch_tlsdesc_undefined, @function
arch_tlsdesc_undefined:
	.cfi_startproc
	.cfi_return_column t0
	ld	a0, 8(a0)
	sub	a0, a0, tp
	jr	t0
	.cfi_endproc
	.size	arch_tlsdesc_undefined, . - arch_tlsdesc_undefined

/* The descriptor's second word points to module id and offset. */
	.globl	arch_tlsdesc_dynamic
	.hidden	arch_tlsdesc_dynamic
	.type	arch_tlsdesc_dynamic, @function
arch_tlsdesc_dynamic:
	.cfi_startproc
	.cfi_return_column t0
	addi	sp, sp, -288
	.cfi_adjust_cfa_offset 288
	sd	t0, 0(sp)
	.cfi_rel_offset t0, 0
	sd	ra, 8(sp)
	.cfi_rel_offset ra, 8
	sd	t1, 16(sp)
	sd	t2, 24(sp)
	sd	t3, 32(sp)
	sd	t4, 40(sp)
	sd	t5, 48(sp)
	sd	t6, 56(sp)
	sd	a1, 64(sp)
	sd	a2, 72(sp)
	sd	a3, 80(sp)
	sd	a4, 88(sp)
	sd	a5, 96(sp)
	sd	a6, 104(sp)
	sd	a7, 112(sp)
#ifndef __riscv_float_abi_soft
	fsd	ft0, 120(sp)
	fsd	ft1, 128(sp)
	fsd	ft2, 136(sp)
	fsd	ft3, 144(sp)
	fsd	ft4, 152(sp)
	fsd	ft5, 160(sp)
	fsd	ft6, 168(sp)
	fsd	ft7, 176(sp)
	fsd	fa0, 184(sp)
	fsd	fa1, 192(sp)
	fsd	fa2, 200(sp)
	fsd	fa3, 208(sp)
	fsd	fa4, 216(sp)
	fsd	fa5, 224(sp)
	fsd	fa6, 232(sp)
	fsd	fa7, 240(sp)
	fsd	ft8, 248(sp)
	fsd	ft9, 256(sp)
	fsd	ft10, 264(sp)
	fsd	ft11, 272(sp)
#endif
	ld	a0, 8(a0)
	call	tls_address
	sub	a0, a0, tp
	ld	t0, 0(sp)
	ld	ra, 8(sp)
	.cfi_restore ra
	ld	t1, 16(sp)
	ld	t2, 24(sp)
	ld	t3, 32(sp)
	ld	t4, 40(sp)
	ld	t5, 48(sp)
	ld	t6, 56(sp)
	ld	a1, 64(sp)
	ld	a2, 72(sp)
	ld	a3, 80(sp)
	ld	a4, 88(sp)
	ld	a5, 96(sp)
	ld	a6, 104(sp)
	ld	a7, 112(sp)
#ifndef __riscv_float_abi_soft
	fld	ft0, 120(sp)
	fld	ft1, 128(sp)
	fld	ft2, 136(sp)
	fld	ft3, 144(sp)
	fld	ft4, 152(sp)
	fld	ft5, 160(sp)
	fld	ft6, 168(sp)
	fld	ft7, 176(sp)
	fld	fa0, 184(sp)
	fld	fa1, 192(sp)
	fld	fa2, 200(sp)
	fld	fa3, 208(sp)
	fld	fa4, 216(sp)
	fld	fa5, 224(sp)
	fld	fa6, 232(sp)
	fld	fa7, 240(sp)
	fld	ft8, 248(sp)
	fld	ft9, 256(sp)
	fld	ft10, 264(sp)
	fld	ft11, 272(sp)
#endif
	addi	sp, sp, 288
	.cfi_adjust_cfa_offset -288
	jr	t0
	.cfi_endproc
	.size	arch_tlsdesc_dynamic, . - arch_tlsdesc_dynamic
	.hidden	tls_address

	.section .note.GNU-stack, "", @progbits
