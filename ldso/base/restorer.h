/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * struct sigaction as the kernel has it on CPUs whose signal handlers return by code that the
 * caller names: for their sys.h.  Owns nothing.
 */
#ifndef LDSO_RESTORER_H
#define LDSO_RESTORER_H

#include "base/kernel.h"

struct arch_sigaction {
	void (*handler)(int, void *, void *);
	unsigned long flags;
	void (*restorer)(void);
	arch_sigset mask;
};

enum { ARCH_SA_RESTORER = 0x04000000 };

#endif
