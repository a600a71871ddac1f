/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The example this project started from: a constructor, a function, a destructor. */
#include <stdio.h>

__attribute__((constructor)) static void initialize(void)
{
	puts("Global initialization!");
}

__attribute__((destructor)) static void cleanup(void)
{
	puts("Global cleanup!");
}

void doit(void);
void doit(void)
{
	puts("Doing it!");
}
