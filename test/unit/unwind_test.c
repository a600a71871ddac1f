/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The unwinder against the one of the compiler's run-time library, on this very process: through
 * differently shaped calls, a signal frame, and at every single instruction of a few library
 * calls, those of lazily bound procedure linkage among them.
 * links: unwind.c
 */
#include <alloca.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"
#include "stack/unwind.h"

#ifdef __x86_64__

#ifdef __clang__
#define WITHOUT_POINTER
#define WITH_POINTER
#else
#define WITHOUT_POINTER __attribute__((optimize("omit-frame-pointer")))
#define WITH_POINTER __attribute__((optimize("no-omit-frame-pointer")))
#endif

enum { DEPTH = 200, OBJECTS = 64, DWARF_RSP = 7, DWARF_RIP = 16 };

static const struct unwind_target target = {
	.stack_pointer = DWARF_RSP,
	.callee_saved = 1u << 3 | 1u << 6 | 0xfu << 12,
};

/* The loaded objects that have a table. */
static struct object {
	uintptr_t low, high;
	const void *table;
	size_t table_size;
} objects[OBJECTS];
static unsigned object_count;

static struct unwind_stack stack;

static int add_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object *object = &objects[object_count];

	(void)size;
	(void)data;
	if (object_count == OBJECTS)
		return 1;
	*object = (struct object){UINTPTR_MAX, 0, NULL, 0};
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type == PT_LOAD && start < object->low)
			object->low = start;
		if (ph->p_type == PT_LOAD && start + ph->p_memsz > object->high)
			object->high = start + ph->p_memsz;
		if (ph->p_type == PT_GNU_EH_FRAME) {
			object->table = (const void *)start;
			object->table_size = ph->p_memsz;
		}
	}
	if (object->table)
		object_count++;
	return 0;
}

static int set_up(void **state)
{
	pthread_attr_t attributes;
	void *low, *warm_up[2];
	size_t size;

	(void)state;
	/* The first call loads the run-time library. */
	backtrace(warm_up, 2);
	object_count = 0;
	dl_iterate_phdr(add_object, NULL);
	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstack(&attributes, &low, &size);
	pthread_attr_destroy(&attributes);
	stack = (struct unwind_stack){(uintptr_t)low, (uintptr_t)low + size};
	return 0;
}

static const struct object *object_of(uintptr_t pc)
{
	for (unsigned i = 0; i < object_count; i++)
		if (pc - objects[i].low < objects[i].high - objects[i].low)
			return &objects[i];
	return NULL;
}

static bool step(struct unwind_frame *frame)
{
	const struct object *object = object_of(frame->pc - !frame->exact_pc);

	return object && unwind_step(frame, object->table, object->table_size, object->low,
				     object->high, &target, &stack);
}

static void frame_from_context(struct unwind_frame *frame, const ucontext_t *context)
{
	static const unsigned char registers[] = {
		REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
		REG_R9,	 REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
	};

	memset(frame, 0, sizeof(*frame));
	for (unsigned i = 0; i < sizeof(registers); i++) {
		frame->reg[i] = (uintptr_t)context->uc_mcontext.gregs[registers[i]];
		frame->known |= (uint64_t)1 << i;
	}
	frame->pc = frame->reg[DWARF_RIP];
	frame->exact_pc = true;
}

/* What was found first to be wrong; kept, for a signal handler cannot fail a test. */
static char fault[500];
static unsigned compared;

static void compare(struct unwind_frame *frame, void *const *expected, int count)
{
	uintptr_t cfa = 0;

	for (int i = 0; i < count && !fault[0]; i++) {
		uintptr_t at = frame->pc;

		if (!step(frame))
			snprintf(fault, sizeof(fault), "frame %d: no step from %#lx", i, at);
		else if (frame->pc != (uintptr_t)expected[i])
			snprintf(fault, sizeof(fault), "frame %d: from %#lx to %#lx, not %p", i, at,
				 frame->pc, expected[i]);
		else if (frame->pc_slot && *(uintptr_t *)frame->pc_slot != frame->pc)
			snprintf(fault, sizeof(fault), "frame %d: pc not in its slot", i);
		else if (!frame->exact_pc && frame->cfa <= cfa)
			snprintf(fault, sizeof(fault), "frame %d: CFA did not grow", i);
		cfa = frame->cfa;
	}
	if (!fault[0] && (!step(frame) || frame->pc))
		snprintf(fault, sizeof(fault), "the walk ends at %#lx", frame->pc);
	compared++;
}

/* Where `pc` is in what backtrace found, which has its helpers before it; `count`: nowhere. */
static int index_of(uintptr_t pc, void *const *found, int count)
{
	int i = 0;

	while (i < count && (uintptr_t)found[i] != pc)
		i++;
	return i;
}

/* The innermost function of every call shape. */
__attribute__((noinline)) static void check_here(void)
{
	void *found[DEPTH];
	struct unwind_frame frame;
	ucontext_t context;
	int count, i;

	getcontext(&context);
	count = backtrace(found, DEPTH);
	frame_from_context(&frame, &context);
	/* getcontext gives its own return address, which is not in the list. */
	frame.exact_pc = false;
	if (!step(&frame))
		snprintf(fault, sizeof(fault), "no step from the first frame");
	i = index_of(frame.pc, found, count);
	compare(&frame, found + i + 1, count - i - 1);
}

__attribute__((noinline)) static void do_nothing(void)
{
	__asm__ volatile("");
}

static void (*volatile innermost)(void) = check_here;
static volatile size_t some_size = 100;
static jmp_buf out;

WITHOUT_POINTER __attribute__((noinline)) static int without_pointer(int depth)
{
	volatile char local[40] = {(char)depth};

	if (!depth)
		innermost();
	else
		without_pointer(depth - 1);
	return local[0];
}

WITH_POINTER __attribute__((noinline)) static int with_pointer(int depth)
{
	volatile int local = depth;

	if (depth)
		with_pointer(depth - 1);
	else
		without_pointer(5);
	return local;
}

__attribute__((noinline)) static int with_alloca(void)
{
	volatile char *local = alloca(some_size);

	local[0] = 1;
	with_pointer(3);
	return local[0];
}

/* Needs more alignment than the stack has. */
__attribute__((noinline)) static int realigned(void)
{
	volatile char local[256] __attribute__((aligned(256)));

	local[0] = 0;
	with_alloca();
	return local[0];
}

__attribute__((noinline)) static long many_arguments(long a, long b, long c, long d, long e, long f,
						     long g, long h, long i, long j)
{
	realigned();
	return a + b + c + d + e + f + g + h + i + j;
}

__attribute__((noinline, noreturn)) static void never_returns(void)
{
	many_arguments(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
	longjmp(out, 1);
}

static int compare_items(const void *a, const void *b)
{
	without_pointer(2);
	return *(const int *)a - *(const int *)b;
}

static void run_shapes(void)
{
	int items[] = {3, 1, 2};

	if (!setjmp(out))
		never_returns();
	qsort(items, 3, sizeof(items[0]), compare_items);
}

static void report(unsigned least)
{
	if (fault[0])
		fail_msg("%s", fault);
	if (compared < least)
		fail_msg("only %u walks compared", compared);
	compared = 0;
}

static void call_shapes(void **state)
{
	(void)state;
	run_shapes();
	report(3);
}

static void *in_thread(void *data)
{
	set_up(NULL);
	run_shapes();
	return data;
}

static void other_thread(void **state)
{
	pthread_t thread;

	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);
	set_up(state);
	report(3);
}

static void handle_and_check(int signal)
{
	(void)signal;
	innermost = check_here;
	run_shapes();
}

static void raise_here(void)
{
	raise(SIGUSR1);
}

static void signal_frame(void **state)
{
	struct sigaction action = {.sa_handler = handle_and_check}, old;

	(void)state;
	sigaction(SIGUSR1, &action, &old);
	innermost = raise_here;
	with_alloca();
	sigaction(SIGUSR1, &old, NULL);
	report(3);
}

/* Compare from the interrupted instruction up: in the list it follows the signal frame. */
static void handle_step(int signal, siginfo_t *info, void *context)
{
	void *found[DEPTH];
	struct unwind_frame frame;
	int count = backtrace(found, DEPTH);
	int i = index_of((uintptr_t)__builtin_return_address(0), found, count) + 1;

	(void)signal;
	(void)info;
	frame_from_context(&frame, context);
	if (i >= count || (uintptr_t)found[i] != frame.pc)
		snprintf(fault, sizeof(fault), "the interrupted instruction is not in the list");
	compare(&frame, found + i + 1, count - i - 1);
}

/* Set and clear the processor's single-step flag.  What compilers make of it lacks its CFI. */
void single_step_on(void);
void single_step_off(void);

__asm__(".text\n"
	"single_step_on:\n"
	"	.cfi_startproc\n"
	"	pushfq\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	orl $0x100, (%rsp)\n"
	"	popfq\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	"single_step_off:\n"
	"	.cfi_startproc\n"
	"	pushfq\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	andl $~0x100, (%rsp)\n"
	"	popfq\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	ret\n"
	"	.cfi_endproc\n");

static void every_instruction(void **state)
{
	struct sigaction action = {.sa_sigaction = handle_step, .sa_flags = SA_SIGINFO}, old;
	char text[100];

	(void)state;
	innermost = do_nothing;
	sigaction(SIGTRAP, &action, &old);
	single_step_on();
	/* Each first call also goes through the lazy binder, where the test is linked so. */
	snprintf(text, sizeof(text), "%d %s", getppid(), "x");
	many_arguments(1, 2, 3, 4, 5, 6, 7, 8, (long)strtoul(text, NULL, 0), 10);
	single_step_off();
	sigaction(SIGTRAP, &old, NULL);
	innermost = check_here;
	report(500);
}

#else

static int set_up(void **state)
{
	(void)state;
	return 0;
}

static void call_shapes(void **state)
{
	(void)state;
	skip();
}

#define other_thread call_shapes
#define signal_frame call_shapes
#define every_instruction call_shapes

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_shapes),
		cmocka_unit_test(other_thread),
		cmocka_unit_test(signal_frame),
		cmocka_unit_test(every_instruction),
	};

	return cmocka_run_group_tests_name("unwind", tests, set_up, NULL);
}
