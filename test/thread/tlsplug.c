/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plug-in with thread-local variables: initialised, zero, and one of SIZE bytes aligned to
 * ALIGN.  The access model and dialect come from compiler options.
 */
#include <stdint.h>

#ifndef SIZE
#define SIZE 64
#endif
#ifndef ALIGN
#define ALIGN 8
#endif

__thread int tls_set = 1234567;
__thread int tls_zero;
__thread char tls_big[SIZE] __attribute__((aligned(ALIGN))) = {17};
static __thread long local_set = 89, local_zero;

/* With hidden variables the linker makes local-dynamic of them; the functions are wanted all the
 * same. */
#define VISIBLE __attribute__((visibility("default")))

VISIBLE int tls_check(void);
VISIBLE void tls_spoil(int with);
VISIBLE int tls_is(int with);
VISIBLE void *tls_place(void);

/* 0: everything has its initial value and alignment. */
int tls_check(void)
{
	int bad = (tls_set != 1234567) | (tls_zero != 0) << 1 | (tls_big[0] != 17) << 2 |
		  ((uintptr_t)tls_big % ALIGN != 0) << 3 | (local_set != 89) << 4 |
		  (local_zero != 0) << 5;

	for (int i = 1; i < SIZE; i++)
		bad |= (tls_big[i] != 0) << 6;
	return bad;
}

void tls_spoil(int with)
{
	tls_set = tls_zero = with;
	local_set = local_zero = with;
	for (int i = 0; i < SIZE; i++)
		tls_big[i] = (char)with;
}

int tls_is(int with)
{
	return tls_set == with && tls_zero == with && local_set == with && local_zero == with &&
	       tls_big[0] == (char)with && tls_big[SIZE - 1] == (char)with;
}

void *tls_place(void)
{
	return &tls_set;
}
