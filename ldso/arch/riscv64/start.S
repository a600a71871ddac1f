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
	.cfi_undefined ra
	mv	s0, zero
	mv	ra, zero
	mv	a0, sp
	lla	a1, _DYNAMIC
	lla	a2, __ehdr_start
	call	bootstrap
	/* a0: the program's entry point, a1: the stack it is to see. */
	mv	sp, a1
	mv	t1, a0
	lla	a0, _dl_fini
	mv	s0, zero
	mv	ra, zero
	jr	t1
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", @progbits
