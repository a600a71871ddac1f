/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on 64-bit RISC-V: DWARF register numbers (RISC-V DWARF, table 1), the kernel's signal
 * frame. */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "base/base.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mv %0, sp" : "=r"(sp));
	return sp;
}

/* DWARF register numbers. */
enum {
	ARCH_UNWIND_SP = 2,
	ARCH_UNWIND_RA = 1,
	ARCH_UNWIND_CALLEE_SAVED = 3 << 8 | 0x3ff << 18 /* s0, s1, s2 to s11 */
};

/* Where a return address that was found on the stack leads. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                     \
	__asm__ volatile("sd s0, 8*8(%1)\n\tsd s1, 9*8(%1)\n\tsd s2, 18*8(%1)\n\t"     \
			 "sd s3, 19*8(%1)\n\tsd s4, 20*8(%1)\n\tsd s5, 21*8(%1)\n\t"   \
			 "sd s6, 22*8(%1)\n\tsd s7, 23*8(%1)\n\tsd s8, 24*8(%1)\n\t"   \
			 "sd s9, 25*8(%1)\n\tsd s10, 26*8(%1)\n\tsd s11, 27*8(%1)\n\t" \
			 "sd sp, 2*8(%1)\n\tlla t0, 1f\n\tsd t0, %0\n1:"               \
			 : "=m"((frame)->pc)                                           \
			 : "r"((frame)->reg)                                           \
			 : "t0", "memory")

/*
 * The frame the kernel makes for a signal handler, at the stack pointer the handler begins with:
 * siginfo (16 words), then struct ucontext: uc_flags, uc_link, uc_stack (3 words), 128 bytes for
 * signals, a word that aligns, pc, x1 to x31, and 66 words of vector and floating point state.
 * Where the handler returns to is nowhere in it.
 */
enum { SIGNAL_CONTEXT_AT = 16, SIGNAL_REGISTERS_AT = 16 + 22 };

/* Words of return address before the frame; its bytes, those of the code that a handler returns to,
 * and the number of the registers. */
enum {
	ARCH_SIGNAL_VDSO = 1, /* may a handler return by the kernel's vDSO? */
	ARCH_SIGNAL_PUSHED = 0,
	ARCH_SIGNAL_FRAME = (SIGNAL_REGISTERS_AT + 32 + 66) * 8,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 32
};

/*
 * Do the words look like a signal frame?  A signal's number, no flags, no link, flags of an
 * alternate stack, an aligned stack pointer and pc: no word of it is certain, all of them are.
 */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	const uintptr_t *registers = frame + SIGNAL_REGISTERS_AT;

	return (uint32_t)frame[0] - 1 < 64 && frame[SIGNAL_CONTEXT_AT] == 0 &&
	       frame[SIGNAL_CONTEXT_AT + 1] == 0 && (uint32_t)frame[SIGNAL_CONTEXT_AT + 3] < 3 &&
	       registers[0] && !(registers[0] & 1) && registers[2] && !(registers[2] & 15) &&
	       registers[4];
}

/* li a7, 139; ecall. */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	return !memcmp(code, "\x93\x08\xb0\x08\x73\0\0\0", 8);
}

/* Where a frame of that shape has the registers. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *frame, unsigned shape)
{
	(void)shape;
	return frame + SIGNAL_REGISTERS_AT;
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[2];
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
		reg[i] = registers[i];
	*pc_slot = (uintptr_t)&registers[0];
	return 0xfffffffe;
}

#endif
