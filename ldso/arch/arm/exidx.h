/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One step up the stack by the tables of "Exception Handling ABI for the Arm Architecture".  Pure
 * but for reading the stack and the tables it is given.
 */
#ifndef LDSO_ARCH_EXIDX_H
#define LDSO_ARCH_EXIDX_H

#include "stack/unwind.h"

/*
 * Like unwind_step (stack/unwind.h), with the contents of a PT_ARM_EXIDX at `table`.  These tables
 * are right at calls alone: a frame that a signal has interrupted, which has exact_pc and a CFA,
 * gives false, as does a function of which they say that it cannot be unwound.  Return addresses
 * may be odd in memory; frame->pc is even.  UNWIND_REGISTERS of `frame` beyond the first 15 are
 * never known.
 */
bool exidx_step(struct unwind_frame *frame, const void *table, size_t size, uintptr_t object_low,
		uintptr_t object_high, const struct unwind_target *target,
		const struct unwind_stack *stack);

#endif
