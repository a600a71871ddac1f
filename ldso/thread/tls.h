/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thread-local storage (U. Drepper, "ELF Handling For Thread-Local Storage"): module ids, the
 * static block, the threads' DTVs.
 *
 * The rules for a slot, id `m` of thread `t`:
 *   - it is NULL, or points to t's block of the module that has id m now;
 *   - NULL -> block only by t itself (or its signal handlers), by compare-and-swap, so that of
 *     two first touches one wins and the other gives its block back; or by whoever has made the
 *     module static: then it is the same block, whoever enters it;
 *   - block -> NULL only by the close of the module, in every thread, before the id is free
 *     to be given away again.
 * Code that touches a module's TLS runs after the open and before the close of that module (else
 * the program is wrong in any case), so no access sees a former owner's block.
 */
#ifndef LDSO_TLS_H
#define LDSO_TLS_H

#include "ld.h"

/* What R_*_DTPMOD and R_*_DTPOFF fill (TLS paper, 3.4.x), the latter less ARCH_TLS_DTV_BIAS. */
struct tls_reference {
	unsigned long module;
	unsigned long offset;
};

/* The second word of a dynamic TLS descriptor points here. */
struct tlsdesc {
	struct tls_reference reference;
	struct tlsdesc *next;
};

/* Free an object's descriptor arguments. */
void tls_forget_descriptors(struct object *object);

/*
 * Give every object of the link map that has PT_TLS an id and a place in the static
 * block, make the main thread's block and DTV, and set the thread pointer.  Once, at
 * startup, before relocation.  `room`: bytes of static blocks beyond the surplus that was
 * configured.
 */
bool tls_start(size_t room, struct error *error);

/* The ids alone, of those that are in the link map since then: what wants a place finds it in
 * `room`.
 */
bool tls_start_more(struct error *error);

/* Copy the initialisation images of all startup objects into the main thread's block. */
void tls_start_images(void);

/* Give an object that has PT_TLS a module id.  Wants the loader lock.  False: no memory. */
bool tls_add_module(struct object *object, struct error *error);

static inline bool tls_is_static(const struct object *object)
{
	return load_acquire(&object->tls.place) == TLS_STATIC;
}

/*
 * Place the object's block at a fixed offset from the thread pointer in every thread.
 * Fails, naming the numbers, when the surplus is used up, the alignment is too large, or a
 * thread has made a block elsewhere already.  Wants the loader lock.
 */
bool tls_make_static(struct object *object, struct error *error);

/* Fill the static block of `object` in every thread from its (relocated) image. */
void tls_fill_static(struct object *object);

/* Take back id, static space and every thread's block.  Wants the loader lock.  No-op without id.
 */
void tls_remove_module(struct object *object);

/* Offset of `value` (a TLS symbol's st_value plus addend) of a static module from the thread
 * pointer. */
intptr_t tls_tp_offset(const struct object *object, uintptr_t value);

/*
 * First touch: make the calling thread's block of module `id`, or find that a signal handler has
 * made it. *wanted is what reader_leave has said.  NULL: no memory, or no such module.
 */
void *tls_touch(struct thread *self, size_t id, bool *wanted);

/*
 * Whose block of the calling thread has been left at its end by an access to `address`, and how
 * far; NULL: nobody's.  A reader.  Static blocks do not count: they lie side by side.
 */
const struct object *tls_passed(uintptr_t address, size_t *beyond);

/* `caller`'s access to module `id` cannot be: the process ends with a sentence. */
void tls_no_memory(size_t id, const char *caller) __attribute__((noreturn));

/* The slot of a module id in a thread's DTV; NULL: it has no segment for such an id yet. */
void **tls_slot(struct thread *thread, size_t id);

/* Fill the static block of a thread that is not running yet.  Wants threads_lock. */
void tls_fill_thread(struct thread *thread);

/* Free what first touches have made, and forget where the static blocks are.  Wants threads_lock.
 */
void tls_clear_thread(struct thread *thread);

/* Where the stack that pthread_create gave a thread ends: what the thread has of its own follows.
 */
uintptr_t tls_stack_end(const struct thread *thread);

/* The calling thread's block of a module, or NULL when it has none yet. */
void *tls_peek(size_t module);

#endif
