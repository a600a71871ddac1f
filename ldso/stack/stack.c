/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Frames that will return into closing objects.  Owns stack_thread, stack_owned,
 * stack_slot and stack_word of objects while they retire.
 */
#include "stack/stack.h"
#include "base/hooks.h"
#include "world/addrmap.h"
#include "world/retired.h"
#include "base/sys.h"
#include "stack/unwind.h"
#include "thread/tls.h"

enum { MAIN_STACK = 64 << 20, FIRST_PROBE = 1 << 20, MOST_HANDLERS = 64 };

/* With more stack in use than this, so many frames take less time than all of its words. */
enum { MUCH_STACK = 64 << 10, QUICK_FRAMES = 64 };

/* What is looked for, and where. */
struct stack_search {
	uintptr_t low, high; /* the closing objects lie in low <= address <= high */
	struct unwind_stack stack;
	bool bounded;	       /* all of the stack at hand is in `stack` */
	uintptr_t interrupted; /* the stack pointer that a handler met on another stack; 0: none */
	bool certain;	       /* the walk goes to its end, however far */
	uintptr_t end;	       /* where the outermost frame is that the walk has come to */
};

/* The stack that the system or pthread_create gave the calling thread, as far as it may be used. */
static struct unwind_stack own_stack(void)
{
	struct unwind_stack own = {thread_hooks() ? thread_hooks()->stack_low() : 0,
				   tls_stack_end(thread_self())};

	/* Nothing else is mapped in that distance from the main thread's. */
	if (!own.low)
		own = (struct unwind_stack){ld.process.stack_end - MAIN_STACK,
					    ld.process.stack_end};
	return own;
}

static bool is_on(struct unwind_stack stack, uintptr_t address)
{
	return address >= stack.low && address < stack.high;
}

/* The first frame of a thread is at the very end of its stack, but for alignment. */
enum { TOP_SLACK = 64 };

/* Is that the end of the thread's own chain of frames?  Else of one on a stack within a frame. */
static bool is_top(uintptr_t end)
{
	return own_stack().high <= end + TOP_SLACK;
}

/* Look further up a stack of the program's own making: it ends where its mapping ends. */
static bool probe(struct stack_search *search, size_t length)
{
	uintptr_t high = round_up(search->stack.high, ld.process.page_size), end = high + length;

	while (high < end && sys_readable(high))
		high += ld.process.page_size;
	if (high <= search->stack.high)
		return false;
	search->stack.high = high;
	return true;
}

/* Turn to the stack that has `sp`. */
static void enter_stack(struct stack_search *search, uintptr_t sp)
{
	struct unwind_stack own = own_stack();

	search->bounded = is_on(own, sp);
	search->stack = (struct unwind_stack){sp, search->bounded ? own.high : sp};
	/* An emulator may call everything readable, even where nothing is: then nothing is known.
	 */
	if (!search->bounded && !sys_readable(0) && sys_readable(sp))
		probe(search, FIRST_PROBE);
}

/* The object at `address`, retired ones included. */
static struct object *object_at(uintptr_t address)
{
	struct object *object = addrmap_find(address);

	return object ? object : retired_at(address);
}

/* The object looked for that holds the code before `address`, or NULL. */
static struct object *closing_at(uintptr_t address)
{
	struct object *object = object_at(address - 1);

	return object && object->stack.marked ? object : NULL;
}

static bool is_code(const struct object *object, uintptr_t address)
{
	return image_allows(&object->image, address - 1 - object->bias, 1, PF_X);
}

static bool is_readable(uintptr_t address, size_t size)
{
	return address && !sys_readable(0) && sys_readable(address) &&
	       sys_readable(address + size - 1);
}

static void mark(struct object *object, struct stack_search *search)
{
	search->certain = true;
	object->stack.thread = thread_self();
	object->stack.owned = search->bounded;
	object->stack.slot = 0;
}

/* The shape of a signal handler's frame, if that is its return address; else 0. */
static unsigned signal_shape(uintptr_t address)
{
	const struct object *object = object_at(address);

	/* Outside of all objects it may be the kernel's. */
	if (object ? !image_allows(&object->image, address - object->bias, ARCH_SIGRETURN, PF_X)
		   : !ARCH_SIGNAL_VDSO || !is_readable(address, ARCH_SIGRETURN))
		return 0;
	return arch_sigreturn_shape((const void *)address);
}

/* The registers in the frame of a signal handler, all of which is on the stack; else NULL. */
static const uintptr_t *signal_registers(const struct unwind_stack *stack, uintptr_t behind,
					 unsigned shape)
{
	const uintptr_t *registers = arch_signal_registers((const uintptr_t *)behind, shape);

	return (uintptr_t)(registers + ARCH_SIGNAL_REGISTERS) <= stack->high ? registers : NULL;
}

/* The same for what looks like the frame of one. */
static const uintptr_t *signal_frame(const struct unwind_stack *stack, uintptr_t slot)
{
	unsigned shape = 1;

	if (ARCH_SIGNAL_PUSHED)
		shape = signal_shape(*(const uintptr_t *)slot);
	slot += ARCH_SIGNAL_PUSHED * sizeof(slot);
	return shape ? signal_registers(stack, slot, shape) : NULL;
}

/* Is it where the frame of a signal handler may begin, all of which is below `high`? */
static inline __attribute__((always_inline)) bool may_be_handler(uintptr_t slot, uintptr_t high)
{
	return slot <= high - ARCH_SIGNAL_FRAME && arch_is_signal_frame((const uintptr_t *)slot);
}

/*
 * The first of the words from `slot` to `end` that leads to where something closing may be, or may
 * begin the frame of a signal handler; `end`: none.  On its own for the registers.
 */
static OFTEN __attribute__((noinline)) uintptr_t next_word(const struct stack_search *search,
							   uintptr_t slot, uintptr_t end)
{
	uintptr_t low = search->low, span = search->high - low, high = search->stack.high;

	for (; slot < end; slot += sizeof(slot))
		if (unlikely(arch_return_address(*(uintptr_t *)slot) - low <= span) ||
		    unlikely(may_be_handler(slot, high)))
			break;
	return slot;
}

/*
 * Every word from search->stack.low up that points into closing code counts.  Not `marking`: say
 * whether there is one, or the frame of a signal handler.
 */
static bool scan(struct stack_search *search, bool marking)
{
	const struct unwind_stack *stack = &search->stack;
	uintptr_t end = round_down(stack->high, sizeof(uintptr_t)), word;
	uintptr_t slot = round_up(stack->low, sizeof(word));
	const uintptr_t *registers;
	struct object *object;

	for (; (slot = next_word(search, slot, end)) < end; slot += sizeof(word)) {
		word = arch_return_address(*(uintptr_t *)slot);
		object = word - search->low <= search->high - search->low ? closing_at(word) : NULL;
		if (object && is_code(object, word)) {
			if (!marking)
				return true;
			mark(object, search);
		} else if (may_be_handler(slot, stack->high) &&
			   (registers = signal_frame(stack, slot)) != NULL) {
			if (!marking)
				return true;
			word = arch_interrupted_sp(registers);
			if (word < slot || word >= stack->high)
				search->interrupted = word;
		}
	}
	return false;
}

/* One step; false when the frame cannot be unwound, which is then as it was. */
static bool step(struct unwind_frame *frame, struct stack_search *search)
{
	static const struct unwind_target target = {ARCH_UNWIND_SP, ARCH_UNWIND_CALLEE_SAVED};
	const struct object *object = object_at(frame->exact_pc ? frame->pc : frame->pc - 1);
	const ElfW(Phdr) *table = object ? object->image.eh_frame_hdr : NULL, *load;
	struct unwind_frame before = *frame;

	load = table ? image_find(&object->image, table->p_vaddr, table->p_memsz) : NULL;
	if (!load)
		return false;
	while (!arch_unwind_step(frame, (const void *)(object->bias + table->p_vaddr),
				 table->p_memsz, object->bias + load->p_vaddr,
				 object->bias + load->p_vaddr + load->p_filesz, &target,
				 &search->stack)) {
		*frame = before;
		if (search->bounded || !probe(search, search->stack.high - search->stack.low))
			return false;
	}
	frame->pc = arch_return_address(frame->pc);
	/* What a signal has interrupted need not have a frame. */
	if (frame->cfa + before.exact_pc > search->stack.low)
		return true;
	*frame = before;
	return false;
}

/* What a signal has interrupted may have its return address in a register yet. */
static void mark_register(const struct unwind_frame *frame, struct stack_search *search)
{
	struct object *object = NULL;

	if (frame->exact_pc && frame->known >> ARCH_UNWIND_RA & 1)
		object = closing_at(arch_return_address(frame->reg[ARCH_UNWIND_RA]));
	if (object)
		mark(object, search);
}

/* The frame below is a signal handler's: go on with what it has interrupted. */
static bool step_signal(struct unwind_frame *frame, struct stack_search *search, unsigned shape)
{
	const uintptr_t *registers = signal_registers(&search->stack, search->stack.low, shape);

	if (!registers)
		return false;
	frame->known = arch_interrupted(frame->reg, registers, &frame->pc_slot);
	frame->pc = *(const uintptr_t *)frame->pc_slot;
	frame->exact_pc = true;
	frame->cfa = frame->reg[ARCH_UNWIND_SP];
	enter_stack(search, frame->cfa);
	return true;
}

/* Whatever is above the frame that could not be unwound, on this stack and on interrupted ones. */
static void scan_rest(struct stack_search *search)
{
	unsigned handlers = 0;

	for (;;) {
		if (!search->bounded)
			probe(search, SIZE_MAX / 2);
		scan(search, true);
		if (!search->interrupted || handlers++ == MOST_HANDLERS)
			return;
		enter_stack(search, search->interrupted);
		search->interrupted = 0;
		/* No stack is there. */
		if (search->stack.high == search->stack.low)
			return;
	}
}

/* A walk from frame to frame. */
struct frame_walk {
	struct unwind_frame frame;
	struct object *object; /* the one the frame before returns into */
	unsigned handlers;
};

enum walked { WALKED_ALL, WALKED_FAR, WALKED_TO_STUCK };

/* Go on until the frames end; only through `frames` of them while nothing was found. */
static enum walked walk_on(struct frame_walk *walk, struct stack_search *search, size_t frames)
{
	struct unwind_frame *frame = &walk->frame;
	unsigned shape;

	for (;; frames -= frames > 0) {
		/* Beyond what may be seen of this stack, scanning says nothing. */
		if (!frames && search->bounded && !search->certain)
			return WALKED_FAR;
		shape = frame->exact_pc ? 0 : signal_shape(frame->pc);
		if (shape ? walk->handlers++ == MOST_HANDLERS || !step_signal(frame, search, shape)
			  : !step(frame, search)) {
			mark_register(frame, search);
			return WALKED_TO_STUCK;
		}
		search->stack.low = frame->cfa;
		if (walk->object && frame->pc_slot) {
			walk->object->stack.slot = frame->pc_slot;
			walk->object->stack.word = *(const uintptr_t *)frame->pc_slot;
		}
		search->end = frame->cfa;
		if (!frame->pc)
			return WALKED_ALL;
		walk->object = closing_at(frame->pc + frame->exact_pc);
		if (walk->object)
			mark(walk->object, search);
	}
}

/* Mark what frames return into; the first `quick` ones are looked at before anything is scanned. */
static void unwind_all(struct stack_search *search, size_t quick)
{
	struct frame_walk walk = {.frame.known = ARCH_UNWIND_CALLEE_SAVED | 1ull << ARCH_UNWIND_SP};
	struct unwind_frame *frame = &walk.frame;
	enum walked walked;

	/* This function's own frame is the first, and it is below the part that was scanned. */
	search->stack.low = arch_stack_pointer();
	ARCH_UNWIND_CAPTURE(frame);
	frame->exact_pc = true;
	/* Expressions in PLT tables read the return address column. */
	frame->reg[ARCH_UNWIND_RA] = frame->pc;
	frame->known |= 1ull << ARCH_UNWIND_RA;
	walked = walk_on(&walk, search, quick);
	if (walked == WALKED_FAR && scan(search, false))
		walked = walk_on(&walk, search, SIZE_MAX);
	if (walked == WALKED_TO_STUCK) {
		/* The code that calls the first function has no tables: its frame is known by its
		 * place. */
		if (!is_top(search->end))
			search->end = 0;
		scan_rest(search);
	}
}

/*
 * `frame`: of the linker's function that was called, the upper end; 0: not known.  `certain`: walk
 * even where no word says that there is a frame.  Returns where the walk's outermost frame is; 0:
 * not known.
 */
static uintptr_t find_frames(struct object *closing, uintptr_t frame, bool certain)
{
	struct stack_search search = {.low = UINTPTR_MAX, .certain = certain};
	struct object *object;

	wants_loader();
	enter_stack(&search, arch_stack_pointer());
	/* Nothing of the linker's own returns into a closing object; its caller does. */
	frame -= ARCH_SIGNAL_PUSHED * sizeof(frame);
	if (ARCH_SIGNAL_PUSHED && is_on(search.stack, frame))
		search.stack.low = frame;
	for (object = closing; object; object = object->link_next) {
		object->stack.marked = true;
		object->stack.thread = NULL;
		if (object->start < search.low)
			search.low = object->start;
		if (object->start + object->length > search.high)
			search.high = object->start + object->length;
		if (search.stack.high == search.stack.low)
			mark(object, &search);
	}
	if (search.bounded && search.stack.high - search.stack.low > MUCH_STACK)
		unwind_all(&search, QUICK_FRAMES);
	else if (certain || !search.bounded || scan(&search, false))
		unwind_all(&search, SIZE_MAX);
	for (object = closing; object; object = object->link_next) {
		object->stack.marked = false;
		if (object->stack.thread)
			object->stack.end = search.end;
	}
	return search.end;
}

/*
 * A call from the same place has the same frame, or nearly so when it is of another function: what
 * runs inside a call is further down than this.
 */
enum { LEFT_SLACK = 64 };

bool stack_may_be_left(uintptr_t frame, uintptr_t sp)
{
	struct unwind_stack own = own_stack();

	return frame <= sp + LEFT_SLACK && is_on(own, frame) && is_on(own, sp) &&
	       !sys_on_signal_stack();
}

bool stack_left(uintptr_t frame, uintptr_t sp)
{
	uintptr_t end;

	wants_loader();
	if (!stack_may_be_left(frame, sp))
		return false;
	end = find_frames(NULL, 0, true);
	return !end || is_top(end);
}

void stack_find_frames(struct object *closing, uintptr_t frame)
{
	wants_loader();
	find_frames(closing, frame, false);
}

/*
 * A coroutine's stack may be an array in a frame of the thread's own: then what is below the stack
 * pointer, or in no frame of the walk at hand, is not over.  The walk that had found the frame
 * ended at another outermost one, so the frame's return address is asked, which never changes.
 */
static bool is_suspended(const struct object *object, uintptr_t end)
{
	uintptr_t slot = object->stack.slot;

	if (!slot || (end && end == object->stack.end))
		return false;
	/* This is the thread's own chain of frames: what has live frames around it is above. */
	if (end && is_top(end) && slot < arch_stack_pointer())
		return false;
	return *(const uintptr_t *)slot == object->stack.word;
}

bool stack_in_use(struct object *object)
{
	uintptr_t sp = arch_stack_pointer(), slot = object->stack.slot, end;
	struct unwind_stack own = own_stack();
	typeof(object->stack) before = object->stack;

	if (object->stack.thread != thread_self())
		return true;
	/* Of a stack the thread is not on, or may have left: a frame's return address never
	 * changes. */
	if (!object->stack.owned)
		return !slot ||
		       (sys_readable(slot) && *(const uintptr_t *)slot == object->stack.word);
	if (!is_on(own, sp))
		return true;
	object->link_next = NULL;
	end = find_frames(object, 0, true);
	if (object->stack.thread)
		return true;
	object->stack = before;
	return is_suspended(object, end);
}
