/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a PLT entry (psABI, "Procedure Linkage Table").  The linker is compiled
 * without vector and x87 instructions, so only the general registers that may hold arguments
 * (regparm, fastcall, a static chain) need saving; others pass through untouched, and are saved
 * only around an IFUNC resolver, which is not ours.
 */
	.text
	.globl	arch_lazy_resolve
	.hidden	arch_lazy_resolve
	.type	arch_lazy_resolve, @function
	.hidden	lazy_bind
arch_lazy_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 8	/* the PLT pushed the object and the relocation's offset */
	pushl	%eax
	.cfi_adjust_cfa_offset 4
	pushl	%ecx
	.cfi_adjust_cfa_offset 4
	pushl	%edx
	.cfi_adjust_cfa_offset 4
	movl	12(%esp), %eax
	movl	16(%esp), %edx
	shrl	$3, %edx		/* entries have 8 bytes */
	pushl	%edx
	.cfi_adjust_cfa_offset 4
	pushl	%eax
	.cfi_adjust_cfa_offset 4
	call	lazy_bind
	addl	$8, %esp
	.cfi_adjust_cfa_offset -8
	movl	%eax, 16(%esp)
	popl	%edx
	.cfi_adjust_cfa_offset -4
	popl	%ecx
	.cfi_adjust_cfa_offset -4
	popl	%eax
	.cfi_adjust_cfa_offset -4
	leal	4(%esp), %esp
	.cfi_adjust_cfa_offset -4
	ret				/* no register is left to jump by */
	.cfi_endproc
	.size	arch_lazy_resolve, . - arch_lazy_resolve

/*
 * The same where auditors want to be told.  %ebx is the struct arch_call; behind it are 108 bytes of
 * FSAVE, since a result may be on that stack, and other words to keep.  Functions that return a
 * structure take the pointer to it off the stack: as much as they took is taken here.
 */
	.globl	arch_audit_resolve
	.hidden	arch_audit_resolve
	.type	arch_audit_resolve, @function
	.hidden	lazy_enter
	.hidden	audit_left
arch_audit_resolve:
	.cfi_startproc
	.cfi_adjust_cfa_offset 8
	pushl	%ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset ebp, 0
	movl	%esp, %ebp
	.cfi_def_cfa_register ebp
	pushl	%ebx
	.cfi_offset ebx, -20
	subl	$192, %esp
	andl	$-16, %esp
	movl	%esp, %ebx
	movl	%edx, 16(%ebx)
	movl	%ecx, 20(%ebx)
	movl	%eax, 24(%ebx)
	movl	(%ebp), %eax
	movl	%eax, 28(%ebx)
	leal	12(%ebp), %eax
	movl	%eax, 32(%ebx)
	movl	8(%ebp), %edx
	shrl	$3, %edx		/* entries have 8 bytes */
	subl	$4, %esp
	pushl	%ebx
	pushl	%edx
	pushl	4(%ebp)
	call	lazy_enter
	movl	%ebx, %esp
	movl	4(%ebx), %ecx
	testl	%ecx, %ecx
	js	1f
	subl	%ecx, %esp
	andl	$-16, %esp
	movl	%esi, 12(%ebx)
	movl	%edi, 176(%ebx)
	leal	16(%ebp), %esi
	movl	%esp, %edi
	rep movsb
	movl	12(%ebx), %esi
	movl	176(%ebx), %edi
	movl	%esp, 176(%ebx)
	movl	16(%ebx), %edx
	movl	20(%ebx), %ecx
	movl	24(%ebx), %eax
	call	*(%ebx)
	subl	176(%ebx), %esp
	movl	%esp, 176(%ebx)		/* what it took */
	movl	%ebx, %esp
	movl	%eax, 36(%ebx)
	movl	%edx, 40(%ebx)
	fnsave	68(%ebx)
	movl	96(%ebx), %eax
	movl	%eax, 44(%ebx)
	movl	100(%ebx), %eax
	movl	%eax, 48(%ebx)
	movl	104(%ebx), %eax
	movw	%ax, 52(%ebx)
	movl	106(%ebx), %eax
	movl	%eax, 56(%ebx)
	movl	110(%ebx), %eax
	movl	%eax, 60(%ebx)
	movl	114(%ebx), %eax
	movw	%ax, 64(%ebx)
	call	2f
2:	popl	%eax
	leal	audit_left - 2b(%eax), %eax
	subl	$8, %esp
	pushl	%ebx
	pushl	%eax
	call	arch_call_resolver
	movl	44(%ebx), %eax
	movl	%eax, 96(%ebx)
	movl	48(%ebx), %eax
	movl	%eax, 100(%ebx)
	movl	52(%ebx), %eax
	movw	%ax, 104(%ebx)
	movl	56(%ebx), %eax
	movl	%eax, 106(%ebx)
	movl	60(%ebx), %eax
	movl	%eax, 110(%ebx)
	movl	64(%ebx), %eax
	movw	%ax, 114(%ebx)
	frstor	68(%ebx)
	movl	176(%ebx), %edx
	movl	12(%ebp), %ecx
	movl	%ecx, 12(%ebp, %edx)
	leal	12(%ebp, %edx), %ecx
	movl	36(%ebx), %eax
	movl	40(%ebx), %edx
	movl	-4(%ebp), %ebx
	.cfi_remember_state
	.cfi_restore ebx
	movl	(%ebp), %ebp
	.cfi_def_cfa ecx, 4
	.cfi_restore ebp
	movl	%ecx, %esp
	.cfi_def_cfa esp, 4
	ret
	.cfi_restore_state
1:	movl	(%ebx), %ecx
	movl	%ecx, 8(%ebp)
	movl	16(%ebx), %edx
	movl	20(%ebx), %ecx
	movl	24(%ebx), %eax
	movl	-4(%ebp), %ebx
	.cfi_restore ebx
	leave
	.cfi_def_cfa esp, 12
	.cfi_restore ebp
	leal	4(%esp), %esp
	.cfi_adjust_cfa_offset -4
	ret				/* no register is left to jump by */
	.cfi_endproc
	.size	arch_audit_resolve, . - arch_audit_resolve

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap)
 * XSAVE of x87 to AVX-512 state takes at most 2688 bytes in the standard format; without XSAVE,
 * FXSAVE keeps what there is; a CPU that has neither has no registers to keep.
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, @function
arch_call_resolver:
	.cfi_startproc
	pushl	%ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset ebp, 0
	movl	%esp, %ebp
	.cfi_def_cfa_register ebp
	pushl	%ebx
	.cfi_offset ebx, -12
	pushl	%esi
	.cfi_offset esi, -16
	pushl	%edi
	.cfi_offset edi, -20
	xorl	%esi, %esi		/* 0: nothing saved, 1: FXSAVE, 2: XSAVE */
	/* A CPU that lets the ID flag be changed has CPUID. */
	pushfl
	popl	%eax
	movl	%eax, %ecx
	xorl	$1 << 21, %eax
	pushl	%eax
	popfl
	pushfl
	popl	%eax
	pushl	%ecx
	popfl
	xorl	%ecx, %eax
	subl	$2832, %esp
	andl	$-64, %esp
	testl	$1 << 21, %eax
	jz	2f
	movl	$1, %eax
	xorl	%ecx, %ecx
	cpuid
	testl	$1 << 24, %edx		/* FXSR */
	jz	2f
	incl	%esi
	testl	$1 << 27, %ecx		/* OSXSAVE */
	jz	1f
	incl	%esi
	/* XSAVE wants a clean header. */
	xorl	%eax, %eax
	leal	512+64(%esp), %edi
	movl	$16, %ecx
	rep stosl
	movl	$0xee, %eax
	xorl	%edx, %edx
	xsave	64(%esp)
	jmp	2f
1:	fxsave	64(%esp)
2:	movl	12(%ebp), %eax
	movl	%eax, (%esp)
	call	*8(%ebp)
	movl	%eax, %edi
	testl	%esi, %esi
	jz	4f
	testl	$2, %esi
	jz	3f
	movl	$0xee, %eax
	xorl	%edx, %edx
	xrstor	64(%esp)
	jmp	4f
3:	fxrstor	64(%esp)
4:	movl	%edi, %eax
	leal	-12(%ebp), %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	.cfi_def_cfa esp, 4
	ret
	.cfi_endproc
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", @progbits
