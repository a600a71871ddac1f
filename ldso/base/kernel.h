/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel's interface has in common on most CPUs: for the sys.h of those that are like the
 * rest.  Owns nothing.
 */
#ifndef LDSO_KERNEL_H
#define LDSO_KERNEL_H

#include "base/base.h"

#define ARCH_NR_MSEAL 462 /* kernel headers before Linux 6.10 do not have it */

/* A set of signals, and the argument of sigaltstack. */
typedef uint64_t arch_sigset;

struct arch_signal_stack {
	void *base;
	int flags;
	size_t size;
};

#endif
