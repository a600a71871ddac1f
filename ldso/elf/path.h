/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text of library search paths: splitting, dynamic string tokens ($ORIGIN, $LIB, $PLATFORM; gABI
 * "Substitution Sequences").  Pure.
 */
#ifndef LDSO_PATH_H
#define LDSO_PATH_H

#include "base/error.h"

struct path_tokens {
	const char *origin;   /* directory of the object; NULL: unknown, an element that uses it is
				 dropped */
	const char *lib;      /* "lib" or "lib64" */
	const char *platform; /* AT_PLATFORM */
};

/* A list of directories, in order. */
struct path_list {
	char **dir; /* owned, each owned; no trailing slash but for "/" */
	size_t count;
};

enum path_split {
	PATH_COLON = 1,	     /* ':' separates */
	PATH_SEMICOLON = 2,  /* ';' separates too (LD_LIBRARY_PATH) */
	PATH_SPACE = 4,	     /* white space separates (LD_PRELOAD) */
	PATH_KEEP_EMPTY = 8, /* an empty element means the current directory */
	PATH_ABSOLUTE = 16,  /* drop elements that are not absolute after expansion */
	PATH_SECURE = 32 /* set-id: $ORIGIN is allowed only if the result is below a directory of
			    `trusted` */
};

/* Split and expand `text` (NULL: empty) and append to `list`.  `trusted` may be NULL. False: no
 * memory. */
bool path_append(struct path_list *list, const char *text, unsigned split,
		 const struct path_tokens *tokens, const struct path_list *trusted,
		 struct error *error);
void path_free(struct path_list *list);

/*
 * A new string (mem_alloc) with the tokens of `text` replaced; NULL: no memory, or a token
 * without value (error says which).
 */
char *path_expand(const char *text, const struct path_tokens *tokens, struct error *error);

/* "dir" + "/" + "name", allocated; NULL: no memory. */
char *path_join(const char *dir, const char *name);

/* The directory part of `path`, allocated ("." for none, "/" for "/x"); NULL: no memory. */
char *path_directory(const char *path);

#endif
