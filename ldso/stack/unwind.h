/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One step up the stack from call frame information (DWARF 5, section 6.4; LSB,
 * "Exception Frames").  Pure but for reading the stack and the tables it is given.
 */
#ifndef LDSO_UNWIND_H
#define LDSO_UNWIND_H

#include "base/base.h"

enum { UNWIND_REGISTERS = 34 };

/* A CPU's link register whose number is beyond them (-DUNWIND_LINK) is kept in the last place. */
static inline uintptr_t unwind_place(uintptr_t number)
{
#ifdef UNWIND_LINK
	if (number == UNWIND_LINK)
		return UNWIND_REGISTERS - 1;
#endif
	return number;
}

/* The registers of a frame as far as they are known. */
struct unwind_frame {
	uintptr_t reg[UNWIND_REGISTERS]; /* by DWARF number; on x86 the pc is among them */
	uint64_t known;			 /* bit n: reg[n] is valid */
	uintptr_t pc;			 /* where the frame will go on */
	uintptr_t cfa;			 /* set by the step that made this frame; 0 at the first */
	uintptr_t pc_slot; /* address of the stack word the pc was read from; 0: register */
	bool exact_pc; /* pc is no return address: what a signal interrupted, or a first frame's */
};

/* What the step needs to know of the CPU. */
struct unwind_target {
	unsigned stack_pointer; /* DWARF number */
	/* Registers that keep their value where CFI says nothing; never the return address. */
	uint64_t callee_saved;
};

/* Bounds of readable stack memory of the frame walk: low <= address < high. */
struct unwind_stack {
	uintptr_t low, high;
};

/*
 * Move `frame` to its caller.  `eh_frame_hdr` (run-time address, `hdr_size` bytes) is the table of
 * the object that contains frame->pc.  No table is read outside object_low <= address <
 * object_high, all of which must be readable: the mapping of the object, or of the segment that
 * has its tables.  The step sets exact_pc when it left a signal frame.
 *
 * False: no FDE, unknown or malformed instruction, a register needed that is not known, an address
 * outside `stack`, a frame that is not above the one before; frame is then unspecified.  A return
 * address of 0 or an undefined return address column gives true with frame->pc = 0: the outermost
 * frame.  Takes no lock, allocates nothing, needs about 5 KiB of stack.  Tables made to mislead can
 * make a walk go round in circles through signal frames: the caller must bound the number of
 * steps.
 */
bool unwind_step(struct unwind_frame *frame, const void *eh_frame_hdr, size_t hdr_size,
		 uintptr_t object_low, uintptr_t object_high, const struct unwind_target *target,
		 const struct unwind_stack *stack);

#endif
