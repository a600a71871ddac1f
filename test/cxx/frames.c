/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plug-in in C.  With UNWIND it needs libgcc_s; without, it has frames that crtbegin.o may
 * register with whatever libgcc_s it finds.
 */
static int begun;

__attribute__((constructor)) static void begin(void)
{
	begun = 1;
}

#ifdef UNWIND
#include <unwind.h>

static _Unwind_Reason_Code count(struct _Unwind_Context *context, void *frames)
{
	(void)context;
	return ++*(int *)frames > 50 ? _URC_END_OF_STACK : _URC_NO_REASON;
}

int plug_all(void)
{
	int frames = 0;

	_Unwind_Backtrace(count, &frames);
	return begun && frames > 1;
}
#else
int plug_all(void)
{
	return begun;
}
#endif
