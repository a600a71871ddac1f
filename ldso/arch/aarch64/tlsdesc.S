/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS descriptor functions ("ELF for the Arm 64-bit Architecture", section 5.7.4 of 2022Q3).  Called
 * with the descriptor's address in x0, they return the variable's offset from the thread pointer in
 * x0 and change no other register: the linker is compiled without vector instructions.
 */
	.text
	.globl	arch_tlsdesc_static
	.hidden	arch_tlsdesc_static
	.type	arch_tlsdesc_static, %function
arch_tlsdesc_static:
	.cfi_startproc
	ldr	x0, [x0, #8]
	ret
	.cfi_endproc
	.size	arch_tlsdesc_static, . - arch_tlsdesc_static

/* An undefined weak variable has address 0 plus its addend. */
	.globl	arch_tlsdesc_undefined
	.hidden	arch_tlsdesc_undefined
	.type	arch_tlsdesc_undefined, %function
arch_tlsdesc_undefined:
	.cfi_startproc
	str	x1, [sp, #-16]!
	.cfi_adjust_cfa_offset 16
	ldr	x0, [x0, #8]
	mrs	x1, tpidr_el0
	sub	x0, x0, x1
	ldr	x1, [sp], #16
	.cfi_adjust_cfa_offset -16
	ret
	.cfi_endproc
	.size	arch_tlsdesc_undefined, . - arch_tlsdesc_undefined

/* The descriptor's second word points to module id and offset. */
	.globl	arch_tlsdesc_dynamic
	.hidden	arch_tlsdesc_dynamic
	.type	arch_tlsdesc_dynamic, %function
arch_tlsdesc_dynamic:
	.cfi_startproc
	stp	x29, x30, [sp, #-160]!
	.cfi_adjust_cfa_offset 160
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	mov	x29, sp
	stp	x1, x2, [sp, #16]
	stp	x3, x4, [sp, #32]
	stp	x5, x6, [sp, #48]
	stp	x7, x8, [sp, #64]
	stp	x9, x10, [sp, #80]
	stp	x11, x12, [sp, #96]
	stp	x13, x14, [sp, #112]
	stp	x15, x16, [sp, #128]
	stp	x17, x18, [sp, #144]
	ldr	x0, [x0, #8]
	bl	tls_address
	mrs	x1, tpidr_el0
	sub	x0, x0, x1
	ldp	x1, x2, [sp, #16]
	ldp	x3, x4, [sp, #32]
	ldp	x5, x6, [sp, #48]
	ldp	x7, x8, [sp, #64]
	ldp	x9, x10, [sp, #80]
	ldp	x11, x12, [sp, #96]
	ldp	x13, x14, [sp, #112]
	ldp	x15, x16, [sp, #128]
	ldp	x17, x18, [sp, #144]
	ldp	x29, x30, [sp], #160
	.cfi_restore x30
	.cfi_restore x29
	.cfi_adjust_cfa_offset -160
	ret
	.cfi_endproc
	.size	arch_tlsdesc_dynamic, . - arch_tlsdesc_dynamic
	.hidden	tls_address

	.section .note.GNU-stack, "", %progbits
