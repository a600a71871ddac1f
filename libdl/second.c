/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The libc of a namespace (dlmopen) that is not the base.  The process has been set up by the
 * first one, whose start code has run; what that does for its own variables is done here.  What the
 * process has but once, it leaves to the first: the main thread's descriptor, signal handlers of
 * libpthread, the table of pthread keys, the break, and exit.
 */
#include <pthreadP.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <dl-hooks.h>

extern int _dl_secure;
extern int _pe_secure attribute_hidden;
extern const char *__uclibc_progname;
#ifdef __UCLIBC_HAS___PROGNAME__
extern const char *__progname, *__progname_full;
#endif
extern void (*__exit_cleanup)(int) attribute_hidden;

int __dl_second;

void attribute_hidden __dl_second_start(void)
{
	struct pthread_key_struct *keys;

	if (_dl_is_first(&__dl_second))
		return;
	__dl_second = 1;
	keys = _dl_first_keys();
	if (keys)
		__pthread_keys_in_use = keys;
}

static void __attribute__((constructor)) begin_second(int argc, char **argv, char **envp)
{
	if (!__dl_second)
		return;
	__environ = envp;
	_pe_secure = _dl_secure;
	if (!argc || !argv[0])
		return;
	__uclibc_progname = argv[0];
#ifdef __UCLIBC_HAS___PROGNAME__
	__progname_full = argv[0];
	__progname = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
#endif
}

/* Closed, or at exit, when nothing is left that could use it. */
static void __attribute__((destructor)) end_second(void)
{
	if (!__dl_second)
		return;
	if (__exit_cleanup)
		__exit_cleanup(0);
	_stdio_term();
}
