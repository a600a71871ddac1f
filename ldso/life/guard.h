/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LD_DLCLOSE=guard: who strays into closed memory is told where it was. */
#ifndef LDSO_GUARD_H
#define LDSO_GUARD_H

#include "ld.h"

/* Install the handler that reports; once, when the mode comes into force. */
void guard_enable(void);

/*
 * Replace a retired object's pages by an inaccessible reservation of the same extent, after
 * saving what a report will want to say of it.  Wants the loader lock.
 */
void guard_object(struct object *object);

/* The reservation goes.  Wants the loader lock. */
void guard_forget(struct object *object);

#endif
