/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames on x86_64: DWARF register numbers (psABI figure 3.36), and the kernel's signal frame. */
#ifndef LDSO_ARCH_UNWIND_H
#define LDSO_ARCH_UNWIND_H

#include "base/base.h"

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));
	return sp;
}

/* DWARF register numbers (psABI figure 3.36). */
enum {
	ARCH_UNWIND_SP = 7,
	ARCH_UNWIND_RA = 16,
	ARCH_UNWIND_CALLEE_SAVED = 1 << 3 | 1 << 6 | 0xf << 12 /* rbx rbp r12-r15 */
};

/* Where a return address that was found on the stack leads. */
static inline uintptr_t arch_return_address(uintptr_t word)
{
	return word;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                                 \
	__asm__ volatile("mov %%rbx, %0\n\tmov %%rbp, %1\n\tmov %%r12, %2\n\t"                     \
			 "mov %%r13, %3\n\tmov %%r14, %4\n\tmov %%r15, %5\n\t"                     \
			 "mov %%rsp, %6\n\tlea 1f(%%rip), %%rax\n\tmov %%rax, %7\n1:"              \
			 : "=m"((frame)->reg[3]), "=m"((frame)->reg[6]), "=m"((frame)->reg[12]),   \
			   "=m"((frame)->reg[13]), "=m"((frame)->reg[14]), "=m"((frame)->reg[15]), \
			   "=m"((frame)->reg[7]), "=m"((frame)->pc)                                \
			 :                                                                         \
			 : "rax")

/*
 * The frame the kernel makes for a signal handler: return address, then struct ucontext: uc_flags,
 * uc_link, uc_stack (3 words), and the registers, of which rip is the last.  Words of return
 * address, bytes of the frame and of the code that a handler returns to, and number of the
 * registers.
 */
enum {
	ARCH_SIGNAL_VDSO = 0, /* may a handler return by the kernel's vDSO? */
	ARCH_SIGNAL_PUSHED = 1,
	ARCH_SIGNAL_FRAME = (1 + 5 + 17) * 8,
	ARCH_SIGRETURN = 9,
	ARCH_SIGNAL_REGISTERS = 17
};

/*
 * Do the words, from the return address on, look like a signal frame?  uc_flags has three bits,
 * uc_link is always 0; and what was interrupted had a stack, which tells it from cleared memory.
 */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	return frame[1] < 8 && frame[2] == 0 && frame[0] && frame[1 + 5 + 15];
}

/*
 * Which shape of frame the code that a handler returns to belongs to: mov $15, %rax (or %eax);
 * syscall.  0: it is no such code.
 */
static inline unsigned arch_sigreturn_shape(const void *code)
{
	return !memcmp(code, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9) ||
	       !memcmp(code, "\xb8\x0f\0\0\0\x0f\x05", 7);
}

/* Where a frame of that shape has the registers; `behind` is what follows the return address. */
static inline const uintptr_t *arch_signal_registers(const uintptr_t *behind, unsigned shape)
{
	(void)shape;
	return behind + 5;
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *registers)
{
	return registers[15];
}

/*
 * The registers of what the signal interrupted, by DWARF number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *registers,
					uintptr_t *pc_slot)
{
	static const unsigned char number[] = {8, 9, 10, 11, 12, 13, 14, 15, 5,
					       4, 6, 3,	 1,  0,	 2,  7,	 16};
	unsigned i;

	for (i = 0; i < sizeof(number); i++)
		reg[number[i]] = registers[i];
	*pc_slot = (uintptr_t)&registers[16];
	return 0x1ffff;
}

#endif
