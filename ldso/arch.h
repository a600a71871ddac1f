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
 * resolve.S, where the CPU has ARCH_PLTENTER.  The same for objects of which auditors want to be
 * told of each call: keeps a struct arch_call on the stack, asks lazy_enter, and goes where that
 * says with the arguments that are in it then; if it wants to know of the return, too, by a call
 * with the arguments on the stack copied, after which arch_call_resolver calls audit_left.
 */
extern void arch_audit_resolve(void) __attribute__((visibility("hidden")));

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

/* What is called where auditors can be told of calls. */
#ifndef ARCH_PLTENTER
#define ARCH_PLTENTER NULL
#define ARCH_PLTEXIT NULL
#define arch_audit_resolve arch_lazy_resolve
typedef uintptr_t arch_call_arguments, arch_call_results;
enum {
	ARCH_CALL_ARGUMENTS = 4 * sizeof(uintptr_t),
	ARCH_CALL_RESULTS = 5 * sizeof(uintptr_t),
	ARCH_CALL_SIZE = 6 * sizeof(uintptr_t)
};
#endif

/* A call that auditors are told of, for as long as it takes; resolve.S knows the places. */
struct arch_call {
	uintptr_t target;	 /* where it goes */
	intptr_t stack;		 /* bytes of arguments on the stack; -1: nobody asks for its end */
	struct audit_call *slot; /* whose it is */
	uintptr_t unused;
	arch_call_arguments arguments;
	arch_call_results results;
};

_Static_assert(offsetof(struct arch_call, arguments) == ARCH_CALL_ARGUMENTS &&
		       offsetof(struct arch_call, results) == ARCH_CALL_RESULTS &&
		       sizeof(struct arch_call) == ARCH_CALL_SIZE,
	       "resolve.S knows the places");

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
