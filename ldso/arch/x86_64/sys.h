/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on x86_64: the system call instruction, structures, signal handlers. */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#include "base/restorer.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

enum { ARCH_O_NOFOLLOW = 0400000 };

static inline void arch_pause(void)
{
	__builtin_ia32_pause();
}

/* A file offset as the arguments of a system call. */
#define ARCH_OFFSET(offset) (long)(offset), 0, 0

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a) : "rcx", "r11", "memory");
	return result;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* What fstat fills (asm/stat.h). */
struct arch_stat {
	uint64_t st_dev;
	uint64_t st_ino;
	uint64_t st_nlink;
	uint32_t st_mode;
	uint32_t st_uid;
	uint32_t st_gid;
	uint32_t pad;
	uint64_t st_rdev;
	int64_t st_size;
	int64_t blksize, blocks;
	int64_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	int64_t unused[4];
};

/* Where the interrupted code was, out of the third argument of a signal handler. */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), then r8-r15 rdi rsi rbp rbx rdx rax rcx rsp rip.
	 */
	return ((const uintptr_t *)ucontext)[5 + 16];
}

#endif
