/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry ("ELF for the Arm Architecture", section on the PLT; GNU ld).  The
 * PLT has pushed the return address; lr is the address of the third reserved word, ip that of the
 * function's slot.  The linker is compiled without floating point registers, so only r0 to r3 need
 * saving; the others pass through untouched, and are saved only around an IFUNC resolver, which is
 * not ours.
 */
	.syntax unified
	.arm
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, %function
	.hidden	lazy_bind
arch_lazy_resolve:
	.fnstart
	.save	{r4, lr}
	push	{r0-r4}			/* with the return address, a multiple of 8 bytes */
	.pad	#16
	ldr	r0, [lr, #-4]
	/* The slots follow the reserved words, one for each relocation of the PLT. */
	sub	r1, ip, lr
	sub	r1, r1, #4
	lsr	r1, r1, #2
	bl	lazy_bind
	mov	ip, r0
	pop	{r0-r4, lr}
	bx	ip
	.fnend
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/* The same where auditors want to be told.  r4 is the struct arch_call. */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, %function
	.hidden	lazy_enter
	.hidden	audit_left
arch_audit_resolve:
	.fnstart
	push	{r4}
	.save	{r4, lr}
	sub	sp, sp, #184
	.pad	#184
	mov	r4, sp
	.setfp	r4, sp
	str	r0, [r4, #16]
	str	r1, [r4, #20]
	str	r2, [r4, #24]
	str	r3, [r4, #28]
	add	r0, r4, #192
	ldr	r1, [r4, #188]
	str	r0, [r4, #32]
	str	r1, [r4, #36]
#ifdef __ARM_PCS_VFP
	add	r0, r4, #40
	vstm	r0, {d0-d7}
#endif
	ldr	r0, [lr, #-4]
	sub	r1, ip, lr
	sub	r1, r1, #4
	lsr	r1, r1, #2
	mov	r2, r4
	bl	lazy_enter
	ldr	r3, [r4, #4]
	cmp	r3, #0
	blt	2f
	add	r3, r3, #7
	bic	r3, r3, #7
	sub	sp, sp, r3
	add	r1, r4, #192
1:	subs	r3, r3, #4
	ldrpl	r0, [r1, r3]
	strpl	r0, [sp, r3]
	bpl	1b
	bl	3f
	ldr	ip, [r4]
	blx	ip
	add	ip, r4, #104
	stm	ip, {r0-r3}
#ifdef __ARM_PCS_VFP
	add	ip, r4, #120
	vstm	ip, {d0-d7}
#endif
	mov	sp, r4
	ldr	r0, 5f
4:	add	r0, pc, r0
	mov	r1, r4
	bl	arch_call_resolver
#ifdef __ARM_PCS_VFP
	add	ip, r4, #120
	vldm	ip, {d0-d7}
#endif
	add	ip, r4, #104
	ldm	ip, {r0-r3}
	add	sp, r4, #184
	pop	{r4, pc}
2:	bl	3f
	ldr	ip, [r4]
	add	sp, r4, #184
	pop	{r4, lr}
	bx	ip
3:
#ifdef __ARM_PCS_VFP
	add	ip, r4, #40
	vldm	ip, {d0-d7}
#endif
	add	ip, r4, #16
	ldm	ip, {r0-r3}
	bx	lr
5:	.word	audit_left - 4b - 8
	.fnend
	.size	arch_audit_resolve, . - arch_audit_resolve

/* uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *argument) */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, %function
arch_call_resolver:
	.fnstart
	push	{r4, lr}
	.save	{r4, lr}
#ifdef __ARM_PCS_VFP
	.fpu	vfp
	vpush	{d0-d7}
	.vsave	{d0-d7}
#endif
	mov	ip, r0
	mov	r0, r1
	mov	r1, r2
	blx	ip
#ifdef __ARM_PCS_VFP
	vpop	{d0-d7}
#endif
	pop	{r4, pc}
	.fnend
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", %progbits
