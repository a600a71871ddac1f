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
	.cfi_undefined rip
	xorl	%ebp, %ebp
	movq	%rsp, %rdi
	leaq	_DYNAMIC(%rip), %rsi
	leaq	__ehdr_start(%rip), %rdx
	andq	$-16, %rsp
	call	bootstrap
	/* rax: the program's entry point, rdx: the stack it is to see. */
	movq	%rdx, %rsp
	leaq	_dl_fini(%rip), %rdx
	jmp	*%rax
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", @progbits
