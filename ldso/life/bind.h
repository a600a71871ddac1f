/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lazy binding.  It takes no lock, so the edges it makes are queued, and become part of the
 * ownership graph before anything is decided from it.
 */
#ifndef LDSO_BIND_H
#define LDSO_BIND_H

#include "ld.h"

/*
 * First call through PLT relocation `index` of `object`: find the function, store its
 * address in the slot, return it.  Called by the trampoline in arch/.  An undefined
 * symbol ends the process with status 127.
 */
uintptr_t lazy_bind(struct object *object, size_t index) __attribute__((visibility("hidden")));

/* Turn queued bindings into edges.  Wants the loader lock. */
void bind_drain(void);

/*
 * Wait until every lazy binding that may have looked at objects' states before the call is through
 * (a few lookups at most), so that bind_drain after it sees all their edges.
 * False: one of them is interrupted by a signal handler that waits for the loader lock.
 */
bool bind_settle(void);

/*
 * Enter the edge that a binding of `from` into `to` needs (DT_NEEDED dependencies and permanent
 * objects need none).  Wants the loader lock.  False: no memory.
 */
bool bind_edge(struct object *from, struct object *to, const char *symbol);

#endif
