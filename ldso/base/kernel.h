/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel's interface has in common on most CPUs: for the sys.h of those that are like the
 * rest.  Owns nothing.
 */
#ifndef LDSO_KERNEL_H
#define LDSO_KERNEL_H

#include "base/base.h"

#define ARCH_NR_MSEAL 462 /* kernel headers before Linux 6.10 do not have it */

/* Flags of open and mmap, and numbers of errors, as far as they differ between CPUs. */
enum {
	SYS_CREAT = 0100,
	SYS_EXCL = 0200,
	SYS_TRUNC = 01000,
	SYS_APPEND = 02000,
	SYS_NONBLOCK = 04000
};
#ifndef ARCH_MAP_NORESERVE
#define ARCH_MAP_NORESERVE 0x4000
#endif
enum { SYS_MAP_ANONYMOUS = 0x20, SYS_MAP_NORESERVE = ARCH_MAP_NORESERVE };
enum { SYS_ENAMETOOLONG = 36, SYS_ENOSYS = 38, SYS_ELOOP = 40, SYS_ETIMEDOUT = 110 };

/* A flag of sigaction, and requests of sigprocmask. */
enum { SYS_SA_SIGINFO = 4 };
enum { SYS_SIG_BLOCK = 0, SYS_SIG_SETMASK = 2 };

/* A set of signals, and the argument of sigaltstack. */
typedef struct {
	unsigned long bits[64 / CHAR_BIT / sizeof(unsigned long)];
} arch_sigset;

struct arch_signal_stack {
	void *base;
	int flags;
	size_t size;
};

#endif
