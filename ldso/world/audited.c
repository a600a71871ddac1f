/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What auditors know of objects and of their PLT slots (audited.h).  Owns the memory of it. */
#include "world/audited.h"

struct audited *audited_new(const struct object *object, size_t auditors, bool calls)
{
	const struct dynamic *dynamic = &object->dynamic;
	size_t slots = !calls ? 0
			      : arch_got_symbols(&object->got) +
					dynamic->jmprel.size / dynamic_plt_entry_size(dynamic);
	struct audited *audited = mem_zalloc(sizeof(*audited) + slots * sizeof(*audited->calls) +
					     auditors * sizeof(*audited->marks));
	size_t i;

	if (!audited)
		return NULL;
	audited->slots = slots;
	audited->calls = (struct audit_call **)&audited->marks[auditors];
	for (i = 0; i < auditors; i++)
		audited->marks[i].cookie = (uintptr_t)&object->map;
	return audited;
}

struct audit_call *audited_slot(const struct object *object, size_t index)
{
	return load_acquire(&object->audit->calls[index]);
}

struct audit_call *audited_keep(const struct object *object, size_t index, struct audit_call *call)
{
	struct audit_call *other = NULL;

	if (__atomic_compare_exchange_n(&object->audit->calls[index], &other, call, false,
					__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return call;
	mem_free(call);
	return other;
}

void audited_free(struct object *object)
{
	size_t slot;

	for (slot = 0; object->audit && slot < object->audit->slots; slot++)
		mem_free(object->audit->calls[slot]);
	mem_free(object->audit);
}
