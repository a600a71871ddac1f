/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lazy binding.  It takes no lock, so the edges it makes are queued, and become part of the
 * ownership graph before anything is decided from it.
 */
#ifndef LDSO_BIND_H
#define LDSO_BIND_H

#include "ld.h"
#include "world/lookup.h"

/*
 * First call (with LD_BIND_NOT: each) through PLT relocation `index` of the object that has the
 * word `word` in its GOT: find the function, store its address in the slot, return it.  Called by
 * the trampoline in arch/.  An undefined symbol, or a word or index that is none, ends the process
 * with status 127.
 */
uintptr_t lazy_bind(uintptr_t word, size_t index) __attribute__((visibility("hidden")));

/*
 * What lazy_bind is made of, for a CPU whose calls do not come by PLT relocations.  The object that
 * has a word; and the binding of symbol `symbol` of an object, whose slot is at `offset` before the
 * bias.  Neither has been checked; it ends the process as lazy_bind does.
 */
struct object *lazy_object(uintptr_t word);
uintptr_t lazy_bind_slot(struct object *object, size_t symbol, uintptr_t offset);

/*
 * As lazy_bind, for objects of which auditors are told of calls (audit_follows): fill in `frame`,
 * whose arguments are those of the call, after they have been told of it, and leave the slot as it
 * is as long as one of them wants to be told again.
 */
void lazy_enter(uintptr_t word, size_t index, struct arch_call *frame)
	__attribute__((visibility("hidden")));

/* As lazy_bind_slot, in the same way; `index`: of what auditors know of the slot (audited_slot). */
void lazy_enter_slot(struct object *object, size_t symbol, uintptr_t offset, size_t index,
		     struct arch_call *frame);

/* Turn queued bindings into edges.  Wants the loader lock. */
void bind_drain(void);

/*
 * Around a lookup without the lock whose result is to be bound: between the two, a close decides
 * nothing about what was found.  Nest.
 */
void bind_begin(struct thread *self);
void bind_end(struct thread *self);

/* The binding of `from` to what it has found is to become an edge.  False: no memory. */
bool bind_queue(struct object *from, struct definition found);

/* The thread, in the midst of a binding, wants the loader lock, or does not any more. */
void bind_ask(struct thread *self, bool asking);

/*
 * Around the time in which objects are marked as closing, and it is not yet certain that they are:
 * who has not found something then has to ask again (bind_marks).  Wants the loader lock.
 */
void bind_marking(void);
void bind_marked(void);

/* What has been looked up in vain between two calls is not there, if both return the same and even.
 */
static inline unsigned bind_marks(void)
{
	return load_ordered(&ld.bind.marking);
}

/*
 * Wait until every lazy binding that may have looked at objects' states before the call is through
 * (a few lookups at most), so that bind_drain after it sees all their edges.
 * False: one of them is interrupted by a signal handler that waits for the loader lock.  A handler
 * of this thread may have bound to what is marked, or, without memory, made it permanent; from the
 * return on it does not find it any more.
 */
bool bind_settle(void);

/* Then: give up the loader lock until no such handler waits, and take it again. */
void bind_let_pass(void);

/* In the child of a fork the other threads' bindings are over. */
void bind_fork(void);

/*
 * Enter the edge that a binding of `from` into `to` needs (DT_NEEDED dependencies and permanent
 * objects need none).  Wants the loader lock.  False: no memory.
 */
bool bind_edge(struct object *from, struct object *to, const char *symbol);

#endif
