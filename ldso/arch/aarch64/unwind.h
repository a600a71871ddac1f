/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames on aarch64: DWARF register numbers ("DWARF for the Arm 64-bit Architecture", section 4.1),
 * signed return addresses, and the kernel's signal frame.
 */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "base/base.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mov %0, sp" : "=r"(sp));
	return sp;
}

/* DWARF register numbers. */
enum {
	ARCH_UNWIND_SP = 31,
	ARCH_UNWIND_RA = 30,
	ARCH_UNWIND_CALLEE_SAVED = 0x7ff << 19 /* x19 to x29 */
};

/*
 * Where a return address that was found on the stack leads.  It may be signed (pauth); the
 * instruction, xpaclri, takes the signature away, and is a nop for a CPU that knows of none.
 */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	register uintptr_t x30 __asm__("x30") = word;

	__asm__("hint #7" : "+r"(x30));
	return x30;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                               \
	__asm__ volatile("stp x19, x20, [%1, #19*8]\n\tstp x21, x22, [%1, #21*8]\n\t"            \
			 "stp x23, x24, [%1, #23*8]\n\tstp x25, x26, [%1, #25*8]\n\t"            \
			 "stp x27, x28, [%1, #27*8]\n\tstr x29, [%1, #29*8]\n\t"                 \
			 "mov x16, sp\n\tstr x16, [%1, #31*8]\n\tadr x16, 1f\n\tstr x16, %0\n1:" \
			 : "=m"((frame)->pc)                                                     \
			 : "r"((frame)->reg)                                                     \
			 : "x16", "memory")

/*
 * The frame the kernel makes for a signal handler, at the stack pointer the handler begins with:
 * siginfo (16 words), then struct ucontext: uc_flags, uc_link, uc_stack (3 words), 128 bytes for
 * signals, a word that aligns, the address of a fault, x0 to x30, sp, pc, pstate, and records, the
 * first of which has the vector registers: a number, and its length.  Where the handler returns to
 * is nowhere in it.
 */
enum {
	SIGNAL_CONTEXT_AT = 16,
	SIGNAL_REGISTERS_AT = 16 + 22 + 1,
	SIGNAL_RECORDS_AT = 16 + 22 + 36
};

/* Words of return address before the frame; its bytes, those of the code that a handler returns to,
 * and the number of the registers. */
enum {
	ARCH_SIGNAL_VDSO = 1, /* may a handler return by the kernel's vDSO? */
	ARCH_SIGNAL_PUSHED = 0,
	ARCH_SIGNAL_FRAME = (SIGNAL_RECORDS_AT + 1) * 8,
	ARCH_SIGRETURN = 8,
	ARCH_SIGNAL_REGISTERS = 33
};

/* Do the words look like a signal frame?  The number and length of a record settle it. */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	const uint32_t *record = (const uint32_t *)(frame + SIGNAL_RECORDS_AT);

	return frame[SIGNAL_CONTEXT_AT] == 0 && frame[SIGNAL_CONTEXT_AT + 1] == 0 &&
	       record[0] == 0x46508001 && record[1] == 528;
}

/* mov x8, #139; svc #0: instructions are little-endian whatever the data. */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	return !memcmp(code, "\x68\x11\x80\xd2\x01\0\0\xd4", 8);
}

/* Where a frame of that shape has the registers. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *frame, unsigned shape)
{
	(void)shape;
	return frame + SIGNAL_REGISTERS_AT;
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[31];
}

/*
 * The registers of what the signal interrupted, by DWARF number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	unsigned i;

	for (i = 0; i < 32; i++)
		reg[i] = registers[i];
	*pc_slot = (uintptr_t)&registers[32];
	return 0xffffffff;
}

#endif
