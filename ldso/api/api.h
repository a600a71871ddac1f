/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the exported functions share. */
#ifndef LDSO_API_H
#define LDSO_API_H

#include "life/family.h"

/*
 * The object of an open handle, or NULL with the error set; `function` is who asks.  Readers, or
 * with the loader lock.
 */
struct object *handle_object(void *handle, const char *function, struct error *error);

#endif
