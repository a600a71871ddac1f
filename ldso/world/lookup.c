/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbol resolution.  Owns ld.unique. */
#include "world/lookup.h"
#include "world/scope.h"
#include "tell/trace.h"

struct unique {
	struct chain_link link; /* in ld.unique, by gnu_hash */
	const char *name;	/* in the defining object's string table */
	struct definition definition;
};

struct asking {
	struct scope_query query;
	struct object *from;
	unsigned flags;
	bool marked; /* what a close has only marked answers too */
};

/*
 * In a signal handler that has interrupted its thread's close between the marks and their being
 * final (life/bind.c): there is nobody to wait for, and what is bound has the close plan again.
 */
static RARE bool amid_own_marks(void)
{
	return load_ordered(&ld.bind.undecided) && lock_mine(&ld.loader.lock);
}

static RARE bool only_marked(const struct object *object)
{
	return load_relaxed(&object->close.marking) == load_relaxed(&ld.bind.undecided);
}

static bool acceptable(const struct object *object, const struct scope_query *query)
{
	const struct asking *asking = container_of(query, const struct asking, query);
	const void *group = load_acquire(&object->group);

	if (asking->flags & LOOKUP_SKIP_SELF && object == asking->from)
		return false;
	/* What another open is still loading may yet be undone. */
	if (group && group != asking->from->group)
		return false;
	return object_usable(object) || !object_usable(asking->from) ||
	       (asking->marked && only_marked(object));
}

/*
 * An open that may yet be undone: what it brings, and what it only brings together, is seen by its
 * own objects alone.
 */
static inline bool is_hidden(const struct scope *scope, const struct object *from)
{
	return unlikely(load_relaxed(&scope->loading)) && !load_relaxed(&from->group);
}

static inline struct definition search_scopes(const struct asking *asking)
{
	const struct scope_query *query = &asking->query;
	struct object *from = asking->from;
	struct definition found = {NULL, from};
	struct scope_set *set = load_acquire(&from->scopes);
	bool own = from->symbolic && !(asking->flags & LOOKUP_SKIP_SELF);
	size_t i;

	if (unlikely(own))
		found.symbol =
			symbol_find(&from->dynamic, &from->versions, query->name, query->version);
	for (i = 0; !found.symbol && set && i < set->count; i++) {
		struct scope *scope = load_acquire(&set->at[i]);

		if (is_hidden(scope, from))
			continue;
		if (scope_index_due(scope) && asking->flags & LOOKUP_LOCKED)
			scope_consider_index(scope);
		found.symbol = scope_find(scope, query, NULL, &found.object);
	}
	/* Closed, but code of it runs on: it has its own, and what everybody has. */
	if (!found.symbol && unlikely(load_relaxed(&from->state) == OBJECT_RETIRED)) {
		found.symbol =
			symbol_find(&from->dynamic, &from->versions, query->name, query->version);
		found.object = from;
	}
	return found;
}

static RARE __attribute__((noinline)) void tell(const struct asking *asking,
						struct definition found)
{
	const struct symbol_version *version = asking->query.version;

	trace(TRACE_SYMBOLS, "%s %s symbol=%s version=%s%-s%s", found.symbol ? "found" : "missing",
	      object_path(asking->from), asking->query.name->text,
	      version && version->name ? version->name : "-", found.symbol ? " in=" : "",
	      found.symbol ? object_path(found.object) : "");
}

struct definition lookup(struct object *from, struct symbol_name *name,
			 const struct symbol_version *version, unsigned flags)
{
	struct asking asking = {{name, version, acceptable}, from, flags, false};
	uint64_t begin = tracing(TRACE_STATISTICS) ? trace_clock() : 0;
	struct definition found;

	do
		found = search_scopes(&asking);
	while (!found.symbol && !asking.marked && (asking.marked = amid_own_marks()));
	if (tracing(TRACE_SYMBOLS))
		tell(&asking, found);
	if (!(flags & LOOKUP_LOCKED))
		return found;
	ld.stats.lookups++;
	if (unlikely(begin))
		ld.stats.time_lookup += trace_clock() - begin;
	if (found.symbol && ELF_ST_BIND_NATIVE(found.symbol->st_info) == STB_GNU_UNIQUE)
		found = unique_definition(found, name->text);
	return found;
}

RARE struct definition lookup_global(const char *text)
{
	struct symbol_name name;
	const struct scope_query query = {.name = &name};
	struct definition found = {NULL, NULL};

	symbol_name_set(&name, text);
	found.symbol = scope_find(ld.space.global, &query, NULL, &found.object);
	return found;
}

/* Does a reference to symbol `index` mean the definition that `from` has itself, and first? */
static OFTEN __attribute__((noinline)) bool means_own(const struct object *from, size_t index)
{
	const struct scope_set *set = load_acquire(&from->scopes);
	enum scope_first first = from->symbolic ? FIRST_OWN : FIRST_NONE;
	uint32_t half;
	size_t i;

	if (!symbol_own(&from->dynamic, &from->versions, index, &half))
		return false;
	for (i = 0; first == FIRST_NONE && set && i < set->count; i++) {
		struct scope *scope = load_acquire(&set->at[i]);

		if (!is_hidden(scope, from))
			first = scope_first(scope, from, half);
	}
	return first == FIRST_OWN;
}

static __attribute__((noinline)) struct definition look_name_up(struct object *from, size_t index,
								unsigned flags)
{
	const ElfW(Sym) *reference = &from->dynamic.symtab[index];
	const struct symbol_version *wanted = NULL;
	struct symbol_version version;
	struct symbol_name name;

	if (from->versions.count) {
		version = symbol_version_of(&from->dynamic, &from->versions, index);
		wanted = version.name ? &version : NULL;
	}
	symbol_name_set(&name, dynamic_string(&from->dynamic, reference->st_name));
	name.plt_ok = !(flags & LOOKUP_PLT);
	return lookup(from, &name, wanted, flags);
}

struct definition lookup_reference(struct object *from, size_t index, unsigned flags)
{
	const ElfW(Sym) *reference = &from->dynamic.symtab[index];
	bool own = !(flags & LOOKUP_SKIP_SELF) && reference->st_shndx != SHN_UNDEF;

	/* A protected definition binds within its own object, whatever the scopes say. */
	if (ELF_ST_BIND_NATIVE(reference->st_info) == STB_LOCAL ||
	    (own && (reference->st_other & 3) == STV_PROTECTED))
		return (struct definition){reference, from};
	if (!own || tracing(TRACE_SYMBOLS | TRACE_STATISTICS) || !means_own(from, index))
		return look_name_up(from, index, flags);
	if (flags & LOOKUP_LOCKED)
		ld.stats.lookups++;
	return (struct definition){reference, from};
}

static RARE __attribute__((noinline)) bool fail_definition(struct definition definition,
							   struct error *error)
{
	const struct object *object = definition.object;
	bool indirect = definition_indirect(definition);

	return error_set(error, "%s: the %s %s is at 0x%zx, which is %s", object_path(object),
			 indirect ? "IFUNC resolver of" : "function",
			 dynamic_string(&object->dynamic, definition.symbol->st_name),
			 (size_t)definition_address(definition),
			 indirect ? "no code" : "outside of the object");
}

RARE bool definition_check(struct definition definition, bool called, struct error *error)
{
	const struct object *object = definition.object;
	uintptr_t address = definition_address(definition);
	bool indirect = definition_indirect(definition);

	if (unlikely(indirect)) {
		if (image_allows(&object->image, address - object->bias, 1, PF_X))
			return true;
	} else {
		called = called || ELF_ST_TYPE_NATIVE(definition.symbol->st_info) == STT_FUNC;
		if (!called || definition_inside(definition) ||
		    definition.symbol->st_shndx == SHN_ABS)
			return true;
	}
	return fail_definition(definition, error);
}

RARE struct definition unique_definition(struct definition found, const char *name)
{
	uint32_t hash = gnu_hash(name);
	struct chain_link *link = NULL;
	struct unique *unique;

	wants_loader();
	while ((link = chain_find(&ld.unique, link, hash))) {
		unique = container_of(link, struct unique, link);
		if (unique->definition.object->space == found.object->space &&
		    !strcmp(unique->name, name))
			return unique->definition;
	}
	if (!chain_reserve(&ld.unique))
		return found;
	unique = mem_alloc(sizeof(*unique));
	if (!unique)
		return found;
	unique->name = dynamic_string(&found.object->dynamic, found.symbol->st_name);
	unique->definition = found;
	chain_add(&ld.unique, &unique->link, hash);
	if (tracing(TRACE_BINDINGS) && !found.object->node.unique)
		trace(TRACE_BINDINGS, "hold %s%-s reason=unique symbol=%s",
		      object_path(found.object), found.object->space->field, name);
	found.object->node.unique = true;
	return found;
}

RARE void unique_forget(struct object *object)
{
	struct chain_link *link, *next;

	wants_loader();
	if (!object->node.unique)
		return;
	for (link = chain_walk(&ld.unique, NULL); link; link = next) {
		struct unique *unique = container_of(link, struct unique, link);

		next = chain_walk(&ld.unique, link);
		if (unique->definition.object != object)
			continue;
		chain_remove(&ld.unique, link);
		mem_free(unique);
	}
	object->node.unique = false;
}
