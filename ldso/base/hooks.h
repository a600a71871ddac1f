/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libpthread knows and the linker asks (dl-api.h). */
#ifndef LDSO_HOOKS_H
#define LDSO_HOOKS_H

#include "ld.h"
#include "base/mangle.h"
#include <dl-api.h>

/* NULL: there is one thread, and no libpthread yet. */
const struct dl_thread_hooks *thread_hooks(void);

/* The same of the libc of `space`, of which only `finalize` is its own. */
static inline const struct dl_thread_hooks *space_hooks(const struct space *space)
{
	return space->hooks ? unmangle(space->hooks) : space == &ld.space ? thread_hooks() : NULL;
}

#endif
