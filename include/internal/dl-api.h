/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the dynamic linker offers to libc.so beyond the names in <ldsodefs.h>.  libdl is a
 * thin layer over these; libpthread and the exit and fork code call the rest.  None of
 * them is public.  Addresses named `caller` are return addresses: they say whose scope and whose
 * search path count.
 */
#ifndef _DL_API_H
#define _DL_API_H

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

/*
 * dlopen(3), into the caller's namespace, and dlmopen(3): a handle, or NULL and _dl_dlerror.  Run
 * constructors, without a lock.
 */
extern void *_dl_dlopen(const char *file, int mode, const void *caller);
extern void *_dl_dlmopen(Lmid_t number, const char *file, int mode, const void *caller);

/* fdlopen(3): the same for an open file; -1: the program. */
extern void *_dl_fdlopen(int fd, int mode, const void *caller);

/* dlclose(3): 0, or -1 and _dl_dlerror.  Runs destructors, without a lock. */
extern int _dl_dlclose(void *handle, const void *caller);

/* dlsym(3) and, with `version` not NULL, dlvsym(3): NULL is an error only when _dl_dlerror says so.
 */
extern void *_dl_dlsym(void *handle, const char *name, const char *version, const void *caller);

/* dlerror(3): this thread's last error, once.  Valid until the thread's next error. */
extern char *_dl_dlerror(void);

/* dladdr(3) and dladdr1(3): `info` is a Dl_info *; extra NULL when flags is 0.  0: in no object. No
 * lock. */
extern int _dl_dladdr(const void *address, void *info, void **extra, int flags);

/* dlinfo(3): 0 (RTLD_DI_PHDR: the number of headers), or -1 and _dl_dlerror. */
extern int _dl_dlinfo(void *handle, int request, void *arg, const void *caller);

/* dlholders: see <dlfcn.h>.  `each` runs without a lock. */
extern int _dl_dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data);

/* dlclose_mode: see <dlfcn.h>. */
extern int _dl_dlclose_mode(const char *mode);

/*
 * dl_iterate_phdr(3), of the caller's namespace: no lock; objects the callback sees stay mapped
 * until it returns.
 */
extern int _dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data,
			    const void *caller);

/* The calling thread ends: its thread_local destructors and keys are done, its dynamic TLS blocks
 * go. */
extern void _dl_thread_exit(void);

/*
 * Around fork(2): before takes the linker's locks and returns which; after, which is told that,
 * gives them back, in the child for the one thread left.
 */
extern int _dl_fork_before(void);
extern void _dl_fork_after(int in_child, int taken);

/*
 * A thread_local destructor of the object that contains `dso_symbol` is registered: the object
 * stays until the hold is released.  NULL: in no object that could go.
 */
extern void *_dl_tls_dtor_hold(void *dso_symbol);
/* The destructor has returned; `held` (NULL: nothing) may be closed and unmapped here. */
extern void _dl_tls_dtor_release(void *held);

/*
 * The calling thread takes a value from a pthread key to call its destructor (before the value is
 * gone), or has called it (NULL): until then the destructor's object is not unmapped.
 */
extern void _dl_key_dtor(void (*function)(void *));

/* Call `fn` for the TCB of each thread that has TLS; threads neither come nor go meanwhile. */
extern void _dl_for_each_thread(void (*fn)(void *tcb, void *arg), void *arg);

/* What libc and libpthread know. */
struct dl_thread_hooks {
	/*
	 * The number of pthread keys with a value in some thread and the destructor in [start,
	 * end); with `clear` 0 is returned, and those destructors are forgotten, too.
	 */
	unsigned (*key_users)(uintptr_t start, uintptr_t end, int clear);

	/* Set the calling thread's cancellation type (PTHREAD_CANCEL_*); the old one is returned.
	 */
	int (*set_cancel)(int type);

	/* The lowest address of the calling thread's stack; 0: it is the main thread's. */
	uintptr_t (*stack_low)(void);

	/* Run the exit handlers, and forget the fork handlers, of the object in [start, end). */
	void (*finalize)(uintptr_t start, uintptr_t end);

	/* The table of pthread keys, for the libcs of other namespaces. */
	void *keys;
};

/*
 * Without hooks there is one thread, and it cannot be cancelled.  The libc of another namespace is
 * asked for `finalize` alone.
 */
extern void _dl_set_thread_hooks(const struct dl_thread_hooks *hooks);

/*
 * Each namespace (dlmopen) has a libc of its own; there is one process, which the first one has set
 * up.  Is the libc with that address the first?
 */
extern int _dl_is_first(const void *of_libc);

/* The first libc's `keys`; NULL: there is none. */
extern void *_dl_first_keys(void);

/* The calling thread's list of thread_local destructors, of all libcs (libdl/tls_dtor.c). */
extern void **_dl_thread_dtors(void);

/* Call the first libc's exit; returns where the program has none. */
extern void _dl_first_exit(int status);

/* libdl/second.c: this libc is not the first; said before any of its constructors runs. */
extern int __dl_second attribute_hidden;

/* libc's side (libdl/tls_dtor.c): run the calling thread's thread_local destructors, newest first.
 */
extern void __call_tls_dtors(void) attribute_hidden;

#endif
