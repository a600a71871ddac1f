/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the kernel enters the linker, and the way on into the program.  Owns the initial stack
 * pointer and, before anything in C runs, the linker's own GOT: no relocation names its words, and
 * without them nothing can be called.
 */
	.text
	.set	noreorder
	.set	nomacro

/* Tags of the dynamic section, less the number of the first that the CPU has. */
#define LOPROC 0x7000
#define LOCAL_GOTNO 0x0a
#define SYMTABNO 0x11
#define GOTSYM 0x13

	.globl	_start
	.hidden	_start
	.type	_start, @function
	.hidden	_DYNAMIC
	.hidden	bootstrap
	.align	2
_start:
	.cfi_startproc
	.cfi_undefined 31
	move	$16, $29
	bal	here
	 nop
here:
	lui	$28, %hi(_gp_disp)
	addiu	$28, $28, %lo(_gp_disp)
	addu	$28, $28, $31
	/* The GOT still has addresses before the bias: so the bias is what `here` differs by. */
	lw	$8, %got(here)($28)
	addiu	$8, $8, %lo(here)
	subu	$17, $31, $8
	lw	$18, %got(_DYNAMIC)($28)
	addu	$18, $18, $17
	/* $12: how many words there are, the local ones and those of symbols. */
	move	$12, $0
	move	$8, $18
	lui	$13, LOPROC
tag:
	lw	$9, 0($8)
	lw	$10, 4($8)
	beqz	$9, words
	 subu	$9, $9, $13
	addiu	$8, $8, 8
	xori	$11, $9, LOCAL_GOTNO
	beqz	$11, more
	 xori	$11, $9, SYMTABNO
	beqz	$11, more
	 xori	$11, $9, GOTSYM
	bnez	$11, tag
	 nop
	b	tag
	 subu	$12, $12, $10
more:
	b	tag
	 addu	$12, $12, $10
	/* All but the two that are reserved. */
words:
	addiu	$8, $28, -0x7ff0
	sll	$12, $12, 2
	addu	$12, $12, $8
	addiu	$8, $8, 8
word:
	beq	$8, $12, done
	 nop
	lw	$9, 0($8)
	addu	$9, $9, $17
	sw	$9, 0($8)
	b	word
	 addiu	$8, $8, 4
done:
	/* Room for arguments, and for what bootstrap returns, in memory: the first one says where. */
	li	$8, -8
	and	$29, $29, $8
	addiu	$29, $29, -32
	addiu	$4, $29, 24
	move	$5, $16
	move	$6, $18
	move	$7, $17
	move	$30, $0
	lw	$25, %call16(bootstrap)($28)
	jalr	$25
	 nop
	/* The program's entry point, and the stack it is to see. */
	lw	$25, 24($29)
	lw	$8, 28($29)
	lw	$2, %got(_dl_fini)($28)
	move	$29, $8
	move	$30, $0
	jr	$25
	 move	$31, $0
	.cfi_endproc
	.size	_start, . - _start

	.hidden	_dl_fini

	.section .note.GNU-stack, "", @progbits
