/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Auditors (LD_AUDIT, DT_AUDIT, DT_DEPAUDIT; <link.h>): libraries in namespaces of their own that
 * are told what the linker does, and may have a say in it.  Where there is none, each of these is
 * one test of a pointer.  Foreign code runs in all of them: what has the loader lock gives it up
 * meanwhile.  Objects of auditors are not audited.
 */
#ifndef LDSO_AUDIT_H
#define LDSO_AUDIT_H

#include "world/lookup.h"

static inline bool auditing(void)
{
	return unlikely(ld.audit.first != NULL);
}

/* Does anybody want auditors?  Before anything but the program is loaded. */
bool audit_wanted(void);

/*
 * Load them: LD_AUDIT's, then those the program names.  One that fails to is named and left out.
 * The main thread has its thread pointer, and nothing but the program is loaded.
 */
void audit_start(void);

/*
 * What an auditor would look at in place of `name`, for `requester` (NULL: the program); `flag` is
 * one of LA_SER_*.  mem_alloc; NULL: this one is not to be looked at, or there is no memory.
 */
char *audit_search(const char *name, struct object *requester, unsigned flag);

/* The object is mapped; its dependencies are not. */
void audit_mapped(struct object *object);

/* Objects of `space` come or go (LA_ACT_ADD, LA_ACT_DELETE), or have (LA_ACT_CONSISTENT). */
void audit_activity(struct space *space, unsigned flag);

/* The program's constructors are about to run. */
void audit_preinit(void);

/*
 * Where a reference of `from` to `found` goes that would go to `address`; `index`: of the symbol in
 * the table of the one that defines it.  `flags`: LA_SYMB_DLSYM, or 0.
 */
uintptr_t audit_bind(struct object *from, struct definition found, uintptr_t address,
		     unsigned flags);

/*
 * Are auditors told of calls by the PLT slots of this object, so that arch_audit_resolve has to
 * stay in front of them?
 */
static inline bool audit_follows(const struct object *object)
{
	return unlikely(ld.audit.calls) && object->audit;
}

/*
 * What is bound to PLT slot `index` (audited_slot: nothing yet) from now on, after auditors have
 * been asked as by audit_bind.  NULL: no memory.
 */
struct audit_call *audit_bind_slot(struct object *from, size_t index, struct definition found,
				   uintptr_t address);

/*
 * Tell of a call (la_..._pltenter): the arguments in `frame` may be changed, its target and stack
 * are filled in.  Foreign code runs: vector registers have to be saved.  False: nobody wanted to be
 * told, so that the target may be stored in the slot.
 */
bool audit_enter(struct audit_call *call, struct arch_call *frame);

/* Tell of its return (la_..._pltexit).  For resolve.S; `frame` is a struct arch_call. */
uintptr_t audit_left(uintptr_t frame, uintptr_t unused) __attribute__((visibility("hidden")));

/* Its destructors have run; it is about to be unmapped.  Ignored for one that was never told of. */
void audit_closed(struct object *object);

#endif
