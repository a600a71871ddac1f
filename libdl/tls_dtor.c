/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_local destructors (Itanium C++ ABI, "Thread-Local Storage"): each thread's list of
 * them.  A registered one holds the object it belongs to.
 */
#include <dl-api.h>
#include <stdlib.h>

struct tls_dtor {
	void (*function)(void *);
	void *object;
	void *held;		 /* what _dl_tls_dtor_hold gave */
	void (*release)(void *); /* free, of the libc that it has come from */
	struct tls_dtor *next;
};

/* The calling thread's, newest first.  Whichever libc runs them, runs those of all. */
static struct tls_dtor **tls_dtors(void)
{
	return (struct tls_dtor **)_dl_thread_dtors();
}

int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *dso_symbol);

/*
 * Call function(object) when the calling thread ends.  The object that contains `dso_symbol` stays
 * until then.  0, or -1 without memory.
 */
int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *dso_symbol)
{
	struct tls_dtor *dtor = malloc(sizeof(*dtor)), **list = tls_dtors();

	if (!dtor)
		return -1;
	dtor->function = function;
	dtor->object = object;
	dtor->held = _dl_tls_dtor_hold(dso_symbol);
	dtor->release = free;
	dtor->next = *list;
	*list = dtor;
	return 0;
}

/* Those registered meanwhile run, too.  Each is off the list before it runs. */
void attribute_hidden __call_tls_dtors(void)
{
	struct tls_dtor **list = tls_dtors();

	while (*list) {
		struct tls_dtor dtor = **list;

		dtor.release(*list);
		*list = dtor.next;
		dtor.function(dtor.object);
		_dl_tls_dtor_release(dtor.held);
	}
}
