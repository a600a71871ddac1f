/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the linker keeps for each thread: a header in front of the thread's dynamic
 * thread vector (DTV), which it allocates and libpthread only carries around.  Owned by
 * tls.c, from _dl_allocate_tls to _dl_deallocate_tls.
 */
#ifndef LDSO_THREAD_H
#define LDSO_THREAD_H

#include "base.h"
#include <tls.h>

#if !defined USE_TLS || !USE_TLS
#error "this linker needs UCLIBC_HAS_THREADS_NATIVE and UCLIBC_HAS_TLS"
#endif

/*
 * The DTV: slots for the first module ids lie flat behind the header, as libthread_db expects
 * them; further ones in segments, each twice as long as the one before, that never move
 * once they are there.  A slot is NULL until the thread touches the module's block.
 */
enum { DTV_SEGMENTS = 26 };

struct object;

struct thread {
	struct thread *next, **back; /* ld.threads; back NULL: not listed */
	void *tcb;		     /* what the thread pointer points to */
	unsigned long reader_epoch;  /* atomic; 0: not reading */
	unsigned reader_depth;
	unsigned listing;	/* has, or waits for, ld.threads_lock: its signal handlers ask */
	unsigned binding;	/* atomic: inside a lazy binding's lookup */
	bool asking;		/* atomic: a signal handler inside that wants the loader lock */
	struct object *waiting; /* ld.lock: the object whose initialisation it waits for */
	char *error;		/* dlerror's next answer; owned; only the thread itself */
	char *shown;		/* the last answer given; owned */
	void **segment[DTV_SEGMENTS]; /* atomic, owned */
} __attribute__((aligned(16)));

/* The calling thread's header. */
struct thread *thread_self(void);

static inline dtv_t *thread_dtv(struct thread *thread)
{
	return (dtv_t *)(thread + 1) + 1;
}

static inline struct thread *thread_of_dtv(dtv_t *dtv)
{
	return (struct thread *)(dtv - 1) - 1;
}

#endif
