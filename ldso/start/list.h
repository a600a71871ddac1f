/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ldd shows: what a program loads, what is missing, what is of no use. */
#ifndef LDSO_LIST_H
#define LDSO_LIST_H

#include "ld.h"

/*
 * LD_TRACE_LOADED_OBJECTS, --list: print what is loaded, and as LD_WARN, LD_DEBUG=unused and
 * LD_VERBOSE ask for it, references without a definition, libraries that nothing is bound to, and
 * versions.  Nothing is relocated or run for that.  True: a definition is missing.
 */
bool list_loaded(void);

/* LD_DEBUG=unused without a list: a line of the trace for each such library. */
void list_unused(void);

#endif
