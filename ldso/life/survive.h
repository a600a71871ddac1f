/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What survives a close keeps what it could see. */
#ifndef LDSO_SURVIVE_H
#define LDSO_SURVIVE_H

#include "ld.h"

/*
 * The objects of `done` (link_next) are about to be retired: where members of their searchlists
 * stay, the searchlist stays with them, and is no more the root's.  Wants the loader lock.
 */
void survive(struct object *done);

/* The object leaves every searchlist that has outlived its root.  Wants the loader lock. */
void survive_leave(struct object *object);

#endif
