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
	const struct object *from;
	unsigned flags;
	bool marked; /* what a close has only marked answers too */
};

/*
 * In a signal handler that has interrupted its thread's close between the marks and their being
 * final (life/bind.c): there is nobody to wait for, and what is bound has the close plan again.
 */
static bool amid_own_marks(void)
{
	return load_ordered(&ld.bind.undecided) && lock_mine(&ld.loader.lock);
}

static bool only_marked(const struct object *object)
{
	return load_relaxed(&object->close.marking) == load_relaxed(&ld.bind.undecided);
}

static inline bool acceptable(const struct object *object, void *data)
{
	const struct asking *asking = data;
	const void *group = load_acquire(&object->group);

	if (asking->flags & LOOKUP_SKIP_SELF && object == asking->from)
		return false;
	/* What another open is still loading may yet be undone. */
	if (group && group != asking->from->group)
		return false;
	return object_usable(object) || !object_usable(asking->from) ||
	       (asking->marked && only_marked(object));
}

static struct definition search_scopes(struct object *from, struct symbol_name *name,
				       const struct symbol_version *version, unsigned flags,
				       bool marked)
{
	struct asking asking = {from, flags, marked};
	struct definition found = {NULL, NULL};
	struct scope_set *set = load_acquire(&from->scopes);
	size_t i;

	if (from->symbolic && !(flags & LOOKUP_SKIP_SELF)) {
		found.symbol =
			name->own ? name->own
				  : symbol_find(&from->dynamic, &from->versions, name, version);
		found.object = from;
	}
	for (i = 0; !found.symbol && set && i < set->count; i++) {
		struct scope *scope = load_acquire(&set->at[i]);

		/*
		 * An open that may yet be undone: what it brings, and what it only brings
		 * together, is seen by its own objects alone.
		 */
		if (unlikely(load_relaxed(&scope->loading)) && !load_relaxed(&from->group))
			continue;
		if (flags & LOOKUP_LOCKED && scope_index_due(scope))
			scope_consider_index(scope);
		found.symbol =
			scope_find_quick(scope, name, version, acceptable, &asking, &found.object);
	}
	/* Closed, but code of it runs on: it has its own, and what everybody has. */
	if (!found.symbol && load_relaxed(&from->state) == OBJECT_RETIRED) {
		found.symbol = symbol_find(&from->dynamic, &from->versions, name, version);
		found.object = from;
	}
	return found;
}

static RARE __attribute__((noinline)) void tell(const struct object *from, const char *name,
						const struct symbol_version *version,
						struct definition found)
{
	trace(TRACE_SYMBOLS, "%s %s symbol=%s version=%s%-s%s", found.symbol ? "found" : "missing",
	      object_path(from), name, version && version->name ? version->name : "-",
	      found.symbol ? " in=" : "", found.symbol ? object_path(found.object) : "");
}

struct definition lookup(struct object *from, struct symbol_name *name,
			 const struct symbol_version *version, unsigned flags)
{
	uint64_t begin = tracing(TRACE_STATISTICS) ? trace_clock() : 0;
	struct definition found;
	bool marked = false;

	do
		found = search_scopes(from, name, version, flags, marked);
	while (unlikely(!found.symbol) && !marked && (marked = amid_own_marks()));
	if (flags & LOOKUP_LOCKED) {
		ld.stats.lookups++;
		if (begin)
			ld.stats.time_lookup += trace_clock() - begin;
	}
	if (tracing(TRACE_SYMBOLS))
		tell(from, name->text, version, found);
	if (found.symbol && ELF_ST_BIND_NATIVE(found.symbol->st_info) == STB_GNU_UNIQUE &&
	    flags & LOOKUP_LOCKED)
		found = unique_definition(found, name->text);
	return found;
}

struct definition lookup_reference(struct object *from, size_t index, unsigned flags)
{
	const ElfW(Sym) *reference = &from->dynamic.symtab[index];
	const struct symbol_version *wanted = NULL;
	struct symbol_version version;
	struct symbol_name name;
	struct definition found;

	if (ELF_ST_BIND_NATIVE(reference->st_info) == STB_LOCAL) {
		found.symbol = reference;
		found.object = from;
		return found;
	}
	if (from->versions.count) {
		version = symbol_version_of(&from->dynamic, &from->versions, index);
		wanted = version.name ? &version : NULL;
	}
	symbol_name_at(&name, &from->dynamic, index, wanted != NULL, !(flags & LOOKUP_PLT));
	/* A protected definition binds within its own object, whatever the scopes say. */
	if ((reference->st_other & 3) == STV_PROTECTED && reference->st_shndx != SHN_UNDEF &&
	    !(flags & LOOKUP_SKIP_SELF)) {
		found.symbol = reference;
		found.object = from;
		return found;
	}
	return lookup(from, &name, wanted, flags);
}

static bool inside(const struct object *object, uintptr_t address)
{
	return address - object->address.start < object->address.end - object->address.start;
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

bool definition_check(struct definition definition, bool called, struct error *error)
{
	const struct object *object = definition.object;
	uintptr_t address = definition_address(definition);
	bool indirect = definition_indirect(definition);

	if (unlikely(indirect)) {
		if (image_allows(&object->image, address - object->bias, 1, PF_X))
			return true;
	} else {
		called = called || ELF_ST_TYPE_NATIVE(definition.symbol->st_info) == STT_FUNC;
		if (!called || inside(object, address) || definition.symbol->st_shndx == SHN_ABS)
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
