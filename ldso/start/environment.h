/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment variables the linker reads. */
#ifndef LDSO_ENVIRONMENT_H
#define LDSO_ENVIRONMENT_H

#include "ld.h"

/*
 * Fill ld.options from ld.process.envp.  In a set-id program (options.secure, set by the
 * caller) the unsafe variables are ignored and removed from the environment.
 */
void environment_read(void);

#endif
