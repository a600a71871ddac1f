/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What ELF files of the CPU are like, for the parts that know nothing else of it: reloc.h of
 * arch/<cpu>, and what it need not say as most CPUs have it so.  Owns nothing.
 */
#ifndef LDSO_TARGET_H
#define LDSO_TARGET_H

#include "reloc.h"

/* Bits of st_other that an undefined function with a value has where that is the address it has for
 * everybody; without them the value is the object's own matter. */
#ifndef ARCH_PLT_MARK
#define ARCH_PLT_MARK 0
#endif

/* The words of a TLS descriptor, and whether a REL addend stands there for symbols, too. */
#ifndef ARCH_TLSDESC_FUNCTION
enum { ARCH_TLSDESC_FUNCTION = 0, ARCH_TLSDESC_ARGUMENT = 1, ARCH_TLSDESC_SYMBOL_ADDEND = 1 };
#endif

/* Bits of a function's address that do not say where it is. */
#ifndef ARCH_FUNCTION_MARK
#define ARCH_FUNCTION_MARK 0
#endif

#endif
