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
