/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names libc and libpthread know the linker by (their list: the interface of uClibc-ng
 * 1.0.35 to 1.0.58).  Owns these variables, which are part of the interface and not of `struct ld`.
 */
#include "start/interface.h"
#include "base/export.h"

/* The word that holds argc: the end of the main thread's stack, for all libpthread knows. */
EXPORT void *__libc_stack_end;
EXPORT size_t _dl_pagesize;
EXPORT int _dl_secure;
EXPORT void *_dl_loaded_modules;
EXPORT int _dl_stack_exec; /* libpthread's stacks are to be executable */

/* Written by libpthread at its start; nothing here needs them. */
EXPORT void (*_dl_init_static_tls)(struct link_map *);

static void **initial_error_slot(void)
{
	static void *slot;

	return &slot;
}

EXPORT void **(*_dl_error_catch_tsd)(void) = initial_error_slot;

/* getauxval of newer versions: a table by type, and the vector itself. */
EXPORT ElfW(auxv_t) _dl_auxvt[AUX_TYPES];
EXPORT ElfW(auxv_t) * _dl_auxv_start;

/* What the stack protector of a CPU without a place in the TCB reads. */
EXPORT uintptr_t __stack_chk_guard;

void aux_setup(void)
{
	const ElfW(auxv_t) * entry;

	_dl_auxv_start = (ElfW(auxv_t) *)ld.process.auxv;
	for (entry = ld.process.auxv; entry->a_type != AT_NULL; entry++)
		if (entry->a_type < AUX_TYPES)
			_dl_auxvt[entry->a_type] = *entry;
}

void interface_setup(void)
{
	__libc_stack_end = (void *)ld.process.stack_end;
	_dl_pagesize = ld.process.page_size;
	_dl_secure = ld.options.secure;
}

void interface_guards(void)
{
	const unsigned char *bytes = (const void *)aux(AT_RANDOM);
	uintptr_t guard, pointer_guard;

	if (bytes) {
		memcpy(&guard, bytes, sizeof(guard));
		memcpy(&pointer_guard, bytes + 16 - sizeof(pointer_guard), sizeof(pointer_guard));
	} else {
		guard = (uintptr_t)ld.process.random * 0x2545f4914f6cdd1du;
		pointer_guard = guard ^ (uintptr_t)ld.process.random;
	}
	/* A zero byte at the lowest address stops string functions. */
	*(unsigned char *)&guard = 0;
	__stack_chk_guard = guard;
#ifdef THREAD_SET_STACK_GUARD
	THREAD_SET_STACK_GUARD(guard);
#endif
#ifdef THREAD_SET_POINTER_GUARD
	THREAD_SET_POINTER_GUARD(pointer_guard);
#endif
	_dl_loaded_modules = ld.space.map.first;
}

void interface_stacks(void)
{
	_dl_stack_exec = ld.process.stack_exec;
}
