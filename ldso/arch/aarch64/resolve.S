/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry ("ELF for the Arm 64-bit Architecture", section 5.7.3.4).  The PLT has
 * pushed the address of the function's slot in the GOT, and the return address behind it; x16 is
 * the address of the third reserved word.  The linker is compiled without vector instructions, so
 * only the general registers that may hold arguments (x0 to x7, where a result goes in x8, static
 * chains in x9 or x18) need saving; vector registers pass through untouched, and are saved only
 * around an IFUNC resolver, which is not ours.
 */
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, %function
	.hidden	lazy_bind
arch_lazy_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 16
	.cfi_rel_offset x30, 8
	sub	sp, sp, #96
	.cfi_adjust_cfa_offset 96
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	str	x18, [sp, #80]
	ldr	x0, [x16, #-8]
	ldr	x1, [sp, #96]
	/* The slots follow the reserved words, one for each relocation of the PLT. */
	sub	x1, x1, x16
	sub	x1, x1, #8
	lsr	x1, x1, #3
	bl	lazy_bind
	mov	x17, x0
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldr	x18, [sp, #80]
	ldr	x30, [sp, #104]
	.cfi_restore x30
	add	sp, sp, #112
	.cfi_adjust_cfa_offset -112
	br	x17
	.cfi_endproc
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *argument)
 * Of functions that get more in vector registers than q0 to q7 hold, none is bound from here
 * (arch_binds_late).
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, %function
arch_call_resolver:
	.cfi_startproc
	stp	x29, x30, [sp, #-144]!
	.cfi_adjust_cfa_offset 144
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	mov	x29, sp
	stp	q0, q1, [sp, #16]
	stp	q2, q3, [sp, #48]
	stp	q4, q5, [sp, #80]
	stp	q6, q7, [sp, #112]
	mov	x16, x0
	mov	x0, x1
	mov	x1, x2
	blr	x16
	ldp	q0, q1, [sp, #16]
	ldp	q2, q3, [sp, #48]
	ldp	q4, q5, [sp, #80]
	ldp	q6, q7, [sp, #112]
	ldp	x29, x30, [sp], #144
	.cfi_restore x30
	.cfi_restore x29
	.cfi_adjust_cfa_offset -144
	ret
	.cfi_endproc
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", %progbits
