/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What leads to functions that the linker calls, and lies where others could write, is kept mixed
 * with a secret of the process.  The secret itself is read-only.
 */
#ifndef LDSO_MANGLE_H
#define LDSO_MANGLE_H

#include "base/base.h"

extern uintptr_t mangle_secret __attribute__((visibility("hidden")));

/* Make the secret of 16 random bytes.  Before the linker protects its own data. */
void mangle_start(const void *bytes);

static inline uintptr_t mangle(const void *pointer)
{
	return (uintptr_t)pointer ^ mangle_secret;
}

static inline void *unmangle(uintptr_t mangled)
{
	return (void *)(mangled ^ mangle_secret);
}

#endif
