/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * This project's <link.h> and <dlfcn.h> as the linker sees them inside uClibc-ng, for the build
 * machine.  The names by which that machine's own libc knows its own linker stay with that one.
 */
#ifndef TEST_SYSTEM_LINK_H
#define TEST_SYSTEM_LINK_H

#include "tls.h"
#include <elf.h>
#include <sys/types.h>

#define __tls_get_addr ours_tls_get_addr
#define _dl_allocate_tls ours_allocate_tls
#define _dl_allocate_tls_init ours_allocate_tls_init
#define _dl_deallocate_tls ours_deallocate_tls
#define _dl_find_object ours_find_object
#define _dl_fini ours_fini
#define _dl_get_tls_static_info ours_get_tls_static_info
#define attribute_hidden __attribute__((visibility("hidden")))

#define _LIBC
#include_next <link.h>
#undef _LIBC
#include <dlfcn.h>

#endif
