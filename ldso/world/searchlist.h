/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an object's names are looked up in (gABI "Shared Object Dependencies"). */
#ifndef LDSO_SEARCHLIST_H
#define LDSO_SEARCHLIST_H

#include "ld.h"

/*
 * The searchlist of `root`: it and all it needs, breadth first; what a filter stands for comes
 * before the filter itself.  Wants the loader lock.  NULL: no memory.  The caller frees it
 * (scope_free).
 */
struct scope *make_searchlist(struct object *root);

#endif
