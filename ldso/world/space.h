/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces (dlmopen): which there are, and the objects of all of them. */
#ifndef LDSO_SPACE_H
#define LDSO_SPACE_H

#include "ld.h"
#include "base/export.h"

/* The base namespace's rendezvous with debuggers; the others follow by r_next. */
extern struct r_debug_extended space_base_debug __asm__("_r_debug");

/*
 * A new namespace, with the lowest number that none has, and one user.  NULL: no memory.  Wants the
 * loader lock.
 */
struct space *space_new(void);

/* The namespace of that number, or NULL.  Wants the loader lock. */
struct space *space_by_number(long number);

/*
 * One user more, or less; the last one takes the namespace with it, once no reader is in it, and
 * gives its number back.  The base stays.  Want the loader lock.
 */
void space_use(struct space *space);
void space_drop(struct space *space);

/* What debuggers read of it. */
struct r_debug_extended *space_debug(struct space *space);

/*
 * The namespace of the code at that address; the base for any other.  Reader, or with the loader
 * lock.
 */
struct space *space_at(uintptr_t address);

#endif
