/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on 32-bit PowerPC: the system call instruction, structures, signal
 * handlers. */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#define ARCH_MAP_NORESERVE 0x40
#include "base/restorer.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

enum { ARCH_O_NOFOLLOW = 0100000 };

/* Low priority for this thread of the core, then the usual one again. */
static inline void arch_pause(void)
{
	__asm__ volatile("or 1, 1, 1\n\tor 2, 2, 2" : : : "memory");
}

/* A file offset as the arguments of a system call: a pair of registers, the first of them odd. */
#define ARCH_OFFSET(offset) 0, (long)((uint64_t)(offset) >> 32), (long)(offset)

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.  An error is told by a bit of the condition register, and its number is positive.
 */
#define ARCH_SYSTEM_CALL "sc\n\tbns+ 1f\n\tneg 3, 3\n1:"
#define ARCH_SYSTEM_CALL_LOST "r9", "r10", "r11", "r12", "cr0", "ctr", "memory"

static inline long arch_syscall1(long number, long a)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;

	__asm__ volatile(ARCH_SYSTEM_CALL
			 : "+r"(r0), "+r"(r3)
			 :
			 : "r4", "r5", "r6", "r7", "r8", ARCH_SYSTEM_CALL_LOST);
	return r3;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;

	__asm__ volatile(ARCH_SYSTEM_CALL
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5)
			 :
			 : "r6", "r7", "r8", ARCH_SYSTEM_CALL_LOST);
	return r3;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;
	register long r8 __asm__("r8") = f;

	__asm__ volatile(ARCH_SYSTEM_CALL
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8)
			 :
			 : ARCH_SYSTEM_CALL_LOST);
	return r3;
}

/* What fstat64 fills (asm/stat.h). */
struct arch_stat {
	uint64_t st_dev;
	uint64_t st_ino;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	uint16_t pad;
	int64_t st_size;
	int32_t blksize;
	int64_t blocks;
	uint32_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	uint32_t unused[2];
};

/* Where the interrupted code was, out of the third argument of a signal handler. */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), 7 words of nothing, the address of the registers:
	 * r0 to r31, the pc. */
	return ((const uintptr_t *const *)ucontext)[12][32];
}

/*
 * Code was written to: the caches for instructions have to learn of it.  A line has 16 bytes or
 * more.
 */
#define ARCH_NEW_CODE 1
static inline void arch_new_code(uintptr_t start, uintptr_t end)
{
	enum { LINE = 16 };
	uintptr_t line;

	for (line = round_down(start, LINE); line < end; line += LINE)
		__asm__ volatile("dcbst 0, %0" : : "r"(line) : "memory");
	__asm__ volatile("sync" : : : "memory");
	for (line = round_down(start, LINE); line < end; line += LINE)
		__asm__ volatile("icbi 0, %0" : : "r"(line) : "memory");
	__asm__ volatile("sync\n\tisync" : : : "memory");
}

#endif
