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

/* The beginning: the caller's gp is in v0 ($2) now, the own one in gp. */
	.macro	begin name, bind
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
	.endm

	.macro	lazy name, word, bind
	begin	\name, \bind
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
 * The same where auditors want to be told.  s8 ($30) is the frame: 16 bytes for what is called, the
 * struct arch_call, both gp, s8, the return address.
 */
#define AUDIT_FRAME 112
#define OWN_GP AUDIT_FRAME - 16
#define CALLERS_GP AUDIT_FRAME - 12
#define CALL 16

	.macro	audit name, word, enter
	begin	\name, \enter
	lw	$8, \word($2)
	lw	$9, %call16(\enter)($28)
	b	call_told
	 nop
	.cfi_endproc
	.size	\name, . - \name
	.endm

	audit	arch_audit_stub, 4 - 0x7ff0, lazy_enter_symbol
	audit	arch_audit_resolve, 4, lazy_enter

/* What the PLT says is where it was, the word for the object in t0, who is to be asked in t1. */
	.type	call_told, @function
	.hidden	audit_left
	.align	2
call_told:
	.cfi_startproc
	.cfi_register 31, 15
	addiu	$29, $29, -AUDIT_FRAME
	.cfi_adjust_cfa_offset AUDIT_FRAME
	sw	$15, AUDIT_FRAME - 4($29)
	.cfi_offset 31, -4
	sw	$30, AUDIT_FRAME - 8($29)
	.cfi_offset 30, -8
	move	$30, $29
	.cfi_def_cfa_register 30
	sw	$2, CALLERS_GP($30)
	sw	$28, OWN_GP($30)
	sw	$4, CALL + 16($30)
	sw	$5, CALL + 20($30)
	sw	$6, CALL + 24($30)
	sw	$7, CALL + 28($30)
#ifdef __mips_hard_float
	sdc1	$f12, CALL + 32($30)
	sdc1	$f14, CALL + 40($30)
#endif
	addiu	$10, $30, AUDIT_FRAME
	sw	$15, CALL + 48($30)
	sw	$10, CALL + 52($30)
	move	$4, $8
	move	$5, $24
	move	$25, $9
	jalr	$25
	 addiu	$6, $30, CALL
	lw	$8, CALL + 4($30)
	bltz	$8, 2f
	 addiu	$9, $30, AUDIT_FRAME
	/* The arguments on the stack, with the room in front of them for those in registers. */
	addiu	$8, $8, 16 + 7
	li	$10, -8
	and	$8, $8, $10
	addu	$10, $9, $8
	subu	$29, $29, $8
	move	$8, $29
1:	lw	$11, 0($9)
	addiu	$9, $9, 4
	sw	$11, 0($8)
	bne	$9, $10, 1b
	 addiu	$8, $8, 4
	bal	3f
	 nop
	jalr	$25
	 nop
	move	$29, $30
	lw	$28, OWN_GP($30)
	sw	$2, CALL + 56($30)
	sw	$3, CALL + 60($30)
#ifdef __mips_hard_float
	sdc1	$f0, CALL + 64($30)
	sdc1	$f2, CALL + 72($30)
#endif
	lw	$25, %call16(audit_left)($28)
	jalr	$25
	 addiu	$4, $30, CALL
#ifdef __mips_hard_float
	ldc1	$f0, CALL + 64($30)
	ldc1	$f2, CALL + 72($30)
#endif
	lw	$2, CALL + 56($30)
	lw	$3, CALL + 60($30)
	b	4f
	 lw	$25, AUDIT_FRAME - 4($30)
2:	bal	3f
	 nop
	b	4f
	 nop
	/* The arguments come back, and where they are for. */
3:
#ifdef __mips_hard_float
	ldc1	$f12, CALL + 32($30)
	ldc1	$f14, CALL + 40($30)
#endif
	lw	$4, CALL + 16($30)
	lw	$5, CALL + 20($30)
	lw	$6, CALL + 24($30)
	lw	$7, CALL + 28($30)
	jr	$31
	 lw	$25, CALL($30)
4:	lw	$28, CALLERS_GP($30)
	lw	$31, AUDIT_FRAME - 4($30)
	.cfi_restore 31
	.cfi_def_cfa_register 29
	lw	$30, AUDIT_FRAME - 8($29)
	.cfi_restore 30
	jr	$25
	 addiu	$29, $29, AUDIT_FRAME
	.cfi_endproc
	.size	call_told, . - call_told

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
