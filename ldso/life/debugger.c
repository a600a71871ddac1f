/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rendezvous with debuggers.  Owns what they read of each namespace (but for the chain of them,
 * space.c) and what they stop at. */
#include "life/debugger.h"
#include "base/export.h"
#include "life/loader.h"
#include "world/space.h"

/* Debuggers set a breakpoint here, by name or by _r_debug.r_brk. */
EXPORT void __attribute__((noinline)) _dl_debug_state(void)
{
	__asm__ volatile("");
}

/* DT_DEBUG in memory that cannot be written is of no use. */
static void set_debug_entry(void)
{
	const struct object *program = ld.program;
	size_t position = 0;
	const ElfW(Dyn) *entry = dynamic_next(&program->dynamic, DT_DEBUG, &position);
	ElfW(Addr) *word = arch_debug_word(&program->dynamic);

	if (!word && entry)
		word = &program->dynamic.section[position - 1].d_un.d_ptr;
	if (word &&
	    image_allows(&program->image, (uintptr_t)word - program->bias, sizeof(*word), PF_W))
		*word = (ElfW(Addr)) & space_base_debug;
}

void debugger_setup(void)
{
	struct r_debug *debug = &space_base_debug.base;

	debug->r_version = 1;
	debug->r_map = &ld.space.map.first->map;
	debug->r_brk = (ElfW(Addr)) & _dl_debug_state;
	debug->r_state = RT_CONSISTENT;
	debug->r_ldbase = ld.linker->bias;
	set_debug_entry();
}

void debugger_notify(struct space *space, enum debugger_event event)
{
	struct r_debug *debug = &space_debug(space)->base;
	struct object *first = space->map.first;
	int cancel;

	wants_loader();
	debug->r_state = event == DEBUGGER_ADD	    ? RT_ADD
			 : event == DEBUGGER_DELETE ? RT_DELETE
						    : RT_CONSISTENT;
	debug->r_map = first ? &first->map : NULL;
	cancel = loader_leave();
	_dl_debug_state();
	loader_return(cancel);
}
