/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return from signal handlers. */
	.text
	.set	noreorder

/* The kernel returns from all handlers by its own code; this is for who calls it by name. */
	.globl	arch_sigreturn
	.hidden	arch_sigreturn
	.type	arch_sigreturn, @function
	.align	2
arch_sigreturn:
	li	$2, 4193
	syscall
	.size	arch_sigreturn, . - arch_sigreturn

	.section .note.GNU-stack, "", @progbits
