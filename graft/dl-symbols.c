/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of loaded objects as the static libc knows it: always empty.
 * libc/misc/elf/dl-core.c includes this file by its path; it is no part of the
 * dynamic linker.
 */
#include <ldso.h>

struct elf_resolve *_dl_loaded_modules;
