/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Can gcc's unwinder pass the frame of a signal handler?  It has to where a thread is cancelled by
 * a signal.  On powerpc libgcc of gcc 12 ends the process (its fallback keeps the return address in
 * a register that it takes for a vector) where no vDSO has a table for the code that a handler
 * returns to: under qemu-ppc 7.2, which has none.  Static: no linker.
 */
#include <signal.h>
#include <unistd.h>
#include <unwind.h>

static _Unwind_Reason_Code count(struct _Unwind_Context *context, void *frames)
{
	(void)context;
	++*(int *)frames;
	return _URC_NO_REASON;
}

static int frames;

static void handle(int number)
{
	(void)number;
	_Unwind_Backtrace(count, &frames);
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle};

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	_exit(frames < 2);
}
