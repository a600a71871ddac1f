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
