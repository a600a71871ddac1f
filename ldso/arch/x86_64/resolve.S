/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry (psABI 5.2).  The linker is compiled without vector
 * instructions, so only the general argument registers need saving; vector registers pass
 * through untouched, and are saved only around an IFUNC resolver, which is not ours.
 */
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, @function
	.hidden	lazy_bind
arch_lazy_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 16	/* the PLT pushed the object and the slot's number */
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	movq	72(%rsp), %rdi
	movq	80(%rsp), %rsi
	call	lazy_bind
	movq	%rax, %r11
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r10
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rax
	.cfi_adjust_cfa_offset -8
	addq	$16, %rsp
	.cfi_adjust_cfa_offset -16
	jmp	*%r11
	.cfi_endproc
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/*
 * The same where auditors want to be told.  %rbx is the struct arch_call; what x87 and vector
 * registers hold is in its arguments and results as FXSAVE has it, and what is wider stays, as
 * arch_call_resolver keeps it around auditors.
 */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, @function
	.hidden	lazy_enter
	.hidden	audit_left
arch_audit_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 16
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	pushq	%rbx
	.cfi_offset rbx, -40
	subq	$1152, %rsp
	andq	$-16, %rsp
	movq	%rsp, %rbx
	movq	%rdi, 32(%rbx)
	movq	%rsi, 40(%rbx)
	movq	%rdx, 48(%rbx)
	movq	%rcx, 56(%rbx)
	movq	%r8, 64(%rbx)
	movq	%r9, 72(%rbx)
	movq	%rax, 80(%rbx)
	movq	%r10, 88(%rbx)
	movq	(%rbp), %rax
	movq	%rax, 96(%rbx)
	leaq	24(%rbp), %rax
	movq	%rax, 104(%rbx)
	fxsave64 112(%rbx)
	movq	8(%rbp), %rdi
	movq	16(%rbp), %rsi
	movq	%rbx, %rdx
	call	lazy_enter
	movq	8(%rbx), %rcx
	testq	%rcx, %rcx
	js	1f
	subq	%rcx, %rsp
	andq	$-16, %rsp
	leaq	32(%rbp), %rsi
	movq	%rsp, %rdi
	rep movsb
	call	2f
	call	*(%rbx)
	movq	%rbx, %rsp
	movq	%rax, 624(%rbx)
	movq	%rdx, 632(%rbx)
	fxsave64 640(%rbx)
	emms				/* a result may be on its stack */
	leaq	audit_left(%rip), %rdi
	movq	%rbx, %rsi
	call	arch_call_resolver
	fxrstor64 640(%rbx)
	movq	624(%rbx), %rax
	movq	632(%rbx), %rdx
	movq	-8(%rbp), %rbx
	.cfi_remember_state
	.cfi_restore rbx
	leave
	.cfi_def_cfa rsp, 24
	.cfi_restore rbp
	addq	$16, %rsp
	.cfi_adjust_cfa_offset -16
	ret
	.cfi_restore_state
1:	call	2f
	movq	(%rbx), %r11
	movq	-8(%rbp), %rbx
	.cfi_remember_state
	.cfi_restore rbx
	leave
	.cfi_def_cfa rsp, 24
	.cfi_restore rbp
	addq	$16, %rsp
	.cfi_adjust_cfa_offset -16
	jmp	*%r11
	.cfi_restore_state
2:	fxrstor64 112(%rbx)
	movq	32(%rbx), %rdi
	movq	40(%rbx), %rsi
	movq	48(%rbx), %rdx
	movq	56(%rbx), %rcx
	movq	64(%rbx), %r8
	movq	72(%rbx), %r9
	movq	80(%rbx), %rax
	movq	88(%rbx), %r10
	ret
	.cfi_endproc
	.size	arch_audit_resolve, . - arch_audit_resolve

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap)
 * XSAVE of x87 to AVX-512 state takes at most 2688 bytes in the standard format; without
 * XSAVE, FXSAVE keeps what there is.
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, @function
arch_call_resolver:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	pushq	%rbx
	.cfi_offset rbx, -24
	pushq	%r12
	.cfi_offset r12, -32
	pushq	%r13
	.cfi_offset r13, -40
	movq	%rdi, %r12
	movq	%rsi, %r13
	subq	$2816, %rsp
	andq	$-64, %rsp
	movl	$1, %eax
	xorl	%ecx, %ecx
	cpuid
	movl	%ecx, %ebx
	andl	$1 << 27, %ebx		/* OSXSAVE */
	jz	1f
	/* XSAVE wants a clean header. */
	xorl	%eax, %eax
	leaq	512(%rsp), %rdi
	movl	$8, %ecx
	rep stosq
	movl	$0xee, %eax
	xorl	%edx, %edx
	xsave64	(%rsp)
	jmp	2f
1:	fxsave64 (%rsp)
2:	movq	%r13, %rdi
	call	*%r12
	movq	%rax, %r12
	testl	%ebx, %ebx
	jz	3f
	movl	$0xee, %eax
	xorl	%edx, %edx
	xrstor64 (%rsp)
	jmp	4f
3:	fxrstor64 (%rsp)
4:	movq	%r12, %rax
	leaq	-24(%rbp), %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", @progbits
