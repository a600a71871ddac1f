/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Retired objects.  Owns ld.retired_*, ld.retired.mode and the objects in state
 * OBJECT_RETIRED, from their last destructor to their munmap.
 */
#include "life/retire.h"
#include "base/errno.h"
#include "world/retired.h"
#include "base/hooks.h"
#include "base/message.h"
#include "life/guard.h"
#include "life/linger.h"
#include "life/map.h"
#include "thread/reader.h"
#include "stack/stack.h"
#include "base/sys.h"
#include "thread/tls.h"
#include "tell/trace.h"

enum { DEFAULT_KEEP = 32 };

/* Was it published?  Else an open has failed, which is no close. */
static bool was_open(const struct object *object)
{
	return object->state == OBJECT_RETIRED;
}

/* The end: unmapped exactly, every byte of metadata freed. */
static void unmap(struct object *object)
{
	uintptr_t start = object->start;
	size_t length = object->length;
	struct errno_room room;
	int result;

	if (object->retire.guarded)
		guard_forget(object);
	result = object_unmap(object);
	if (tracing(TRACE_UNLOAD) && was_open(object))
		trace(TRACE_UNLOAD, "unmap %s%-s start=0x%zx length=0x%zx result=%s",
		      object_path(object), object->space->field, (size_t)start, length,
		      errno_name(result, &room));
	if (result < 0)
		message("%s: munmap(0x%zx, 0x%zx) failed: %s", object_path(object), (size_t)start,
			length, errno_words(result, &room));
	object_free(object);
}

static const char reader[] = "reader";

/* The reason why the memory must wait, or NULL. */
static const char *delay_of(struct object *object)
{
	const char *reason = linger_reason(object);

	if (reason)
		return reason;
	if (object->retire.shown) {
		retired_hide(object);
		linger_end(object);
		object->retire.epoch = reader_advance();
	}
	return reader_passed(object->retire.epoch) ? NULL : reader;
}

/* Its code may run on, unless it is only that somebody reads about it. */
static void show_running(struct object *object)
{
	if (was_open(object) && !object->retire.shown && object->retire.delay != reader)
		retired_show(object);
}

static void trace_defer(const struct object *object, const char *reason)
{
	if (!was_open(object))
		return;
	ld.stats.deferred++;
	if (tracing(TRACE_UNLOAD))
		trace(TRACE_UNLOAD, "defer %s%-s reason=%s", object_path(object),
		      object->space->field, reason);
}

static void count_waiting(int change)
{
	store_ordered(&ld.retired.waiting, ld.retired.waiting + (size_t)change);
}

/* Unmap the oldest parked ones beyond the number to be kept. */
static void trim_parked(void)
{
	struct object *object = ld.retired.first, *next;

	for (; object && ld.retired.parked > ld.retired.keep; object = next) {
		next = object->retire.next;
		if (!object->retire.parked)
			continue;
		ld.retired.parked--;
		retired_unlink(object);
		unmap(object);
	}
}

/* No delay holds: do what LD_DLCLOSE says.  The object is in the list or (fresh) not yet. */
static void dispose(struct object *object, bool fresh)
{
	bool frames = object->init.frames;
	bool keep = was_open(object) && (frames || ld.retired.mode == CLOSE_KEEP);
	bool park = was_open(object) && !keep && ld.retired.keep;

	if (thread_hooks())
		thread_hooks()->key_users(object->start, object->start + object->length, 1);
	/* Not earlier: a key's destructor, or a function that returns into the object, may use it.
	 */
	tls_remove_module(object);
	if (fresh && (keep || park))
		trace_defer(object, frames ? "eh-frames" : "LD_DLCLOSE");
	if (park) {
		if (ld.retired.mode == CLOSE_GUARD)
			guard_object(object);
		object->retire.parked = true;
		ld.retired.parked++;
		if (fresh)
			retired_append(object);
		trim_parked();
		return;
	}
	if (!fresh)
		retired_unlink(object);
	if (!keep)
		unmap(object);
	else if (!object->plt_word)
		object_free(object);
	/* Else its PLT may yet lead to what is known of it. */
}

/* Out of everybody's sight now: its memory goes as soon as nothing delays that. */
static void wait_for_users(struct object *object)
{
	object->retire.epoch = reader_advance();
	object->retire.delay = object->linger.reason ? object->linger.reason : delay_of(object);
	if (!object->retire.delay) {
		dispose(object, true);
		return;
	}
	trace_defer(object, object->retire.delay);
	show_running(object);
	retired_append(object);
	count_waiting(1);
}

void retire_object(struct object *object, uintptr_t caller)
{
	struct sys_time now = {0, 0};

	wants_loader();
	object_set_state(object, OBJECT_RETIRED);
	object->owner = NULL;
	if (ld.retired.mode == CLOSE_GUARD) {
		sys_clock(SYS_CLOCK_REALTIME, &now);
		object->retire.closed_by = caller;
		object->retire.closed_at = now.seconds;
	}
	wait_for_users(object);
}

void retire_undone(struct object *object)
{
	wants_loader();
	wait_for_users(object);
}

void retire_look_again(void)
{
	struct object *object, *next;

	wants_loader();
	reader_collect();
	for (object = ld.retired.waiting ? ld.retired.first : NULL; object; object = next) {
		next = object->retire.next;
		if (object->retire.parked)
			continue;
		object->retire.delay = delay_of(object);
		if (object->retire.delay) {
			show_running(object);
			continue;
		}
		count_waiting(-1);
		dispose(object, false);
		/* Trimming may have taken neighbours: begin again. */
		next = ld.retired.waiting ? ld.retired.first : NULL;
	}
}

void retire_thread_exit(struct thread *thread)
{
	struct object *object;

	wants_loader();
	for (object = ld.retired.first; object; object = object->retire.next)
		if (object->stack.thread == thread)
			object->stack.thread = NULL;
}

static bool parse_number(const char *text, size_t *number)
{
	size_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > SIZE_MAX / 10 - 9)
			return false;
		value = value * 10 + (size_t)(*text - '0');
	}
	*number = value;
	return true;
}

static bool parse_mode(const char *text, enum close_mode *mode, size_t *keep)
{
	static const struct {
		const char *name;
		enum close_mode mode;
	} known[] = {{"unmap", CLOSE_UNMAP},
		     {"keep", CLOSE_KEEP},
		     {"noop", CLOSE_NOOP},
		     {"defer", CLOSE_DEFER},
		     {"guard", CLOSE_GUARD}};
	size_t i, length;

	*keep = DEFAULT_KEEP;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		length = strlen(known[i].name);
		if (strncmp(text, known[i].name, length))
			continue;
		*mode = known[i].mode;
		if (!text[length])
			return true;
		return i >= 3 && text[length] == '=' && parse_number(text + length + 1, keep);
	}
	return false;
}

bool retire_set_mode(const char *text, struct error *error)
{
	enum close_mode mode = CLOSE_UNMAP;
	size_t keep;

	wants_loader();
	if (!parse_mode(text, &mode, &keep))
		return error_set(
			error, "%s is not a way to close (unmap, defer[=N], guard[=N], keep, noop)",
			text);
	ld.retired.mode = mode;
	ld.retired.keep = mode == CLOSE_DEFER || mode == CLOSE_GUARD ? keep : 0;
	if (mode == CLOSE_GUARD)
		guard_enable();
	trim_parked();
	return true;
}
