/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on 32-bit PowerPC: register numbers, as .eh_frame has them, and the kernel's signal
 * frames.
 */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "stack/unwind.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mr %0, 1" : "=r"(sp));
	return sp;
}

/* The link register is number 65, which is kept in the last place. */
enum {
	ARCH_UNWIND_SP = 1,
	ARCH_UNWIND_RA = UNWIND_REGISTERS - 1,
};
#define ARCH_UNWIND_CALLEE_SAVED 0xffffc000u /* r14 to r31 */

/* Where a return address that was found on the stack leads. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                       \
	__asm__ volatile("stw 1, 4(%1)\n\tstmw 14, 56(%1)\n\tbcl 20, 31, 1f\n1:\tmflr 0" \
			 "\n\tstw 0, %0"                                                 \
			 : "=m"((frame)->pc)                                             \
			 : "b"((frame)->reg)                                             \
			 : "r0", "lr", "memory")

/*
 * The frames the kernel makes for a signal handler, at the stack pointer the handler begins with:
 * what this was, 15 words more.  One with SA_SIGINFO has 4 words more, siginfo (32 words, the first
 * is the signal's number) and struct ucontext, in which the 13th word says where the registers are,
 * which begin 48 words from its own beginning; the other one has 4 words of nothing, number,
 * handler, mask, where the registers are, and these.  The registers are r0 to r31, pc, msr, r3 at a
 * system call, ctr, link register.  Where the handler returns to is nowhere in it.
 */
enum {
	SIGNAL_INFO_AT = 20,
	SIGNAL_CONTEXT_AT = SIGNAL_INFO_AT + 32,
	SIGNAL_INFO_REGISTERS_AT = SIGNAL_CONTEXT_AT + 48,
	SIGNAL_OLD_AT = 16,
	SIGNAL_OLD_REGISTERS_AT = SIGNAL_OLD_AT + 8
};

/* Words of return address before the frame; bytes of it to look at, those of the code that a
 * handler returns to, and the number of the registers. */
enum {
	ARCH_SIGNAL_VDSO = 1, /* may a handler return by the kernel's vDSO?  Or by the stack. */
	ARCH_SIGNAL_PUSHED = 0,
	ARCH_SIGNAL_FRAME = (SIGNAL_INFO_REGISTERS_AT + 2) * 4,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 37
};

/* Where a signal frame has the registers, or NULL: it says so itself. */
static inline const uintptr_t *signal_context(const uintptr_t *frame)
{
	const uintptr_t *registers = frame + SIGNAL_INFO_REGISTERS_AT;

	if (frame[SIGNAL_CONTEXT_AT + 12] == (uintptr_t)registers)
		return frame[SIGNAL_INFO_AT] - 1 < 64 ? registers : NULL;
	registers = frame + SIGNAL_OLD_REGISTERS_AT;
	return frame[SIGNAL_OLD_AT + 7] == (uintptr_t)registers && frame[SIGNAL_OLD_AT + 4] - 1 < 64
		       ? registers
		       : NULL;
}

/* Do the words look like a signal frame?  The stack pointer of before stands there twice. */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	const uintptr_t *registers = signal_context(frame);

	return registers && registers[1] == frame[0];
}

/* li 0, 172 or 119; sc.  The frames tell themselves apart. */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	uint32_t word[2];

	memcpy(word, code, sizeof(word));
	return (word[0] == 0x380000ac || word[0] == 0x38000077) && word[1] == 0x44000002;
}

/* Where a frame has the registers. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *frame, unsigned shape)
{
	(void)shape;
	return signal_context(frame);
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[1];
}

/*
 * The registers of what the signal interrupted, by number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	memcpy(reg, registers, 32 * sizeof(*reg));
	reg[ARCH_UNWIND_RA] = registers[36];
	*pc_slot = (uintptr_t)&registers[32];
	return 0xffffffff | 1ull << ARCH_UNWIND_RA;
}

#endif
