/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory of the blocks that first touches make.  Programs run over the ends of their arrays, so
 * nothing of the linker's lies there: small blocks share mappings with other blocks, all others
 * have their own, and a page that nobody may touch ends each mapping.
 */
#ifndef LDSO_BLOCK_H
#define LDSO_BLOCK_H

#include "ld.h"

/* A zero block; `alone`: in a mapping of its own, at the end.  NULL: no memory. */
void *block_take(const struct tls_need *need, bool alone);

/* Give it back. */
void block_give(void *block, const struct tls_need *need);

/* Does the address lie in the page behind the block, where it is alone? */
bool block_passed(const void *block, const struct tls_need *need, uintptr_t address);

#endif
