/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What compiled code on Arm calls that is elsewhere in libraries the linker has none of ("Run-time
 * ABI for the Arm Architecture").
 */
	.syntax unified
	.arm
	.text

/* What unwind tables name for libgcc's sake; nobody calls these. */
	.globl	__aeabi_unwind_cpp_pr0
	.hidden	__aeabi_unwind_cpp_pr0
	.globl	__aeabi_unwind_cpp_pr1
	.hidden	__aeabi_unwind_cpp_pr1
	.type	__aeabi_unwind_cpp_pr0, %function
	.type	__aeabi_unwind_cpp_pr1, %function
__aeabi_unwind_cpp_pr0:
__aeabi_unwind_cpp_pr1:
	bx	lr

/* A division by zero gives what libgcc's functions give if these return. */
	.globl	__aeabi_idiv0
	.hidden	__aeabi_idiv0
	.globl	__aeabi_ldiv0
	.hidden	__aeabi_ldiv0
	.type	__aeabi_idiv0, %function
	.type	__aeabi_ldiv0, %function
__aeabi_idiv0:
__aeabi_ldiv0:
	bx	lr

	.section .note.GNU-stack, "", %progbits
