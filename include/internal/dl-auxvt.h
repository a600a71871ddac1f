/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The auxiliary vector as libc sees it, for getauxval.
 */
#ifndef _DL_AUXVT_H
#define _DL_AUXVT_H

#include <elf.h>
#include <link.h>

/* Entries of _dl_auxvt, by type; higher types are looked up in the vector itself. */
#define AUX_MAX_AT_ID 40

/* An entry whose a_type is not its index is not there. */
extern ElfW(auxv_t) _dl_auxvt[AUX_MAX_AT_ID];
/* The kernel's vector, up to its AT_NULL. */
extern ElfW(auxv_t) * _dl_auxv_start;

#endif
