/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plug-in whose constructor and destructor call the program's hook, with what HOOK says. */
#include <stdlib.h>

void hook(const char *who, int begin);

static void __attribute__((constructor)) begin(void)
{
	hook(HOOK, 1);
}

static void __attribute__((destructor)) end(void)
{
	hook(HOOK, 0);
}
