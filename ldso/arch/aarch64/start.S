/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the kernel enters the linker, and the way on into the program.  Owns the
 * initial stack pointer; touches nothing else.
 */
	.text
	.globl	_start
	.hidden	_start
	.type	_start, %function
_start:
	.cfi_startproc
	.cfi_undefined x30
	mov	x29, #0
	mov	x30, #0
	mov	x0, sp
	adrp	x1, _DYNAMIC
	add	x1, x1, :lo12:_DYNAMIC
	adrp	x2, __ehdr_start
	add	x2, x2, :lo12:__ehdr_start
	bl	bootstrap
	/* x0: the program's entry point, x1: the stack it is to see. */
	mov	sp, x1
	mov	x16, x0
	adrp	x0, _dl_fini
	add	x0, x0, :lo12:_dl_fini
	mov	x29, #0
	mov	x30, #0
	br	x16
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", %progbits
