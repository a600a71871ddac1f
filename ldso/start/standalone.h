/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The linker run as a program. */
#ifndef LDSO_STANDALONE_H
#define LDSO_STANDALONE_H

#include "ld.h"

/*
 * Read the linker's own command line (ld.process.argc, ld.process.argv), set ld.options, and map
 * the program it names.  Returns the number of words of argv that are the linker's own, with
 * ld.space.program set.  Ends the process for --help, --version and for errors (127).
 */
int standalone_start(void);

/* LD_TRACE_LOADED_OBJECTS, --list, --verify: print what is loaded, in ldd's form. */
void standalone_list(void);

#endif
