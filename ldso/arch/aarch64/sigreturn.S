/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return from signal handlers. */
	.text

/*
 * What a signal handler of the linker returns to; the nop and the exact instructions are what
 * unwinders recognise.
 */
	.globl	arch_sigreturn
	.hidden	arch_sigreturn
	.type	arch_sigreturn, %function
	nop
arch_sigreturn:
	mov	x8, #139
	svc	#0
	.size	arch_sigreturn, . - arch_sigreturn

	.section .note.GNU-stack, "", %progbits
