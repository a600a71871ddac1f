/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the kernel enters the linker, and the way on into the program.  Owns the
 * initial stack pointer; touches nothing else.
 */
	.syntax unified
	.arm
	.text
	.globl	_start
	.hidden	_start
	.type	_start, %function
_start:
	.fnstart
	.cantunwind
	mov	fp, #0
	mov	lr, #0
	mov	r1, sp
	/* Room for what bootstrap returns, in memory: the first argument says where. */
	sub	sp, sp, #8
	bic	sp, sp, #7
	mov	r0, sp
	ldr	r2, 3f
1:	add	r2, pc, r2
	ldr	r3, 4f
2:	add	r3, pc, r3
	bl	bootstrap
	/* The program's entry point, and the stack it is to see. */
	ldr	r4, [sp]
	ldr	r5, [sp, #4]
	ldr	r0, 6f
5:	add	r0, pc, r0
	mov	sp, r5
	mov	fp, #0
	mov	lr, #0
	bx	r4
	.p2align 2
3:	.word	_DYNAMIC - (1b + 8)
4:	.word	__ehdr_start - (2b + 8)
6:	.word	_dl_fini - (5b + 8)
	.fnend
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", %progbits
