/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return from signal handlers. */
	.text

/*
 * The frame a signal handler of the linker returns through (SA_SIGINFO); the nop and the exact
 * instructions are what unwinders recognise.
 */
	.globl	arch_sigreturn
	.hidden	arch_sigreturn
	.type	arch_sigreturn, @function
	nop
arch_sigreturn:
	movl	$173, %eax
	int	$0x80
	.size	arch_sigreturn, . - arch_sigreturn

	.section .note.GNU-stack, "", @progbits
