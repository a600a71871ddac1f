/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dlsym and dlvsym.  Owns nothing. */
#include "api/api.h"
#include "base/export.h"
#include "life/bind.h"
#include "life/touch.h"
#include "tell/trace.h"
#include "world/linkmap.h"
#include "world/lookup.h"
#include "world/scope.h"
#include <dl-api.h>

static bool usable_filter(const struct object *object, void *data)
{
	(void)data;
	return object_usable(object) && !object->group;
}

/* RTLD_NEXT: what follows `from` in the scope it was found in. */
static struct definition find_next(struct object *from, struct symbol_name *name,
				   const struct symbol_version *version)
{
	struct definition found = {NULL, NULL};
	size_t i, position;

	for (i = 0; i < from->scopes->count && !found.symbol; i++) {
		struct scope *scope = from->scopes->at[i];

		position = scope_position(scope, from);
		if (position == SIZE_MAX)
			continue;
		found.symbol = scope_find(scope, name, version, position + 1, usable_filter, NULL,
					  &found.object);
	}
	return found;
}

static struct definition find_in(struct object *root, struct symbol_name *name,
				 const struct symbol_version *version)
{
	struct scope *scope = root->is_program ? ld.space.global : root->local;
	struct definition found = {NULL, NULL};

	if (!scope)
		return found;
	scope_consider_index(scope);
	found.symbol = scope_find(scope, name, version, 0, usable_filter, NULL, &found.object);
	if (found.symbol && ELF_ST_BIND_NATIVE(found.symbol->st_info) == STB_GNU_UNIQUE)
		found = unique_definition(found, name->text);
	return found;
}

struct question {
	void *handle;
	const char *name;
	const struct symbol_version *version;
	uintptr_t caller;
};

/* The definition asked for, held by the caller where a handle does not hold it.  Loader lock. */
static struct definition find_symbol(const struct question *question, struct error *error)
{
	struct object *from = caller_object(question->caller), *root = NULL;
	struct definition found = {NULL, NULL};
	struct symbol_name name;

	symbol_name_set(&name, question->name);
	name.plt_ok = true;
	if (question->handle == RTLD_DEFAULT) {
		found = lookup(from, &name, question->version, LOOKUP_LOCKED);
	} else if (question->handle == RTLD_NEXT) {
		found = find_next(from, &name, question->version);
	} else {
		root = handle_object(question->handle, "dlsym", error);
		if (!root)
			return found;
		found = find_in(root, &name, question->version);
	}
	if (!found.symbol)
		error_set(error, "%s: undefined symbol: %s%s%s", object_path(root ? root : from),
			  question->name, question->version ? ", version " : "",
			  question->version ? question->version->name : "");
	else if (!root && !bind_edge(from, found.object,
				     dynamic_string(&found.object->dynamic, found.symbol->st_name)))
		error_memory(error);
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
	address = definition_address(found);
	if (found.symbol->st_shndx != SHN_UNDEF &&
	    ELF_ST_TYPE_NATIVE(found.symbol->st_info) == STT_GNU_IFUNC)
		address = ((uintptr_t(*)(uintptr_t))address)(ld.process.hwcap);
	return (void *)address;
}

EXPORT void *_dl_dlsym(void *handle, const char *name, const char *version, const void *caller)
{
	struct symbol_version wanted = {.name = version,
					.hash = version ? sysv_hash(version) : 0,
					.hidden_ok = true,
					.exact = true};
	struct question question = {handle, name, version ? &wanted : NULL, (uintptr_t)caller};
	struct call call = CALL_BEGIN(caller);
	struct definition found;
	void *value;

	family_enter(&call);
	found = find_symbol(&question, &call.error);
	if (call.error.text)
		found.symbol = NULL;
	family_leave(&call);
	value = found.symbol ? definition_value(found, &call.error) : NULL;
	family_fail(&call);
	return value;
}
