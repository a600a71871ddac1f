/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the linker offers libc, libpthread and programs: everything else is hidden. */
#ifndef LDSO_EXPORT_H
#define LDSO_EXPORT_H

#include "base/base.h"

#define EXPORT __attribute__((visibility("default"), used))

#endif
