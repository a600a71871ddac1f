/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dlsym and dlvsym: readers, which take no lock and so may be called by signal handlers that have
 * interrupted whatever.  Owns nothing.
 */
#include "api/api.h"
#include "base/cancel.h"
#include "base/export.h"
#include "life/activity.h"
#include "life/audit.h"
#include "life/bind.h"
#include "life/loader.h"
#include "life/retire.h"
#include "life/touch.h"
#include "tell/trace.h"
#include "thread/reader.h"
#include "world/linkmap.h"
#include "world/lookup.h"
#include "world/registry.h"
#include "world/scope.h"
#include <dl-api.h>

/* What is asked, and how. */
struct question {
	void *handle;
	const char *text;
	const struct symbol_version *version;
	uintptr_t caller;
	struct symbol_name name;
	bool locked;	/* the caller has the loader lock, and may enter what it finds */
	bool want_lock; /* answer: it takes the lock to be sure */
	bool tidy;	/* answer: there is work for who has the lock */
};

static bool is_unique(struct definition found)
{
	return ELF_ST_BIND_NATIVE(found.symbol->st_info) == STB_GNU_UNIQUE;
}

/* The answer without the lock is the last one, if it is another call of this thread that has it. */
static bool may_lock(const struct question *question)
{
	return !question->locked && !lock_mine(&ld.loader.lock);
}

static bool is_usable(const struct object *object, const struct scope_query *query)
{
	(void)query;
	return object_usable(object) && !load_acquire(&object->group);
}

/* RTLD_NEXT: what follows `from` in the scope it was found in; RTLD_SELF: itself before that. */
static struct definition find_next(struct object *from, struct question *question)
{
	const struct scope_query query = {&question->name, question->version, is_usable};
	struct scope_set *set = load_acquire(&from->scopes);
	struct definition found = {NULL, from};
	size_t i;

	if (question->handle == RTLD_SELF)
		found.symbol = symbol_find(&from->dynamic, &from->versions, &question->name,
					   question->version);
	for (i = 0; set && i < set->count && !found.symbol; i++)
		found.symbol = scope_find(load_acquire(&set->at[i]), &query, from, &found.object);
	return found;
}

/* RTLD_DEFAULT. */
static struct definition find_anywhere(struct object *from, struct question *question)
{
	struct scope_set *set = load_acquire(&from->scopes);
	size_t i;

	for (i = 0; set && i < set->count; i++)
		question->tidy |= scope_index_due(load_acquire(&set->at[i]));
	return lookup(from, &question->name, question->version,
		      question->locked ? LOOKUP_LOCKED : 0);
}

static struct definition find_in(struct object *root, struct question *question)
{
	struct scope *scope = root->is_program ? ld.space.global : load_acquire(&root->local);
	const struct scope_query query = {&question->name, question->version, is_usable};
	struct definition found = {NULL, NULL};

	if (!scope)
		return found;
	if (question->locked)
		scope_consider_index(scope);
	question->tidy |= scope_index_due(scope);
	found.symbol = scope_find(scope, &query, NULL, &found.object);
	if (found.symbol && question->locked && is_unique(found))
		found = unique_definition(found, question->text);
	return found;
}

/* Where no handle holds the object, the caller's binding is to do so. */
static struct definition find_for_caller(struct object *from, struct question *question,
					 struct error *error)
{
	struct thread *self = thread_self();
	struct definition found;

	bind_begin(self);
	found = question->handle == RTLD_DEFAULT ? find_anywhere(from, question)
						 : find_next(from, question);
	if (found.symbol && !(is_unique(found) && may_lock(question)) && !bind_queue(from, found)) {
		error_memory(error);
		found.symbol = NULL;
	}
	bind_end(self);
	question->tidy |= load_relaxed(&ld.bind.pending) != NULL;
	return found;
}

/*
 * The definition asked for, held by the caller where a handle does not hold it.  A reader; nothing
 * is waited for.
 */
static struct definition find_symbol(struct question *question, struct error *error)
{
	unsigned marks = bind_marks();
	struct object *asked = NULL;
	struct definition found = {NULL, NULL};

	if (question->handle == RTLD_DEFAULT || question->handle == RTLD_NEXT ||
	    question->handle == RTLD_SELF) {
		asked = caller_object(question->caller);
		found = find_for_caller(asked, question, error);
	} else {
		asked = handle_object(question->handle, "dlsym", error);
		if (asked)
			found = find_in(asked, question);
	}
	/* Of unique ones one is in force for all; what is just being closed may yet stay. */
	question->want_lock =
		may_lock(question) &&
		(found.symbol ? is_unique(found) : marks & 1 || marks != bind_marks());
	if (!found.symbol && !error->text)
		error_set(error, "%s: undefined symbol: %s%s%s", object_path(asked), question->text,
			  question->version ? ", version " : "",
			  question->version ? question->version->name : "");
	return found;
}

/* With the lock.  Right in signal handlers, unless they have interrupted its owner. */
static struct definition find_locked(struct question *question, struct error *error)
{
	struct definition found;

	error_clear(error);
	loader_lock();
	question->locked = true;
	found = find_symbol(question, error);
	bind_drain();
	loader_unlock();
	return found;
}

/* Bindings become edges and indexes are built as soon as nobody else has the lock. */
static void tidy_up(const struct question *question)
{
	struct object *from = caller_object(question->caller), *root;
	size_t i;

	if (!loader_try_lock())
		return;
	bind_drain();
	root = registry_by_handle(question->handle);
	if (root && root->local)
		scope_consider_index(root->local);
	for (i = 0; !root && from->scopes && i < from->scopes->count; i++)
		scope_consider_index(from->scopes->at[i]);
	loader_unlock();
}

/* As every function of the family.  A thread that is in no open and no close has left none. */
static void end_what_was_left(struct origin from)
{
	activity_end_reader(from);
	if (likely(!thread_self()->activities) || lock_mine(&ld.loader.lock))
		return;
	loader_lock();
	activity_resume(from);
	retire_look_again();
	loader_unlock();
}

static struct definition ask(struct question *question, struct error *error)
{
	struct thread *self = thread_self();
	int cancel = cancel_off();
	struct definition found;

	reader_enter(self);
	found = find_symbol(question, error);
	if (unlikely(question->want_lock))
		found = find_locked(question, error);
	if (unlikely(question->tidy))
		tidy_up(question);
	loader_reader_leave(self);
	cancel_restore(cancel);
	return found;
}

/* The calling thread's variable; NULL: the error says why. */
static void *variable_address(struct definition found, struct error *error)
{
	const struct object *object = found.object;
	void *block = tls_try(object->map.l_tls_modid);

	if (block)
		return (char *)block + found.symbol->st_value;
	error_set(error,
		  object->map.l_tls_modid
			  ? "%s: no memory for a block of %zu bytes of thread-local storage"
			  : "%s: a thread-local symbol, but its thread-local storage has %zu bytes",
		  object_path(object), (size_t)object->map.l_tls_blocksize);
	return NULL;
}

/*
 * What the definition is worth to the calling thread; foreign code may run.  An error is set where
 * it is nothing.
 */
static void *definition_value(struct definition found, struct error *error)
{
	uintptr_t address;

	if (ELF_ST_TYPE_NATIVE(found.symbol->st_info) == STT_TLS)
		return variable_address(found, error);
	if (!definition_check(found, false, error))
		return NULL;
	address = definition_address(found);
	if (definition_indirect(found))
		address = ask_resolver(address);
	return (void *)address;
}

EXPORT void *_dl_dlsym(void *handle, const char *name, const char *version, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	struct symbol_version wanted;
	struct question question;
	struct definition found;
	void *value;

	end_what_was_left(call.from);
	/* Field by field: of an initializer the compiler makes a slow way to clear few bytes. */
	question.handle = handle;
	question.text = name;
	question.version = NULL;
	question.caller = (uintptr_t)caller;
	question.locked = question.want_lock = question.tidy = false;
	symbol_name_set(&question.name, name);
	question.name.plt_ok = true;
	if (version) {
		wanted = (struct symbol_version){.name = version,
						 .hash = sysv_hash(version),
						 .hidden_ok = true,
						 .exact = true};
		question.version = &wanted;
	}
	found = ask(&question, &call.error);
	value = found.symbol ? definition_value(found, &call.error) : NULL;
	if (unlikely(auditing()) && value && ELF_ST_TYPE_NATIVE(found.symbol->st_info) != STT_TLS)
		value = (void *)audit_bind(caller_object(question.caller), found, (uintptr_t)value,
					   LA_SYMB_DLSYM);
	family_fail(&call);
	return value;
}
