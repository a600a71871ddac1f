/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS descriptor functions (A. Oliva, G. de Barros: "Thread-Local Storage Descriptors for the ARM
 * platform").  Called with the descriptor's address in r0, they return the variable's offset from
 * the thread pointer in r0 and may change r1 and the flags, no other register: the linker is
 * compiled without floating point registers.
 */
	.syntax unified
	.arm
	.text
	.globl	arch_tlsdesc_static
	.hidden	arch_tlsdesc_static
	.type	arch_tlsdesc_static, %function
arch_tlsdesc_static:
	.fnstart
	ldr	r0, [r0]
	bx	lr
	.fnend
	.size	arch_tlsdesc_static, . - arch_tlsdesc_static

/* An undefined weak variable has address 0 plus its addend. */
	.globl	arch_tlsdesc_undefined
	.hidden	arch_tlsdesc_undefined
	.type	arch_tlsdesc_undefined, %function
arch_tlsdesc_undefined:
	.fnstart
	push	{ip, lr}
	.save	{ip, lr}
	ldr	r1, [r0]
	bl	__aeabi_read_tp
	sub	r0, r1, r0
	pop	{ip, lr}
	bx	lr
	.fnend
	.size	arch_tlsdesc_undefined, . - arch_tlsdesc_undefined

/* The descriptor's first word points to module id and offset. */
	.globl	arch_tlsdesc_dynamic
	.hidden	arch_tlsdesc_dynamic
	.type	arch_tlsdesc_dynamic, %function
arch_tlsdesc_dynamic:
	.fnstart
	push	{r2, r3, ip, lr}
	.save	{r2, r3, ip, lr}
	ldr	r0, [r0]
	bl	tls_address
	mov	r1, r0
	bl	__aeabi_read_tp
	sub	r0, r1, r0
	pop	{r2, r3, ip, lr}
	bx	lr
	.fnend
	.size	arch_tlsdesc_dynamic, . - arch_tlsdesc_dynamic
	.hidden	tls_address
	.hidden	__aeabi_read_tp

	.section .note.GNU-stack, "", %progbits
