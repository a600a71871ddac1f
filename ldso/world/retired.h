/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that are closed and whose memory waits. */
#ifndef LDSO_RETIRED_H
#define LDSO_RETIRED_H

#include "ld.h"

/* Enter it as the youngest, and take it out, wherever it stands.  Want the loader lock. */
void retired_append(struct object *object);
void retired_unlink(struct object *object);

/*
 * Let readers find it, whose code may still run: who unwinds its frames asks for them.  And no
 * more: those that are in the list have to leave before it is freed.  Want the loader lock.
 */
void retired_show(struct object *object);
void retired_hide(struct object *object);

/* The object among these that `address` lies in, or NULL.  Readers. */
struct object *retired_find_shown(uintptr_t address);

/* The retired object whose memory still holds `address`, or NULL.  Wants the loader lock. */
struct object *retired_at(uintptr_t address);

#endif
