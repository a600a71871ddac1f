/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames that will return into closing objects.  Owns stack_thread and stack_slot of
 * objects while they retire.
 */
#include "stack.h"
#include "addrmap.h"
#include "sys.h"
#include "unwind.h"

enum { LARGEST_STACK = 64 << 20 };

/* One hexadecimal number at *text, which is moved behind it. */
static uintptr_t parse_hex(const char **text)
{
	uintptr_t value = 0;

	for (;; ++*text) {
		char c = **text;

		if (c >= '0' && c <= '9')
			value = value * 16 + (uintptr_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (uintptr_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* One line of /proc/self/maps: does it hold `sp`? */
static bool line_holds(const char *line, uintptr_t sp, struct unwind_stack *stack)
{
	uintptr_t start = parse_hex(&line), end;

	if (*line++ != '-')
		return false;
	end = parse_hex(&line);
	if (sp < start || sp >= end)
		return false;
	stack->high = end;
	return true;
}

/* A stack of the program's own making: its mapping bounds it. */
static void find_mapping(uintptr_t sp, struct unwind_stack *stack)
{
	char buffer[1024];
	size_t have = 0;
	int fd = sys_open("/proc/self/maps", SYS_RDONLY | SYS_CLOEXEC, 0);
	long got;
	bool found = false;

	while (fd >= 0 && !found &&
	       (got = sys_read(fd, buffer + have, sizeof(buffer) - 1 - have)) > 0) {
		char *line = buffer, *end;

		have += (size_t)got;
		buffer[have] = '\0';
		while (!found && (end = strchr(line, '\n'))) {
			*end = '\0';
			found = line_holds(line, sp, stack);
			line = end + 1;
		}
		have = strlen(line);
		/* A line longer than the buffer says what matters at its beginning. */
		if (have == sizeof(buffer) - 1)
			have = 0;
		memmove(buffer, line, have);
	}
	if (fd >= 0)
		sys_close(fd);
}

/* The part of the current stack from `sp` up. */
static struct unwind_stack stack_bounds(uintptr_t sp)
{
	/* A thread's TCB stands at the upper end of its stack. */
	struct unwind_stack stack = {sp, (uintptr_t)thread_self()->tcb};

	if (sp < ld.stack_end && ld.stack_end - sp < LARGEST_STACK)
		stack.high = ld.stack_end;
	if (sp >= stack.high || stack.high - sp > LARGEST_STACK) {
		stack.high = sp;
		find_mapping(sp, &stack);
	}
	return stack;
}

/* The object at `address`, retired ones included. */
static struct object *object_at(uintptr_t address)
{
	struct object *object = addrmap_find(address);

	if (object)
		return object;
	for (object = ld.retired_first; object; object = object->next_retired)
		if (!object->guarded && address - object->start < object->length)
			return object;
	return NULL;
}

/* The object looked for that holds the code before `address`, or NULL. */
static struct object *closing_at(uintptr_t address)
{
	struct object *object = object_at(address - 1);

	return object && object->link_marked ? object : NULL;
}

static bool is_code(const struct object *object, uintptr_t address)
{
	const ElfW(Phdr) *load = image_find(&object->image, address - 1 - object->bias, 1);

	return load && load->p_flags & PF_X;
}

static void mark(struct object *object, const struct unwind_stack *stack)
{
	object->stack_thread = thread_self();
	object->stack_high = stack->high;
}

/* Every word from `from` up that points into closing code counts.  Returns whether any does. */
static bool scan(const struct unwind_stack *stack, uintptr_t from, uintptr_t low, uintptr_t high,
		 bool marking)
{
	uintptr_t slot, word;
	struct object *object;

	for (slot = round_up(from, sizeof(word)); slot + sizeof(word) <= stack->high;
	     slot += sizeof(word)) {
		word = *(uintptr_t *)slot;
		if (word - low > high - low)
			continue;
		object = closing_at(word);
		if (!object || !is_code(object, word))
			continue;
		if (!marking)
			return true;
		mark(object, stack);
	}
	return false;
}

/* One step; false when the frame cannot be unwound. */
static bool step(struct unwind_frame *frame, const struct unwind_stack *stack)
{
	static const struct unwind_target target = {ARCH_UNWIND_SP, ARCH_UNWIND_CALLEE_SAVED};
	const struct object *object = object_at(frame->exact_pc ? frame->pc : frame->pc - 1);
	const ElfW(Phdr) *table = object ? object->image.eh_frame_hdr : NULL, *load;

	load = table ? image_find(&object->image, table->p_vaddr, table->p_memsz) : NULL;
	if (!load)
		return false;
	return unwind_step(frame, (const void *)(object->bias + table->p_vaddr), table->p_memsz,
			   object->bias + load->p_vaddr,
			   object->bias + load->p_vaddr + load->p_filesz, &target, stack);
}

static void unwind_all(const struct unwind_stack *stack, uintptr_t low, uintptr_t high)
{
	struct unwind_frame frame = {.known = ARCH_UNWIND_CALLEE_SAVED | 1ull << ARCH_UNWIND_SP};
	/* This function's own frame is the first, and it is below the part that was scanned. */
	struct unwind_stack whole = {arch_stack_pointer(), stack->high};
	uintptr_t sp = whole.low;
	struct object *object;

	ARCH_UNWIND_CAPTURE(&frame);
	frame.exact_pc = true;
	/* Expressions in PLT tables read the return address column. */
	frame.reg[ARCH_UNWIND_RA] = frame.pc;
	frame.known |= 1ull << ARCH_UNWIND_RA;
	while (step(&frame, &whole) && frame.cfa > sp) {
		if (!frame.pc)
			return;
		sp = frame.cfa;
		object = closing_at(frame.pc);
		if (object && frame.pc_slot)
			mark(object, stack);
	}
	scan(stack, sp, low, high, true);
}

void stack_find_frames(struct object *closing)
{
	uintptr_t low = UINTPTR_MAX, high = 0;
	struct unwind_stack stack = stack_bounds(arch_stack_pointer());
	struct object *object;

	for (object = closing; object; object = object->link_next) {
		object->link_marked = true;
		object->stack_thread = NULL;
		if (object->start < low)
			low = object->start;
		if (object->start + object->length > high)
			high = object->start + object->length;
	}
	if (scan(&stack, stack.low, low, high, false))
		unwind_all(&stack, low, high);
	for (object = closing; object; object = object->link_next)
		object->link_marked = false;
}

bool stack_in_use(struct object *object)
{
	if (object->stack_thread != thread_self())
		return true;
	/* On another stack nothing can be said of the frames on that one. */
	if (stack_bounds(arch_stack_pointer()).high != object->stack_high)
		return true;
	object->link_next = NULL;
	stack_find_frames(object);
	return object->stack_thread != NULL;
}
