/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the reading of Arm's unwind tables: of the input the first byte has the number of entries
 * of the index and a sign for an exact pc, the second the place of the pc, the third that of the
 * stack pointer; the rest is the object, which begins with the index. links: exidx.c
 */
#include "fuzz.h"
#include "arch/arm/exidx.h"

enum { WORDS = 256, W = sizeof(uint32_t), HEAD = 3, SP = 13, FP = 11, STEPS = 4 };

/* What a step that was made may say: a frame that is on the stack, and not below the one before. */
static void check(const struct unwind_frame *frame, uintptr_t before,
		  const struct unwind_stack *stack)
{
	uint32_t word;

	if (frame->cfa < before || frame->cfa > stack->high || frame->reg[SP] != frame->cfa ||
	    frame->known >> 15)
		abort();
	if (frame->pc_slot < stack->low || frame->pc_slot > stack->high - W)
		abort();
	memcpy(&word, (const void *)frame->pc_slot, W);
	if (frame->pc != (word & ~1u))
		abort();
}

/* A frame with its stack pointer at word `top`; every register leads into the stack. */
static void begin(struct unwind_frame *frame, const uint32_t *words, unsigned top, bool exact)
{
	unsigned i;

	*frame = (struct unwind_frame){.known = 0x7ff0, .exact_pc = exact};
	for (i = 0; i < UNWIND_REGISTERS; i++)
		frame->reg[i] = (uintptr_t)&words[top + i];
	frame->reg[SP] = (uintptr_t)&words[top];
}

static void walk(const uint8_t *head, const uint32_t *object, size_t count)
{
	static const struct unwind_target target = {.stack_pointer = SP, .callee_saved = 0xff0};
	uint32_t *words = malloc(WORDS * W);
	struct unwind_stack stack = {(uintptr_t)words, (uintptr_t)(words + WORDS)};
	size_t entries = head[0] & 127;
	uintptr_t low = (uintptr_t)object, before;
	struct unwind_frame frame;
	unsigned i;

	for (i = 0; i < WORDS; i++)
		words[i] = i * 2654435761u;
	if (entries > count / 2)
		entries = count / 2;
	begin(&frame, words, head[2] % (WORDS - UNWIND_REGISTERS), head[0] >> 7);
	for (i = 0; i < STEPS; i++) {
		frame.pc = low + (size_t)head[1] * (i + 1);
		before = frame.reg[SP] + !frame.exact_pc;
		if (!exidx_step(&frame, object, entries * 2 * W, low, low + count * W, &target,
				&stack))
			break;
		check(&frame, before, &stack);
	}
	free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint32_t *object;

	if (size < HEAD + 2 * W)
		return 0;
	object = malloc((size - HEAD) / W * W);
	memcpy(object, bytes + HEAD, (size - HEAD) / W * W);
	walk(bytes, object, (size - HEAD) / W);
	free(object);
	return 0;
}
