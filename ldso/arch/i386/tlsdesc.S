/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS descriptor functions (A. Oliva, G. Araujo: "Thread-Local Storage Descriptors for
 * IA32 and AMD64/EM64T").  Called with the descriptor's address in eax, they return the
 * variable's offset from the thread pointer in eax and change no other register.
 */
	.text
	.globl	arch_tlsdesc_static
	.hidden	arch_tlsdesc_static
	.type	arch_tlsdesc_static, @function
arch_tlsdesc_static:
	.cfi_startproc
	movl	4(%eax), %eax
	ret
	.cfi_endproc
	.size	arch_tlsdesc_static, . - arch_tlsdesc_static

/* An undefined weak variable has address 0 plus its addend. */
	.globl	arch_tlsdesc_undefined
	.hidden	arch_tlsdesc_undefined
	.type	arch_tlsdesc_undefined, @function
arch_tlsdesc_undefined:
	.cfi_startproc
	movl	4(%eax), %eax
	subl	%gs:0, %eax
	ret
	.cfi_endproc
	.size	arch_tlsdesc_undefined, . - arch_tlsdesc_undefined

/* The descriptor's second word points to module id and offset. */
	.globl	arch_tlsdesc_dynamic
	.hidden	arch_tlsdesc_dynamic
	.type	arch_tlsdesc_dynamic, @function
arch_tlsdesc_dynamic:
	.cfi_startproc
	pushl	%ecx
	.cfi_adjust_cfa_offset 4
	pushl	%edx
	.cfi_adjust_cfa_offset 4
	pushl	4(%eax)
	.cfi_adjust_cfa_offset 4
	call	tls_address
	subl	%gs:0, %eax
	addl	$4, %esp
	.cfi_adjust_cfa_offset -4
	popl	%edx
	.cfi_adjust_cfa_offset -4
	popl	%ecx
	.cfi_adjust_cfa_offset -4
	ret
	.cfi_endproc
	.size	arch_tlsdesc_dynamic, . - arch_tlsdesc_dynamic
	.hidden	tls_address

/* What GNU compilers call: __tls_get_addr with its argument in eax (the TLS paper, 3.4.2). */
	.globl	___tls_get_addr
	.type	___tls_get_addr, @function
___tls_get_addr:
	.cfi_startproc
	subl	$8, %esp
	.cfi_adjust_cfa_offset 8
	pushl	%eax
	.cfi_adjust_cfa_offset 4
	call	tls_address
	addl	$12, %esp
	.cfi_adjust_cfa_offset -12
	ret
	.cfi_endproc
	.size	___tls_get_addr, . - ___tls_get_addr

	.section .note.GNU-stack, "", @progbits
