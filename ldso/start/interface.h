/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The variables libc reads from the linker. */
#ifndef LDSO_INTERFACE_H
#define LDSO_INTERFACE_H

#include "ld.h"

/* Entries of _dl_auxvt, by type; there are higher types that nobody asks for. */
enum { AUX_TYPES = 64 };
extern ElfW(auxv_t) _dl_auxvt[AUX_TYPES];

/* The auxiliary vector's value of that type, once aux_setup has been called; 0: none. */
static inline uintptr_t aux(unsigned type)
{
	return _dl_auxvt[type].a_un.a_val;
}

/* Read ld.process.auxv. */
void aux_setup(void);

/* Fill the rest of them from ld.process and ld.options. */
void interface_setup(void);

/* Tell libpthread that threads' stacks are to be executable, or not (ld.process.stack_exec). */
void interface_stacks(void);

/* Stack protector and pointer guard of the main thread, once it has a TCB. */
void interface_guards(void);

#endif
