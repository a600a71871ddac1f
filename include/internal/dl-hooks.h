/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The points of thread exit, process exit and fork where libc calls libdl and the linker.  In the
 * static libc there is no linker, and thread_local destructors only if the program has some.
 */
#ifndef _DL_HOOKS_H
#define _DL_HOOKS_H

#ifdef SHARED

#include <dl-api.h>

/* libc begins, before anything else of it. */
extern void __dl_second_start(void) attribute_hidden;

static inline void dl_hook_start(void)
{
	__dl_second_start();
}

/* Not the libc that has set up the process, but that of another namespace? */
static inline int dl_hook_second(void)
{
	return __dl_second;
}

/* exit has run this libc's own handlers: the first one's exit does the rest. */
static inline void dl_hook_exit(int status)
{
	if (dl_hook_second())
		_dl_first_exit(status);
}

/* Run the calling thread's thread_local destructors. */
static inline void dl_hook_thread_dtors(void)
{
	__call_tls_dtors();
}

/* Before a key's value is taken from the calling thread for its destructor; NULL: after that. */
static inline void dl_hook_key_dtor(void (*function)(void *))
{
	_dl_key_dtor(function);
}

/* The calling thread runs no more destructors, once those have run that keys' have registered. */
static inline void dl_hook_thread_exit(void)
{
	__call_tls_dtors();
	_dl_thread_exit();
}

/* Right before and right after the system call of fork. */
static inline int dl_hook_fork_before(void)
{
	return _dl_fork_before();
}

static inline void dl_hook_fork_after(int in_child, int taken)
{
	_dl_fork_after(in_child, taken);
}

#else

extern void __call_tls_dtors(void) __attribute__((__weak__));

static inline void dl_hook_start(void)
{
}

/* Objects for both libcs are compiled once where they do not care: these two are in such. */
extern int __dl_second __attribute__((__weak__, visibility("hidden")));
extern void _dl_first_exit(int) __attribute__((__weak__));

static inline int dl_hook_second(void)
{
	return &__dl_second && __dl_second;
}

static inline void dl_hook_exit(int status)
{
	if (dl_hook_second())
		_dl_first_exit(status);
}

static inline void dl_hook_thread_dtors(void)
{
	if (__call_tls_dtors)
		__call_tls_dtors();
}

static inline void dl_hook_key_dtor(void (*function)(void *))
{
	(void)function;
}

static inline void dl_hook_thread_exit(void)
{
	dl_hook_thread_dtors();
}

static inline int dl_hook_fork_before(void)
{
	return 0;
}

static inline void dl_hook_fork_after(int in_child, int taken)
{
	(void)in_child;
	(void)taken;
}

#endif

#endif
