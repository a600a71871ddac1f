/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One plug-in.  NUMBER tells them apart; COMMON and PRIVATE name the functions of the
 * libraries it needs.  It registers a node of its own .bss while it is loaded: most by weak
 * references, as the compiler's start files do with the frame registry, some by a needed
 * library.
 */
#include "registry.h"
#include <stdio.h>

#ifndef NEEDS_REGISTRY
#pragma weak registry_add
#pragma weak registry_remove
#endif

int COMMON(int seed);
int PRIVATE(int seed);
const char *plugin_name(void);
int plugin_check(int seed);

static char name[32];
static struct node node;

__attribute__((constructor)) static void enlist(void)
{
	snprintf(name, sizeof(name), "format %02d", NUMBER);
	node.name = name;
	node.number = NUMBER;
	if (registry_add)
		registry_add(&node);
}

__attribute__((destructor)) static void strike(void)
{
	if (registry_remove)
		registry_remove(&node);
	name[0] = 0;
}

const char *plugin_name(void)
{
	return name;
}

int plugin_check(int seed)
{
	return COMMON(seed) + PRIVATE(seed);
}
