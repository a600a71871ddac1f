/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on aarch64: the system call instruction, structures, signal handlers. */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#include "base/restorer.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

enum { ARCH_O_NOFOLLOW = 0100000 };

static inline void arch_pause(void)
{
	__asm__ volatile("yield");
}

/* A file offset as the arguments of a system call. */
#define ARCH_OFFSET(offset) (long)(offset), 0, 0

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8) : "memory");
	return x0;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

/* What fstat fills (asm-generic/stat.h). */
struct arch_stat {
	uint64_t st_dev;
	uint64_t st_ino;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	uint64_t pad;
	int64_t st_size;
	int32_t blksize, more_pad;
	int64_t blocks;
	int64_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	uint32_t unused[2];
};

/* Where the interrupted code was, out of the third argument of a signal handler. */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), 128 bytes for signals, a word that aligns; then
	 * the address of a fault, x0 to x30, sp, pc. */
	return ((const uintptr_t *)ucontext)[22 + 1 + 32];
}

#endif
