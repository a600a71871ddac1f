/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file formats that the linker shares with ldd and ldconfig: paths of its configuration
 * files and the layout of ld.so.cache.  Also built by the build machine's compiler.
 *
 * ld.so.cache: header_t, `nlibs` times libentry_t, then strings; offsets count from
 * the first string.  Byte order is the target's.
 */
#ifndef _DL_DEFS_H
#define _DL_DEFS_H

/* libentry_t.flags: what kind of library; 64-bit ones have the LIB_ELF64 bit. */
#define LIB_ANY (-1)
#define LIB_DLL 0
#define LIB_ELF 1
#define LIB_ELF_LIBC5 2
#define LIB_ELF_LIBC6 3
#define LIB_ELF_LIBC0 4
#define LIB_ELF64 0x80

/* The same as glibc's cache numbers them. */
#define FLAG_ANY (-1)
#define FLAG_TYPE_MASK 0x00ff
#define FLAG_LIBC4 0x0000
#define FLAG_ELF 0x0001
#define FLAG_ELF_LIBC5 0x0002
#define FLAG_ELF_LIBC6 0x0003
#define FLAG_ELF_UCLIBC 0x0004
#define FLAG_REQUIRED_MASK 0xff00
#define FLAG_SPARC_LIB64 0x0100
#define FLAG_IA64_LIB64 0x0200
#define FLAG_X8664_LIB64 0x0300
#define FLAG_S390_LIB64 0x0400
#define FLAG_POWERPC_LIB64 0x0500
#define FLAG_MIPS64_LIBN32 0x0600
#define FLAG_MIPS64_LIBN64 0x0700

#ifndef __LDSO_BASE_FILENAME__
#define __LDSO_BASE_FILENAME__ "ld.so"
#endif
#define LDSO_ETC(suffix) UCLIBC_RUNTIME_PREFIX "etc/" __LDSO_BASE_FILENAME__ suffix
#define LDSO_CACHE LDSO_ETC(".cache")	  /* written by ldconfig */
#define LDSO_CONF LDSO_ETC(".conf")	  /* its directories */
#define LDSO_PRELOAD LDSO_ETC(".preload") /* loaded into every program */

#define LDSO_CACHE_MAGIC "ld.so-"
#define LDSO_CACHE_MAGIC_LEN (sizeof(LDSO_CACHE_MAGIC) - 1)
#define LDSO_CACHE_VER "1.7.0"
#define LDSO_CACHE_VER_LEN (sizeof(LDSO_CACHE_VER) - 1)
#define LDSO_CACHE_MMAP_FLAGS (MAP_PRIVATE)

/* How the file begins; neither string has an end mark. */
typedef struct {
	char magic[LDSO_CACHE_MAGIC_LEN], version[LDSO_CACHE_VER_LEN];
	int nlibs; /* entries that follow */
} header_t;

/* One library: LIB_*, and where in the strings its soname and its path begin. */
typedef struct {
	int flags, sooffset, liboffset;
} libentry_t;

#endif
