/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_local destructors in static programs: linked in only where a program has some.
 */
#include <stdlib.h>

struct static_tls_dtor {
	void (*function)(void *);
	void *object;
	struct static_tls_dtor *next;
};

/* The calling thread's, newest first. */
static __thread struct static_tls_dtor *tls_dtors;

int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *dso_symbol);
void __call_tls_dtors(void);

/*
 * Itanium C++ ABI, thread_local variables: call function(object) when the calling thread ends.
 * 0, or -1 without memory.
 */
int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *dso_symbol)
{
	struct static_tls_dtor *dtor = malloc(sizeof(*dtor));

	(void)dso_symbol;
	if (!dtor)
		return -1;
	dtor->function = function;
	dtor->object = object;
	dtor->next = tls_dtors;
	tls_dtors = dtor;
	return 0;
}

/* Run and forget the calling thread's destructors, those included that they register. */
void __call_tls_dtors(void)
{
	while (tls_dtors) {
		struct static_tls_dtor *dtor = tls_dtors;

		tls_dtors = dtor->next;
		dtor->function(dtor->object);
		free(dtor);
	}
}
