/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plug-in that does little: some functions, counted constructors and destructors (the program may
 * define leaf_begun and leaf_ended), lazily bound calls to another plug-in or to itself.
 */
#include <stddef.h>

extern int leaf_begun __attribute__((weak)), leaf_ended __attribute__((weak));

static int value = 42;

int leaf_value(void);
int leaf_one(int n);
int leaf_two(int n);
int leaf_call(int n);
int leaf_walk(int (*function)(void *), void *data);
int leaf_spin(volatile int *flag);

int leaf_value(void)
{
	return value;
}

int leaf_one(int n)
{
	return n + 1;
}

int leaf_two(int n)
{
	return n + 2;
}

/* Through the PLT, so bound at the first call. */
int leaf_call(int n)
{
	return leaf_one(n) + leaf_two(n) + leaf_value();
}

/* A frame of this object between the caller and `function`. */
int leaf_walk(int (*function)(void *), void *data)
{
	return function(data) + 1;
}

/* Without a call: a signal interrupts code of this object. */
int leaf_spin(volatile int *flag)
{
	while (!*flag)
		;
	return *flag;
}

static void __attribute__((constructor)) begin(void)
{
	if (&leaf_begun)
		__atomic_add_fetch(&leaf_begun, 1, __ATOMIC_SEQ_CST);
}

static void __attribute__((destructor)) end(void)
{
	value = 0;
	if (&leaf_ended)
		__atomic_add_fetch(&leaf_ended, 1, __ATOMIC_SEQ_CST);
}
