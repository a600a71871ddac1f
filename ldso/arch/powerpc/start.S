/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the kernel enters the linker, and the way on into the program.  Owns the
 * initial stack pointer; touches nothing else.
 */
	.text
	.globl	_start
	.hidden	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined lr
	mr	4, 1
	/* Room for what bootstrap returns, in memory: the first argument says where. */
	clrrwi	1, 1, 4
	li	0, 0
	stwu	0, -32(1)
	addi	3, 1, 16
	bcl	20, 31, 1f
1:	mflr	31
	addis	5, 31, (_DYNAMIC - 1b)@ha
	addi	5, 5, (_DYNAMIC - 1b)@l
	addis	6, 31, (__ehdr_start - 1b)@ha
	addi	6, 6, (__ehdr_start - 1b)@l
	bl	bootstrap
	/* The program's entry point, and the stack it is to see. */
	lwz	0, 16(1)
	lwz	1, 20(1)
	mtctr	0
	addis	3, 31, (_dl_fini - 1b)@ha
	addi	3, 3, (_dl_fini - 1b)@l
	li	0, 0
	mtlr	0
	bctr
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", @progbits
