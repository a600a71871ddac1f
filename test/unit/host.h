/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What unit tests may ask of the stand-in for the linker's memory (host.c).
 */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include <limits.h>

/* How many more allocations succeed; LONG_MAX, the initial value: all of them. */
extern long host_allocations_left;

/* Blocks from mem_* that nobody has freed yet. */
extern long host_blocks;

#endif
