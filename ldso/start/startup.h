/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the kernel's hand-over to the program's entry point. */
#ifndef LDSO_STARTUP_H
#define LDSO_STARTUP_H

#include "ld.h"

/* Where start.S goes on. */
struct entry_point {
	uintptr_t entry;
	uintptr_t stack;
};

/*
 * `stack` is what the kernel left: argc, argv, environment, auxiliary vector.  The linker is
 * relocated; nothing else has happened.
 */
struct entry_point startup(uintptr_t *stack, ElfW(Dyn) * dynamic, const ElfW(Ehdr) * header);

/* The end before the program has begun: the sentence on stderr and status 127; --verify: status 1.
 */
void startup_fail(const struct error *error) __attribute__((noreturn));

#endif
