/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * First call through a stub (MIPS psABI supplement, "Function Addresses"; GNU ld) or through a PLT
 * entry (GNU ld).  Both have put the function's own return address into t7 ($15), this function's
 * address into t9 ($25), and into t8 ($24) the number of the symbol, or that of the relocation of
 * the PLT; gp ($28) is 0x7ff0 beyond the caller's GOT, or where the PLT's reserved words are.  All
 * that may hold arguments is saved: a0 to a3, f12 to f15.  Whoever is called sets up its own gp; the
 * caller's is kept all the same.
 */
	.text
	.set	noreorder
	.set	nomacro

/* The frame: 16 bytes for what is called, f12 and f14, a0 to a3, gp, the return address. */
#define FRAME 64

	.macro	lazy name, word, bind
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.hidden	\bind
	.align	2
\name:
	.cfi_startproc
	.cfi_register 31, 15
	move	$2, $28
	/* What computes gp wants its own address. */
	addiu	$25, $25, 8
	lui	$28, %hi(_gp_disp)
	addiu	$28, $28, %lo(_gp_disp)
	addu	$28, $28, $25
	addiu	$29, $29, -FRAME
	.cfi_adjust_cfa_offset FRAME
	sw	$15, FRAME - 4($29)
	.cfi_offset 31, -4
	sw	$2, FRAME - 8($29)
	sw	$4, 32($29)
	sw	$5, 36($29)
	sw	$6, 40($29)
	sw	$7, 44($29)
#ifdef __mips_hard_float
	sdc1	$f12, 16($29)
	sdc1	$f14, 24($29)
#endif
	lw	$4, \word($2)
	lw	$25, %call16(\bind)($28)
	jalr	$25
	 move	$5, $24
	move	$25, $2
#ifdef __mips_hard_float
	ldc1	$f12, 16($29)
	ldc1	$f14, 24($29)
#endif
	lw	$4, 32($29)
	lw	$5, 36($29)
	lw	$6, 40($29)
	lw	$7, 44($29)
	lw	$28, FRAME - 8($29)
	lw	$31, FRAME - 4($29)
	.cfi_restore 31
	jr	$25
	 addiu	$29, $29, FRAME
	.cfi_endproc
	.size	\name, . - \name
	.endm

	lazy	arch_lazy_stub, 4 - 0x7ff0, lazy_bind_symbol
	lazy	arch_lazy_resolve, 4, lazy_bind

/*
 * uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *argument)
 * Nothing is left to be saved.
 */
	.globl	arch_call_resolver
	.hidden	arch_call_resolver
	.type	arch_call_resolver, @function
	.align	2
arch_call_resolver:
	.cfi_startproc
	move	$25, $4
	move	$4, $5
	jr	$25
	 move	$5, $6
	.cfi_endproc
	.size	arch_call_resolver, . - arch_call_resolver

	.section .note.GNU-stack, "", @progbits
