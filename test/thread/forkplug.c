/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plug-in with handlers around fork. */
#include <pthread.h>

#ifndef HANDLERS
#define HANDLERS 1
#endif

extern int fork_prepare, fork_parent, fork_child;

static void prepare(void)
{
	__atomic_add_fetch(&fork_prepare, 1, __ATOMIC_SEQ_CST);
}

static void parent(void)
{
	__atomic_add_fetch(&fork_parent, 1, __ATOMIC_SEQ_CST);
}

static void child(void)
{
	__atomic_add_fetch(&fork_child, 1, __ATOMIC_SEQ_CST);
}

static void __attribute__((constructor)) begin(void)
{
	for (int i = 0; i < HANDLERS; i++)
		pthread_atfork(prepare, parent, child);
}
