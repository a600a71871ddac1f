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
 * The same where auditors want to be told.  r31 is the frame: the struct arch_call at 16, the
 * condition register at 184.
 */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, @function
	.hidden	lazy_enter
	.hidden	arch_floats
	.hidden	arch_left
arch_audit_resolve:
	.cfi_startproc
	stwu	1, -208(1)
	.cfi_adjust_cfa_offset 208
	mflr	0
	stw	0, 212(1)
	.cfi_offset lr, 4
	stw	31, 204(1)
	.cfi_offset 31, -4
	mr	31, 1
	.cfi_def_cfa_register 31
	mfcr	0
	stw	0, 184(31)
	stw	3, 32(31)
	stw	4, 36(31)
	stw	5, 40(31)
	stw	6, 44(31)
	stw	7, 48(31)
	stw	8, 52(31)
	stw	9, 56(31)
	stw	10, 60(31)
	addi	0, 31, 208
	stw	0, 128(31)
	lwz	0, 212(31)
	stw	0, 132(31)
	stw	11, 8(31)
	stw	12, 12(31)
	bl	arch_floats
	cmpwi	3, 0
	beq	1f
	stfd	1, 64(31)
	stfd	2, 72(31)
	stfd	3, 80(31)
	stfd	4, 88(31)
	stfd	5, 96(31)
	stfd	6, 104(31)
	stfd	7, 112(31)
	stfd	8, 120(31)
1:	lwz	3, 12(31)
	lwz	4, 8(31)
	li	5, 12			/* bytes of a relocation */
	divwu	4, 4, 5
	addi	5, 31, 16
	bl	lazy_enter
	lwz	9, 20(31)
	cmpwi	9, 0
	blt	5f
	/* A frame for the call: back chain, return address, arguments. */
	addi	9, 9, 8 + 15
	rlwinm	9, 9, 0, 0, 27
	neg	9, 9
	stwux	31, 1, 9
	lwz	9, 20(31)
	addi	9, 9, 3
	srwi.	9, 9, 2
	beq	3f
	mtctr	9
	addi	10, 31, 212
	addi	11, 1, 4
2:	lwzu	0, 4(10)
	stwu	0, 4(11)
	bdnz	2b
3:	bl	6f
	lwz	0, 16(31)
	mtctr	0
	bctrl
	mr	1, 31
	stw	3, 136(31)
	stw	4, 140(31)
	stw	5, 144(31)
	stw	6, 148(31)
	bl	arch_floats
	cmpwi	3, 0
	beq	4f
	stfd	1, 152(31)
	stfd	2, 160(31)
	stfd	3, 168(31)
	stfd	4, 176(31)
4:	addi	3, 31, 16
	bl	arch_left
	bl	arch_floats
	cmpwi	3, 0
	beq	4f
	lfd	1, 152(31)
	lfd	2, 160(31)
	lfd	3, 168(31)
	lfd	4, 176(31)
4:	lwz	3, 136(31)
	lwz	4, 140(31)
	lwz	5, 144(31)
	lwz	6, 148(31)
	lwz	0, 212(31)
	mtctr	0
	b	8f
5:	bl	6f
	lwz	0, 16(31)
	mtctr	0
	b	8f
	/* The arguments come back. */
6:	mflr	0
	stw	0, 188(31)
	bl	arch_floats
	cmpwi	3, 0
	beq	7f
	lfd	1, 64(31)
	lfd	2, 72(31)
	lfd	3, 80(31)
	lfd	4, 88(31)
	lfd	5, 96(31)
	lfd	6, 104(31)
	lfd	7, 112(31)
	lfd	8, 120(31)
7:	lwz	0, 188(31)
	mtlr	0
	lwz	0, 184(31)
	mtcrf	0x40, 0			/* cr1 */
	lwz	3, 32(31)
	lwz	4, 36(31)
	lwz	5, 40(31)
	lwz	6, 44(31)
	lwz	7, 48(31)
	lwz	8, 52(31)
	lwz	9, 56(31)
	lwz	10, 60(31)
	blr
8:	lwz	0, 212(31)
	mtlr	0
	.cfi_restore lr
	.cfi_def_cfa_register 1
	lwz	31, 204(1)
	.cfi_restore 31
	addi	1, 1, 208
	.cfi_adjust_cfa_offset -208
	bctr
	.cfi_endproc
	.size	arch_audit_resolve, . - arch_audit_resolve

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
