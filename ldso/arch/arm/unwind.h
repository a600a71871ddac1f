/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames on Arm: register numbers, which DWARF and the exception handling ABI have in common, the
 * kind of unwind tables, and the kernel's signal frames.
 */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "exidx.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mov %0, sp" : "=r"(sp));
	return sp;
}

/* The segment that has the unwind tables, and what makes a step by them. */
#define ARCH_UNWIND_SEGMENT 0x70000001 /* PT_ARM_EXIDX */
#define arch_unwind_step exidx_step

enum {
	ARCH_UNWIND_SP = 13,
	ARCH_UNWIND_RA = 14,
	ARCH_UNWIND_CALLEE_SAVED = 0xff << 4 /* r4 to r11 */
};

/* Where a return address that was found on the stack leads: an odd one to Thumb code. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word & ~(uintptr_t)1;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                   \
	__asm__ volatile("stmia %1, {r4-r11}\n\tmov ip, sp\n\tstr ip, [%1, #36]\n\t" \
			 "mov ip, pc\n\tstr ip, %0"                                  \
			 : "=m"((frame)->pc)                                         \
			 : "r"(&(frame)->reg[4])                                     \
			 : "ip", "memory")

/*
 * The frames the kernel makes for a signal handler, at the stack pointer the handler begins with.
 * One with SA_SIGINFO has siginfo (32 words) first, which begins with the signal's number; then, or
 * else at once, comes struct ucontext: uc_flags, uc_link, uc_stack (3 words), two of the trap, the
 * old mask, r0 to r15, cpsr, the address of a fault, the set of signals, the first word of which is
 * the old mask once more, 30 words of nothing, and records: number and length of each.  Where the
 * handler returns to is nowhere in it.
 */
enum {
	SIGNAL_INFO = 32,
	SIGNAL_OLD_MASK_AT = 7,
	SIGNAL_REGISTERS_AT = 8,
	SIGNAL_CPSR_AT = 24,
	SIGNAL_MASK_AT = 26,
	SIGNAL_RECORDS_AT = 58
};

/* Words of return address before the frame; bytes of it to look at, those of the code that a
 * handler returns to, and the number of the registers. */
enum {
	ARCH_SIGNAL_VDSO = 1, /* may a handler return by the kernel's own page? */
	ARCH_SIGNAL_PUSHED = 0,
	ARCH_SIGNAL_FRAME = (SIGNAL_INFO + SIGNAL_RECORDS_AT + 2) * 4,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 17
};

/* The ucontext of a signal frame, be it of one kind or the other. */
static inline const uintptr_t *signal_context(const uintptr_t *frame)
{
	return frame[0] - 1 < 64 ? frame + SIGNAL_INFO : frame;
}

/*
 * Do the words look like a signal frame?  Number and length of the record of VFP's registers settle
 * it; where there is no VFP, a sign in uc_flags that a frame without siginfo has, or the number of
 * the signal.  The CPU was in the mode of programs, without interrupts held off.
 */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	const uintptr_t *context = signal_context(frame), *record = context + SIGNAL_RECORDS_AT;
	bool vfp = record[0] == 0x56465001 && record[1] == 288;
	bool none = !record[0] && context[0] == (context == frame ? 0x5ac3c35a : 0);

	return (vfp || none) && context[1] == 0 && (context[SIGNAL_CPSR_AT] & 0xdf) == 0x10 &&
	       context[SIGNAL_OLD_MASK_AT] == context[SIGNAL_MASK_AT];
}

/*
 * mov r7, #119 or #173; svc, as Arm or, with a mov of either length, as Thumb code; the old ABI's
 * svc has the number once more.  The kernel's frames tell themselves apart.
 */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	uint32_t word[2];
	uint16_t half[3];

	memcpy(word, code, sizeof(word));
	memcpy(half, code, sizeof(half));
	if (word[0] == 0xe3a07077 || word[0] == 0xe3a070ad)
		return word[1] >> 24 == 0xef;
	if (half[0] == 0xf04f)
		return (half[1] == 0x0777 || half[1] == 0x07ad) && half[2] == 0xdf00;
	return (half[0] == 0x2777 || half[0] == 0x27ad) && half[1] == 0xdf00;
}

/* Where a frame has the registers. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *frame, unsigned shape)
{
	(void)shape;
	return signal_context(frame) + SIGNAL_REGISTERS_AT;
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[13];
}

/*
 * The registers of what the signal interrupted, by number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	memcpy(reg, registers, 15 * sizeof(*reg));
	*pc_slot = (uintptr_t)&registers[15];
	return 0x7fff;
}

#endif
