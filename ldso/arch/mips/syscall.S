/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls with six arguments, of which the kernel finds the last two on the stack. */
	.text
	.set	noreorder
	.set	nomacro

/* long arch_syscall6(long number, long a, long b, long c, long d, long e, long f) */
	.globl	arch_syscall6
	.hidden	arch_syscall6
	.type	arch_syscall6, @function
	.align	2
arch_syscall6:
	.cfi_startproc
	move	$2, $4
	move	$4, $5
	move	$5, $6
	move	$6, $7
	/* The places of arguments belong to who is called. */
	lw	$7, 16($29)
	lw	$8, 20($29)
	lw	$9, 24($29)
	sw	$8, 16($29)
	sw	$9, 20($29)
	syscall
	/* a3: it failed, and the result is the number of the error. */
	beqz	$7, 1f
	 nop
	subu	$2, $0, $2
1:	jr	$31
	 nop
	.cfi_endproc
	.size	arch_syscall6, . - arch_syscall6

	.section .note.GNU-stack, "", @progbits
