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

/* The same where auditors want to be told.  x19 is the struct arch_call, x9 and x18 are behind it. */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, %function
	.hidden	lazy_enter
	.hidden	audit_left
arch_audit_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 16
	.cfi_rel_offset x30, 8
	stp	x29, x19, [sp, #-16]!
	.cfi_adjust_cfa_offset 16
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x19, 8
	mov	x29, sp
	.cfi_def_cfa_register x29
	sub	sp, sp, #464
	mov	x19, sp
	stp	x0, x1, [x19, #32]
	stp	x2, x3, [x19, #48]
	stp	x4, x5, [x19, #64]
	stp	x6, x7, [x19, #80]
	str	x8, [x19, #96]
	stp	q0, q1, [x19, #112]
	stp	q2, q3, [x19, #144]
	stp	q4, q5, [x19, #176]
	stp	q6, q7, [x19, #208]
	stp	x9, x18, [x19, #448]
	add	x10, x29, #32
	ldr	x11, [x29, #24]
	stp	x10, x11, [x19, #240]
	ldr	x0, [x16, #-8]
	ldr	x1, [x29, #16]
	sub	x1, x1, x16
	sub	x1, x1, #8
	lsr	x1, x1, #3
	mov	x2, x19
	bl	lazy_enter
	ldr	x10, [x19, #8]
	tbnz	x10, #63, 3f
	add	x10, x10, #15
	and	x10, x10, #-16
	sub	sp, sp, x10
	add	x11, x29, #32
	mov	x12, sp
1:	cbz	x10, 2f
	ldp	x13, x14, [x11], #16
	stp	x13, x14, [x12], #16
	sub	x10, x10, #16
	b	1b
2:	bl	4f
	blr	x17
	stp	x0, x1, [x19, #256]
	stp	x2, x3, [x19, #272]
	stp	x4, x5, [x19, #288]
	stp	x6, x7, [x19, #304]
	stp	q0, q1, [x19, #320]
	stp	q2, q3, [x19, #352]
	stp	q4, q5, [x19, #384]
	stp	q6, q7, [x19, #416]
	mov	sp, x19
	adrp	x0, audit_left
	add	x0, x0, :lo12:audit_left
	mov	x1, x19
	bl	arch_call_resolver
	ldp	x0, x1, [x19, #256]
	ldp	x2, x3, [x19, #272]
	ldp	x4, x5, [x19, #288]
	ldp	x6, x7, [x19, #304]
	ldp	q0, q1, [x19, #320]
	ldp	q2, q3, [x19, #352]
	ldp	q4, q5, [x19, #384]
	ldp	q6, q7, [x19, #416]
	ldr	x17, [x29, #24]
	b	5f
3:	bl	4f
	ldr	x30, [x29, #24]
5:	mov	sp, x29
	.cfi_def_cfa_register sp
	ldp	x29, x19, [sp], #32
	.cfi_adjust_cfa_offset -32
	.cfi_restore x29
	.cfi_restore x19
	.cfi_restore x30
	br	x17
	.cfi_endproc
4:	.cfi_startproc
	ldr	x17, [x19]
	ldp	x0, x1, [x19, #32]
	ldp	x2, x3, [x19, #48]
	ldp	x4, x5, [x19, #64]
	ldp	x6, x7, [x19, #80]
	ldr	x8, [x19, #96]
	ldp	q0, q1, [x19, #112]
	ldp	q2, q3, [x19, #144]
	ldp	q4, q5, [x19, #176]
	ldp	q6, q7, [x19, #208]
	ldp	x9, x18, [x19, #448]
	ret
	.cfi_endproc
	.size	arch_audit_resolve, . - arch_audit_resolve

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
