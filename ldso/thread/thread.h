/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the linker keeps for each thread: a header in front of the thread's dynamic
 * thread vector (DTV), which it allocates and libpthread only carries around.  Owned by
 * thread.c, from _dl_allocate_tls to _dl_deallocate_tls.
 */
#ifndef LDSO_THREAD_H
#define LDSO_THREAD_H

#include "base/base.h"
#include <tls.h>

#if !defined USE_TLS || !USE_TLS
#error "this linker needs UCLIBC_HAS_THREADS_NATIVE and UCLIBC_HAS_TLS"
#endif

/*
 * The DTV: slots for the first module ids lie flat behind the header, as libthread_db expects
 * them; further ones in segments, each twice as long as the one before, that never move
 * once they are there.  A slot is NULL until the thread touches the module's block.
 */
enum { DTV_FLAT = 64, DTV_SEGMENTS = 26 };

struct object;

struct thread {
	struct thread *next, **back; /* ld.threads.list; back NULL: not listed */
	void *tcb;		     /* what the thread pointer points to */
	unsigned long reader_epoch;  /* atomic; 0: not reading */
	unsigned reader_depth;
	uintptr_t reading;	/* stack pointer of the outermost dl_iterate_phdr; 0: none */
	unsigned reading_depth; /* reader_depth inside that */
	unsigned binding;	/* atomic: inside a lazy binding's lookup */
	unsigned activities;	/* in ld.closing.activities; only the thread itself */
	int id;			/* as the kernel has it; 0: not asked yet */
	bool gone;		/* threads_lock: left behind by a fork; its memory may be no more */
	bool asking;		/* atomic: a signal handler inside that wants the loader lock */
	void *dtors;	    /* its thread_local destructors, which are libdl's (libdl/tls_dtor.c) */
	uintptr_t key_dtor; /* atomic: the pthread key's destructor it is about to call, or in */
	struct object *waiting; /* ld.loader.lock: the object it waits for until it is loaded or
				   initialised */
	char *error;		/* dlerror's next answer; owned; only the thread itself */
	char *shown;		/* the last answer given; owned */
	void **segment[DTV_SEGMENTS];		/* atomic, owned */
} __attribute__((aligned(2 * sizeof(void *)))); /* the DTV follows, aligned as mem_alloc does it */

/* Forget what the thread was doing: it is over, or lost in a fork, or has not begun. */
void thread_reset(struct thread *thread);

/*
 * ld.threads.lock, which guards the list of threads.  Who takes it without the loader lock gets
 * no signal meanwhile: a handler that forks needs both, in their order.
 */
void threads_lock(void);
void threads_unlock(void);

/* A header with an empty DTV for the thread whose TCB is `tcb`; NULL: no memory. */
struct thread *thread_new(void *tcb);

/* Put it into the list of threads.  Wants threads_lock, or that there is one thread only. */
void thread_list(struct thread *thread);

/* Make `text` (mem_alloc, or error_no_memory) the calling thread's last error, or NULL. */
void thread_set_error(struct thread *thread, char *text);

/* The last error, once: NULL when there is none.  Valid until the next call. */
char *thread_take_error(struct thread *thread);

/* Free the error texts. */
void thread_free_errors(struct thread *thread);

/* The calling thread will touch no TLS any more, and ask for no error: part of its end. */
void thread_end(struct thread *thread);

static inline dtv_t *thread_dtv(struct thread *thread)
{
	return (dtv_t *)(thread + 1) + 1;
}

static inline struct thread *thread_of_dtv(dtv_t *dtv)
{
	return (struct thread *)(dtv - 1) - 1;
}

#endif
