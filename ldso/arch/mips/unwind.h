/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on MIPS (o32): DWARF register numbers, which are the registers' own, and the kernel's
 * signal frames. */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "base/base.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("move %0, $29" : "=r"(sp));
	return sp;
}

enum {
	ARCH_UNWIND_SP = 29,
	ARCH_UNWIND_RA = 31,
	ARCH_UNWIND_CALLEE_SAVED = 0xff << 16 | 1 << 30 /* s0 to s7, s8 */
};

/* Where a return address that was found on the stack leads: an odd one to compressed code. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word & ~(uintptr_t)1;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                       \
	__asm__ volatile(".set push\n\t.set noreorder\n\t"                               \
			 "sw $16, 16*4(%1)\n\tsw $17, 17*4(%1)\n\tsw $18, 18*4(%1)\n\t"  \
			 "sw $19, 19*4(%1)\n\tsw $20, 20*4(%1)\n\tsw $21, 21*4(%1)\n\t"  \
			 "sw $22, 22*4(%1)\n\tsw $23, 23*4(%1)\n\tsw $29, 29*4(%1)\n\t"  \
			 "sw $30, 30*4(%1)\n\tbal 1f\n\tnop\n1:\tsw $31, %0\n\t.set pop" \
			 : "=m"((frame)->pc)                                             \
			 : "r"((frame)->reg)                                             \
			 : "$31", "memory")

/*
 * The frames the kernel makes for a signal handler, at the stack pointer the handler begins with: 6
 * words of room; for a handler with SA_SIGINFO siginfo (32 words) and the beginning of struct
 * ucontext, uc_flags, uc_link, uc_stack (3 words), a word that aligns; then struct sigcontext: two
 * words that nobody writes, pc, 32 registers, all of 64 bits, and more.  Where the handler returns
 * to is nowhere in it, unless an old kernel has put the code into the room.
 */
enum {
	SIGNAL_INFO_AT = 6,
	SIGNAL_CONTEXT_AT = SIGNAL_INFO_AT + 32,
	SIGNAL_PC_AT = 2, /* in sigcontext */
	SIGNAL_SIGCONTEXT = 148
};

/* Words of return address before the frame; bytes of it to look at, those of the code that a
 * handler returns to, and the words of the registers. */
enum {
	ARCH_SIGNAL_VDSO = 1, /* may a handler return by the kernel's vDSO? */
	ARCH_SIGNAL_PUSHED = 0,
	ARCH_SIGNAL_FRAME = (SIGNAL_INFO_AT + SIGNAL_SIGCONTEXT) * 4,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 2 + 64
};

/* What code returns from a frame with siginfo, and from one without. */
enum { SIGNAL_SHAPE_UNKNOWN = 1, SIGNAL_SHAPE_INFO, SIGNAL_SHAPE_PLAIN };

/*
 * Are these the pc and the registers of a program?  The upper half of each is 0 or the sign of the
 * lower one, register 0 is 0, pc and stack pointer are aligned.
 */
static inline bool signal_is_context(const uintptr_t *registers)
{
	unsigned i;

	for (i = 0; i < ARCH_SIGNAL_REGISTERS; i += 2) {
		uintptr_t low = registers[i + ARCH_LOW_WORD], high = registers[i + !ARCH_LOW_WORD];

		if (high && high != (uintptr_t)((intptr_t)low >> 31))
			return false;
	}
	return !registers[2 + ARCH_LOW_WORD] && registers[ARCH_LOW_WORD] &&
	       (registers[ARCH_LOW_WORD] & 3) != 2 &&
	       !(registers[2 + 2 * ARCH_UNWIND_SP + ARCH_LOW_WORD] & 7) &&
	       registers[2 + 2 * ARCH_UNWIND_SP + ARCH_LOW_WORD];
}

/* A frame with siginfo has a signal's number there, no flags, no link. */
static inline bool signal_has_info(const uintptr_t *frame)
{
	return frame[SIGNAL_INFO_AT] - 1 < 128 && !frame[SIGNAL_CONTEXT_AT] &&
	       !frame[SIGNAL_CONTEXT_AT + 1] &&
	       signal_is_context(frame + SIGNAL_CONTEXT_AT + 6 + SIGNAL_PC_AT);
}

static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	return !((uintptr_t)frame & 7) &&
	       (signal_has_info(frame) || signal_is_context(frame + SIGNAL_INFO_AT + SIGNAL_PC_AT));
}

/* li v0, 4193 or 4119; syscall. */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	uint32_t word[2];

	memcpy(word, code, sizeof(word));
	if (word[1] != 0x0000000c)
		return 0;
	return word[0] == 0x24021061   ? SIGNAL_SHAPE_INFO
	       : word[0] == 0x24021017 ? SIGNAL_SHAPE_PLAIN
				       : 0;
}

/* Where a frame has the registers: pc, and then all others. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *frame, unsigned shape)
{
	if (shape == SIGNAL_SHAPE_UNKNOWN)
		shape = signal_has_info(frame) ? SIGNAL_SHAPE_INFO : SIGNAL_SHAPE_PLAIN;
	return frame + SIGNAL_PC_AT +
	       (shape == SIGNAL_SHAPE_INFO ? SIGNAL_CONTEXT_AT + 6 : SIGNAL_INFO_AT);
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[2 + 2 * ARCH_UNWIND_SP + ARCH_LOW_WORD];
}

/*
 * The registers of what the signal interrupted, by DWARF number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	unsigned i;

	for (i = 1; i < 32; i++)
		reg[i] = registers[2 + 2 * i + ARCH_LOW_WORD];
	*pc_slot = (uintptr_t)&registers[ARCH_LOW_WORD];
	return 0xfffffffe;
}

#endif
