/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on Arm (EABI): the system call instruction, structures, signal handlers.
 */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#include "base/restorer.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

enum { ARCH_O_NOFOLLOW = 0100000 };

/* The instruction is newer than the oldest CPUs. */
static inline void arch_pause(void)
{
#if defined __ARM_ARCH && __ARM_ARCH >= 7
	__asm__ volatile("yield");
#else
	__asm__ volatile("" : : : "memory");
#endif
}

/* A file offset as the arguments of a system call: a pair of registers, the first of them even. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ARCH_OFFSET(offset) 0, (long)((uint64_t)(offset) >> 32), (long)(offset)
#else
#define ARCH_OFFSET(offset) 0, (long)(offset), (long)((uint64_t)(offset) >> 32)
#endif

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7) : "memory");
	return r0;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
	return r0;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long r5 __asm__("r5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5)
			 : "memory");
	return r0;
}

/* What fstat64 fills (asm/stat.h). */
struct arch_stat {
	uint64_t st_dev;
	uint32_t pad, old_inode;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	uint32_t more_pad;
	int64_t st_size;
	uint32_t blksize;
	uint64_t blocks;
	uint32_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	uint64_t st_ino;
};

/* Where the interrupted code was, out of the third argument of a signal handler. */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), two of the trap and the old mask; r0 to r15. */
	return ((const uintptr_t *)ucontext)[5 + 3 + 15];
}

#endif
