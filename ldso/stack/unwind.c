/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One step up the stack from call frame information.  Owns nothing: it reads the tables
 * and the stack within the bounds it is given, and writes the frame it is given.
 */
#include "stack/unwind.h"

/* Pointer encodings (LSB, "DWARF Exception Header Encoding"). */
enum {
	PE_OMIT = 0xff,
	PE_FORMAT = 0x0f,
	PE_LEB = 1,
	PE_SIGNED = 8,
	PE_APPLICATION = 0x70,
	PE_PCREL = 0x10,
	PE_DATAREL = 0x30
};

/* Call frame instructions (DWARF 5, section 7.24, and the GNU extensions). */
enum {
	CFA_ADVANCE_LOC = 0x40, /* operand in the low six bits, as in the next two */
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0,
	CFA_NOP = 0x00,
	CFA_SET_LOC,
	CFA_ADVANCE_LOC1,
	CFA_ADVANCE_LOC2,
	CFA_ADVANCE_LOC4,
	CFA_OFFSET_EXTENDED,
	CFA_RESTORE_EXTENDED,
	CFA_UNDEFINED,
	CFA_SAME_VALUE,
	CFA_REGISTER,
	CFA_REMEMBER_STATE,
	CFA_RESTORE_STATE,
	CFA_DEF_CFA,
	CFA_DEF_CFA_REGISTER,
	CFA_DEF_CFA_OFFSET,
	CFA_DEF_CFA_EXPRESSION,
	CFA_EXPRESSION,
	CFA_OFFSET_EXTENDED_SF,
	CFA_DEF_CFA_SF,
	CFA_DEF_CFA_OFFSET_SF,
	CFA_VAL_OFFSET,
	CFA_VAL_OFFSET_SF,
	CFA_VAL_EXPRESSION,
	CFA_GNU_WINDOW_SAVE = 0x2d, /* on aarch64: return addresses are signed, or no longer */
	CFA_GNU_ARGS_SIZE,
	CFA_GNU_NEGATIVE_OFFSET_EXTENDED
};

/* Operations of expressions (DWARF 5, section 7.7.1). */
enum {
	OP_ADDR = 0x03,
	OP_DEREF = 0x06,
	OP_CONST1U = 0x08,
	OP_CONST8S = 0x0f,
	OP_CONSTU,
	OP_CONSTS,
	OP_DUP,
	OP_DROP,
	OP_OVER,
	OP_SWAP = 0x16,
	OP_AND = 0x1a,
	OP_MINUS = 0x1c,
	OP_MUL = 0x1e,
	OP_NEG,
	OP_NOT,
	OP_OR,
	OP_PLUS,
	OP_PLUS_UCONST,
	OP_SHL,
	OP_SHR,
	OP_SHRA,
	OP_XOR,
	OP_EQ = 0x29,
	OP_GE,
	OP_GT,
	OP_LE,
	OP_LT,
	OP_NE,
	OP_LIT0 = 0x30,
	OP_LIT31 = 0x4f,
	OP_BREG0 = 0x70,
	OP_BREG31 = 0x8f,
	OP_BREGX = 0x92,
	OP_NOP = 0x96
};

enum {
	WORD_BITS = sizeof(uintptr_t) * CHAR_BIT,
	REMEMBERED = 8, /* compilers nest remember_state once */
	OPERANDS = 16	/* depth of an expression's stack */
};

/* Where tables may be read. */
struct bounds {
	uintptr_t low, high;
};

/* A place in a table.  Reading past `end` gives 0 and sets `bad`, which stays. */
struct cursor {
	const unsigned char *at, *end;
	bool bad;
};

struct cie {
	uintptr_t code_align;
	intptr_t data_align;
	uintptr_t return_address; /* column */
	unsigned char encoding;	  /* of the addresses in its FDEs */
	bool augmented;		  /* its FDEs have augmentation data */
	bool signal;
	struct cursor program;
};

struct fde {
	struct cie cie;
	uintptr_t begin, range; /* code it describes */
	struct cursor program;
};

enum rule {
	RULE_NONE, /* nothing said */
	RULE_UNDEFINED,
	RULE_SAME,
	RULE_OFFSET, /* saved at CFA + value */
	RULE_VAL_OFFSET,
	RULE_REGISTER,
	RULE_EXPRESSION, /* value: address of a block; saved where it says */
	RULE_VAL_EXPRESSION
};

/* A row of the table that the instructions describe. */
struct row {
	const unsigned char *cfa_expression; /* NULL: register and offset */
	uintptr_t cfa_register;
	uintptr_t cfa_offset;
	uintptr_t value[UNWIND_REGISTERS];
	unsigned char rule[UNWIND_REGISTERS];
};

/* The state of running call frame instructions. */
struct machine {
	const struct cie *cie;
	uintptr_t location;
	struct row row;
	struct row initial; /* after the CIE's instructions */
	struct row remembered[REMEMBERED];
	unsigned depth;
};

/* What the rules of a row are applied to. */
struct context {
	const struct unwind_frame *frame;
	const struct unwind_stack *stack;
	const unsigned char *end; /* of the tables */
	uintptr_t cfa;
	bool bad; /* something could not be read or was malformed */
};

/* `length` bytes at `address`; bad when they are not all within the bounds. */
static struct cursor cursor_at(const struct bounds *bounds, uintptr_t address, uintptr_t length)
{
	if (address < bounds->low || address > bounds->high || length > bounds->high - address)
		return (struct cursor){NULL, NULL, true};
	return (struct cursor){(const unsigned char *)address,
			       (const unsigned char *)address + length, false};
}

/* Pass over `length` bytes. */
static const unsigned char *skip(struct cursor *cursor, uintptr_t length)
{
	const unsigned char *at = cursor->at;

	if (cursor->bad || length > (uintptr_t)(cursor->end - at)) {
		cursor->bad = true;
		return NULL;
	}
	cursor->at += length;
	return at;
}

/* A number of `size` bytes, cut off to a word. */
static uintptr_t read_fixed(struct cursor *cursor, unsigned size, bool is_signed)
{
	const unsigned char *at = skip(cursor, size);
	unsigned spare = size < sizeof(uintptr_t) ? WORD_BITS - size * CHAR_BIT : 0;
	uintptr_t value = 0;

	if (!at)
		return 0;
	for (unsigned i = 0; i < size; i++)
		value = value << CHAR_BIT |
			at[__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? size - 1 - i : i];
	if (is_signed)
		value = (uintptr_t)((intptr_t)(value << spare) >> spare);
	return value;
}

static unsigned read_byte(struct cursor *cursor)
{
	return (unsigned)read_fixed(cursor, 1, false);
}

static uintptr_t read_leb(struct cursor *cursor, bool is_signed)
{
	uintptr_t value = 0;
	unsigned shift = 0, byte;

	do {
		byte = read_byte(cursor);
		if (shift < WORD_BITS)
			value |= (uintptr_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (is_signed && byte & 0x40 && shift < WORD_BITS)
		value |= -((uintptr_t)1 << shift);
	return value;
}

static uintptr_t read_uleb(struct cursor *cursor)
{
	return read_leb(cursor, false);
}

static uintptr_t read_sleb(struct cursor *cursor)
{
	return read_leb(cursor, true);
}

/* The width of an encoded pointer; 0 when it varies or is unknown. */
static unsigned encoded_width(unsigned encoding)
{
	unsigned format = encoding & PE_FORMAT & ~PE_SIGNED;

	if (!format)
		return sizeof(uintptr_t);
	return format >= 2 && format <= 4 ? 1u << (format - 1) : 0;
}

/* An encoded pointer.  `data` is what data-relative ones are relative to; 0: nothing is. */
static uintptr_t read_encoded(struct cursor *cursor, unsigned encoding, uintptr_t data)
{
	bool is_signed = encoding & PE_SIGNED;
	unsigned application = encoding & PE_APPLICATION;
	unsigned width = encoded_width(encoding);
	uintptr_t base = 0, value;

	if (application == PE_PCREL)
		base = (uintptr_t)cursor->at;
	else if (application == PE_DATAREL)
		base = data;
	if (application && !base)
		cursor->bad = true;
	if (width)
		value = read_fixed(cursor, width, is_signed);
	else
		value = read_leb(cursor, is_signed);
	if (!width && (encoding & PE_FORMAT & ~PE_SIGNED) != PE_LEB)
		cursor->bad = true;
	/* Zero is "none" however it is encoded. */
	return value ? value + base : 0;
}

/* A block: its length and so many bytes.  Gives the address of the length. */
static uintptr_t read_block(struct cursor *cursor)
{
	uintptr_t at = (uintptr_t)cursor->at;

	skip(cursor, read_uleb(cursor));
	return at;
}

/* The contents of a CIE or FDE; false at the terminator, at the end or at nonsense. */
static bool open_entry(const struct bounds *bounds, uintptr_t address, struct cursor *entry)
{
	uintptr_t length;

	*entry = cursor_at(bounds, address, bounds->high - address);
	length = read_fixed(entry, 4, false);
	if (length == 0xffffffff)
		length = read_fixed(entry, 8, false);
	if (entry->bad || length > (uintptr_t)(entry->end - entry->at))
		return false;
	entry->end = entry->at + length;
	return length;
}

/* Read the augmentation data that `letters` describe. */
static void read_augmentation(struct cursor *data, const unsigned char *letters, struct cie *cie)
{
	unsigned encoding;

	for (; *letters; letters++) {
		switch (*letters) {
		case 'R':
			cie->encoding = (unsigned char)read_byte(data);
			break;
		case 'P':
			encoding = read_byte(data);
			read_encoded(data, encoding, (uintptr_t)data->at);
			break;
		case 'L':
			read_byte(data);
			break;
		case 'S':
			cie->signal = true;
			break;
		/* How return addresses are signed, and that stacks are tagged (aarch64). */
		case 'B':
		case 'G':
			break;
		default:
			data->bad = true;
			return;
		}
	}
}

static bool read_cie(const struct bounds *bounds, uintptr_t address, struct cie *cie)
{
	const unsigned char *letters;
	struct cursor entry, data;
	unsigned version;

	if (!open_entry(bounds, address, &entry) || read_fixed(&entry, 4, false))
		return false;
	version = read_byte(&entry);
	letters = entry.at;
	while (read_byte(&entry))
		;
	/* Version 4 adds the sizes of an address and of a segment selector. */
	if (version == 4 && (read_byte(&entry) != sizeof(uintptr_t) || read_byte(&entry)))
		return false;
	if (entry.bad || (version != 1 && version != 3 && version != 4))
		return false;
	memset(cie, 0, sizeof(*cie));
	cie->code_align = read_uleb(&entry);
	cie->data_align = (intptr_t)read_sleb(&entry);
	data.bad = false;
	cie->return_address = unwind_place(version == 1 ? read_byte(&entry) : read_uleb(&entry));
	if (*letters == 'z') {
		uintptr_t length = read_uleb(&entry);

		data = entry;
		if (!skip(&entry, length))
			return false;
		data.end = entry.at;
		read_augmentation(&data, letters + 1, cie);
		cie->augmented = true;
	} else if (*letters) {
		return false;
	}
	cie->program = entry;
	return !entry.bad && !data.bad;
}

/* Read the FDE in `entry`; false when it is a CIE or malformed. */
static bool read_fde(const struct bounds *bounds, struct cursor entry, struct fde *fde)
{
	uintptr_t field = (uintptr_t)entry.at;
	uintptr_t distance = read_fixed(&entry, 4, false);

	if (!distance || !read_cie(bounds, field - distance, &fde->cie))
		return false;
	fde->begin = read_encoded(&entry, fde->cie.encoding, 0);
	fde->range = read_encoded(&entry, fde->cie.encoding & PE_FORMAT, 0);
	if (fde->cie.augmented)
		read_block(&entry);
	fde->program = entry;
	return !entry.bad;
}

/* Look for the FDE of `pc` one by one from `address`. */
static bool scan_fdes(const struct bounds *bounds, uintptr_t address, uintptr_t pc, struct fde *fde)
{
	struct cursor entry;

	while (open_entry(bounds, address, &entry)) {
		if (read_fde(bounds, entry, fde) && fde->begin && pc - fde->begin < fde->range)
			return true;
		address = (uintptr_t)entry.end;
	}
	return false;
}

/* Look `pc` up in the sorted table at `table`; the address of the FDE, 0 when there is none. */
static uintptr_t search_table(struct cursor table, unsigned encoding, uintptr_t data,
			      uintptr_t count, uintptr_t pc)
{
	unsigned width = encoded_width(encoding);
	const unsigned char *start = table.at;
	uintptr_t low = 0, high = count;

	if (table.bad || count > (uintptr_t)(table.end - table.at) / (2 * width))
		return 0;
	while (low < high) {
		uintptr_t middle = low + (high - low) / 2;

		table.at = start + 2 * width * middle;
		if (read_encoded(&table, encoding, data) <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return 0;
	table.at = start + 2 * width * (low - 1) + width;
	return read_encoded(&table, encoding, data);
}

static bool find_fde(const struct bounds *bounds, uintptr_t header, size_t size, uintptr_t pc,
		     struct fde *fde)
{
	struct cursor cursor = cursor_at(bounds, header, size);
	unsigned version = read_byte(&cursor);
	unsigned start_encoding = read_byte(&cursor);
	unsigned count_encoding = read_byte(&cursor);
	unsigned table_encoding = read_byte(&cursor);
	uintptr_t start = read_encoded(&cursor, start_encoding, header);
	uintptr_t count, address;
	struct cursor entry;

	if (cursor.bad || version != 1)
		return false;
	if (count_encoding == PE_OMIT || table_encoding == PE_OMIT ||
	    !encoded_width(table_encoding))
		return scan_fdes(bounds, start, pc, fde);
	count = read_encoded(&cursor, count_encoding, header);
	address = search_table(cursor, table_encoding, header, count, pc);
	return address && open_entry(bounds, address, &entry) && read_fde(bounds, entry, fde) &&
	       pc - fde->begin < fde->range;
}

/* Registers we do not follow (vector registers, say) may have any rule. */
static void set_rule(struct row *row, uintptr_t number, enum rule rule, uintptr_t value)
{
	if (number >= UNWIND_REGISTERS)
		return;
	row->rule[number] = (unsigned char)rule;
	row->value[number] = value;
}

static void restore_rule(struct machine *machine, uintptr_t number)
{
	if (number < UNWIND_REGISTERS)
		set_rule(&machine->row, number, machine->initial.rule[number],
			 machine->initial.value[number]);
}

static uintptr_t read_factored(const struct machine *machine, struct cursor *cursor, bool is_signed)
{
	return read_leb(cursor, is_signed) * (uintptr_t)machine->cie->data_align;
}

/* The instructions that move on in the code, but for the one-byte form. */
static bool run_location(struct machine *machine, struct cursor *cursor, unsigned instruction)
{
	if (instruction == CFA_SET_LOC)
		machine->location = read_encoded(cursor, machine->cie->encoding, 0);
	else if (instruction >= CFA_ADVANCE_LOC1 && instruction <= CFA_ADVANCE_LOC4)
		machine->location +=
			read_fixed(cursor, 1u << (instruction - CFA_ADVANCE_LOC1), false) *
			machine->cie->code_align;
	else
		return false;
	return true;
}

/* The instructions that say how to find the CFA. */
static bool run_cfa(struct machine *machine, struct cursor *cursor, unsigned instruction)
{
	struct row *row = &machine->row;

	switch (instruction) {
	case CFA_DEF_CFA:
	case CFA_DEF_CFA_SF:
	case CFA_DEF_CFA_REGISTER:
		row->cfa_register = read_uleb(cursor);
		row->cfa_expression = NULL;
		if (instruction == CFA_DEF_CFA)
			row->cfa_offset = read_uleb(cursor);
		else if (instruction == CFA_DEF_CFA_SF)
			row->cfa_offset = read_factored(machine, cursor, true);
		return true;
	case CFA_DEF_CFA_OFFSET:
		row->cfa_offset = read_uleb(cursor);
		return true;
	case CFA_DEF_CFA_OFFSET_SF:
		row->cfa_offset = read_factored(machine, cursor, true);
		return true;
	case CFA_DEF_CFA_EXPRESSION:
		row->cfa_expression = (const unsigned char *)read_block(cursor);
		return true;
	default:
		return false;
	}
}

/* The instructions that say how to find one register. */
static bool run_register(struct machine *machine, struct cursor *cursor, unsigned instruction)
{
	static const unsigned char rules[] = {
		[CFA_OFFSET_EXTENDED] = RULE_OFFSET,
		[CFA_UNDEFINED] = RULE_UNDEFINED,
		[CFA_SAME_VALUE] = RULE_SAME,
		[CFA_REGISTER] = RULE_REGISTER,
		[CFA_EXPRESSION] = RULE_EXPRESSION,
		[CFA_OFFSET_EXTENDED_SF] = RULE_OFFSET,
		[CFA_VAL_OFFSET] = RULE_VAL_OFFSET,
		[CFA_VAL_OFFSET_SF] = RULE_VAL_OFFSET,
		[CFA_VAL_EXPRESSION] = RULE_VAL_EXPRESSION,
		[CFA_GNU_NEGATIVE_OFFSET_EXTENDED] = RULE_OFFSET,
	};
	uintptr_t number, value = 0;

	if (instruction >= sizeof(rules) || !rules[instruction])
		return false;
	number = unwind_place(read_uleb(cursor));
	switch (instruction) {
	case CFA_OFFSET_EXTENDED:
	case CFA_VAL_OFFSET:
		value = read_factored(machine, cursor, false);
		break;
	case CFA_OFFSET_EXTENDED_SF:
	case CFA_VAL_OFFSET_SF:
		value = read_factored(machine, cursor, true);
		break;
	case CFA_GNU_NEGATIVE_OFFSET_EXTENDED:
		value = -read_factored(machine, cursor, false);
		break;
	case CFA_REGISTER:
		value = read_uleb(cursor);
		break;
	case CFA_EXPRESSION:
	case CFA_VAL_EXPRESSION:
		value = read_block(cursor);
		break;
	}
	set_rule(&machine->row, number, rules[instruction], value);
	return true;
}

/* The instructions about whole rows, and those that say nothing to us. */
static bool run_state(struct machine *machine, struct cursor *cursor, unsigned instruction)
{
	switch (instruction) {
	case CFA_REMEMBER_STATE:
		if (machine->depth == REMEMBERED)
			return false;
		machine->remembered[machine->depth++] = machine->row;
		return true;
	case CFA_RESTORE_STATE:
		if (!machine->depth)
			return false;
		machine->row = machine->remembered[--machine->depth];
		return true;
	case CFA_RESTORE_EXTENDED:
		restore_rule(machine, unwind_place(read_uleb(cursor)));
		return true;
	case CFA_GNU_ARGS_SIZE:
		read_uleb(cursor);
		return true;
	default:
		return instruction == CFA_NOP || instruction == CFA_GNU_WINDOW_SAVE;
	}
}

/* Run instructions until one moves past `pc` or they end. */
static bool run(struct machine *machine, struct cursor cursor, uintptr_t pc)
{
	while (machine->location <= pc && cursor.at != cursor.end) {
		unsigned byte = read_byte(&cursor), operand = byte & 0x3f;

		switch (byte & 0xc0) {
		case CFA_ADVANCE_LOC:
			machine->location += operand * machine->cie->code_align;
			break;
		case CFA_OFFSET:
			set_rule(&machine->row, operand, RULE_OFFSET,
				 read_factored(machine, &cursor, false));
			break;
		case CFA_RESTORE:
			restore_rule(machine, operand);
			break;
		default:
			if (!run_location(machine, &cursor, byte) &&
			    !run_cfa(machine, &cursor, byte) &&
			    !run_register(machine, &cursor, byte) &&
			    !run_state(machine, &cursor, byte))
				return false;
		}
		if (cursor.bad)
			return false;
	}
	return true;
}

/* The row of the table that is in force at `pc`. */
static bool find_row(const struct fde *fde, uintptr_t pc, struct row *row)
{
	struct machine machine;

	machine.cie = &fde->cie;
	machine.depth = 0;
	machine.location = 0;
	memset(&machine.row, 0, sizeof(machine.row));
	memset(&machine.initial, 0, sizeof(machine.initial));
	if (!run(&machine, fde->cie.program, UINTPTR_MAX))
		return false;
	machine.initial = machine.row;
	machine.depth = 0;
	machine.location = fde->begin;
	if (!run(&machine, fde->program, pc))
		return false;
	*row = machine.row;
	return true;
}

static uintptr_t stack_word(struct context *context, uintptr_t address)
{
	const struct unwind_stack *stack = context->stack;
	uintptr_t value;

	if (!address || address < stack->low || address >= stack->high ||
	    stack->high - address < sizeof(value)) {
		context->bad = true;
		return 0;
	}
	/* Nothing says that it is aligned. */
	__builtin_memcpy(&value, (const void *)address, sizeof(value));
	return value;
}

static bool is_known(const struct unwind_frame *frame, uintptr_t number)
{
	return number < UNWIND_REGISTERS && frame->known >> number & 1;
}

static uintptr_t register_value(struct context *context, uintptr_t number)
{
	if (is_known(context->frame, number))
		return context->frame->reg[number];
	context->bad = true;
	return 0;
}

/* The stack that expressions work on. */
struct operands {
	uintptr_t word[OPERANDS];
	unsigned depth;
};

/* The operations that push a value they have no operands for; false: it is another one. */
static bool push_value(struct context *context, struct cursor *code, unsigned operation,
		       uintptr_t *value)
{
	uintptr_t number;

	if (operation >= OP_LIT0 && operation <= OP_LIT31) {
		*value = operation - OP_LIT0;
	} else if (operation >= OP_BREG0 && operation <= OP_BREG31) {
		*value = register_value(context, operation - OP_BREG0) + read_sleb(code);
	} else if (operation == OP_BREGX) {
		number = read_uleb(code);
		*value = register_value(context, number) + read_sleb(code);
	} else if (operation >= OP_CONST1U && operation <= OP_CONST8S) {
		*value = read_fixed(code, 1u << ((operation - OP_CONST1U) / 2), operation & 1);
	} else if (operation == OP_CONSTU || operation == OP_CONSTS) {
		*value = read_leb(code, operation == OP_CONSTS);
	} else if (operation == OP_ADDR) {
		*value = read_fixed(code, sizeof(uintptr_t), false);
	} else {
		return false;
	}
	return true;
}

/* The result of an operation on two values, `right` being the top of the stack. */
static uintptr_t combine(struct context *context, unsigned operation, uintptr_t left,
			 uintptr_t right)
{
	intptr_t sleft = (intptr_t)left, sright = (intptr_t)right;
	unsigned shift = right < WORD_BITS ? (unsigned)right : WORD_BITS - 1;
	bool shifted_out = right >= WORD_BITS;

	switch (operation) {
	case OP_AND:
		return left & right;
	case OP_MINUS:
		return left - right;
	case OP_MUL:
		return left * right;
	case OP_OR:
		return left | right;
	case OP_PLUS:
		return left + right;
	case OP_SHL:
		return shifted_out ? 0 : left << shift;
	case OP_SHR:
		return shifted_out ? 0 : left >> shift;
	case OP_SHRA:
		return (uintptr_t)(sleft >> shift);
	case OP_XOR:
		return left ^ right;
	case OP_EQ:
		return left == right;
	case OP_GE:
		return sleft >= sright;
	case OP_GT:
		return sleft > sright;
	case OP_LE:
		return sleft <= sright;
	case OP_LT:
		return sleft < sright;
	case OP_NE:
		return left != right;
	default:
		context->bad = true;
		return 0;
	}
}

/* The operations that work on the top of the stack, which has at least one value. */
static void operate(struct context *context, struct cursor *code, unsigned operation,
		    struct operands *operands)
{
	uintptr_t *top = &operands->word[operands->depth - 1];

	switch (operation) {
	case OP_DEREF:
		*top = stack_word(context, *top);
		return;
	case OP_NEG:
		*top = -*top;
		return;
	case OP_NOT:
		*top = ~*top;
		return;
	case OP_PLUS_UCONST:
		*top += read_uleb(code);
		return;
	case OP_DROP:
		operands->depth--;
		return;
	}
	if (operands->depth < 2) {
		context->bad = true;
	} else if (operation == OP_SWAP) {
		uintptr_t value = *top;

		*top = top[-1];
		top[-1] = value;
	} else {
		top[-1] = combine(context, operation, top[-1], *top);
		operands->depth--;
	}
}

/* The value of the expression in the block at `block`; it may start with a value on its stack. */
static uintptr_t evaluate(struct context *context, const unsigned char *block,
			  const uintptr_t *first)
{
	struct cursor code = {block, context->end, false};
	struct operands operands = {.depth = 0};
	uintptr_t length = read_uleb(&code), value;

	code.end = code.at + length;
	if (first)
		operands.word[operands.depth++] = *first;
	while (code.at != code.end && !code.bad) {
		unsigned operation = read_byte(&code), copied = 0;

		if (operation == OP_DUP || operation == OP_OVER)
			copied = operation == OP_DUP ? 1 : 2;
		if (operation == OP_NOP)
			continue;
		if (copied > operands.depth) {
			code.bad = true;
		} else if (copied || push_value(context, &code, operation, &value)) {
			if (copied)
				value = operands.word[operands.depth - copied];
			if (operands.depth < OPERANDS)
				operands.word[operands.depth++] = value;
			else
				code.bad = true;
		} else if (operands.depth) {
			operate(context, &code, operation, &operands);
		} else {
			code.bad = true;
		}
	}
	if (code.bad || !operands.depth) {
		context->bad = true;
		return 0;
	}
	return operands.word[operands.depth - 1];
}

/*
 * The caller's value of one register; false when it cannot be known.  `*slot` is the address it
 * was saved at, else 0.
 */
static bool restore_register(struct context *context, const struct row *row, unsigned number,
			     uintptr_t *value, uintptr_t *slot)
{
	uintptr_t operand = row->value[number];

	*slot = 0;
	switch (row->rule[number]) {
	case RULE_OFFSET:
		*slot = context->cfa + operand;
		break;
	case RULE_EXPRESSION:
		*slot = evaluate(context, (const unsigned char *)operand, &context->cfa);
		break;
	case RULE_VAL_OFFSET:
		*value = context->cfa + operand;
		return true;
	case RULE_VAL_EXPRESSION:
		*value = evaluate(context, (const unsigned char *)operand, &context->cfa);
		return true;
	case RULE_REGISTER:
	case RULE_SAME:
		if (row->rule[number] == RULE_SAME)
			operand = number;
		if (!is_known(context->frame, operand))
			return false;
		*value = context->frame->reg[operand];
		return true;
	default:
		return false;
	}
	*value = stack_word(context, *slot);
	return true;
}

/*
 * Find the CFA.  Stacks grow down and a call leaves something on them, so that each frame's
 * CFA is above that of the frame it called; a signal may have come in on another stack, and
 * where it or a walk that starts at an exact pc struck, nothing need have been pushed.
 */
static void find_cfa(struct context *context, const struct row *row, const struct cie *cie,
		     const struct unwind_target *target)
{
	const struct unwind_frame *frame = context->frame;
	uintptr_t below = 0;

	if (row->cfa_expression)
		context->cfa = evaluate(context, row->cfa_expression, NULL);
	else
		context->cfa = register_value(context, row->cfa_register) + row->cfa_offset;
	if (cie->signal)
		return;
	if (is_known(frame, target->stack_pointer))
		below = frame->reg[target->stack_pointer] + !frame->exact_pc;
	if (context->cfa < below || context->cfa > context->stack->high)
		context->bad = true;
}

/* What holds for registers that the instructions do not mention. */
static void complete_row(struct row *row, const struct unwind_frame *frame,
			 const struct unwind_target *target, uintptr_t return_address)
{
	for (unsigned i = 0; i < UNWIND_REGISTERS; i++) {
		if (row->rule[i] != RULE_NONE)
			continue;
		if (i == target->stack_pointer)
			row->rule[i] = RULE_VAL_OFFSET;
		else if (target->callee_saved >> i & 1)
			row->rule[i] = RULE_SAME;
		/* Only a frame that has not called anybody can have its return address there yet.
		 */
		else if (i == return_address && frame->exact_pc)
			row->rule[i] = RULE_SAME;
	}
}

/* Make the caller's frame from that of the callee. */
static bool apply_row(struct context *context, const struct row *row, const struct cie *cie,
		      struct unwind_frame *caller)
{
	uintptr_t column = cie->return_address, slot;

	*caller = (struct unwind_frame){.cfa = context->cfa, .exact_pc = cie->signal};
	for (unsigned i = 0; i < UNWIND_REGISTERS; i++) {
		if (!restore_register(context, row, i, &caller->reg[i], &slot))
			continue;
		caller->known |= (uint64_t)1 << i;
		if (i == column)
			caller->pc_slot = slot;
	}
	if (context->bad)
		return false;
	if (row->rule[column] == RULE_UNDEFINED)
		return true;
	caller->pc = caller->reg[column];
	return is_known(caller, column);
}

bool unwind_step(struct unwind_frame *frame, const void *eh_frame_hdr, size_t hdr_size,
		 uintptr_t object_low, uintptr_t object_high, const struct unwind_target *target,
		 const struct unwind_stack *stack)
{
	const struct bounds bounds = {object_low, object_high};
	const struct unwind_frame callee = *frame;
	uintptr_t pc = frame->pc - !frame->exact_pc;
	struct context context = {
		.frame = &callee, .stack = stack, .end = (const unsigned char *)object_high};
	struct fde fde;
	struct row row;

	if (!find_fde(&bounds, (uintptr_t)eh_frame_hdr, hdr_size, pc, &fde) ||
	    fde.cie.return_address >= UNWIND_REGISTERS || !find_row(&fde, pc, &row))
		return false;
	complete_row(&row, frame, target, fde.cie.return_address);
	find_cfa(&context, &row, &fde.cie, target);
	return !context.bad && apply_row(&context, &row, &fde.cie, frame);
}
