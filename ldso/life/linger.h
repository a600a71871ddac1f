/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Closed code that runs on keeps what it reaches. */
#ifndef LDSO_LINGER_H
#define LDSO_LINGER_H

#include "ld.h"

/*
 * The reason why code of the closed object may still run: "on-stack", "tls-dtor", "key-dtor", or
 * "reached" from another whose code may; NULL: it will not run any more.  Wants the loader lock,
 * and that frames were looked for (stack_find_frames).
 */
const char *linger_reason(struct object *object);

/*
 * The objects of `done` (link_next) are about to be retired, with their edges.  Of those whose code
 * may still run, and of what they reach in the set, object->linger.reason is set.
 */
void linger(struct object *done);

/* No code of the object will run any more: what lingered because of it alone need not.  Ignored
 * when it does not linger.  Wants the loader lock. */
void linger_end(struct object *object);

#endif
