/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rendezvous with debuggers.  Owns _r_debug and what the debugger stops at. */
#include "life/debugger.h"
#include "base/export.h"
#include "life/loader.h"

EXPORT struct r_debug _r_debug;

/* Debuggers set a breakpoint here, by name or by _r_debug.r_brk. */
EXPORT void __attribute__((noinline)) _dl_debug_state(void)
{
	__asm__ volatile("");
}

/* DT_DEBUG in memory that cannot be written is of no use. */
static void set_debug_entry(void)
{
	const struct object *program = ld.space.program;
	size_t position = 0;
	const ElfW(Dyn) *entry = dynamic_next(&program->dynamic, DT_DEBUG, &position);

	if (entry &&
	    image_allows(&program->image, (uintptr_t)entry - program->bias, sizeof(*entry), PF_W))
		program->dynamic.section[position - 1].d_un.d_ptr = (ElfW(Addr)) & _r_debug;
}

void debugger_setup(void)
{
	_r_debug.r_version = 1;
	_r_debug.r_map = &ld.space.map.first->map;
	_r_debug.r_brk = (ElfW(Addr)) & _dl_debug_state;
	_r_debug.r_state = RT_CONSISTENT;
	_r_debug.r_ldbase = ld.linker->bias;
	set_debug_entry();
}

void debugger_notify(enum debugger_event event)
{
	int cancel;

	wants_loader();
	_r_debug.r_state = event == DEBUGGER_ADD      ? RT_ADD
			   : event == DEBUGGER_DELETE ? RT_DELETE
						      : RT_CONSISTENT;
	_r_debug.r_map = &ld.space.map.first->map;
	cancel = loader_leave();
	_dl_debug_state();
	loader_return(cancel);
}
