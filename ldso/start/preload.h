/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program starts with. */
#ifndef LDSO_PRELOAD_H
#define LDSO_PRELOAD_H

#include "ld.h"

/*
 * The startup closure: load preloads and dependencies of the program, already in
 * the link map, in breadth-first order.  Missing ones are an error, but for
 * LD_TRACE_LOADED_OBJECTS, which goes on and counts them in *missing.
 */
bool load_startup(unsigned *missing, struct error *error);

#endif
