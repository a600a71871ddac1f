/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS descriptor functions (A. Oliva, G. Araujo: "Thread-Local Storage Descriptors for
 * IA32 and AMD64/EM64T").  Called with the descriptor's address in rax, they return the
 * variable's offset from the thread pointer in rax and change no other register.
 */
	.text
	.globl	arch_tlsdesc_static
	.hidden	arch_tlsdesc_static
	.type	arch_tlsdesc_static, @function
arch_tlsdesc_static:
	.cfi_startproc
	movq	8(%rax), %rax
	ret
	.cfi_endproc
	.size	arch_tlsdesc_static, . - arch_tlsdesc_static

/* An undefined weak variable has address 0 plus its addend. */
	.globl	arch_tlsdesc_undefined
	.hidden	arch_tlsdesc_undefined
	.type	arch_tlsdesc_undefined, @function
arch_tlsdesc_undefined:
	.cfi_startproc
	movq	8(%rax), %rax
	subq	%fs:0, %rax
	ret
	.cfi_endproc
	.size	arch_tlsdesc_undefined, . - arch_tlsdesc_undefined

/* The descriptor's second word points to module id and offset. */
	.globl	arch_tlsdesc_dynamic
	.hidden	arch_tlsdesc_dynamic
	.type	arch_tlsdesc_dynamic, @function
arch_tlsdesc_dynamic:
	.cfi_startproc
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	pushq	%r11
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	movq	8(%rax), %rdi
	call	tls_address
	subq	%fs:0, %rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r11
	.cfi_adjust_cfa_offset -8
	popq	%r10
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	arch_tlsdesc_dynamic, . - arch_tlsdesc_dynamic
	.hidden	tls_address

	.section .note.GNU-stack, "", @progbits
