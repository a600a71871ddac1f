/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on i386: the system call instruction, structures, signal handlers. */
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
#define ARCH_OFFSET(offset) (long)(offset), (long)((uint64_t)(offset) >> 32), 0

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a) : "memory");
	return result;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c)
			 : "memory");
	return result;
}

/* All six: the last is in ebp, which the compiler may want for itself (syscall.S). */
extern long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
	__attribute__((visibility("hidden")));

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
	/* uc_flags, uc_link, uc_stack (3 words), then gs fs es ds edi esi ebp esp ebx edx ecx eax,
	 * number and error code of the trap, eip. */
	return ((const uintptr_t *)ucontext)[5 + 14];
}

#endif
