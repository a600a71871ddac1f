/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the unwind tables of Arm: an index of functions, and instructions that take a function's
 * frame from the stack ("Exception Handling ABI for the Arm Architecture", sections 6, 7 and 10).
 * Owns nothing.
 */
#include "exidx.h"

enum { REGISTERS = 16, SP = 13, LR = 14, PC = 15 };

/* One entry of the index: where a function begins, and its instructions or where they are. */
struct entry {
	uint32_t function; /* relative to the place, 31 bits */
	uint32_t content;
};

enum { CANNOT_UNWIND = 1 };

/* Readable memory with tables in it. */
struct bounds {
	uintptr_t low, high;
};

/* Where the instructions come from: bytes of words, the highest first. */
struct instructions {
	struct bounds bounds;
	uintptr_t next; /* the word behind */
	unsigned words; /* that are still to come */
	uint32_t word;	/* the bytes at hand, from the highest on */
	unsigned bytes;
	bool bad;
};

/* The frame that is being taken from the stack. */
struct machine {
	const struct unwind_stack *stack;
	uintptr_t vsp;
	uintptr_t reg[REGISTERS];
	uintptr_t slot[REGISTERS]; /* where the register was; 0: not on the stack */
	unsigned known;		   /* bit n: reg[n] is valid */
	bool bad;
};

/* The address that 31 bits at `place` name relative to it. */
static uintptr_t relative(uintptr_t place, uint32_t value)
{
	return place + (uintptr_t)(intptr_t)((int32_t)(value << 1) >> 1);
}

static uint32_t table_word(const struct bounds *bounds, uintptr_t address, bool *bad)
{
	uint32_t word = 0;

	if (address < bounds->low || address >= bounds->high ||
	    bounds->high - address < sizeof(word) || address % sizeof(word))
		*bad = true;
	else
		__builtin_memcpy(&word, (const void *)address, sizeof(word));
	return word;
}

static uintptr_t function_at(const struct entry *entry)
{
	/* Thumb functions may be marked by an odd address. */
	return relative((uintptr_t)&entry->function, entry->function) & ~(uintptr_t)1;
}

/* The last entry whose function begins at or before `pc`; NULL: none. */
static const struct entry *find_entry(const struct entry *table, size_t count, uintptr_t pc)
{
	size_t low = 0, high = count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (function_at(&table[middle]) <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &table[low - 1] : NULL;
}

/* Take `bytes` bytes of `word`, which was at `place`, and `words` behind it. */
static void set_instructions(struct instructions *code, uintptr_t place, uint32_t word,
			     unsigned bytes, unsigned words)
{
	code->word = word << (8 * (sizeof(word) - bytes));
	code->bytes = bytes;
	code->words = words;
	code->next = place + sizeof(word);
}

/* The instructions of an entry, be they in it, or in a table of the general or the short form. */
static bool open_instructions(const struct entry *entry, struct instructions *code)
{
	uintptr_t place = (uintptr_t)&entry->content;
	uint32_t word = entry->content;

	if (word == CANNOT_UNWIND)
		return false;
	if (word >> 31) {
		set_instructions(code, place, word, 3, 0);
		return (word >> 24 & 0x7f) == 0;
	}
	place = relative(place, word);
	word = table_word(&code->bounds, place, &code->bad);
	if (!(word >> 31)) {
		/* A personality routine of a language; all of GNU's have the instructions behind.
		 */
		place += sizeof(word);
		word = table_word(&code->bounds, place, &code->bad);
		set_instructions(code, place, word, 3, word >> 24);
	} else if ((word >> 24 & 0x7f) == 0) {
		set_instructions(code, place, word, 3, 0);
	} else if ((word >> 24 & 0x7f) <= 2) {
		set_instructions(code, place, word, 2, word >> 16 & 0xff);
	} else {
		return false;
	}
	return !code->bad;
}

enum { FINISH = 0xb0 };

static unsigned next_byte(struct instructions *code)
{
	unsigned byte;

	if (!code->bytes) {
		if (!code->words)
			return FINISH;
		code->words--;
		code->word = table_word(&code->bounds, code->next, &code->bad);
		code->next += sizeof(code->word);
		code->bytes = sizeof(code->word);
	}
	byte = code->word >> 24;
	code->word <<= 8;
	code->bytes--;
	return byte;
}

static uintptr_t next_uleb(struct instructions *code)
{
	uintptr_t value = 0;
	unsigned byte, shift = 0;

	do {
		byte = next_byte(code);
		if (shift < 28)
			value |= (uintptr_t)(byte & 0x7f) << shift;
		else
			code->bad = true;
		shift += 7;
	} while (byte & 0x80 && !code->bad);
	return value;
}

static uintptr_t pop_word(struct machine *machine)
{
	const struct unwind_stack *stack = machine->stack;
	uint32_t value = 0;

	if (machine->vsp < stack->low || machine->vsp >= stack->high ||
	    stack->high - machine->vsp < sizeof(value))
		machine->bad = true;
	else
		__builtin_memcpy(&value, (const void *)machine->vsp, sizeof(value));
	machine->vsp += sizeof(value);
	return value;
}

/* Pop the registers that have a bit, the lowest first. */
static void pop(struct machine *machine, unsigned mask)
{
	unsigned i;

	for (i = 0; i < REGISTERS; i++) {
		if (!(mask >> i & 1))
			continue;
		machine->slot[i] = machine->vsp;
		machine->reg[i] = pop_word(machine);
	}
	machine->known |= mask;
	if (mask >> SP & 1)
		machine->vsp = machine->reg[SP];
}

/* 10xxxxxx: what is about the registers that are no coprocessor's, and two of VFP's. */
static void run_core(struct machine *machine, struct instructions *code, unsigned byte)
{
	unsigned mask;

	switch (byte >> 4) {
	case 0x8:
		mask = (byte & 0xf) << 8 | next_byte(code);
		/* Without a register: the frame is not to be unwound. */
		if (!mask)
			machine->bad = true;
		pop(machine, mask << 4);
		return;
	case 0x9:
		if ((byte & 0xf) == SP || (byte & 0xf) == PC ||
		    !(machine->known >> (byte & 0xf) & 1))
			machine->bad = true;
		machine->vsp = machine->reg[byte & 0xf];
		return;
	case 0xa:
		mask = (2u << (byte & 7)) - 1;
		pop(machine, mask << 4 | (byte & 8 ? 1u << LR : 0));
		return;
	}
	if (byte == 0xb1) {
		mask = next_byte(code);
		if (!mask || mask >> 4)
			machine->bad = true;
		pop(machine, mask & 0xf);
	} else if (byte == 0xb2) {
		machine->vsp += 0x204 + (next_uleb(code) << 2);
	} else if (byte == 0xb3) {
		machine->vsp += ((next_byte(code) & 0xf) + 1) * 8 + 4;
	} else if (byte >= 0xb8) {
		machine->vsp += ((byte & 7) + 1) * 8 + 4;
	} else {
		machine->bad = true;
	}
}

/* 11xxxxxx: registers of coprocessors, which only take their place on the stack. */
static void run_coprocessor(struct machine *machine, struct instructions *code, unsigned byte)
{
	if (byte == 0xc7) {
		unsigned mask = next_byte(code);

		if (!mask || mask >> 4)
			machine->bad = true;
		for (; mask; mask >>= 1)
			machine->vsp += (mask & 1) * 4;
	} else if (byte == 0xc6 || byte == 0xc8 || byte == 0xc9) {
		machine->vsp += ((next_byte(code) & 0xf) + 1) * 8;
	} else if (byte <= 0xc5 || (byte & 0xf8) == 0xd0) {
		machine->vsp += ((byte & 7) + 1) * 8;
	} else {
		machine->bad = true;
	}
}

static bool run(struct machine *machine, struct instructions *code)
{
	unsigned byte;

	while ((byte = next_byte(code)) != FINISH && !code->bad && !machine->bad) {
		if (byte < 0x40)
			machine->vsp += ((byte & 0x3f) << 2) + 4;
		else if (byte < 0x80)
			machine->vsp -= ((byte & 0x3f) << 2) + 4;
		else if (byte < 0xc0)
			run_core(machine, code, byte);
		else
			run_coprocessor(machine, code, byte);
	}
	return !code->bad && !machine->bad;
}

/* What the machine has at hand to begin with. */
static void fill(struct machine *machine, const struct unwind_frame *frame)
{
	unsigned i;

	for (i = 0; i < LR; i++)
		machine->reg[i] = frame->reg[i];
	/* The return address has to come from the stack: nobody knows who else was called. */
	machine->known = (unsigned)frame->known & ((1u << LR) - 1);
	machine->vsp = frame->reg[SP];
}

/* The caller's frame, out of what the machine has found. */
static void take(const struct machine *machine, const struct unwind_target *target,
		 struct unwind_frame *frame)
{
	unsigned i, from = machine->slot[PC] ? PC : LR, kept = (unsigned)target->callee_saved;

	*frame = (struct unwind_frame){.cfa = machine->vsp};
	for (i = 0; i < PC; i++) {
		frame->reg[i] = machine->reg[i];
		if (machine->slot[i])
			kept |= 1u << i;
	}
	frame->reg[SP] = machine->vsp;
	frame->known = (machine->known & kept) | 1u << SP;
	frame->pc = machine->reg[from] & ~(uintptr_t)1;
	frame->pc_slot = machine->slot[from];
}

bool exidx_step(struct unwind_frame *frame, const void *table, size_t size, uintptr_t object_low,
		uintptr_t object_high, const struct unwind_target *target,
		const struct unwind_stack *stack)
{
	struct instructions code = {.bounds = {object_low, object_high}};
	struct machine machine = {.stack = stack};
	uintptr_t below = frame->reg[SP] + !frame->exact_pc;
	const struct entry *entry;

	if ((frame->exact_pc && frame->cfa) || (uintptr_t)table % sizeof(uint32_t))
		return false;
	entry = find_entry(table, size / sizeof(*entry), frame->pc - !frame->exact_pc);
	if (!entry || !open_instructions(entry, &code))
		return false;
	fill(&machine, frame);
	if (!run(&machine, &code) || !(machine.slot[PC] || machine.slot[LR]) ||
	    machine.vsp < below || machine.vsp > stack->high)
		return false;
	take(&machine, target, frame);
	return true;
}
