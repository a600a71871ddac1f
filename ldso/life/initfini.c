/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Constructors and destructors (gABI "Initialization and Termination Functions").  Owns
 * ld.order.first..init_last, the order in which constructors completed, whose exact reverse
 * is the order of destructors: in a close (close.c) and at exit (here).
 */
#include "life/initfini.h"
#include "life/activity.h"
#include "life/audit.h"
#include "world/addrmap.h"
#include "life/bind.h"
#include "life/close.h"
#include "base/export.h"
#include "base/message.h"
#include "life/loader.h"
#include "life/opened.h"
#include "life/registered.h"
#include "world/lookup.h"
#include "hold/order.h"
#include "world/scope.h"
#include "tell/trace.h"

typedef void function(int, char **, char **);

static void call(struct object *object, uintptr_t address, const char *verb)
{
	if (tracing(TRACE_INIT))
		trace(TRACE_INIT, "%s %s%-s function=0x%zx", verb, object_path(object),
		      object->space->field, (size_t)address);
	__atomic_fetch_add(&ld.stats.constructors, 1, __ATOMIC_RELAXED);
	((function *)address)(ld.process.argc, ld.process.argv, ld.process.envp);
}

/* 0 and -1 are placeholders in arrays of old toolchains. */
static bool callable(uintptr_t address)
{
	return address != 0 && address != (uintptr_t)-1;
}

static bool in_code_of(const struct object *object, uintptr_t address)
{
	return image_allows(&object->image, address - object->bias, 1, PF_X);
}

static bool check_function(const struct object *object, const struct object *group,
			   uintptr_t address, const char *what, struct error *error)
{
	const struct object *other;

	if (!callable(address) || in_code_of(object, address))
		return true;
	for (other = group; other; other = other->link_next)
		if (in_code_of(other, address))
			return true;
	other = addrmap_find(address);
	if (other && !other->is_linker && in_code_of(other, address))
		return true;
	return error_set(error, "%s: a function of its %s begins at 0x%zx, which is %s",
			 object_path(object), what, (size_t)address,
			 other && other->is_linker ? "the dynamic linker's" : "no code");
}

static bool check_table(const struct object *object, const struct object *group,
			const struct table *table, const char *what, struct error *error)
{
	const uintptr_t *function_list = table->address;
	size_t i, count = table->size / sizeof(*function_list);

	for (i = 0; i < count; i++)
		if (!check_function(object, group, function_list[i], what, error))
			return false;
	return true;
}

bool init_check(const struct object *object, const struct object *group, struct error *error)
{
	const struct dynamic *dynamic = &object->dynamic;

	wants_loader();
	return check_function(object, group, dynamic->init, "DT_INIT", error) &&
	       check_function(object, group, dynamic->fini, "DT_FINI", error) &&
	       (!object->is_program ||
		check_table(object, group, &dynamic->preinit_array, "DT_PREINIT_ARRAY", error)) &&
	       check_table(object, group, &dynamic->init_array, "DT_INIT_ARRAY", error) &&
	       check_table(object, group, &dynamic->fini_array, "DT_FINI_ARRAY", error);
}

static void call_forward(struct object *object, const struct table *table, const char *verb)
{
	const uintptr_t *function_list = table->address;
	size_t i, count = table->size / sizeof(*function_list);

	for (i = 0; i < count; i++)
		if (callable(function_list[i]))
			call(object, function_list[i], verb);
}

static void run_constructors(struct object *object)
{
	if (object->dynamic.init)
		call(object, object->dynamic.init, "init");
	call_forward(object, &object->dynamic.init_array, "init");
}

static void call_destructor(struct object *object, uintptr_t address, enum trace_category category)
{
	if (tracing(category))
		trace(category, "fini %s%-s function=0x%zx", object_path(object),
		      object->space->field, (size_t)address);
	((void (*)(void))address)();
}

static size_t fini_count(const struct object *object)
{
	return object->dynamic.fini_array.size / sizeof(uintptr_t);
}

/* Those of the array that have not begun.  One that is left has begun, and is not begun again. */
static void run_fini_array(struct object *object, enum trace_category category)
{
	const uintptr_t *function_list = object->dynamic.fini_array.address;
	size_t count = fini_count(object), at;

	while (object->init.begun < count) {
		at = count - ++object->init.begun;
		if (callable(function_list[at]))
			call_destructor(object, function_list[at], category);
	}
}

/* Was it left in the middle of its constructors or destructors? */
static bool was_left(const struct object *object)
{
	return object->init.half || object->init.begun;
}

void init_note_left(struct object *object)
{
	wants_loader();
	if (was_left(object) && !object->init.frames)
		object->init.frames = registered_frames(object);
}

static void run_destructors(struct object *object, enum trace_category category)
{
	wants_no_loader();
	if (object->init.half)
		return;
	run_fini_array(object, category);
	if (object->init.begun++ == fini_count(object) && object->dynamic.fini)
		call_destructor(object, object->dynamic.fini, category);
}

void destruct_closed(struct object *object)
{
	/* Else its last destructor, which the compiler has made, runs what is registered. */
	bool registered = was_left(object);

	run_destructors(object, TRACE_UNLOAD);
	if (registered)
		registered_run(object);
}

void destruct_at_exit(struct object *object)
{
	/* Nothing is unloaded: it is only of interest to who watches constructors. */
	run_destructors(object, TRACE_INIT);
}

bool destructors_left(const struct object *object)
{
	return !object->init.half && object->init.begun <= fini_count(object);
}

static void init_complete(struct object *object)
{
	object->node.init_seq = ++ld.order.completed;
	object->init.previous = ld.order.last;
	object->init.next = NULL;
	if (ld.order.last)
		ld.order.last->init.next = object;
	else
		ld.order.first = object;
	ld.order.last = object;
	object->init.listed = true;
}

void init_forget(struct object *object)
{
	wants_loader();
	if (!object->init.listed)
		return;
	if (object->init.previous)
		object->init.previous->init.next = object->init.next;
	else
		ld.order.first = object->init.next;
	if (object->init.next)
		object->init.next->init.previous = object->init.previous;
	else
		ld.order.last = object->init.previous;
	object->init.listed = false;
}

void init_abandon(struct object *object)
{
	wants_loader();
	object->node.running--;
	object->init.half = true;
	object_set_state(object, OBJECT_LIVE);
	object->owner = NULL;
	init_complete(object);
	announce_change();
}

bool init_waits_for_us(const struct object *object, const struct thread *self)
{
	const struct thread *thread = object->owner;

	wants_loader();
	while (thread && thread != self)
		thread = thread->waiting ? thread->waiting->owner : NULL;
	return thread == self;
}

/* Wait until nobody initialises `object`, or until waiting makes no sense.  True: it is ours to do.
 */
static bool claim(struct object *object, struct thread *self)
{
	while (object->state == OBJECT_INITIALISING && !init_waits_for_us(object, self)) {
		self->waiting = object;
		wait_for_change();
		self->waiting = NULL;
	}
	return object->state == OBJECT_LINKED;
}

static void init_one(struct object *object, struct activity *activity)
{
	struct thread *self = thread_self();
	int cancel;

	if (!claim(object, self))
		return;
	object_set_state(object, OBJECT_INITIALISING);
	object->owner = self;
	object->node.running++;
	if (activity)
		activity->current = object;
	cancel = loader_leave();
	run_constructors(object);
	loader_return(cancel);
	if (activity)
		activity->current = NULL;
	object->node.running--;
	object_set_state(object, OBJECT_LIVE);
	object->owner = NULL;
	init_complete(object);
	announce_change();
	if (tracing(TRACE_INIT))
		trace(TRACE_INIT, "done %s%-s", object_path(object), object->space->field);
}

void init_objects(struct object **list, size_t count, struct activity *activity)
{
	uint64_t begin = trace_clock();
	size_t i;

	wants_loader();
	for (i = 0; i < count; i++)
		init_one(list[i], activity);
	ld.stats.time_init += trace_clock() - begin;
}

/* Constructors call getenv before libc's start code has run. */
static void set_environment(void)
{
	struct definition found = lookup_global("__environ");
	const ElfW(Sym) *symbol = found.symbol;
	struct object *object = found.object;
	struct error error = {NULL};

	if (!symbol || symbol->st_size != sizeof(char **))
		return;
	if (!image_allows(&object->image, symbol->st_value, sizeof(char **), PF_W) ||
	    image_in_relro(&object->image, symbol->st_value, sizeof(char **))) {
		error_set(&error, "%s: __environ, which libc writes, is in no writable memory",
			  object_path(object));
		fatal(error.text);
	}
	memcpy((char *)object->bias + symbol->st_value, &ld.process.envp, sizeof(char **));
}

void init_startup(void)
{
	size_t i, count = 0;
	struct node **list = mem_alloc(ld.space.map.count * sizeof(*list));
	struct object *object;
	struct definition libc = lookup_global("__uClibc_main");
	int cancel;

	wants_loader();
	if (!list)
		fatal("no memory to put constructors into order");
	for (i = 0; i < ld.space.global->count; i++)
		list[count++] = &ld.space.global->members->at[i]->node;
	order_constructors(list, count);
	set_environment();
	if (auditing()) {
		cancel = loader_leave();
		audit_preinit();
		loader_return(cancel);
	}
	/* What defines libc's start code. */
	if (libc.symbol)
		init_objects(&libc.object, 1, NULL);
	if (ld.program->dynamic.preinit_array.size) {
		cancel = loader_leave();
		call_forward(ld.program, &ld.program->dynamic.preinit_array, "preinit");
		loader_return(cancel);
	}
	for (i = 0; i < count; i++) {
		object = object_of_node(list[i]);
		if (!object->is_program && !object->is_linker)
			init_objects(&object, 1, NULL);
	}
	mem_free(list);
}

/*
 * The program's own constructors run inside libc's start code: DT_INIT before this call,
 * the array here.
 */
EXPORT void _dl_app_init_array(void)
{
	loader_lock();
	object_set_state(ld.program, OBJECT_INITIALISING);
	ld.program->owner = thread_self();
	loader_unlock();
	call_forward(ld.program, &ld.program->dynamic.init_array, "init");
	loader_lock();
	object_set_state(ld.program, OBJECT_LIVE);
	ld.program->owner = NULL;
	init_complete(ld.program);
	announce_change();
	loader_unlock();
}

/*
 * Run destructors in the reverse order of ld.order.last.. down to, and without, `until`
 * (NULL: all).  Each one leaves the list before it runs, so that one that calls exit again or loads
 * more leaves the rest consistent.
 */
static void finish(const struct object *until)
{
	struct object *object;

	/* exit in a signal handler that has interrupted the linker: nothing waits for itself. */
	if (lock_mine(&ld.loader.lock))
		return;
	loader_lock();
	bind_drain();
	close_halted();
	while ((object = ld.order.last) && object != until) {
		init_forget(object);
		/* Other threads run on, and may bind to it for the first time only now. */
		store_relaxed(&object->init.bindable, object_stays(object));
		object_set_state(object, OBJECT_FINALISING);
		object->owner = thread_self();
		object->node.running++;
		object->node.init_seq = 0;
		loader_unlock();
		if (!object->is_program)
			destruct_at_exit(object);
		audit_closed(object);
		loader_lock();
		object->node.running--;
	}
	loader_unlock();
}

/* First call of exit: what was loaded after the program's constructors, then the program's array.
 */
EXPORT void _dl_app_fini_array(void)
{
	if (!ld.program->init.listed) {
		/* A constructor has called exit: libc does not know of _dl_fini yet. */
		finish(NULL);
		return;
	}
	finish(ld.program);
	if (lock_mine(&ld.loader.lock))
		return;
	loader_lock();
	init_forget(ld.program);
	loader_unlock();
	run_fini_array(ld.program, false);
}

static void report_leaks(void)
{
	/* exit in a signal handler, as in finish. */
	bool mine = lock_mine(&ld.loader.lock);

	if (!mine)
		loader_lock();
	opened_report();
	if (!mine)
		loader_unlock();
}

/* Last call of exit, behind the program's DT_FINI: all the rest. */
void _dl_fini(void)
{
	audit_closed(ld.program);
	finish(NULL);
	if (tracing(TRACE_LEAKS))
		report_leaks();
	if (tracing(TRACE_STATISTICS))
		trace_statistics();
}
