/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on i386: DWARF register numbers (psABI, table 2.14), and the kernel's signal frames. */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "base/base.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mov %%esp, %0" : "=r"(sp));
	return sp;
}

/* DWARF register numbers. */
enum {
	ARCH_UNWIND_SP = 4,
	ARCH_UNWIND_RA = 8,
	ARCH_UNWIND_CALLEE_SAVED = 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7 /* ebx ebp esi edi */
};

/* Where a return address that was found on the stack leads. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                              \
	__asm__ volatile("mov %%ebx, %0\n\tmov %%ebp, %1\n\tmov %%esi, %2\n\tmov %%edi, %3\n\t" \
			 "mov %%esp, %4\n\tcall 1f\n1:\tpop %%eax\n\tmov %%eax, %5"             \
			 : "=m"((frame)->reg[3]), "=m"((frame)->reg[5]), "=m"((frame)->reg[6]), \
			   "=m"((frame)->reg[7]), "=m"((frame)->reg[4]), "=m"((frame)->pc)      \
			 :                                                                      \
			 : "eax")

/*
 * The frames the kernel makes for a signal handler.  One with SA_SIGINFO has: return address,
 * signal number, where siginfo is, where the ucontext is, siginfo (32 words), ucontext (5 words,
 * then the registers).  One without has the registers right behind the signal number.  Words of
 * return address, bytes of the shorter frame and of the code that a handler returns to, and number
 * of the registers: gs fs es ds edi esi ebp esp ebx edx ecx eax, two of the trap, eip cs eflags esp
 * ss.
 */
enum {
	ARCH_SIGNAL_VDSO = 0, /* may a handler return by the kernel's vDSO? */
	ARCH_SIGNAL_PUSHED = 1,
	ARCH_SIGNAL_FRAME = (2 + 19) * 4,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 19
};

enum { SIGNAL_SHAPE_INFO = 1, SIGNAL_SHAPE_OLD = 2, SIGNAL_INFO_AT = 4, SIGNAL_CONTEXT_AT = 36 };

/* Segment registers take 16 bits of their words; that of the code is of the lowest privilege. */
static inline bool signal_segments(const uintptr_t *registers)
{
	return ((registers[0] | registers[1] | registers[2] | registers[3] | registers[15]) >>
		16) == 0 &&
	       (registers[15] & 3) == 3 && registers[7];
}

/* Do the words, from the return address on, look like a signal frame? */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	if (!frame[0] || frame[1] - 1 >= 64)
		return false;
	if (frame[2] == (uintptr_t)(frame + SIGNAL_INFO_AT))
		return frame[3] == (uintptr_t)(frame + SIGNAL_CONTEXT_AT);
	return signal_segments(frame + 2);
}

/*
 * Which shape of frame the code that a handler returns to belongs to: mov $173, %eax; int $0x80, or
 * pop %eax; mov $119, %eax; int $0x80.  0: it is no such code.
 */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	if (!memcmp(code, "\xb8\xad\0\0\0\xcd\x80", 7))
		return SIGNAL_SHAPE_INFO;
	return memcmp(code, "\x58\xb8\x77\0\0\0\xcd\x80", 8) ? 0 : SIGNAL_SHAPE_OLD;
}

/* Where a frame of that shape has the registers; `behind` is what follows the return address. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *behind, unsigned shape)
{
	return shape == SIGNAL_SHAPE_INFO ? behind - 1 + SIGNAL_CONTEXT_AT + 5 : behind + 1;
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[7];
}

/*
 * The registers of what the signal interrupted, by DWARF number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	static const unsigned char number[] = {7, 6, 5, 4, 3, 2, 1, 0}; /* from edi on */
	unsigned i;

	for (i = 0; i < sizeof(number); i++)
		reg[number[i]] = registers[4 + i];
	reg[ARCH_UNWIND_RA] = registers[14];
	*pc_slot = (uintptr_t)&registers[14];
	return 0x1ff;
}

#endif
