/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on 64-bit RISC-V: the system call instruction, structures, signal
 * handlers. */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#include "base/kernel.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

/* struct sigaction, which has no restorer here. */
struct arch_sigaction {
	void (*handler)(int, void *, void *);
	unsigned long flags;
	arch_sigset mask;
	void (*restorer)(void); /* the kernel ends before it */
};

enum { ARCH_SA_RESTORER = 0 };

enum { ARCH_O_NOFOLLOW = 0400000 };

/* "pause", where the CPU has it; a fence that orders nothing elsewhere. */
static inline void arch_pause(void)
{
	__asm__ volatile(".4byte 0x0100000f");
}

/* A file offset as the arguments of a system call. */
#define ARCH_OFFSET(offset) (long)(offset), 0, 0

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
	return a0;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
	return a0;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
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
	 * pc, x1 to x31. */
	return ((const uintptr_t *)ucontext)[22];
}

#endif
