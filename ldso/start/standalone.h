/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The linker run as a program. */
#ifndef LDSO_STANDALONE_H
#define LDSO_STANDALONE_H

#include "ld.h"

/*
 * Read the linker's own command line (ld.process.argc, ld.process.argv), set ld.options, and map
 * the program it names.  Returns the number of words of argv that are the linker's own, with
 * ld.program set; for --list-diagnostics that is NULL, and there is no program.  Ends the
 * process for --help, --version and for errors (127).
 */
int standalone_start(void);

#endif
