/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scopes: ordered lists of objects in which a name is looked up (gABI "Dynamic
 * Linking", Shared Object Dependencies).  One global scope; one local scope for each
 * object that was opened by itself: it and its dependencies in breadth-first order.
 *
 * A scope of more than a few objects gets an index from hash to members, built when the
 * lookups made in it have cost as much as building it does.
 */
#ifndef LDSO_SCOPE_H
#define LDSO_SCOPE_H

#include "ld.h"

struct scope_members {
	struct deferred deferred;
	size_t capacity;
	struct object *at[]; /* readers; NULL: has left */
};

struct scope_index;

struct scope {
	struct deferred deferred;
	struct scope_members *members; /* readers; owned, unless they are `first` */
	size_t count;		    /* readers; positions in use, those of left members included */
	struct scope_index *index;  /* readers; owned; NULL: not built */
	size_t cost;		    /* readers, inexact: objects visited by lookups so far */
	size_t due;		    /* readers: no index pays before the cost is more */
	size_t stale;		    /* index entries of members that have left */
	unsigned left;		    /* positions whose member has left */
	bool loading;		    /* readers; its root is being loaded, and may yet be undone */
	bool retiring;		    /* its root is being retired */
	bool survivors;		    /* it has outlived its root (survive.c) */
	struct scope_members first; /* readers; what `members` are until there are more */
};

/* The scopes an object's references are looked up in, in order. */
struct scope_set {
	struct deferred deferred;
	size_t count;
	struct scope *at[];
};

/* The first one, of two scopes at most, has its room in the object's own block. */
enum { SCOPES_ROOM = sizeof(struct scope_set) + 2 * sizeof(struct scope *) };

static inline struct scope_set *scopes_room(struct object *object)
{
	return (struct scope_set *)(object->address.next + object->address.height);
}

/* An empty scope; NULL: no memory. */
struct scope *scope_new(void);

/* Free it once no reader can be in it.  NULL is ignored. */
void scope_free(struct scope *scope);

/* Append; the caller sees to it that it is not in yet.  False: no memory, nothing changed. */
bool scope_add(struct scope *scope, struct object *object);

/*
 * The same in two steps, the first of which may fail: make room for `more` members (false: no
 * memory), and append one.
 */
bool scope_reserve(struct scope *scope, size_t more);
void scope_place(struct scope *scope, struct object *object);

/* Take a member out; cost: its position is searched from the end.  Ignored when not in. */
void scope_remove(struct scope *scope, struct object *object);

/* What is looked for, as scope_find's caller makes it. */
struct scope_query {
	struct symbol_name *name;
	const struct symbol_version *version; /* NULL: none */
	/* Asked about each candidate that defines the name; NULL: any will do. */
	bool (*accepts)(const struct object *object, const struct scope_query *query);
};

/*
 * First definition in scope order, behind member `after` (NULL: from the first one on), of an
 * object that the query accepts; the object is stored in *where.  Readers, or with the loader lock.
 */
const ElfW(Sym) * scope_find(struct scope *scope, const struct scope_query *query,
			     const struct object *after, struct object **where);

/* Who may be the first in a scope to have a symbol. */
enum scope_first {
	FIRST_NONE, /* nobody has it */
	FIRST_OWN,
	FIRST_OTHER /* it has to be looked up */
};

/*
 * `own` has a symbol of that hash (symbol_own): is it the first member to have one?  Bloom filters
 * say so for nearly all, without a look at the name.  Readers, or with the loader lock.
 */
enum scope_first scope_first(struct scope *scope, const struct object *own, uint32_t half);

/* Build the index if its time has come.  Wants the loader lock. */
void scope_consider_index(struct scope *scope);

/*
 * So many lookups are about to be made in it: build the index at once if it pays then.  Wants the
 * loader lock.
 */
void scope_expect(struct scope *scope, size_t lookups);

/* May scope_consider_index build it?  Readers. */
static inline bool scope_index_due(const struct scope *scope)
{
	return unlikely(load_relaxed(&scope->cost) > load_relaxed(&scope->due)) &&
	       !load_relaxed(&scope->index);
}

/* The scopes of a new object, which has none yet.  Wants the loader lock. */
void scopes_begin(struct object *object, struct scope *first, struct scope *second);

/* Give `object` one scope more, behind those it has.  False: no memory.  Wants the loader lock. */
bool scopes_append(struct object *object, struct scope *scope);

/* Free them with their object: no reader is in them. */
void scopes_free(struct object *object);

/* Take it from `object` again; ignored when not there.  Wants the loader lock. Cannot fail. */
void scopes_remove(struct object *object, const struct scope *scope);

#endif
