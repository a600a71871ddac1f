/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libpthread includes this for the linker's CPU-specific facts.  libc needs none of them; the
 * linker's own are in its arch directory.
 */
#ifndef _DL_SYSDEP_H
#define _DL_SYSDEP_H

#include <elf.h>
#include <link.h>

#endif
