/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's interface on MIPS (o32): the system call instruction, constants, structures, signal
 * handlers. */
#ifndef LDSO_ARCH_SYS_H
#define LDSO_ARCH_SYS_H

#include "base/base.h"

#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */
#define ARCH_NR_MSEAL 4462  /* kernel headers before Linux 6.10 do not have it */

/* Flags of open and mmap, and numbers of errors: those that other CPUs have otherwise. */
enum {
	SYS_CREAT = 0x100,
	SYS_EXCL = 0x400,
	SYS_TRUNC = 0x200,
	SYS_APPEND = 8,
	SYS_NONBLOCK = 0x80,
	ARCH_O_NOFOLLOW = 0x20000
};
enum { SYS_MAP_ANONYMOUS = 0x800, SYS_MAP_NORESERVE = 0x400 };
enum { SYS_ENAMETOOLONG = 78, SYS_ENOSYS = 89, SYS_ELOOP = 90, SYS_ETIMEDOUT = 145 };

/* A flag of sigaction, and requests of sigprocmask. */
enum { SYS_SA_SIGINFO = 8 };
enum { SYS_SIG_BLOCK = 1, SYS_SIG_SETMASK = 3 };

/* A set of signals, of which there are 128, and the argument of sigaltstack. */
typedef struct {
	unsigned long bits[4];
} arch_sigset;

struct arch_signal_stack {
	void *base;
	size_t size;
	int flags;
};

/* struct sigaction, which has no restorer here. */
struct arch_sigaction {
	unsigned flags;
	void (*handler)(int, void *, void *);
	arch_sigset mask;
	void (*restorer)(void); /* the kernel ends before it */
};

enum { ARCH_SA_RESTORER = 0 };

/* "pause", which older CPUs take for a nop. */
static inline void arch_pause(void)
{
	__asm__ volatile(".word 0x00000140" : : : "memory");
}

/* A file offset as the arguments of a system call: a pair of registers, the first of them even. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ARCH_OFFSET(offset) 0, (long)((uint64_t)(offset) >> 32), (long)(offset)
#else
#define ARCH_OFFSET(offset) 0, (long)(offset), (long)((uint64_t)(offset) >> 32)
#endif

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.  $7 tells whether it failed; these and hi and lo are all that the kernel may
 * change.
 */
#define ARCH_SYSCALL_CHANGES                                                                  \
	"$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", \
		"lo", "memory"

static inline long arch_syscall1(long number, long a)
{
	register long v0 __asm__("$2") = number;
	register long a0 __asm__("$4") = a;
	register long a3 __asm__("$7");

	__asm__ volatile("syscall" : "+r"(v0), "=r"(a3) : "r"(a0) : ARCH_SYSCALL_CHANGES);
	return a3 ? -v0 : v0;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	register long v0 __asm__("$2") = number;
	register long a0 __asm__("$4") = a;
	register long a1 __asm__("$5") = b;
	register long a2 __asm__("$6") = c;
	register long a3 __asm__("$7");

	__asm__ volatile("syscall"
			 : "+r"(v0), "=r"(a3)
			 : "r"(a0), "r"(a1), "r"(a2)
			 : ARCH_SYSCALL_CHANGES);
	return a3 ? -v0 : v0;
}

/* syscall.S. */
extern long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
	__attribute__((visibility("hidden")));

/* What fstat64 fills (asm/stat.h). */
struct arch_stat {
	uint32_t st_dev, pad[3];
	uint64_t st_ino;
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint32_t st_rdev, more_pad[3];
	int64_t st_size;
	uint32_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	uint32_t blksize, last_pad;
	uint64_t blocks;
};

/* Registers are saved in 64 bits, of which these are the lower half. */
enum { ARCH_LOW_WORD = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

/*
 * Where the interrupted code was, out of the third argument of a signal handler.  In a branch's
 * delay slot it is the branch.
 */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), a word that aligns, two that are not used; then
	 * pc. */
	return ((const uintptr_t *)ucontext)[8 + ARCH_LOW_WORD];
}

#endif
