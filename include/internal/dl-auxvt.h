/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The auxiliary vector as libc sees it, for getauxval.
 */
#ifndef _DL_AUXVT_H
#define _DL_AUXVT_H

#include <elf.h>
#include <link.h>

/* Entries of _dl_auxvt: types above are looked up in the vector itself. */
#define AUX_MAX_AT_ID (AT_EGID + 1)

/* Entries by type, for the types below AUX_MAX_AT_ID. */
extern ElfW(auxv_t) _dl_auxvt[AUX_MAX_AT_ID];
/* The kernel's vector, up to its AT_NULL. */
extern ElfW(auxv_t) *_dl_auxv_start;

#endif
