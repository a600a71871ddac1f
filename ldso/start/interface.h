/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The variables libc reads from the linker. */
#ifndef LDSO_INTERFACE_H
#define LDSO_INTERFACE_H

#include "ld.h"

/* Fill them from the auxiliary vector and ld.options. */
void interface_setup(void);

/* Tell libpthread that threads' stacks are to be executable, or not (ld.process.stack_exec). */
void interface_stacks(void);

/* Stack protector and pointer guard of the main thread, once it has a TCB. */
void interface_guards(void);

#endif
