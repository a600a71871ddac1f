/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What compiled code asks for the thread pointer ("Run-time ABI for the Arm Architecture").  uClibc-ng's
 * libc-aeabi_read_tp.S, by which libc and every program get one of their own, includes this file by its path.
 */
	.syntax unified
	.arm
	.text

/*
 * The thread pointer in r0; changes no other register but lr and ip.  The kernel has the function,
 * in the page that it shows at the top of the address space: CPUs older than version 6 keep the
 * thread pointer in memory.
 */
	.globl	__aeabi_read_tp
	.hidden	__aeabi_read_tp
	.type	__aeabi_read_tp, %function
__aeabi_read_tp:
	.fnstart
#if __ARM_ARCH >= 7 || defined __ARM_ARCH_6K__ || defined __ARM_ARCH_6ZK__ || defined __ARM_ARCH_6KZ__
	mrc	p15, 0, r0, c13, c0, 3
	bx	lr
#else
	mvn	r0, #0xf000
	sub	pc, r0, #31		/* 0xffff0fe0 */
#endif
	.fnend
	.size	__aeabi_read_tp, . - __aeabi_read_tp

	.section .note.GNU-stack, "", %progbits
