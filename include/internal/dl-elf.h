/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Included by the static libc's TLS code; all it wants are the ELF types.
 */
#ifndef _DL_ELF_H
#define _DL_ELF_H

#include <elf.h>
#include <link.h>
#include <dl-defs.h>

#endif
