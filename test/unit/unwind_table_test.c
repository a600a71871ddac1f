/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The unwinder on tables made here: every instruction, operation and encoding, what must be
 * refused, and tables with bytes changed at random.  The memory around a table is poisoned and the
 * stack is a block of its own, so that the sanitizer sees each read outside.
 * links: unwind.c
 */
#include <link.h>
#include <sanitizer/asan_interface.h>

typedef uintptr_t stack_word;
enum { W = sizeof(stack_word), WORDS = 64, ROOM = 16384, SP = 7, FP = 6, RA = 16 };

#include "frames.h"

/* An expected value beside those of frames.h: what a word of the stack holds. */
#define WORD(i) ((uintptr_t)0x5000 + (i))

/* A number in two bytes. */
#define LEB2(number) (0x80 | ((number)&0x7f)), (number) >> 7

static const struct unwind_target target = {
	.stack_pointer = SP,
	.callee_saved = 1u << 3 | 1u << FP | 0xfu << 12,
};

/* The object: header and table, written front to back. */
static unsigned char *object;
static size_t used, header_size;

static int start(void **state)
{
	(void)state;
	words = malloc(WORDS * sizeof(*words));
	object = malloc(ROOM);
	stack = (struct unwind_stack){(uintptr_t)words, (uintptr_t)(words + WORDS)};
	return !words || !object;
}

static int stop(void **state)
{
	(void)state;
	free(words);
	ASAN_UNPOISON_MEMORY_REGION(object, ROOM);
	free(object);
	return 0;
}

/* An object may end anywhere: nothing behind `used` may be read. */
static void begin_object(void)
{
	ASAN_UNPOISON_MEMORY_REGION(object, ROOM);
	used = 0;
}

static void end_object(void)
{
	ASAN_POISON_MEMORY_REGION(object + used, ROOM - used);
}

static void put(const void *bytes, size_t size)
{
	assert_true(used + size <= ROOM);
	memcpy(object + used, bytes, size);
	used += size;
}

static void put_number(size_t size, uint64_t value)
{
	assert_true(used + size <= ROOM);
	poke(object + used, size, value);
	used += size;
}

static void put_leb(intptr_t value, bool is_signed)
{
	bool more = true;

	while (more) {
		unsigned byte = value & 0x7f;

		value = is_signed ? value >> 7 : (intptr_t)((uintptr_t)value >> 7);
		more = is_signed ? value != (byte & 0x40 ? -1 : 0) : value != 0;
		put_number(1, byte | (more ? 0x80 : 0));
	}
}

static void put_encoded(unsigned encoding, uintptr_t value)
{
	static const size_t sizes[] = {W, 0, 2, 4, 8};

	if ((encoding & 0x70) == 0x10)
		value -= (uintptr_t)object + used;
	else if ((encoding & 0x70) == 0x30)
		value -= (uintptr_t)object;
	if ((encoding & 7) == 1)
		put_leb((intptr_t)value, encoding & 8);
	else
		put_number((encoding & 7) < 5 ? sizes[encoding & 7] : W,
			   encoding & 8 ? (uint64_t)(intptr_t)value : value);
}

struct code {
	const unsigned char *bytes;
	size_t size;
};

/* What a CIE and its FDEs may differ in. */
struct form {
	unsigned version, encoding, address_size;
	const char *letters;
	bool extended; /* 64-bit lengths */
	struct code code;
};

/* The call has pushed the return address, and nothing else has happened. */
static const struct form usual = {
	.version = 1,
	.address_size = W,
	.letters = "zR",
	.code = {BYTES(0x0c, SP, W, 0x80 | RA, 1)},
};

static size_t open_entry(bool extended)
{
	put_number(4, extended ? 0xffffffff : 0);
	if (extended)
		put_number(8, 0);
	return used;
}

static void close_entry(size_t at, bool extended)
{
	while (used % W)
		put_number(1, 0);
	poke(object + at - (extended ? 8 : 4), extended ? 8 : 4, used - at);
}

static size_t put_cie(const struct form *form)
{
	size_t at = used, body = open_entry(form->extended), data;

	put_number(4, 0);
	put_number(1, form->version);
	put(form->letters, strlen(form->letters) + 1);
	if (form->version == 4) {
		put_number(1, form->address_size);
		put_number(1, 0);
	}
	put_leb(1, false);
	put_leb(-W, true);
	put_number(1, RA);
	data = used;
	put_number(1, 0);
	for (const char *letter = form->letters; *letter; letter++) {
		if (*letter == 'R') {
			put_number(1, form->encoding);
		} else if (*letter == 'P') {
			put_number(1, 0x9b);
			put_number(4, 0x12345678);
		} else if (*letter == 'L') {
			put_number(1, 0x1b);
		}
	}
	if (*form->letters == 'z')
		object[data] = (unsigned char)(used - data - 1);
	else
		used = data;
	put(form->code.bytes, form->code.size);
	close_entry(body, form->extended);
	return at;
}

static uintptr_t put_fde(const struct form *form, size_t cie, uintptr_t begin, uintptr_t size,
			 struct code code)
{
	uintptr_t at = (uintptr_t)object + used;
	size_t body = open_entry(form->extended);

	put_number(4, used - cie);
	put_encoded(form->encoding, begin);
	put_encoded(form->encoding & 0xf, size);
	if (*form->letters == 'z') {
		put_leb(strchr(form->letters, 'L') ? 4 : 0, false);
		if (strchr(form->letters, 'L'))
			put_number(4, 0xffffffff);
	}
	put(code.bytes, code.size);
	close_entry(body, form->extended);
	return at;
}

/* A header for `count` FDEs; the table is filled in later by put_row. */
static void put_header(unsigned table_encoding, unsigned count)
{
	size_t row = (table_encoding & 7) == 3 ? 8 : (table_encoding & 7) == 4 ? 16 : 2 * W;
	size_t start_field;

	begin_object();
	put_number(1, 1);
	put_number(1, 0x1b);
	put_number(1, table_encoding == 0xff ? 0xff : 3);
	put_number(1, table_encoding);
	start_field = used;
	put_number(4, 0);
	if (table_encoding != 0xff) {
		put_number(4, count);
		memset(object + used, 0, row * count);
		used += row * count;
	}
	header_size = used;
	poke(object + start_field, 4, used - start_field);
}

static void put_row(unsigned table_encoding, unsigned number, uintptr_t begin, uintptr_t fde)
{
	size_t end = used, width = (table_encoding & 7) == 3   ? 4
				   : (table_encoding & 7) == 4 ? 8
							       : W;

	used = 12 + number * 2 * width;
	put_encoded(table_encoding, begin);
	put_encoded(table_encoding, fde);
	used = end;
}

/* An object with one function. */
static void make_object(const struct form *form, uintptr_t begin, uintptr_t size, struct code code)
{
	size_t cie;
	uintptr_t fde;

	put_header(0, 1);
	cie = put_cie(form);
	fde = put_fde(form, cie, begin, size, code);
	put_row(0, 0, begin, fde);
	end_object();
}

static void make_frame(uintptr_t pc, bool exact)
{
	for (unsigned i = 0; i < WORDS; i++)
		words[i] = WORD(i);
	memset(&frame, 0, sizeof(frame));
	frame.reg[0] = 0x100;
	frame.reg[3] = 0x333;
	frame.reg[12] = 0xccc;
	frame.reg[FP] = (uintptr_t)&words[20];
	frame.reg[SP] = (uintptr_t)&words[8];
	frame.reg[RA] = pc;
	frame.known = 1u << 0 | 1u << 3 | 1u << FP | 1u << SP | 1u << 12 | 1u << RA;
	frame.pc = pc;
	frame.exact_pc = exact;
}

static bool step(void)
{
	return unwind_step(&frame, object, header_size, (uintptr_t)object, (uintptr_t)object + used,
			   &target, &stack);
}

enum { TEXT = 0x4000, SIZE = 0x100, HERE = TEXT + 0x50 };

/* Instructions of an FDE, and what the frame at HERE is then found to be. */
static const struct instruction_case {
	const char *name;
	struct code code;
	bool exact;
	int cfa;	 /* index of a word; ANY: refused */
	uintptr_t pc;	 /* 0: outermost */
	int number;	 /* a register */
	uintptr_t value; /* and its value, UNKNOWN */
} instruction_cases[] = {
	{"nothing", {BYTES(0)}, false, 9, WORD(8), 3, 0x333},
	{"stack pointer", {BYTES(0)}, false, 9, WORD(8), SP, ADDRESS(9)},
	{"not callee-saved", {BYTES(0)}, false, 9, WORD(8), 0, UNKNOWN},
	{"never known", {BYTES(0)}, false, 9, WORD(8), 13, UNKNOWN},
	{"return address", {BYTES(0)}, false, 9, WORD(8), RA, WORD(8)},
	{"def_cfa_offset", {BYTES(0x0e, 4 * W)}, false, 12, WORD(11), 3, 0x333},
	{"number of twelve bytes",
	 {BYTES(0x0e, 0x80 | 4 * W, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0)},
	 false,
	 12,
	 WORD(11),
	 3,
	 0x333},
	{"def_cfa_register", {BYTES(0x0d, FP)}, false, 21, WORD(20), 3, 0x333},
	{"def_cfa", {BYTES(0x0c, FP, 2 * W)}, false, 22, WORD(21), 3, 0x333},
	{"def_cfa_sf", {BYTES(0x12, SP, 0x7d)}, false, 11, WORD(10), 3, 0x333},
	{"def_cfa_offset_sf", {BYTES(0x13, 0x7b)}, false, 13, WORD(12), 3, 0x333},
	{"def_cfa_expression", {BYTES(0x0f, 2, 0x76, 3 * W)}, false, 23, WORD(22), 3, 0x333},
	{"def_cfa after it",
	 {BYTES(0x0f, 2, 0x76, 3 * W, 0x0c, SP, 2 * W)},
	 false,
	 10,
	 WORD(9),
	 3,
	 0x333},
	{"advance_loc to here", {BYTES(0x7f, 0x51, 0x0e, 4 * W)}, true, 12, WORD(11), 3, 0x333},
	{"advance_loc past", {BYTES(0x7f, 0x52, 0x0e, 4 * W)}, true, 9, WORD(8), 3, 0x333},
	{"return address to here", {BYTES(0x7f, 0x51, 0x0e, 4 * W)}, false, 9, WORD(8), 3, 0x333},
	{"advance_loc1 to here", {BYTES(2, 0x50, 0x0e, 4 * W)}, true, 12, WORD(11), 3, 0x333},
	{"advance_loc1 past", {BYTES(2, 0x51, 0x0e, 4 * W)}, true, 9, WORD(8), 3, 0x333},
	{"offset", {BYTES(0x0e, 4 * W, 0x83, 2)}, false, 12, WORD(11), 3, WORD(10)},
	{"offset_extended", {BYTES(0x0e, 4 * W, 5, 3, 2)}, false, 12, WORD(11), 3, WORD(10)},
	{"offset_extended_sf", {BYTES(0x11, 3, 0x7f)}, false, 9, WORD(8), 3, WORD(10)},
	{"negative_offset", {BYTES(0x2f, 3, 1)}, false, 9, WORD(8), 3, WORD(10)},
	{"val_offset", {BYTES(0x14, 3, 2)}, false, 9, WORD(8), 3, ADDRESS(7)},
	{"val_offset_sf", {BYTES(0x15, 3, 0x7e)}, false, 9, WORD(8), 3, ADDRESS(11)},
	{"register", {BYTES(9, 3, 12)}, false, 9, WORD(8), 3, 0xccc},
	{"unknown register", {BYTES(9, 3, 13)}, false, 9, WORD(8), 3, UNKNOWN},
	{"register out of range", {BYTES(9, 3, 99)}, false, 9, WORD(8), 3, UNKNOWN},
	{"undefined", {BYTES(7, 3)}, false, 9, WORD(8), 3, UNKNOWN},
	{"same_value", {BYTES(8, 0)}, false, 9, WORD(8), 0, 0x100},
	{"restore", {BYTES(0x83, 2, 0xc3)}, false, 9, WORD(8), 3, 0x333},
	{"restore_extended", {BYTES(0x83, 2, 6, 3)}, false, 9, WORD(8), 3, 0x333},
	{"restore what the CIE said", {BYTES(7, RA, 0xc0 | RA)}, false, 9, WORD(8), 3, 0x333},
	{"remember", {BYTES(0x0a, 0x0e, 4 * W, 0x83, 2, 0x0b)}, false, 9, WORD(8), 3, 0x333},
	{"remember twice",
	 {BYTES(0x0a, 0x0e, 4 * W, 0x0a, 0x0e, 5 * W, 0x0b)},
	 false,
	 12,
	 WORD(11),
	 3,
	 0x333},
	{"expression", {BYTES(0x10, 3, 2, 0x23, W)}, false, 9, WORD(8), 3, WORD(10)},
	{"val_expression", {BYTES(0x16, 3, 2, 0x23, W)}, false, 9, WORD(8), 3, ADDRESS(10)},
	{"GNU_args_size", {BYTES(0x2e, 0xff, 0x7f)}, false, 9, WORD(8), 3, 0x333},
	{"register we do not follow",
	 {BYTES(5, 0xc8, 1, 1, 6, 0xc8, 1)},
	 false,
	 9,
	 WORD(8),
	 3,
	 0x333},
	{"outermost", {BYTES(7, RA)}, false, 9, 0, 3, 0x333},
	{"frame not begun", {BYTES(0x0e, 0)}, true, 8, WORD(7), 3, 0x333},
	{"leaf", {BYTES(0x0e, 0, 8, RA)}, true, 8, HERE, 3, 0x333},
	{"frame of no size", {BYTES(0x0e, 0)}, false, ANY, 0, 0, 0},
	{"frame below", {BYTES(0x12, SP, 1)}, true, ANY, 0, 0, 0},
	{"frame above the stack", {BYTES(0x0e, LEB2(57 * W), 8, RA)}, true, ANY, 0, 0, 0},
	{"frame up to its end", {BYTES(0x0e, LEB2(56 * W), 8, RA)}, true, 64, HERE, 3, 0x333},
	{"CFA from unknown register", {BYTES(0x0d, 13)}, false, ANY, 0, 0, 0},
	{"CFA from register out of range", {BYTES(0x0d, 99)}, false, ANY, 0, 0, 0},
	{"saved below the stack", {BYTES(0x83, 10)}, false, ANY, 0, 0, 0},
	{"saved at its start", {BYTES(0x83, 9)}, false, 9, WORD(8), 3, WORD(0)},
	{"saved above the stack", {BYTES(0x11, 3, 0x49)}, false, ANY, 0, 0, 0},
	{"saved at its end", {BYTES(0x11, 3, 0x4a)}, false, 9, WORD(8), 3, WORD(63)},
	{"saved across its end", {BYTES(0x10, 3, 4, 0x0a, 0xb5, 1, 0x22)}, false, ANY, 0, 0, 0},
	{"unknown instruction", {BYTES(0x3f)}, false, ANY, 0, 0, 0},
	{"no instruction", {BYTES(0x2c)}, false, ANY, 0, 0, 0},
	{"unknown, but later", {BYTES(2, 0x51, 0x3f)}, true, 9, WORD(8), 3, 0x333},
	{"restore without remember", {BYTES(0x0b)}, false, ANY, 0, 0, 0},
	{"remember eight times",
	 {BYTES(10, 10, 10, 10, 10, 10, 10, 10)},
	 false,
	 9,
	 WORD(8),
	 3,
	 0x333},
	{"and nine times", {BYTES(10, 10, 10, 10, 10, 10, 10, 10, 10)}, false, ANY, 0, 0, 0},
	{"block without end", {BYTES(0x0f, 0x7f, 0, 0)}, false, ANY, 0, 0, 0},
	{"number without end", {BYTES(0, 0, 0, 0, 0x0e, 0x80, 0x80, 0x80)}, false, ANY, 0, 0, 0},
	{"return address from unknown", {BYTES(9, RA, 13)}, false, ANY, 0, 0, 0},
};

static void check_frame(const char *name, bool good, int cfa, uintptr_t pc)
{
	if (good != (cfa != ANY))
		fail_msg("%s: %s", name, good ? "not refused" : "refused");
	if (!good)
		return;
	if (frame.cfa != (uintptr_t)&words[cfa])
		fail_msg("%s: CFA is word %ld", name, (long)((uintptr_t *)frame.cfa - words));
	if (frame.pc != value_of(pc))
		fail_msg("%s: pc is %#lx", name, (long)frame.pc);
	if (frame.pc_slot && pc && *(uintptr_t *)frame.pc_slot != frame.pc)
		fail_msg("%s: wrong slot of the pc", name);
}

static void instructions(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(instruction_cases); i++) {
		const struct instruction_case *this = &instruction_cases[i];
		bool good;

		make_object(&usual, TEXT, SIZE, this->code);
		make_frame(HERE, this->exact);
		good = step();
		check_frame(this->name, good, this->cfa, this->pc);
		if (good)
			check_register(this->name, this->number, this->value);
	}
}

/* Instructions whose operands are wider than a byte. */
static void wide_locations(void **state)
{
	static const uintptr_t to[] = {HERE, HERE + 1};
	unsigned char code[16];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned instruction = 1; instruction <= 4; instruction++) {
			static const size_t sizes[] = {0, W, 1, 2, 4};
			size_t size = sizes[instruction];

			code[0] = (unsigned char)instruction;
			poke(code + 1, size, instruction == 1 ? to[i] : to[i] - TEXT);
			code[1 + size] = 0x0e;
			code[2 + size] = 4 * W;
			make_object(&usual, TEXT, SIZE, (struct code){code, 3 + size});
			make_frame(HERE, true);
			check_frame("location", step(), i ? 9 : 12, i ? WORD(8) : WORD(11));
		}
	}
}

/* Expressions, as the value of register 3; what is on the stack first is the CFA, word 9. */
static const struct expression_case {
	const char *name;
	struct code code;
	uintptr_t value; /* UNKNOWN: refused */
} expression_cases[] = {
	{"the CFA", {BYTES(0x96)}, ADDRESS(9)},
	{"lit0", {BYTES(0x30)}, 0},
	{"lit31", {BYTES(0x4f)}, 31},
	{"const1u", {BYTES(0x08, 0xff)}, 255},
	{"const1s", {BYTES(0x09, 0xfe)}, -(uintptr_t)2},
	{"const2u", {BYTES(0x0a, 0xff, 0xff)}, 65535},
	{"const2s", {BYTES(0x0b, 0xff, 0xff)}, -(uintptr_t)1},
	{"const4u", {BYTES(0x0c, 0x81, 0x81, 0x81, 0x81)}, 0x81818181},
	{"const4s", {BYTES(0x0d, 0x81, 0x81, 0x81, 0x81)}, (uintptr_t)(int32_t)0x81818181},
	{"const8u", {BYTES(0x0e, 1, 1, 1, 1, 1, 1, 1, 1)}, (uintptr_t)0x0101010101010101},
	{"const8s", {BYTES(0x0f, 255, 255, 255, 255, 255, 255, 255, 255)}, -(uintptr_t)1},
	{"constu", {BYTES(0x10, 0xe5, 0x8e, 0x26)}, 624485},
	{"consts", {BYTES(0x11, 0xc0, 0xbb, 0x78)}, -(uintptr_t)123456},
	{"dup", {BYTES(0x35, 0x12, 0x1e)}, 25},
	{"drop", {BYTES(0x35, 0x36, 0x13)}, 5},
	{"over", {BYTES(0x35, 0x33, 0x14, 0x1c)}, -(uintptr_t)2},
	{"swap", {BYTES(0x35, 0x33, 0x16, 0x1c)}, -(uintptr_t)2},
	{"and", {BYTES(0x3c, 0x3a, 0x1a)}, 8},
	{"minus", {BYTES(0x35, 0x33, 0x1c)}, 2},
	{"mul", {BYTES(0x35, 0x33, 0x1e)}, 15},
	{"neg", {BYTES(0x35, 0x1f)}, -(uintptr_t)5},
	{"not", {BYTES(0x35, 0x20)}, ~(uintptr_t)5},
	{"or", {BYTES(0x3c, 0x3a, 0x21)}, 14},
	{"plus", {BYTES(0x35, 0x33, 0x22)}, 8},
	{"plus_uconst", {BYTES(0x35, 0x23, 0x80, 0x01)}, 133},
	{"shl", {BYTES(0x35, 0x33, 0x24)}, 40},
	{"shl, all out", {BYTES(0x35, 0x08, 200, 0x24)}, 0},
	{"shr", {BYTES(0x09, 0xff, 0x08, 8 * W - 4, 0x25)}, 15},
	{"shr, all out", {BYTES(0x09, 0xff, 0x08, 200, 0x25)}, 0},
	{"shra", {BYTES(0x09, 0xf0, 0x32, 0x26)}, -(uintptr_t)4},
	{"shra, all out", {BYTES(0x09, 0xf0, 0x08, 200, 0x26)}, -(uintptr_t)1},
	{"xor", {BYTES(0x3c, 0x3a, 0x27)}, 6},
	{"eq", {BYTES(0x35, 0x35, 0x29)}, 1},
	{"not eq", {BYTES(0x35, 0x36, 0x29)}, 0},
	{"ge", {BYTES(0x35, 0x35, 0x2a)}, 1},
	{"not ge", {BYTES(0x09, 0xff, 0x35, 0x2a)}, 0},
	{"gt, signed", {BYTES(0x09, 0xff, 0x35, 0x2b)}, 0},
	{"le, signed", {BYTES(0x09, 0xff, 0x35, 0x2c)}, 1},
	{"gt", {BYTES(0x36, 0x35, 0x2b)}, 1},
	{"not gt", {BYTES(0x35, 0x35, 0x2b)}, 0},
	{"le", {BYTES(0x35, 0x35, 0x2c)}, 1},
	{"not le", {BYTES(0x36, 0x35, 0x2c)}, 0},
	{"lt", {BYTES(0x09, 0xff, 0x35, 0x2d)}, 1},
	{"not lt", {BYTES(0x35, 0x35, 0x2d)}, 0},
	{"ne", {BYTES(0x36, 0x35, 0x2e)}, 1},
	{"not ne", {BYTES(0x35, 0x35, 0x2e)}, 0},
	{"breg", {BYTES(0x70 + FP, 0x78)}, ADDRESS(19)},
	{"bregx", {BYTES(0x92, FP, 0x08)}, ADDRESS(21)},
	{"deref", {BYTES(0x70 + FP, 0, 0x06)}, WORD(20)},
	{"deref at the end", {BYTES(0x70 + FP, 0xd8, 2, 0x06)}, WORD(63)},
	{"deref past the end", {BYTES(0x70 + FP, 0xe0, 2, 0x06)}, UNKNOWN},
	{"deref across the end", {BYTES(0x70 + FP, 0xd9, 2, 0x06)}, UNKNOWN},
	{"deref of nothing", {BYTES(0x30, 0x06)}, UNKNOWN},
	{"deref of all ones", {BYTES(0x09, 0xff, 0x06)}, UNKNOWN},
	{"unknown operation", {BYTES(0xf0)}, UNKNOWN},
	{"unknown, two operands", {BYTES(0x30, 0x30, 0xf0)}, UNKNOWN},
	{"stack empty", {BYTES(0x13)}, UNKNOWN},
	{"neg of nothing", {BYTES(0x13, 0x1f)}, UNKNOWN},
	{"dup of nothing", {BYTES(0x13, 0x12)}, UNKNOWN},
	{"over one", {BYTES(0x14)}, UNKNOWN},
	{"swap one", {BYTES(0x16)}, UNKNOWN},
	{"plus of one", {BYTES(0x22)}, UNKNOWN},
	{"unknown register", {BYTES(0x70 + 13, 0)}, UNKNOWN},
	{"operand cut off", {BYTES(0x30, 0x0a, 1)}, UNKNOWN},
	{"leb cut off", {BYTES(0x30, 0x23, 0x80)}, UNKNOWN},
	{"16 deep", {BYTES(48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 49)}, 1},
	{"17 deep",
	 {BYTES(48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 49)},
	 UNKNOWN},
};

static void expressions(void **state)
{
	unsigned char code[64] = {0x16, 3};

	(void)state;
	for (unsigned i = 0; i < COUNT(expression_cases); i++) {
		const struct expression_case *this = &expression_cases[i];
		bool good;

		code[2] = (unsigned char)this->code.size;
		memcpy(code + 3, this->code.bytes, this->code.size);
		make_object(&usual, TEXT, SIZE, (struct code){code, 3 + this->code.size});
		make_frame(HERE, false);
		good = step();
		check_frame(this->name, good, this->value == UNKNOWN ? ANY : 9, WORD(8));
		if (good)
			check_register(this->name, 3, this->value);
	}
}

/* What linkers say of a procedure linkage table: its entries push a word at their byte 11. */
static void linkage_table(void **state)
{
	const struct code code = {BYTES(0x0f, 11, 0x77, W, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a,
					W == 8 ? 0x33 : 0x32, 0x24, 0x22)};

	(void)state;
	for (uintptr_t pc = TEXT; pc < TEXT + 48; pc++) {
		make_object(&usual, TEXT, SIZE, code);
		make_frame(pc, true);
		check_frame("linkage", step(), pc % 16 < 11 ? 9 : 10,
			    pc % 16 < 11 ? WORD(8) : WORD(9));
	}
}

/* A signal frame: the interrupted registers, stack pointer among them, are on the stack. */
static void signal_frame(void **state)
{
	struct form form = usual;

	(void)state;
	form.letters = "zRS";
	form.code = (struct code){BYTES(0x0f, 3, 0x77, 2 * W, 0x06, 0x10, SP, 2, 0x77, 2 * W, 0x10,
					RA, 2, 0x77, 3 * W, 0x10, 3, 2, 0x77, 0)};
	make_object(&form, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, false);
	/* The interrupted stack was another, below. */
	words[10] = (uintptr_t)&words[2];
	assert_true(step());
	assert_true(frame.exact_pc);
	assert_int_equal(frame.cfa, (uintptr_t)&words[2]);
	assert_int_equal(frame.pc, WORD(11));
	assert_int_equal(frame.pc_slot, (uintptr_t)&words[11]);
	check_register("signal", SP, ADDRESS(2));
	check_register("signal", 3, WORD(8));

	make_object(&usual, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, true);
	assert_true(step());
	assert_false(frame.exact_pc);
}

static void return_addresses(void **state)
{
	struct form form = usual;

	(void)state;
	make_object(&usual, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, false);
	words[8] = 0;
	check_frame("zero on the stack", step(), 9, 0);

	/* Kept in its register: possible for who calls nobody. */
	form.code = (struct code){BYTES(0x0c, SP, W)};
	make_object(&form, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, false);
	check_frame("in its register", step(), ANY, 0);
	make_frame(HERE, true);
	frame.reg[RA] = 0x777;
	check_frame("in its register", step(), 9, 0x777);
	assert_int_equal(frame.pc_slot, 0);
	make_frame(HERE, true);
	frame.known &= ~((uint64_t)1 << RA);
	check_frame("in its register, unknown", step(), ANY, 0);
}

/* How the addresses in FDEs may be encoded. */
static void encodings(void **state)
{
	static const struct encoding_case {
		unsigned encoding;
		bool near; /* the code must be near the table */
		bool good;
	} cases[] = {
		{0x00, false, true},  {0x01, false, true},  {0x02, false, true},
		{0x03, false, true},  {0x04, false, true},  {0x08, false, true},
		{0x09, false, true},  {0x0a, false, true},  {0x0b, false, true},
		{0x0c, false, true},  {0x10, true, true},   {0x1a, true, true},
		{0x1b, true, true},   {0x1c, true, true},   {0x19, true, true},
		{0x05, false, false}, {0x0d, false, false}, {0x20, false, false},
		{0x30, false, false}, {0x40, false, false}, {0x50, false, false},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		uintptr_t text = cases[i].near ? (uintptr_t)object + TEXT : TEXT;
		struct form form = usual;

		form.encoding = cases[i].encoding;
		make_object(&form, text, SIZE, (struct code){BYTES(0x0e, 4 * W)});
		make_frame(text + 0x50, false);
		check_frame("encoding", step(), cases[i].good ? 12 : ANY, WORD(11));
		make_frame(text + SIZE + 1, false);
		check_frame("past the function", step(), ANY, 0);
	}
}

static void forms(void **state)
{
	static const struct form_case {
		const char *letters;
		unsigned version;
		bool good;
	} cases[] = {
		{"", 1, true},	   {"zR", 1, true},   {"zR", 3, true},	{"zR", 4, true},
		{"zR", 2, false},  {"zR", 0, false},  {"zR", 5, false}, {"z", 1, true},
		{"zPLR", 1, true}, {"zRPL", 1, true}, {"zLR", 1, true}, {"zRX", 1, false},
		{"zRB", 1, true},  {"zRY", 1, false}, {"eh", 1, false}, {"R", 1, false},
		{"zPR", 4, true},
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		for (unsigned extended = 0; extended < 2; extended++) {
			struct form form = usual;

			form.letters = cases[i].letters;
			form.version = cases[i].version;
			form.extended = extended;
			make_object(&form, TEXT, SIZE, (struct code){BYTES(0x0e, 4 * W)});
			make_frame(HERE, false);
			check_frame(form.letters, step(), cases[i].good ? 12 : ANY, WORD(11));
		}
	}
	struct form form = usual;

	form.version = 4;
	form.address_size = W - 1;
	make_object(&form, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, false);
	check_frame("address size", step(), ANY, 0);
}

/* Function number i is i + 1 bytes long and has i + 2 words; between them are gaps. */
static uintptr_t function_start(unsigned i)
{
	return (uintptr_t)object + TEXT + 100 * i;
}

static void make_functions(unsigned table_encoding, unsigned count)
{
	struct form form = usual;
	size_t cie;

	form.encoding = 0x1b;
	put_header(table_encoding, count);
	cie = put_cie(&form);
	for (unsigned i = 0; i < count; i++) {
		unsigned char code[] = {0x0e, LEB2((i + 2) * W)};
		uintptr_t fde;

		fde = put_fde(&form, cie, function_start(i), i + 1, (struct code){code, 3});
		if (table_encoding != 0xff && (table_encoding & 7) != 1)
			put_row(table_encoding, i, function_start(i), fde);
	}
	put_number(4, 0);
	end_object();
}

static void tables(void **state)
{
	static const unsigned encodings_of_table[] = {0x3b, 0x3c, 0x00, 0x1b, 0xff, 0x39};

	(void)state;
	for (unsigned e = 0; e < COUNT(encodings_of_table); e++) {
		for (unsigned count = 1; count < 40; count++) {
			make_functions(encodings_of_table[e], count);
			for (unsigned i = 0; i < count; i++) {
				uintptr_t first = function_start(i);

				for (uintptr_t pc = first - 2; pc < first + i + 4; pc++) {
					bool inside = pc >= first && pc <= first + i;

					make_frame(pc, true);
					check_frame("exact", step(), inside ? (int)i + 10 : ANY,
						    WORD(i + 9));
					make_frame(pc + 1, false);
					check_frame("return", step(), inside ? (int)i + 10 : ANY,
						    WORD(i + 9));
				}
			}
		}
	}
}

/* Entries that mislead, in a table that is scanned: nothing but the last may be found. */
static void scanned_entries(void **state)
{
	struct form far = usual, near = usual;
	size_t cie;

	(void)state;
	near.encoding = 0x1b;
	put_header(0xff, 0);
	cie = put_cie(&far);
	/* Discarded by the linker: the code it was for has the address 0. */
	put_fde(&far, cie, 0, UINTPTR_MAX, (struct code){BYTES(0)});
	cie = put_cie(&near);
	put_fde(&near, cie, (uintptr_t)object + used + 8, SIZE, (struct code){BYTES(0)});
	put_fde(&near, cie, (uintptr_t)object + TEXT, SIZE, (struct code){BYTES(0x0e, 4 * W)});
	put_number(4, 0);
	put_fde(&near, cie, (uintptr_t)object + 2 * TEXT, SIZE, (struct code){BYTES(0)});
	end_object();
	make_frame((uintptr_t)object + HERE, false);
	check_frame("the last", step(), 12, WORD(11));
	for (size_t i = 0; i < used; i++) {
		make_frame((uintptr_t)object + i, true);
		check_frame("discarded", step(), ANY, 0);
	}
	make_frame((uintptr_t)object + 2 * TEXT, true);
	check_frame("behind the end", step(), ANY, 0);
}

static void bad_entries(void **state)
{
	struct form form = usual;

	(void)state;
	form.letters = "zPR";
	make_object(&form, TEXT, SIZE, (struct code){BYTES(0)});
	make_frame(HERE, false);
	assert_true(step());
	/* Length, id, version, letters, alignments, return address column. */
	object[header_size + 4 + 4 + 1 + 4 + 3]--;
	make_frame(HERE, false);
	check_frame("augmentation data too short", step(), ANY, 0);

	make_object(&usual, TEXT, SIZE, (struct code){BYTES(0)});
	object[header_size + 4] = 1;
	make_frame(HERE, false);
	check_frame("no CIE", step(), ANY, 0);

	form = usual;
	form.code = (struct code){BYTES(0x0c, SP, W, 0x80 | RA, 1, 0x0a)};
	make_object(&form, TEXT, SIZE, (struct code){BYTES(0x0b)});
	make_frame(HERE, false);
	check_frame("remembered by the CIE", step(), ANY, 0);
}

/* Spoil one byte or bound at a time. */
static void bad_headers(void **state)
{
	(void)state;
	make_functions(0x3b, 3);
	make_frame(function_start(1), true);
	assert_true(step());
	object[0] = 2;
	make_frame(function_start(1), true);
	assert_false(step());
	make_functions(0x3b, 3);
	object[8] = 0;
	make_frame(function_start(1), true);
	assert_false(step());
	poke(object + 8, 4, 0xffffffff);
	make_frame(function_start(1), true);
	assert_false(step());
	for (size_t size = 0; size < 36; size++) {
		make_functions(0x3b, 3);
		header_size = size;
		make_frame(function_start(1), true);
		assert_false(step());
	}
	/* An object that ends early. */
	for (size_t end = 0; end < ROOM; end++) {
		make_functions(end % 2 ? 0x3b : 0xff, 3);
		if (end >= used - 4)
			break;
		used = end;
		end_object();
		make_frame(function_start(2), true);
		assert_false(step());
	}
	/* One that starts late. */
	make_functions(0x3b, 3);
	make_frame(function_start(1), true);
	assert_false(unwind_step(&frame, object, header_size, (uintptr_t)object + 1,
				 (uintptr_t)object + used, &target, &stack));
}

/* Registers and bounds that make no sense. */
static void confuse(uintptr_t pc)
{
	make_frame(pc, random_below(2));
	for (unsigned i = 0; i < 4; i++) {
		unsigned number = random_below(UNWIND_REGISTERS);

		frame.reg[number] = stack.low + random_below(WORDS * W + 40) - 20;
		frame.known ^= (uint64_t)1 << random_below(UNWIND_REGISTERS);
	}
	words[random_below(WORDS)] = (uintptr_t)&words[random_below(WORDS)];
}

static void changed_bytes(void **state)
{
	unsigned good = 0;

	(void)state;
	srand(4);
	for (unsigned i = 0; i < 300000; i++) {
		const struct instruction_case *this =
			&instruction_cases[random_below(COUNT(instruction_cases))];
		struct form form = usual;

		if (i % 2) {
			form.letters = random_below(2) ? "zPLR" : "zRS";
			make_object(&form, TEXT, SIZE, this->code);
		} else {
			make_functions(random_below(2) ? 0x3b : 0xff, 1 + random_below(4));
		}
		for (unsigned changes = random_below(6); changes; changes--)
			object[random_below((unsigned)used)] = (unsigned char)rand();
		confuse(i % 2 ? HERE : function_start(random_below(3)) + random_below(3));
		good += step();
	}
	/* Most of them are still tables. */
	assert_in_range(good, 10000, 290000);
}

/* The tables of the loaded libraries, copied to where the sanitizer sees their ends. */
static int change_copy(struct dl_phdr_info *info, size_t size, void *data)
{
	const ElfW(Phdr) *table = NULL, *segment = NULL;
	size_t length, offset;
	unsigned char *copy;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
			table = &info->dlpi_phdr[i];
	for (int i = 0; i < info->dlpi_phnum && table; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    table->p_vaddr - info->dlpi_phdr[i].p_vaddr < info->dlpi_phdr[i].p_filesz)
			segment = &info->dlpi_phdr[i];
	if (!segment || !table->p_memsz)
		return 0;
	offset = table->p_vaddr - segment->p_vaddr;
	length = segment->p_filesz - offset;
	copy = malloc(length);
	assert_non_null(copy);
	memcpy(copy, (void *)(info->dlpi_addr + table->p_vaddr), length);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned row = random_below((unsigned)(table->p_memsz - 12) / 8);
		int32_t begin, fde;

		memcpy(&begin, copy + 12 + 8 * row, 4);
		memcpy(&fde, copy + 12 + 8 * row + 4, 4);
		if (fde >= 0 && (size_t)fde + 40 < length)
			copy[(unsigned)fde + random_below(40)] ^=
				(unsigned char)(1 << random_below(8));
		confuse((uintptr_t)copy + (uintptr_t)begin + random_below(60));
		*(unsigned *)data += unwind_step(&frame, copy, table->p_memsz, (uintptr_t)copy,
						 (uintptr_t)copy + length, &target, &stack);
	}
	free(copy);
	return 0;
}

static void changed_libraries(void **state)
{
	unsigned good = 0;

	(void)state;
	srand(5);
	dl_iterate_phdr(change_copy, &good);
	assert_true(good > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions),	   cmocka_unit_test(wide_locations),
		cmocka_unit_test(expressions),	   cmocka_unit_test(linkage_table),
		cmocka_unit_test(signal_frame),	   cmocka_unit_test(return_addresses),
		cmocka_unit_test(encodings),	   cmocka_unit_test(forms),
		cmocka_unit_test(tables),	   cmocka_unit_test(bad_headers),
		cmocka_unit_test(scanned_entries), cmocka_unit_test(bad_entries),
		cmocka_unit_test(changed_bytes),   cmocka_unit_test(changed_libraries),
	};

	return cmocka_run_group_tests_name("unwind tables", tests, start, stop);
}
