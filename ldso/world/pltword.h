/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words by which PLTs name their objects to the lazy resolver.  They lie where the objects can
 * write, so what comes back is looked up and not followed.
 */
#ifndef LDSO_PLTWORD_H
#define LDSO_PLTWORD_H

#include "ld.h"

/* Give the object its word, object->plt_word.  Wants the loader lock.  False: no memory. */
bool pltword_give(struct object *object);

/* Take it back; nothing without one.  Wants the loader lock. */
void pltword_take(struct object *object);

/* Whose word it is, or NULL.  Without a lock: who asks with a good word runs in that object. */
struct object *pltword_object(uintptr_t word);

#endif
