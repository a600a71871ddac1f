/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding the file for a library's name. */
#ifndef LDSO_SEARCH_H
#define LDSO_SEARCH_H

#include "ld.h"
#include "life/map.h"

/* The name means itself, wherever it comes from: search_meaning has nothing to do. */
bool search_is_plain(const char *name);

/*
 * What `name`, found in `source` of `requester` (NULL: of nobody in particular), means: its tokens
 * replaced (mem_alloc).  $ORIGIN is the requester's directory, or the program's.  NULL: the error
 * says why.
 */
char *search_meaning(const char *name, enum path_source source, struct object *requester,
		     struct error *error);

/* An open begins: what was not there when the last one looked may be there by now. */
void search_begin(void);

/*
 * What is to be looked for in place of `name`, which is as `requester` has it (LA_SER_ORIG) or the
 * path that it leads to by the way `flag` (LA_SER_*): mem_alloc, caller frees; NULL: nothing.
 */
typedef char *search_ask(const char *name, struct object *requester, unsigned flag);

/*
 * Open the file that `name` (with its tokens replaced) means for `requester` (NULL: nobody in
 * particular, as for LD_PRELOAD). A name with a slash is a path; otherwise DT_RPATH of the
 * requester and of those who loaded it (when it has no DT_RUNPATH), LD_LIBRARY_PATH, DT_RUNPATH,
 * the cache, the interpreter's directory, the default directories.  A file of another class or
 * machine is passed over.  `required_setuid`: in a set-id program only set-uid files count
 * (LD_PRELOAD). `ask` (NULL: nobody) is asked about each name and path first. Returns the path
 * (mem_alloc, caller frees, unless it is `name`) with `file` open, or with file->fd -1 when an
 * object of `space` has been loaded from it already; or NULL with the error set. Wants the loader
 * lock.
 */
char *search_library(const char *name, const struct space *space, struct object *requester,
		     struct file *file, bool required_setuid, search_ask *ask, struct error *error);

/*
 * Keep the directory of `path`, as it is at this moment, for what $ORIGIN means to the object.  An
 * object whose name is an absolute path can do without.  False: no memory.
 */
bool search_set_origin(struct object *object, const char *path);

/* The directory of the object for $ORIGIN; NULL when unknown.  Owned by the object. */
const char *search_origin(struct object *object);

/*
 * Call `each` with every directory that would be searched for a dependency of `object`, in order,
 * until it returns false.  `kind` is one of LA_SER_LIBPATH, LA_SER_RUNPATH (DT_RPATH too) and
 * LA_SER_DEFAULT.
 */
void search_directories(struct object *object,
			bool (*each)(const char *directory, unsigned kind, void *data), void *data);

#endif
