/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libpthread includes this for the linker's CPU-specific facts.  libc needs none of them; the
 * linker's own are in its arch directory.
 */
#ifndef _DL_SYSDEP_H
#define _DL_SYSDEP_H

#include <elf.h>
#include <link.h>

/*
 * Newer versions ask the clock through the kernel's vDSO, whose entry the linker finds.  64-bit
 * time only; without these macros libc makes the system call.
 */
#if defined __VDSO_SUPPORT__ && !defined IS_IN_rtld && \
	(__ELF_NATIVE_CLASS == 64 || !defined __UCLIBC_USE_TIME64__)
#include <errno.h>
#include <sys/time.h>
#include <time.h>

/* The vDSO's clock_gettime, or NULL.  Not there in static programs. */
extern void *_get__dl__vdso_clock_gettime(void) __attribute__((__weak__));
extern int __libc_clock_gettime(clockid_t clock, struct timespec *time);

static inline int dl_vdso_clock_gettime(clockid_t clock, struct timespec *time)
{
	int (*entry)(clockid_t, struct timespec *) = NULL;
	int result;

	if (_get__dl__vdso_clock_gettime)
		entry = (int (*)(clockid_t, struct timespec *))_get__dl__vdso_clock_gettime();
	if (!entry)
		return __libc_clock_gettime(clock, time);
	result = entry(clock, time);
	if (result == 0)
		return 0;
	__set_errno(-result);
	return -1;
}

static inline int dl_vdso_gettimeofday(struct timeval *time)
{
	struct timespec now;

	if (dl_vdso_clock_gettime(CLOCK_REALTIME, &now) < 0)
		return -1;
	time->tv_sec = now.tv_sec;
	time->tv_usec = now.tv_nsec / 1000;
	return 0;
}

#define ARCH_VDSO_CLOCK_GETTIME(clock, time) dl_vdso_clock_gettime(clock, time)
#define ARCH_VDSO_GETTIMEOFDAY(time, zone) dl_vdso_gettimeofday(time)
#endif

#endif
