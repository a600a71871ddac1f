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

/*
 * What $ORIGIN means to the program: the directory of `file`, which the kernel says it is; NULL:
 * where there is no /proc for that, LD_ORIGIN_PATH, or else the directory of what it was started by
 * (NULL: not known).
 */
void startup_set_origin(const char *file, const char *started_by);

/* The end before the program has begun: the sentence on stderr and status 127; --verify: status 1.
 */
void startup_fail(const struct error *error) __attribute__((noreturn));

#endif
