/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the linker goes by, for who looks for a fault. */
#ifndef LDSO_DIAGNOSTICS_H
#define LDSO_DIAGNOSTICS_H

#include "ld.h"

/*
 * Print the auxiliary vector on stdout, an entry a line: `before`, the name, `between`, the value.
 * LD_SHOW_AUXV.
 */
void diagnostics_auxv(const char *before, const char *between);

/*
 * --list-diagnostics: print it all, a KEY=VALUE a line, and end the process.  There is no program:
 * ld.program is the linker.
 */
void diagnostics_list(void) __attribute__((noreturn));

#endif
