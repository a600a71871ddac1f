/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that the linker's C code knows of the CPU: three headers of arch/<cpu>, and the names of its
 * assembly.  Owns nothing.
 */
#ifndef LDSO_ARCH_H
#define LDSO_ARCH_H

#include "base/base.h"

/*
 * resolve.S.  Where the PLT goes for the first call of a function: asks lazy_bind, and jumps there
 * with every register that may hold an argument as it was.
 */
extern void arch_lazy_resolve(void) __attribute__((visibility("hidden")));

/*
 * Call an IFUNC resolver from inside arch_lazy_resolve, where vector registers still hold the
 * program's arguments: they are saved around the call.  `capabilities`: struct capabilities, which
 * says to some CPUs which registers there are.
 */
extern uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap, const void *capabilities)
	__attribute__((visibility("hidden")));

/*
 * tlsdesc.S.  Functions of TLS descriptors: of a variable at a fixed offset from the thread
 * pointer, of an undefined weak one, and of one in a block that has to be found.
 */
extern void arch_tlsdesc_static(void) __attribute__((visibility("hidden")));
extern void arch_tlsdesc_undefined(void) __attribute__((visibility("hidden")));
extern void arch_tlsdesc_dynamic(void) __attribute__((visibility("hidden")));

/* sigreturn.S.  Returns from a signal handler. */
extern void arch_sigreturn(void) __attribute__((visibility("hidden")));

#include "target.h"
#include "sys.h"
#include "unwind.h"

/* What most CPUs have: unwind tables as DWARF has them, and where they are. */
#ifndef ARCH_UNWIND_SEGMENT
#define ARCH_UNWIND_SEGMENT PT_GNU_EH_FRAME
#define arch_unwind_step unwind_step
#endif

/* Are the PLT's reserved words where the dynamic section's DT_LOPROC says, and not DT_PLTGOT? */
#ifndef ARCH_OWN_GOT
#define ARCH_OWN_GOT false
#endif

/* Are there TLS descriptors? */
#ifndef ARCH_TLSDESC
#define ARCH_TLSDESC 1
#endif

/* What most CPUs have: relocations for all words of the GOT. */
#ifdef ARCH_GOT_UNNAMED
#include "got.h"
#else
#include "base/got.h"
#endif

/* Are there relocations of fields of instructions?  How many bytes hold one; store it. */
#ifndef ARCH_FIELDS
#define ARCH_FIELDS 0
static inline size_t arch_field_size(unsigned type)
{
	(void)type;
	return 0;
}

static inline bool arch_store_field(uintptr_t place, unsigned type, uintptr_t value)
{
	(void)place, (void)type, (void)value;
	return false;
}
#endif

/* Has the CPU to be told of code that was written? */
#ifndef ARCH_NEW_CODE
#define ARCH_NEW_CODE 0
static inline void arch_new_code(uintptr_t start, uintptr_t end)
{
	(void)start, (void)end;
}
#endif

#endif
