/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LD_DLCLOSE=guard.  Owns the SIGSEGV disposition from guard_enable on (until the program
 * replaces it) and each guarded object's saved symbols.
 */
#include "guard.h"
#include "fatal.h"
#include "format.h"
#include "info.h"
#include "sys.h"
#include "trace.h"

/* What is kept of an object whose pages are gone; ld.guards, newest first; atomic for the handler.
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
	struct guard *guard = __atomic_load_n(&ld.guards, __ATOMIC_ACQUIRE);

	while (guard && (address < guard->start || address >= guard->end))
		guard = guard->next;
	return guard;
}

static void two_digits(char *text, unsigned value)
{
	text[0] = (char)('0' + value / 10);
	text[1] = (char)('0' + value % 10);
}

/* Seconds since 1970 as "YYYY-MM-DD hh:mm:ss UTC" (days to civil date, H. Hinnant's algorithm). */
static void format_time(int64_t seconds, char text[24])
{
	int64_t days = seconds / 86400 + 719468, era = days / 146097;
	unsigned day_of_era = (unsigned)(days - era * 146097);
	unsigned year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted = (5 * day + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
	unsigned year = (unsigned)(year_of_era + era * 400) + (month <= 2);
	unsigned time = (unsigned)(seconds % 86400);

	memcpy(text, "....-..-.. ..:..:.. UTC", 24);
	two_digits(text, year / 100);
	two_digits(text + 2, year % 100);
	two_digits(text + 5, month);
	two_digits(text + 8, day - (153 * shifted + 2) / 5 + 1);
	two_digits(text + 11, time / 3600);
	two_digits(text + 14, time / 60 % 60);
	two_digits(text + 17, time % 60);
}

static void report(const struct guard *guard, uintptr_t address, uintptr_t pc)
{
	const char *symbol = NULL;
	uintptr_t offset = 0;
	char when[24];

	if (guard->symbols)
		symbol = symbol_table_find(guard->symbols, address - guard->start, &offset);
	format_time(guard->closed_at, when);
	message("%s at %p, which was %s%s%s+0x%zx (thread %d, at pc %p); it was closed %s%s%s",
		pc == address ? "call" : "access", (void *)address, guard->path, symbol ? ": " : "",
		symbol ? symbol : "", symbol ? (size_t)offset : (size_t)(address - guard->start),
		sys_gettid(), (void *)pc, when, guard->closed_by ? " by " : "",
		guard->closed_by ? guard->closed_by : "");
}

/* Everything that is not a stray access into closed memory is the program's. */
static void pass_on(int signal, void *info, void *context)
{
	struct arch_sigaction *old = &ld.guard_old;

	if (old->handler != NULL && old->handler != (void (*)(int, void *, void *))1) {
		old->handler(signal, info, context);
		return;
	}
	/* Default or ignored: put that back, and let the instruction fault again. */
	sys_sigaction(signal, old, NULL);
}

static void on_fault(int signal, void *info, void *context)
{
	/* si_addr is the first word behind si_signo, si_errno, si_code and padding. */
	uintptr_t address = ((const uintptr_t *)info)[2];
	uintptr_t pc = arch_context_pc(context);
	struct arch_sigaction fresh = {NULL, 0, NULL, 0};
	const struct guard *guard = guard_at(address);

	if (!guard) {
		pass_on(signal, info, context);
		return;
	}
	report(guard, address, pc);
	sys_sigaction(signal, &fresh, NULL);
}

void guard_enable(void)
{
	struct arch_sigaction action = {
		on_fault, SYS_SA_SIGINFO | SYS_SA_ONSTACK | ARCH_SA_RESTORER, arch_sigreturn, 0};

	if (ld.guard_enabled)
		return;
	ld.guard_enabled = true;
	sys_sigaction(SYS_SIGSEGV, &action, &ld.guard_old);
}

/* "PATH: symbol+0xOFFSET" or "PATH+0xOFFSET" of the code at `address` (mem_alloc), or NULL. */
static char *describe(uintptr_t address)
{
	struct place place;
	size_t size;
	char *text;

	if (!address || !place_of(address, &place))
		return NULL;
	size = strlen(object_path(place.object)) + (place.symbol ? strlen(place.symbol) : 0) + 32;
	text = mem_alloc(size);
	if (text)
		format_line(text, size, "%s%s%s+0x%zx", object_path(place.object),
			    place.symbol ? ": " : "", place.symbol ? place.symbol : "",
			    address - (place.symbol ? place.value : place.object->address.start));
	return text;
}

void guard_object(struct object *object)
{
	struct guard *guard = mem_zalloc(sizeof(*guard));
	char *path = mem_strdup(object->map.l_name);
	long result;

	if (guard && path) {
		guard->start = object->start;
		guard->end = object->start + object->length;
		guard->path = path;
		guard->symbols = symbol_table_save(object);
		guard->closed_by = describe(object->closed_by);
		guard->closed_at = object->closed_at;
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
		message("%s: cannot guard it: %s", object_path(object), sys_error((int)result));
	if (!guard)
		return;
	guard->next = ld.guards;
	__atomic_store_n(&ld.guards, guard, __ATOMIC_RELEASE);
	object->guarded = true;
}

void guard_forget(struct object *object)
{
	struct guard **link = &ld.guards, *guard;

	while (*link && (*link)->start != object->start)
		link = &(*link)->next;
	guard = *link;
	if (!guard)
		return;
	__atomic_store_n(link, guard->next, __ATOMIC_RELEASE);
	mem_free(guard->symbols);
	mem_free(guard->path);
	mem_free(guard->closed_by);
	mem_free(guard);
	object->guarded = false;
}
