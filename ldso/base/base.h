/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What every file of the linker stands on: the ELF types, the few C library
 * functions the linker carries itself (string.c), and small helpers.  It owns
 * nothing.  The pure parts include this and no other system header, so that
 * they compile on the build machine as they do inside the linker.
 */
#ifndef LDSO_BASE_H
#define LDSO_BASE_H

#include "base/atomic.h"
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libc's own build has macros of inline assembly for some CPUs; here the compiler knows better. */
#undef memcpy
#undef memset
#undef memchr
#undef strlen
#undef strcpy

#ifndef DT_GNU_HASH
#define DT_GNU_HASH 0x6ffffef5
#endif
#ifndef DT_RELRSZ
#define DT_RELRSZ 35
#define DT_RELR 36
#define DT_RELRENT 37
#endif
#ifndef DT_TLSDESC_PLT
#define DT_TLSDESC_PLT 0x6ffffef6
#define DT_TLSDESC_GOT 0x6ffffef7
#endif
#ifndef AT_SYSINFO_EHDR
#define AT_SYSINFO_EHDR 33
#endif
#ifndef AT_RANDOM
#define AT_RANDOM 25
#endif
#ifndef PN_XNUM
#define PN_XNUM 0xffff
#endif
#ifndef STB_GNU_UNIQUE
#define STB_GNU_UNIQUE 10
#endif
#ifndef STT_GNU_IFUNC
#define STT_GNU_IFUNC 10
#endif
#ifndef PT_GNU_PROPERTY
#define PT_GNU_PROPERTY 0x6474e553
#endif
#ifndef DF_1_NOOPEN
#define DF_1_NOOPEN 0x40
#endif
#ifndef DF_1_PIE
#define DF_1_PIE 0x08000000
#endif
#ifndef DT_FILTER
#define DT_FILTER 0x7fffffff
#endif
#ifndef DT_AUXILIARY
#define DT_AUXILIARY 0x7ffffffd
#endif

#if UINTPTR_MAX > 0xffffffffu
#define ELF_NATIVE_CLASS ELFCLASS64
#define ELF_R_SYM_NATIVE(info) ELF64_R_SYM(info)
#define ELF_R_TYPE_NATIVE(info) ELF64_R_TYPE(info)
#else
#define ELF_NATIVE_CLASS ELFCLASS32
#define ELF_R_SYM_NATIVE(info) ELF32_R_SYM(info)
#define ELF_R_TYPE_NATIVE(info) ELF32_R_TYPE(info)
#endif
#define ELF_ST_BIND_NATIVE(info) ((unsigned char)(info) >> 4)
#define ELF_ST_TYPE_NATIVE(info) ((info)&0xf)

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

/* A function that is called now and then: made small also in files that are made quick. */
#define RARE __attribute__((cold))

/* One that is called for each symbol or the like, and made quick although its caller is RARE. */
#define OFTEN __attribute__((hot))

/* The structure of type `type` whose member `member` is at `pointer`. */
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* `value` rounded down or up to a multiple of `align`, a power of two. */
static inline uintptr_t round_down(uintptr_t value, uintptr_t align)
{
	return value & -align;
}

static inline uintptr_t round_up(uintptr_t value, uintptr_t align)
{
	return (value + align - 1) & -align;
}

#endif
