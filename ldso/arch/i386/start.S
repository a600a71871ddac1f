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
	.cfi_undefined eip
	xorl	%ebp, %ebp
	movl	%esp, %esi
	call	1f
1:	popl	%ebx
	addl	$_GLOBAL_OFFSET_TABLE_+(.-1b), %ebx
	/* Room for what bootstrap returns, and four arguments: the first says where that is. */
	subl	$32, %esp
	andl	$-16, %esp
	leal	16(%esp), %eax
	movl	%eax, (%esp)
	movl	%esi, 4(%esp)
	leal	_DYNAMIC@GOTOFF(%ebx), %eax
	movl	%eax, 8(%esp)
	leal	__ehdr_start@GOTOFF(%ebx), %eax
	movl	%eax, 12(%esp)
	call	bootstrap
	/* It has taken its first argument away: the program's entry point, the stack it is to see. */
	movl	12(%esp), %eax
	movl	16(%esp), %esp
	leal	_dl_fini@GOTOFF(%ebx), %edx
	jmp	*%eax
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_DYNAMIC
	.hidden	__ehdr_start
	.hidden	bootstrap

	.section .note.GNU-stack, "", @progbits
