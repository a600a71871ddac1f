/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The unwinder for Arm on tables made here: every instruction in every form an entry may have, the
 * search of the index, what must be refused, and tables with words changed at random.  The memory
 * around a table is poisoned and the stack is a block of its own, so that the sanitizer sees each
 * read outside.  Registers here may be wider than the words of tables and stack are.
 * links: exidx.c
 */
#include <sanitizer/asan_interface.h>

typedef uint32_t stack_word;
enum { W = sizeof(stack_word), WORDS = 300, ROOM = 1024, TOP = 8, FP = 11, SP = 13, LR = 14 };

#include "frames.h"
#include "arch/arm/exidx.h"

/* An expected value beside those of frames.h: what a word of the stack holds. */
#define WORD(i) ((uintptr_t)0x5000 + 2 * (i))

enum { FINISH = 0xb0, CANNOT_UNWIND = 1 };

static const struct unwind_target target = {.stack_pointer = SP, .callee_saved = 0xff << 4};

/* The object: the index, then what its entries lead to, then code, of which no byte is read. */
static uint32_t *object;
static size_t used, entries;

static int start(void **state)
{
	(void)state;
	words = malloc(WORDS * sizeof(*words));
	object = malloc(ROOM * sizeof(*object));
	stack = (struct unwind_stack){(uintptr_t)words, (uintptr_t)(words + WORDS)};
	return !words || !object;
}

static int stop(void **state)
{
	(void)state;
	free(words);
	ASAN_UNPOISON_MEMORY_REGION(object, ROOM * sizeof(*object));
	free(object);
	return 0;
}

/* An object that begins with room for an index. */
static void begin_object(size_t count)
{
	ASAN_UNPOISON_MEMORY_REGION(object, ROOM * sizeof(*object));
	entries = count;
	used = 2 * count;
}

static void end_object(void)
{
	ASAN_POISON_MEMORY_REGION(object + used, (ROOM - used) * sizeof(*object));
}

static void put(uint32_t word)
{
	assert_true(used < ROOM);
	object[used++] = word;
}

/* `to` as it is seen from word `at`, in 31 bits. */
static uint32_t seen_from(size_t at, uintptr_t to)
{
	return (uint32_t)(to - (uintptr_t)&object[at]) & 0x7fffffff;
}

static void set_entry(size_t number, uintptr_t function, uint32_t content)
{
	object[2 * number] = seen_from(2 * number, function);
	object[2 * number + 1] = content;
}

/* Where function `number` begins, `size` bytes each. */
static uintptr_t function_start(size_t number)
{
	return (uintptr_t)object + 0x100000 + 16 * number;
}

struct code {
	const unsigned char *bytes;
	size_t size;
};

/* The forms an entry may have. */
enum form { INLINE, SHORT, LONG, LONGER, PERSONALITY, FORMS };

/* `count` bytes of the code from `*at` on, the first of them highest, and FINISH behind its end. */
static uint32_t pack(const struct code *code, size_t *at, unsigned count)
{
	uint32_t word = 0;

	for (; count; count--, ++*at)
		word = word << 8 | (*at < code->size ? code->bytes[*at] : FINISH);
	return word;
}

/* The words that an entry in this form leads to. */
static void put_code(enum form form, const struct code *code)
{
	unsigned first = form == LONG || form == LONGER ? 2 : 3;
	size_t more = code->size > first ? (code->size - first + W - 1) / W : 0, at = 0;

	if (form == PERSONALITY)
		put(0x1234);
	if (form == SHORT)
		put(0x80u << 24 | pack(code, &at, first));
	else if (form == PERSONALITY)
		put((uint32_t)more << 24 | pack(code, &at, first));
	else
		put((form == LONG ? 0x81u : 0x82u) << 24 | (uint32_t)more << 16 |
		    pack(code, &at, first));
	while (more--)
		put(pack(code, &at, W));
}

/* An object with one function; false: such code has no room in this form. */
static bool make_object(enum form form, const struct code *code)
{
	size_t at = 0;

	if (form <= SHORT && code->size > 3)
		return false;
	begin_object(1);
	if (form == INLINE) {
		set_entry(0, function_start(0), 0x80u << 24 | pack(code, &at, 3));
	} else {
		set_entry(0, function_start(0), seen_from(1, (uintptr_t)&object[used]));
		put_code(form, code);
	}
	end_object();
	return true;
}

/* A first frame, exact, or one that has called another, both with the stack from word TOP on. */
static void make_frame(uintptr_t pc, bool exact)
{
	for (unsigned i = 0; i < WORDS; i++)
		words[i] = (uint32_t)WORD(i);
	memset(&frame, 0, sizeof(frame));
	frame.reg[0] = 0x100;
	frame.reg[4] = 0x444;
	frame.reg[5] = 0x555;
	frame.reg[12] = 0xccc;
	frame.reg[FP] = (uintptr_t)&words[20];
	frame.reg[SP] = (uintptr_t)&words[TOP];
	frame.reg[LR] = 0xeee;
	frame.known = 1u << 4 | 1u << 12 | 1u << FP | 1u << SP | 1u << LR;
	frame.pc = pc;
	frame.exact_pc = exact;
}

static bool step(void)
{
	return exidx_step(&frame, object, entries * 2 * W, (uintptr_t)object,
			  (uintptr_t)(object + used), &target, &stack);
}

/* What a step has found: the caller's stack from word `cfa` on, its pc in word `pc`; cfa ANY: that
 * it has been refused. */
static void check_frame(const char *name, bool good, int cfa, int pc)
{
	if (good != (cfa != ANY))
		fail_msg("%s: %s", name, good ? "not refused" : "refused");
	if (!good)
		return;
	if (frame.cfa != (uintptr_t)&words[cfa] || frame.reg[SP] != frame.cfa)
		fail_msg("%s: CFA is word %ld", name, (long)((uint32_t *)frame.cfa - words));
	if (frame.pc_slot != (uintptr_t)&words[pc])
		fail_msg("%s: pc is word %ld", name, (long)((uint32_t *)frame.pc_slot - words));
	if (frame.pc != WORD(pc) || frame.exact_pc)
		fail_msg("%s: pc is %#lx", name, (long)frame.pc);
	if (!(frame.known >> SP & 1) || frame.known >> 15)
		fail_msg("%s: known are %#lx", name, (long)frame.known);
}

/* Instructions, and what the frame is then found to be. */
static const struct instruction_case {
	const char *name;
	struct code code;
	int cfa;	 /* index of a word; ANY: refused */
	int pc;		 /* the same */
	int number;	 /* a register */
	uintptr_t value; /* and its value, UNKNOWN */
} instruction_cases[] = {
	{"lr", {BYTES(0x84, 0)}, 9, 8, LR, WORD(8)},
	{"what nobody saved", {BYTES(0x84, 0)}, 9, 8, 4, 0x444},
	{"what was not known", {BYTES(0x84, 0)}, 9, 8, 5, UNKNOWN},
	{"not callee-saved", {BYTES(0x84, 0)}, 9, 8, 12, UNKNOWN},
	{"stack pointer", {BYTES(0x84, 0)}, 9, 8, SP, ADDRESS(9)},
	{"pc", {BYTES(0x88, 0)}, 9, 8, LR, UNKNOWN},
	{"lr and pc", {BYTES(0x8c, 0)}, 10, 9, LR, WORD(8)},
	{"r5 and lr", {BYTES(0x84, 2)}, 10, 9, 5, WORD(8)},
	{"r4 to r12, lr", {BYTES(0x85, 0xff)}, 18, 17, 12, WORD(16)},
	{"lr twice", {BYTES(0x84, 0, 0x84, 0)}, 10, 9, LR, WORD(9)},
	{"refuse to unwind", {BYTES(0x84, 0, 0x80, 0)}, ANY, 0, 0, 0},
	{"nothing", {BYTES(FINISH)}, ANY, 0, 0, 0},
	{"no return address", {BYTES(0xa0)}, ANY, 0, 0, 0},
	{"sp from nowhere", {BYTES(0x84, 0, 0x82, 0)}, ANY, 0, 0, 0},
	{"4 more", {BYTES(0, 0xa8)}, 11, 10, 4, WORD(9)},
	{"256 more", {BYTES(0x3f, 0xa8)}, 74, 73, 4, WORD(72)},
	{"4 less", {BYTES(0x40, 0xa8)}, 9, 8, 4, WORD(7)},
	{"32 less, back again", {BYTES(0x47, 0xa9, 0x05)}, 9, 2, 5, WORD(1)},
	{"36 less", {BYTES(0x48, 0xa8)}, ANY, 0, 0, 0},
	{"less than before", {BYTES(0x84, 0, 0x41)}, ANY, 0, 0, 0},
	{"from r11", {BYTES(0x9b, 0xa8)}, 22, 21, 4, WORD(20)},
	{"from r11, which was saved", {BYTES(0x84, 0, 0x88, 0x80, 0x9b)}, ANY, 0, 0, 0},
	{"from r0, not known", {BYTES(0x90, 0xa8)}, ANY, 0, 0, 0},
	{"from r12, elsewhere", {BYTES(0x9c, 0xa8)}, ANY, 0, 0, 0},
	{"from sp", {BYTES(0x9d, 0xa8)}, ANY, 0, 0, 0},
	{"from lr, not saved yet", {BYTES(0x9e, 0xa8)}, ANY, 0, 0, 0},
	{"from pc", {BYTES(0x9f, 0xa8)}, ANY, 0, 0, 0},
	{"r4 and lr", {BYTES(0xa8)}, 10, 9, 4, WORD(8)},
	{"r4 to r7", {BYTES(0xa3, 0x84, 0)}, 13, 12, 7, WORD(11)},
	{"r4 to r11 and lr", {BYTES(0xaf)}, 17, 16, FP, WORD(15)},
	{"finish", {BYTES(0xa8, FINISH, 0xff)}, 10, 9, 4, WORD(8)},
	{"r0 to r3", {BYTES(0xb1, 0x0f, 0xa8)}, 14, 13, 3, WORD(11)},
	{"r2", {BYTES(0xb1, 4, 0xa8)}, 11, 10, 2, WORD(8)},
	{"none of r0 to r3", {BYTES(0xa8, 0xb1, 0)}, ANY, 0, 0, 0},
	{"spare", {BYTES(0xa8, 0xb1, 0x11)}, ANY, 0, 0, 0},
	{"516 more", {BYTES(0xb2, 0, 0xa8)}, 139, 138, 4, WORD(137)},
	{"1032 more", {BYTES(0xb2, 0x81, 1, 0xa8)}, 268, 267, 4, WORD(266)},
	{"a number of four bytes",
	 {BYTES(0xb2, 0x81, 0x81, 0x80, 0, 0xa8)},
	 268,
	 267,
	 4,
	 WORD(266)},
	{"1 in four bytes", {BYTES(0xb2, 0x81, 0x80, 0x80, 0, 0xa8)}, 140, 139, 4, WORD(138)},
	{"a number of five bytes", {BYTES(0xa8, 0xb2, 0x80, 0x80, 0x80, 0x80, 0)}, ANY, 0, 0, 0},
	{"a number without end", {BYTES(0xa8, 0xb2, 0x80)}, ANY, 0, 0, 0},
	{"d3 to d6, with a word", {BYTES(0xb3, 0x33, 0xa8)}, 19, 18, 4, WORD(17)},
	{"spare b4", {BYTES(0xa8, 0xb4)}, ANY, 0, 0, 0},
	{"spare b7", {BYTES(0xa8, 0xb7)}, ANY, 0, 0, 0},
	{"d8, with a word", {BYTES(0xb8, 0xa8)}, 13, 12, 4, WORD(11)},
	{"d8 to d15, with a word", {BYTES(0xbf, 0xa8)}, 27, 26, 4, WORD(25)},
	{"wR10", {BYTES(0xc0, 0xa8)}, 12, 11, 4, WORD(10)},
	{"wR10 to wR15", {BYTES(0xc5, 0xa8)}, 22, 21, 4, WORD(20)},
	{"wR3 and wR4", {BYTES(0xc6, 0x31, 0xa8)}, 14, 13, 4, WORD(12)},
	{"wCGR0 and wCGR2", {BYTES(0xc7, 5, 0xa8)}, 12, 11, 4, WORD(10)},
	{"no wCGR", {BYTES(0xa8, 0xc7, 0)}, ANY, 0, 0, 0},
	{"spare c7", {BYTES(0xa8, 0xc7, 0x11)}, ANY, 0, 0, 0},
	{"d16 to d31", {BYTES(0xc8, 0x0f, 0xa8)}, 42, 41, 4, WORD(40)},
	{"d8 to d11", {BYTES(0xc9, 0x83, 0xa8)}, 18, 17, 4, WORD(16)},
	{"spare ca", {BYTES(0xa8, 0xca)}, ANY, 0, 0, 0},
	{"spare cf", {BYTES(0xa8, 0xcf)}, ANY, 0, 0, 0},
	{"d8", {BYTES(0xd0, 0xa8)}, 12, 11, 4, WORD(10)},
	{"d8 to d15", {BYTES(0xd7, 0xa8)}, 26, 25, 4, WORD(24)},
	{"spare d8", {BYTES(0xa8, 0xd8)}, ANY, 0, 0, 0},
	{"spare e0", {BYTES(0xa8, 0xe0)}, ANY, 0, 0, 0},
	{"spare ff", {BYTES(0xa8, 0xff)}, ANY, 0, 0, 0},
	/* 0x204 bytes and 34, 161, 162, 163 words: lr is the last word of the stack, or beyond. */
	{"up to the stack's end", {BYTES(0xb2, 0xa1, 1, 0xa8)}, 300, 299, 4, WORD(298)},
	{"across the stack's end", {BYTES(0xb2, 0xa2, 1, 0xa8)}, ANY, 0, 0, 0},
	{"above the stack", {BYTES(0xa8, 0xb2, 0xa2, 1)}, ANY, 0, 0, 0},
};

static void instructions(void **state)
{
	unsigned made = 0;

	(void)state;
	for (unsigned i = 0; i < FORMS * COUNT(instruction_cases); i++) {
		const struct instruction_case *this = &instruction_cases[i / FORMS];
		bool good;

		if (!make_object(i % FORMS, &this->code))
			continue;
		made++;
		make_frame(function_start(0) + 4, false);
		good = step();
		check_frame(this->name, good, this->cfa, this->pc);
		if (good)
			check_register(this->name, this->number, this->value);
	}
	assert_true(made > 3 * COUNT(instruction_cases));
}

/* A return address leads to Thumb code when it is odd. */
static void odd_addresses(void **state)
{
	(void)state;
	make_object(INLINE, &(struct code){BYTES(0xa8)});
	make_frame(function_start(0) + 4, false);
	words[9] |= 1;
	check_frame("odd", step(), 10, 9);
}

/* A first frame may have none of the stack yet; one that called has at least its return address. */
static void frames_of_no_size(void **state)
{
	(void)state;
	make_object(INLINE, &(struct code){BYTES(0x84, 0, 0x40)});
	make_frame(function_start(0) + 4, true);
	check_frame("first frame", step(), 8, 8);
	make_frame(function_start(0) + 4, false);
	check_frame("frame that called", step(), ANY, 0);
}

/* The tables say nothing of a function that a signal has interrupted. */
static void interrupted(void **state)
{
	(void)state;
	make_object(INLINE, &(struct code){BYTES(0xa8)});
	make_frame(function_start(0) + 4, true);
	check_frame("first frame", step(), 10, 9);
	make_frame(function_start(0) + 4, true);
	frame.cfa = frame.reg[SP];
	check_frame("interrupted", step(), ANY, 0);
}

/* Function i has i + 2 words, the last with its return address. */
static void make_functions(size_t count, bool thumb)
{
	begin_object(count);
	for (unsigned i = 0; i < count; i++)
		set_entry(i, function_start(i) + thumb, 0x80008400 | i << 16);
	end_object();
}

static void index_search(void **state)
{
	(void)state;
	for (size_t count = 0; count < 40; count++) {
		make_functions(count, count % 2);
		for (uintptr_t pc = function_start(0) - 2; pc < function_start(count) + 9;
		     pc += 2) {
			int i = pc < function_start(0) ? ANY : (int)(pc - function_start(0)) / 16;

			if (i >= (int)count)
				i = (int)count - 1;
			make_frame(pc, true);
			check_frame("exact", step(), i == ANY ? ANY : i + 10, i + 9);
			make_frame(pc + 2, false);
			check_frame("return", step(), i == ANY ? ANY : i + 10, i + 9);
		}
	}
}

/* An entry with this content, which leads to `word` where it is relative; false: refused. */
static bool try_entry(uint32_t content, uint32_t word)
{
	begin_object(1);
	set_entry(0, function_start(0), content ? content : seen_from(1, (uintptr_t)&object[2]));
	put(word);
	end_object();
	make_frame(function_start(0) + 4, false);
	return step();
}

static void bad_entries(void **state)
{
	(void)state;
	assert_true(try_entry(0x80a8b0b0, 0));
	assert_false(try_entry(CANNOT_UNWIND, 0));
	for (uint32_t personality = 1; personality < 0x80; personality++)
		assert_false(try_entry(0x80a8b0b0 | personality << 24, 0));
	assert_true(try_entry(0, 0x80a8b0b0));
	assert_true(try_entry(0, 0x8100a8b0));
	assert_true(try_entry(0, 0x8200a8b0));
	for (uint32_t personality = 3; personality < 0x80; personality++)
		assert_false(try_entry(0, 0x8000a8b0 | personality << 24));
	/* Words that are not there: no harm as long as nobody gets to them. */
	assert_true(try_entry(0, 0x81ffa8b0));
	assert_false(try_entry(0, 0x81ffa801));
	/* A routine of a language, and nothing behind. */
	assert_false(try_entry(0, 0x1234));
}

/* Entries that lead out of the object, or between its words. */
static void outside(void **state)
{
	(void)state;
	for (int distance = -40; distance < 40; distance++) {
		uint32_t content = (uint32_t)distance & 0x7fffffff;

		/* Word 2 is the only one behind the index; 1 is the entry itself. */
		if (distance == 4 || content == CANNOT_UNWIND || distance == 0)
			continue;
		assert_false(try_entry(content, 0x80a8b0b0));
	}
	/* An object that begins later. */
	make_object(SHORT, &(struct code){BYTES(0xa8)});
	make_frame(function_start(0) + 4, false);
	assert_false(exidx_step(&frame, object, 2 * W, (uintptr_t)(object + 3),
				(uintptr_t)(object + used), &target, &stack));
	/* One that ends within the instructions. */
	for (size_t end = 2; end < 6; end++) {
		make_object(LONG, &(struct code){BYTES(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa8)});
		assert_true(used > end);
		used = end;
		end_object();
		make_frame(function_start(0) + 4, false);
		assert_false(step());
	}
}

static void bad_index(void **state)
{
	(void)state;
	make_functions(3, false);
	make_frame(function_start(1), true);
	assert_false(exidx_step(&frame, (char *)object + 2, 2 * W, (uintptr_t)object,
				(uintptr_t)(object + used), &target, &stack));
	/* Half an entry is none. */
	make_frame(function_start(1), true);
	assert_true(exidx_step(&frame, object, 3 * W, (uintptr_t)object, (uintptr_t)(object + used),
			       &target, &stack));
	check_frame("one and a half", true, 10, 9);
	make_frame(function_start(1), true);
	assert_false(exidx_step(&frame, object, W, (uintptr_t)object, (uintptr_t)(object + used),
				&target, &stack));
}

/* Registers that make no sense. */
static void confuse(uintptr_t pc)
{
	make_frame(pc, random_below(2));
	for (unsigned i = 0; i < 4; i++) {
		frame.reg[random_below(UNWIND_REGISTERS)] =
			stack.low + random_below(WORDS * W + 40) - 20;
		frame.known ^= (uint64_t)1 << random_below(UNWIND_REGISTERS);
	}
}

/* What a step may never say, whatever it was told. */
static void check_bounds(uintptr_t before)
{
	assert_in_range(frame.cfa, before, stack.high);
	assert_in_range(frame.pc_slot, stack.low, stack.high - W);
	assert_false(frame.pc & 1);
	assert_int_equal(frame.known >> 15, 0);
}

static void changed_words(void **state)
{
	unsigned good = 0;

	(void)state;
	srand(6);
	for (unsigned i = 0; i < 300000; i++) {
		const struct instruction_case *this =
			&instruction_cases[random_below(COUNT(instruction_cases))];
		uintptr_t before;

		if (i % 2)
			make_object(LONG + random_below(FORMS - LONG), &this->code);
		else
			make_functions(1 + random_below(9), random_below(2));
		for (unsigned changes = random_below(4); changes; changes--)
			((unsigned char *)object)[random_below((unsigned)used * W)] =
				(unsigned char)rand();
		confuse(function_start(0) + random_below(100));
		before = frame.reg[SP] + !frame.exact_pc;
		if (step()) {
			good++;
			check_bounds(before);
		}
	}
	/* Most of them are still tables. */
	assert_in_range(good, 10000, 290000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions),	 cmocka_unit_test(odd_addresses),
		cmocka_unit_test(interrupted),	 cmocka_unit_test(frames_of_no_size),
		cmocka_unit_test(index_search),	 cmocka_unit_test(bad_entries),
		cmocka_unit_test(outside),	 cmocka_unit_test(bad_index),
		cmocka_unit_test(changed_words),
	};

	return cmocka_run_group_tests_name("Arm unwind tables", tests, start, stop);
}
