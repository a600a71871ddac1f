/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of the unwinders share: a stack of their own, a frame on it, and what is expected
 * to be in its registers.  Who includes it has said before what the stack is made of, stack_word,
 * and how many of them there are, WORDS.
 */
#ifndef TEST_FRAMES_H
#define TEST_FRAMES_H

#include "check.h"
#include "stack/unwind.h"

#define BYTES(...) (const unsigned char[]){__VA_ARGS__}, sizeof((unsigned char[]){__VA_ARGS__})

/* Expected values: the address of a word of the stack, nothing, or the number itself. */
#define ADDRESS(i) ((uintptr_t)0x10000 + (i))
#define UNKNOWN ((uintptr_t)0x20000)

/* In place of the index of a word: the step is refused. */
enum { ANY = -1 };

static stack_word *words; /* owned by the test */
static struct unwind_stack stack;
static struct unwind_frame frame;

static uintptr_t value_of(uintptr_t expected)
{
	return expected >= ADDRESS(0) && expected < ADDRESS(WORDS)
		       ? (uintptr_t)&words[expected - ADDRESS(0)]
		       : expected;
}

/* Register `number` of the frame is `value`, in the case `name`. */
static void check_register(const char *name, int number, uintptr_t value)
{
	bool known = frame.known >> number & 1;

	if (known != (value != UNKNOWN))
		fail_msg("%s: register %d is %sknown", name, number, known ? "" : "not ");
	if (known && frame.reg[number] != value_of(value))
		fail_msg("%s: register %d is %#lx", name, number, (long)frame.reg[number]);
}

static unsigned random_below(unsigned limit)
{
	return (unsigned)rand() % limit;
}

#endif
