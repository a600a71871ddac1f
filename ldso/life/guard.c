/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LD_DLCLOSE=guard.  Owns the SIGSEGV disposition from guard_enable on (until the program
 * replaces it) and each guarded object's saved symbols.
 */
#include "life/guard.h"
#include "base/errno.h"
#include "base/mangle.h"
#include "base/message.h"
#include "base/format.h"
#include "thread/reader.h"
#include "thread/tls.h"
#include "world/info.h"
#include "base/sys.h"
#include "tell/trace.h"

/* What is kept of an object whose pages are gone; ld.guard.list, newest first; atomic for the
 * handler.
 */
struct guard {
	struct guard *next;
	uintptr_t start, end;
	struct symbol_table *symbols; /* NULL: none could be saved */
	char *path;
	char *closed_by; /* who called dlclose; NULL: unknown */
	int64_t closed_at;
};

static struct guard *guard_at(uintptr_t address)
{
	struct guard *guard = load_acquire(&ld.guard.list);

	while (guard && (address < guard->start || address >= guard->end))
		guard = guard->next;
	return guard;
}

struct date {
	unsigned year, month, day; /* month and day from 1 */
};

static unsigned days_in_month(struct date date)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = date.year % 4 == 0 && (date.year % 100 || date.year % 400 == 0);

	return days[date.month - 1] + (date.month == 2 && leap);
}

static struct date date_of(unsigned days_since_1970)
{
	struct date date = {1970, 1, 1 + days_since_1970};
	unsigned days;

	while ((days = days_in_month(date)) < date.day) {
		date.day -= days;
		if (++date.month > 12) {
			date.month = 1;
			date.year++;
		}
	}
	return date;
}

/* The number in decimal at `text`, `digits` of them, without an end. */
static void put_number(char *text, unsigned number, unsigned digits)
{
	while (digits--) {
		text[digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

/* Seconds since 1970 as "YYYY-MM-DD hh:mm:ss UTC". */
static void format_time(int64_t seconds, char text[24])
{
	unsigned time = (unsigned)((uint64_t)seconds % 86400);
	struct date date = date_of((unsigned)((uint64_t)seconds / 86400));
	const unsigned numbers[] = {date.month, date.day, time / 3600, time / 60 % 60, time % 60};
	size_t i;

	memcpy(text, "YYYY-MM-DD hh:mm:ss UTC", 24);
	put_number(text, date.year, 4);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		put_number(text + 5 + 3 * i, numbers[i], 2);
}

static void report(const struct guard *guard, uintptr_t address, uintptr_t pc)
{
	const char *symbol = NULL;
	uintptr_t offset = 0;
	char when[24];

	if (guard->symbols)
		symbol = symbol_table_find(guard->symbols, address - guard->start, &offset);
	format_time(guard->closed_at, when);
	message("%s at %p, which was %s%s%s+0x%zx (thread %d, at pc %p); it was closed %s%s%-s",
		pc == address ? "call" : "access", (void *)address, guard->path, symbol ? ": " : "",
		symbol ? symbol : "", symbol ? (size_t)offset : (size_t)(address - guard->start),
		sys_gettid(), (void *)pc, when, guard->closed_by ? " by " : "",
		guard->closed_by ? guard->closed_by : "");
}

/* Who runs over the end of a thread-local array meets a page that is nobody's. */
static bool report_block(uintptr_t address, uintptr_t pc)
{
	struct thread *self = thread_self();
	const struct object *object;
	size_t beyond;

	reader_enter(self);
	object = tls_passed(address, &beyond);
	if (object)
		message("access at %p, which is %zu bytes behind the end of the thread-local storage "
			"of %s (thread %d, at pc %p)",
			(void *)address, beyond, object_path(object), sys_gettid(), (void *)pc);
	reader_leave(self);
	/* Whoever has the lock next looks after what may have waited for this reader. */
	store_ordered(&ld.loader.reap_wanted, true);
	return object != NULL;
}

/* Everything that is not a stray access into closed memory is the program's. */
static void pass_on(int signal, void *info, void *context)
{
	struct arch_sigaction old = ld.guard.old;

	old.handler = (void (*)(int, void *, void *))unmangle(ld.guard.handler);
	if (old.handler != NULL && old.handler != (void (*)(int, void *, void *))1) {
		old.handler(signal, info, context);
		return;
	}
	/* Default or ignored: put that back, and let the instruction fault again. */
	sys_sigaction(signal, &old, NULL);
}

/* The beginning of siginfo_t. */
struct fault {
	int signal, error, code;
	uintptr_t address;
};

static void on_fault(int signal, void *info, void *context)
{
	uintptr_t address = ((const struct fault *)info)->address;
	uintptr_t pc = arch_context_pc(context);
	struct arch_sigaction fresh = {.handler = NULL};
	const struct guard *guard = guard_at(address);

	/* An emulator may not say where a call went. */
	if (!guard && (guard = guard_at(pc)))
		address = pc;
	if (guard) {
		report(guard, address, pc);
	} else if (!report_block(address, pc)) {
		pass_on(signal, info, context);
		return;
	}
	sys_sigaction(signal, &fresh, NULL);
}

void guard_enable(void)
{
	struct arch_sigaction action = {.handler = on_fault,
					.flags = SYS_SA_SIGINFO | SYS_SA_ONSTACK | ARCH_SA_RESTORER,
					.restorer = arch_sigreturn};

	if (ld.guard.enabled)
		return;
	ld.guard.enabled = true;
	sys_sigaction(SYS_SIGSEGV, NULL, &ld.guard.old);
	ld.guard.handler = mangle((void *)ld.guard.old.handler);
	ld.guard.old.handler = NULL;
	sys_sigaction(SYS_SIGSEGV, &action, NULL);
}

/* "PATH: symbol+0xOFFSET" or "PATH+0xOFFSET" of the code at `address` (mem_alloc), or NULL. */
static char *describe(uintptr_t address)
{
	struct place place;

	if (!address || !place_of(address, &place))
		return NULL;
	return format_new(FORMAT_SENTENCE, "%s%s%s+0x%zx", object_path(place.object),
			  place.symbol ? ": " : "", place.symbol ? place.symbol : "",
			  address - (place.symbol ? place.value : place.object->address.start));
}

void guard_object(struct object *object)
{
	struct guard *guard = mem_zalloc(sizeof(*guard));
	char *path = mem_strdup(object->map.l_name);
	struct errno_room room;
	long result;

	wants_loader();
	if (guard && path) {
		guard->start = object->start;
		guard->end = object->start + object->length;
		guard->path = path;
		guard->symbols = symbol_table_save(object);
		guard->closed_by = describe(object->retire.closed_by);
		guard->closed_at = object->retire.closed_at;
	} else {
		mem_free(guard);
		mem_free(path);
		guard = NULL;
	}
	result = sys_mmap(object->start, object->length, SYS_PROT_NONE,
			  SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_FIXED | SYS_MAP_NORESERVE,
			  -1, 0);
	/* The program headers are gone with the pages. */
	object->image.phdr = NULL;
	object->image.phnum = 0;
	memset(&object->dynamic, 0, sizeof(object->dynamic));
	if (sys_failed(result))
		message("%s: cannot guard it: %s", object_path(object), errno_words(result, &room));
	if (!guard)
		return;
	guard->next = ld.guard.list;
	store_release(&ld.guard.list, guard);
	object->retire.guarded = true;
}

void guard_forget(struct object *object)
{
	struct guard **link = &ld.guard.list, *guard;

	wants_loader();
	while (*link && (*link)->start != object->start)
		link = &(*link)->next;
	guard = *link;
	if (!guard)
		return;
	store_release(link, guard->next);
	mem_free(guard->symbols);
	mem_free(guard->path);
	mem_free(guard->closed_by);
	mem_free(guard);
	object->retire.guarded = false;
}
