/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text of library search paths: splitting, dynamic string tokens ($ORIGIN, $LIB, $PLATFORM; gABI
 * "Substitution Sequences").  Pure.
 */
#ifndef LDSO_PATH_H
#define LDSO_PATH_H

#include "base/error.h"

/* Where a name or a list of directories comes from. */
enum path_source {
	PATH_BUILT_IN,	   /* the linker's own default directories */
	PATH_RPATH,	   /* DT_RPATH */
	PATH_RUNPATH,	   /* DT_RUNPATH */
	PATH_LIBRARY_PATH, /* LD_LIBRARY_PATH, --library-path */
	PATH_PRELOAD,	   /* LD_PRELOAD, --preload */
	PATH_PRELOAD_FILE, /* /etc/ld.so.preload */
	PATH_NEEDED,	   /* DT_NEEDED */
	PATH_FILTER,	   /* DT_FILTER, DT_AUXILIARY */
	PATH_OPENED,	   /* dlopen */
	PATH_AUDIT,	   /* LD_AUDIT, DT_AUDIT, DT_DEPAUDIT */
	PATH_SOURCES
};

/* A list of directories or names, in order. */
struct path_list {
	char **dir; /* owned, each owned */
	size_t count;
};

/* What a text is read with. */
struct path_context {
	const char *origin;   /* directory of the object the text belongs to; NULL: unknown */
	const char *lib;      /* "lib" or "lib64" */
	const char *platform; /* AT_PLATFORM; NULL: unknown */
	bool secure;	      /* set-id: path.c has the table of what each source may name then */
	const struct path_list *trusted; /* the default directories; NULL: none */
};

/*
 * Split a list of directories as its source has it (NULL: empty), expand the tokens, and append to
 * `list` what the source may name, without slashes at the end but for "/".  An element with a token
 * that has no value is dropped.  False: no memory.
 */
bool path_append(struct path_list *list, const char *text, enum path_source source,
		 const struct path_context *context, struct error *error);

/*
 * Split a list of names as its source has it and append those it may name, as they stand:
 * path_expand tells what each means.  False: no memory.
 */
bool path_names(struct path_list *list, const char *text, enum path_source source,
		const struct path_context *context, struct error *error);

void path_free(struct path_list *list);

/*
 * What the name `text` means, coming from `source`: a new string (mem_alloc) with its tokens
 * replaced.  NULL: no memory, a token without a value, or nothing that the source may name; the
 * error says which.
 */
char *path_expand(const char *text, enum path_source source, const struct path_context *context,
		  struct error *error);

/* "dir" + "/" + "name", allocated; NULL: no memory. */
char *path_join(const char *dir, const char *name);

/* The directory part of `path`, allocated ("." for none, "/" for "/x"); NULL: no memory. */
char *path_directory(const char *path);

#endif
