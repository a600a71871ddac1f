/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Coroutines for the tests.  swap(&from, to): go on where the stack pointer `to` was left by a
 * swap, or with what swap_new has made; `from` gets this one.  foreign: code without unwind tables.
 */
#ifndef TEST_SWAP_H
#define TEST_SWAP_H

extern void swap(void **from, void *to);
extern void foreign(void);

#define SWAP_CODE(instructions)                                                      \
	__asm__(".text\n.type swap, %function\nswap:\n.cfi_startproc\n" instructions \
		".cfi_endproc\n.size swap, .-swap\n"                                 \
		".balign 4\n.long 0\n.type foreign, %function\nforeign: .long 0\n.size foreign, .-foreign\n")

#if defined __x86_64__
SWAP_CODE("push %rbx\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %rbx, 0\n"
	  "push %rbp\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %rbp, 0\n"
	  "push %r12\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %r12, 0\n"
	  "push %r13\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %r13, 0\n"
	  "push %r14\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %r14, 0\n"
	  "push %r15\n.cfi_adjust_cfa_offset 8\n.cfi_rel_offset %r15, 0\n"
	  "mov %rsp, (%rdi)\nmov %rsi, %rsp\n"
	  "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n");
enum { SWAP_WORDS = 9, SWAP_PC = 6, SWAP_CALLER = 7 };
#elif defined __i386__
SWAP_CODE("mov 4(%esp), %eax\nmov 8(%esp), %ecx\n"
	  "push %ebx\n.cfi_adjust_cfa_offset 4\n.cfi_rel_offset %ebx, 0\n"
	  "push %ebp\n.cfi_adjust_cfa_offset 4\n.cfi_rel_offset %ebp, 0\n"
	  "push %esi\n.cfi_adjust_cfa_offset 4\n.cfi_rel_offset %esi, 0\n"
	  "push %edi\n.cfi_adjust_cfa_offset 4\n.cfi_rel_offset %edi, 0\n"
	  "mov %esp, (%eax)\nmov %ecx, %esp\n"
	  "pop %edi\npop %esi\npop %ebp\npop %ebx\nret\n");
enum { SWAP_WORDS = 9, SWAP_PC = 4, SWAP_CALLER = 5 };
#elif defined __aarch64__
SWAP_CODE("stp x29, x30, [sp, #-112]!\n.cfi_adjust_cfa_offset 112\n"
	  ".cfi_rel_offset x29, 0\n.cfi_rel_offset x30, 8\n"
	  "stp x19, x20, [sp, #16]\n.cfi_rel_offset x19, 16\n.cfi_rel_offset x20, 24\n"
	  "stp x21, x22, [sp, #32]\n.cfi_rel_offset x21, 32\n.cfi_rel_offset x22, 40\n"
	  "stp x23, x24, [sp, #48]\n.cfi_rel_offset x23, 48\n.cfi_rel_offset x24, 56\n"
	  "stp x25, x26, [sp, #64]\n.cfi_rel_offset x25, 64\n.cfi_rel_offset x26, 72\n"
	  "stp x27, x28, [sp, #80]\n.cfi_rel_offset x27, 80\n.cfi_rel_offset x28, 88\n"
	  "str x30, [sp, #96]\n"
	  "mov x2, sp\nstr x2, [x0]\nmov sp, x1\n"
	  "ldp x19, x20, [sp, #16]\nldp x21, x22, [sp, #32]\nldp x23, x24, [sp, #48]\n"
	  "ldp x25, x26, [sp, #64]\nldp x27, x28, [sp, #80]\nldr x2, [sp, #96]\n"
	  "ldp x29, x30, [sp], #112\nbr x2\n");
enum { SWAP_WORDS = 14, SWAP_PC = 12, SWAP_CALLER = 1 };
#elif defined __riscv && __riscv_xlen == 64
SWAP_CODE(
	"addi sp, sp, -128\n.cfi_adjust_cfa_offset 128\nsd ra, 0(sp)\n.cfi_rel_offset ra, 0\n"
	"sd s0, 8(sp)\n.cfi_rel_offset s0, 8\nsd s1, 16(sp)\n.cfi_rel_offset s1, 16\n"
	"sd s2, 24(sp)\n.cfi_rel_offset s2, 24\nsd s3, 32(sp)\n.cfi_rel_offset s3, 32\n"
	"sd s4, 40(sp)\n.cfi_rel_offset s4, 40\nsd s5, 48(sp)\n.cfi_rel_offset s5, 48\n"
	"sd s6, 56(sp)\n.cfi_rel_offset s6, 56\nsd s7, 64(sp)\n.cfi_rel_offset s7, 64\n"
	"sd s8, 72(sp)\n.cfi_rel_offset s8, 72\nsd s9, 80(sp)\n.cfi_rel_offset s9, 80\n"
	"sd s10, 88(sp)\n.cfi_rel_offset s10, 88\nsd s11, 96(sp)\n.cfi_rel_offset s11, 96\n"
	"sd ra, 104(sp)\nsd sp, 0(a0)\nmv sp, a1\n"
	"ld s0, 8(sp)\nld s1, 16(sp)\nld s2, 24(sp)\nld s3, 32(sp)\nld s4, 40(sp)\n"
	"ld s5, 48(sp)\nld s6, 56(sp)\nld s7, 64(sp)\nld s8, 72(sp)\nld s9, 80(sp)\n"
	"ld s10, 88(sp)\nld s11, 96(sp)\nld t0, 104(sp)\nld ra, 0(sp)\naddi sp, sp, 128\njr t0\n");
enum { SWAP_WORDS = 16, SWAP_PC = 13, SWAP_CALLER = 0 };
#elif defined __arm__
/* Unwind tables of its own kind; what follows a function in its section is in its entry. */
#undef SWAP_CODE
__asm__(".text\n.arm\n.balign 4\n.type swap, %function\nswap:\n.fnstart\n"
	".save {r4-r11, lr}\npush {r4-r11, lr}\n.pad #4\npush {lr}\n"
	"str sp, [r0]\nmov sp, r1\npop {r2}\npop {r4-r11, lr}\nbx r2\n"
	".fnend\n.size swap, .-swap\n"
	".fnstart\n.cantunwind\n.long 0\n.type foreign, %function\nforeign: .long 0\n.fnend\n"
	".size foreign, .-foreign\n");
enum { SWAP_WORDS = 10, SWAP_PC = 0, SWAP_CALLER = 9 };
#elif defined __powerpc__
SWAP_CODE("stwu 1, -96(1)\n.cfi_adjust_cfa_offset 96\nmflr 0\nstw 0, 8(1)\n.cfi_rel_offset lr, 8\n"
	  "stw 0, 12(1)\nstmw 14, 16(1)\n.cfi_offset 14, -80\n.cfi_offset 15, -76\n"
	  ".cfi_offset 16, -72\n.cfi_offset 17, -68\n.cfi_offset 18, -64\n.cfi_offset 19, -60\n"
	  ".cfi_offset 20, -56\n.cfi_offset 21, -52\n.cfi_offset 22, -48\n.cfi_offset 23, -44\n"
	  ".cfi_offset 24, -40\n.cfi_offset 25, -36\n.cfi_offset 26, -32\n.cfi_offset 27, -28\n"
	  ".cfi_offset 28, -24\n.cfi_offset 29, -20\n.cfi_offset 30, -16\n.cfi_offset 31, -12\n"
	  "stw 1, 0(3)\nmr 1, 4\nlwz 0, 12(1)\nmtctr 0\nlwz 0, 8(1)\nmtlr 0\n"
	  "lmw 14, 16(1)\naddi 1, 1, 96\nbctr\n");
enum { SWAP_WORDS = 24 + 4, SWAP_PC = 3, SWAP_CALLER = 2 };
#elif defined __mips__
SWAP_CODE(
	".globl swap\n.hidden swap\n.globl foreign\n.hidden foreign\n.set push\n.set noreorder\n"
	"addiu $29, $29, -48\n.cfi_adjust_cfa_offset 48\n"
	"sw $31, 44($29)\n.cfi_rel_offset 31, 44\nsw $30, 40($29)\n.cfi_rel_offset 30, 40\n"
	"sw $23, 36($29)\n.cfi_rel_offset 23, 36\nsw $22, 32($29)\n.cfi_rel_offset 22, 32\n"
	"sw $21, 28($29)\n.cfi_rel_offset 21, 28\nsw $20, 24($29)\n.cfi_rel_offset 20, 24\n"
	"sw $19, 20($29)\n.cfi_rel_offset 19, 20\nsw $18, 16($29)\n.cfi_rel_offset 18, 16\n"
	"sw $17, 12($29)\n.cfi_rel_offset 17, 12\nsw $16, 8($29)\n.cfi_rel_offset 16, 8\n"
	"sw $31, 4($29)\nsw $29, 0($4)\nmove $29, $5\n"
	"lw $16, 8($29)\nlw $17, 12($29)\nlw $18, 16($29)\nlw $19, 20($29)\n"
	"lw $20, 24($29)\nlw $21, 28($29)\nlw $22, 32($29)\nlw $23, 36($29)\n"
	"lw $30, 40($29)\nlw $25, 4($29)\nlw $31, 44($29)\njr $25\naddiu $29, $29, 48\n.set pop\n");
enum { SWAP_WORDS = 12, SWAP_PC = 1, SWAP_CALLER = 11 };
#else
#error "no coroutines for this CPU yet"
#endif

/* A stack that ends at `top` and begins with `entry`, as if `caller` had called it. */
static inline void *swap_new(char *top, void (*entry)(void), void (*caller)(void))
{
	void **frame = (void **)top - SWAP_WORDS;

	memset(frame, 0, SWAP_WORDS * sizeof(*frame));
	frame[SWAP_PC] = (void *)entry;
	frame[SWAP_CALLER] = (void *)caller;
	return frame;
}

#endif
