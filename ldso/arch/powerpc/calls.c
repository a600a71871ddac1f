/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arch_audit_resolve (resolve.S) cannot say in assembly.  Owns nothing. */
#include "life/audit.h"

/* Are there floating point registers?  In none of them does the linker's own code put anything. */
bool arch_floats(void) __attribute__((visibility("hidden")));

/* Tell of the end of a call. */
void arch_left(struct arch_call *call) __attribute__((visibility("hidden")));

bool arch_floats(void)
{
	return ld.process.capabilities.hwcap & 0x08000000; /* PPC_FEATURE_HAS_FPU */
}

void arch_left(struct arch_call *call)
{
	arch_call_resolver((uintptr_t)audit_left, (uintptr_t)call, &ld.process.capabilities);
}
