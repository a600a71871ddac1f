/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry (secure PLT, as GNU ld writes it).  The code in front of this has
 * put the reserved word for the object into r12, and the place of the relocation in its table, in
 * bytes, into r11.  Arguments are in r3 to r10, and a bit of cr1 says whether there are some in
 * floating point registers.  The linker is compiled without these, and without vector registers: they
 * pass through untouched, and are saved only around an IFUNC resolver, which is not ours.
 */
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, @function
	.hidden	lazy_bind
arch_lazy_resolve:
	.cfi_startproc
	stwu	1, -48(1)
	.cfi_adjust_cfa_offset 48
	mflr	0
	stw	0, 52(1)
	.cfi_offset lr, 4
	mfcr	0
	stw	0, 8(1)
	stw	3, 16(1)
	stw	4, 20(1)
	stw	5, 24(1)
	stw	6, 28(1)
	stw	7, 32(1)
	stw	8, 36(1)
	stw	9, 40(1)
	stw	10, 44(1)
	mr	3, 12
	li	4, 12			/* bytes of a relocation */
	divwu	4, 11, 4
	bl	lazy_bind
	mtctr	3
	lwz	0, 8(1)
	mtcrf	0x40, 0			/* cr1 */
	lwz	0, 52(1)
	mtlr	0
	.cfi_restore lr
	lwz	3, 16(1)
	lwz	4, 20(1)
	lwz	5, 24(1)
	lwz	6, 28(1)
	lwz	7, 32(1)
	lwz	8, 36(1)
	lwz	9, 40(1)
	lwz	10, 44(1)
	addi	1, 1, 48
	.cfi_adjust_cfa_offset -48
	bctr
	.cfi_endproc
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *capabilities)
 * Which registers there are to be saved, the second word of `capabilities` tells: AT_HWCAP.
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, @function
	.machine push
	.machine altivec
arch_call_resolver:
	.cfi_startproc
	stwu	1, -288(1)
	.cfi_adjust_cfa_offset 288
	mflr	0
	stw	0, 292(1)
	.cfi_offset lr, 4
	stw	31, 284(1)
	.cfi_offset 31, -4
	lwz	31, 4(5)
	mtctr	3
	mr	3, 4
	mr	4, 5
	andis.	0, 31, 0x0800		/* PPC_FEATURE_HAS_FPU */
	beq	1f
	stfd	1, 208(1)
	stfd	2, 216(1)
	stfd	3, 224(1)
	stfd	4, 232(1)
	stfd	5, 240(1)
	stfd	6, 248(1)
	stfd	7, 256(1)
	stfd	8, 264(1)
1:	andis.	0, 31, 0x1000		/* PPC_FEATURE_HAS_ALTIVEC */
	beq	2f
	addi	11, 1, 16
	li	12, 16
	.irp	vector, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
	stvx	\vector, 0, 11
	add	11, 11, 12
	.endr
2:	bctrl
	andis.	0, 31, 0x1000
	beq	3f
	addi	11, 1, 16
	li	12, 16
	.irp	vector, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
	lvx	\vector, 0, 11
	add	11, 11, 12
	.endr
3:	andis.	0, 31, 0x0800
	beq	4f
	lfd	1, 208(1)
	lfd	2, 216(1)
	lfd	3, 224(1)
	lfd	4, 232(1)
	lfd	5, 240(1)
	lfd	6, 248(1)
	lfd	7, 256(1)
	lfd	8, 264(1)
4:	lwz	0, 292(1)
	mtlr	0
	.cfi_restore lr
	lwz	31, 284(1)
	.cfi_restore 31
	addi	1, 1, 288
	.cfi_adjust_cfa_offset -288
	blr
	.cfi_endproc
	.machine pop
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", @progbits
