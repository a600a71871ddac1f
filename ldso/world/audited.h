/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What auditors know of an object, object->audit, and of its PLT slots that are bound.  Lives as
 * long as the object's struct.
 */
#ifndef LDSO_AUDITED_H
#define LDSO_AUDITED_H

#include "ld.h"

struct audit_mark {
	uintptr_t cookie;
	unsigned flags; /* LA_FLG_* */
};

/* A PLT slot that is bound, as far as auditors know.  Nothing of it changes but the flags. */
struct audit_call {
	struct object *from, *to; /* `from` holds `to` */
	const char *name;	  /* in the string table of `to` */
	ElfW(Sym) symbol;	  /* with the address where it goes */
	unsigned index;		  /* in the symbol table of `to` */
	unsigned flags[];	  /* for each auditor: LA_SYMB_NOPLTENTER, LA_SYMB_NOPLTEXIT */
};

struct audited {
	bool closed;		   /* they have been told that it goes */
	size_t slots;		   /* for calls, if they are told of them */
	struct audit_call **calls; /* for each; NULL: not bound; owned */
	struct audit_mark marks[]; /* for each auditor */
};

/*
 * For an object that is mapped: cookies as they begin, no flags.  `auditors`: how many; `calls`:
 * they are told of calls.  The object's, freed by audited_free.  NULL: no memory.
 */
struct audited *audited_new(const struct object *object, size_t auditors, bool calls);

/*
 * What is bound to slot `index`; NULL: nothing.  Slots are those words of the GOT that no
 * relocation names, but a symbol (arch_got_symbols; most CPUs have none), then those of the PLT
 * relocations, in their order.  Any thread.
 */
struct audit_call *audited_slot(const struct object *object, size_t index);

/*
 * It is bound as `call` (mem_alloc; the object's from now on) says, unless another thread was
 * quicker: returns what holds.
 */
struct audit_call *audited_keep(const struct object *object, size_t index, struct audit_call *call);

/* Of an object whose struct is about to go. */
void audited_free(struct object *object);

#endif
