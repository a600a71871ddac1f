/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libc/misc/elf wants of the dynamic linker.
 */
#ifndef _LDSO_H_
#define _LDSO_H_

#include <features.h>
#include <elf.h>
#include <link.h>
#include <dl-auxvt.h>
#include <dl-defs.h>
#include <dl-hash.h>
#include <dl-sysdep.h>

#endif
