/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the linker offers libc, libpthread and programs: everything else is hidden. */
#ifndef LDSO_EXPORT_H
#define LDSO_EXPORT_H

#include "base/base.h"

#define EXPORT __attribute__((visibility("default"), used))

/*
 * The same for what libc declares as internal_function: on some CPUs that is a way to pass
 * arguments (libc's uClibc_arch_features.h).
 */
#ifdef internal_function
#define EXPORT_INTERNAL EXPORT internal_function
#else
#define EXPORT_INTERNAL EXPORT
#endif

#endif
