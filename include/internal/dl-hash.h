/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A loaded object as the static libc's TLS code and dl-iterate-phdr see it.  There is
 * never one: a static program loads nothing.
 */
#ifndef _DL_HASH_H
#define _DL_HASH_H

#include <link.h>

struct elf_resolve {
	struct link_map map;
	unsigned short init_flag;
};

/* init_flag: the object is relocated. */
#define RELOCS_DONE 0x000001

/* First of the loaded objects: NULL in a static program. */
extern struct elf_resolve *_dl_loaded_modules;

#endif
