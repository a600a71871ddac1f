/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that are closed and whose memory waits. */
#ifndef LDSO_RETIRED_H
#define LDSO_RETIRED_H

#include "ld.h"

/* Enter it as the youngest, and take it out, wherever it stands.  Want the loader lock. */
void retired_append(struct object *object);
void retired_unlink(struct object *object);

/* The retired object whose memory still holds `address`, or NULL.  Wants the loader lock. */
struct object *retired_at(uintptr_t address);

#endif
