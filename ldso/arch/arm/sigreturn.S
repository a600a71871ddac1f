/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return from signal handlers. */
	.syntax unified
	.arm
	.text

/*
 * What a signal handler of the linker returns to (SA_SIGINFO); the nop and the exact instructions
 * are what unwinders recognise, the table what those of the exception handling ABI go by.
 */
	.globl	arch_sigreturn
	.hidden	arch_sigreturn
	.type	arch_sigreturn, %function
	.fnstart
	.save	{r0-r15}
	.pad	#160
	nop
arch_sigreturn:
	mov	r7, #173
	svc	#0
	.fnend
	.size	arch_sigreturn, . - arch_sigreturn

	.section .note.GNU-stack, "", %progbits
