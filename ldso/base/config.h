/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What uClibc-ng's configuration and build say, with a value for each where they say
 * nothing.  Owns nothing.
 */
#ifndef LDSO_CONFIG_H
#define LDSO_CONFIG_H

/* This project's own version; NEWS says what it brings. */
#define LDSO_VERSION "1.0.0-rc"

/* The uClibc-ng that this was built in. */
#ifndef UCLIBC_VERSION
#define UCLIBC_VERSION "(version unknown)"
#endif

/* The directory that lib, usr/lib and etc are below. */
#ifndef UCLIBC_RUNTIME_PREFIX
#define UCLIBC_RUNTIME_PREFIX "/"
#endif

/* The cache that ldconfig makes, and the list of what to load into every program. */
#ifndef __LDSO_BASE_FILENAME__
#define __LDSO_BASE_FILENAME__ "ld.so"
#endif
#define CACHE_FILE UCLIBC_RUNTIME_PREFIX "etc/" __LDSO_BASE_FILENAME__ ".cache"
#define PRELOAD_FILE UCLIBC_RUNTIME_PREFIX "etc/" __LDSO_BASE_FILENAME__ ".preload"

/* What dlclose does where LD_DLCLOSE does not say (retire.h). */
#ifndef __LDSO_DLCLOSE_MODE__
#define __LDSO_DLCLOSE_MODE__ "unmap"
#endif

/* Bytes of the static TLS block set aside for objects opened later. */
#ifndef __LDSO_TLS_SURPLUS__
#define __LDSO_TLS_SURPLUS__ 1664
#endif

/* KiB of the linker's data that its own heap begins with; untouched pages cost nothing. */
#ifndef __LDSO_ARENA__
#define __LDSO_ARENA__ 192
#endif

#endif
