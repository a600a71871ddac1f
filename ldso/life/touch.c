/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses of thread-local variables (the TLS paper, section 4: the general and local dynamic
 * models). Owns nothing: blocks are tls.c's; what a first touch has kept from going, as a reader,
 * goes here.
 */
#include "life/touch.h"
#include "base/export.h"
#include "life/loader.h"
#include "tell/trace.h"
#include "thread/reader.h"
#include "world/addrmap.h"

static void *first_touch(struct thread *self, size_t id)
{
	bool wanted;
	void *block = tls_touch(self, id, &wanted);

	if (wanted)
		loader_reap();
	return block;
}

void *tls_try(size_t id)
{
	void *block = tls_peek(id);

	return block || !id ? block : first_touch(thread_self(), id);
}

/* The process ends; who has asked is named. */
static __attribute__((noinline, noreturn)) void fail(size_t id, uintptr_t caller)
{
	const struct object *object;

	reader_enter(thread_self());
	object = addrmap_find(caller);
	tls_no_memory(id, object ? object_path(object) : "unknown code");
}

void *tls_address(const struct tls_reference *reference)
{
	dtv_t *dtv = THREAD_DTV();
	size_t id = reference->module;
	void *block = NULL, **slot;

	if (likely(id < DTV_FLAT)) {
		block = load_acquire(&dtv[id].pointer.val);
	} else {
		slot = tls_slot(thread_of_dtv(dtv), id);
		if (slot)
			block = load_acquire(slot);
	}
	if (unlikely(!block)) {
		/* A weak variable that nobody defines: its address is NULL. */
		if (!id)
			return (void *)reference->offset;
		block = first_touch(thread_of_dtv(dtv), id);
		if (!block)
			fail(id, (uintptr_t)__builtin_return_address(0));
	}
	return (char *)block + reference->offset;
}

EXPORT void *__tls_get_addr(const struct tls_reference *reference)
{
	/* The compiler counts from where one instruction reaches furthest. */
	return (char *)tls_address(reference) + ARCH_TLS_DTV_BIAS;
}
