/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Splits, expands and joins search paths.  Pure: text in, text out; knows of no file.  Every name
 * and path that comes from outside goes through expand() and may_name().
 */
#include "elf/path.h"
#include "base/memory.h"

/* What separates the elements of a list. */
enum {
	COLON = 1,
	SEMICOLON = 2,
	SPACE = 4,	/* white space */
	KEEP_EMPTY = 8, /* an empty element means the current directory */
	ABSOLUTE = 16	/* and no other elements than absolute ones count */
};

#ifdef __LDSO_SAFE_RUNPATH__
enum { RUNPATH_SPLIT = COLON | ABSOLUTE };
#else
enum { RUNPATH_SPLIT = COLON };
#endif

/*
 * What a source may name in a set-id program, whose environment, current directory and, by links,
 * $ORIGIN are the choice of whoever runs it.  An absolute path is the word of whoever built it.
 */
enum secure_rule {
	ANYTHING,
	BARE_NAME, /* no slash */
	/* And of these with $ORIGIN only what is below a trusted directory: */
	DIRECTORY, /* absolute */
	NAME,	   /* no slash, or absolute */
	ASKED	   /* anything: the program knows which directory is current when it calls dlopen */
};

static const struct source {
	unsigned char split;
	unsigned char secure;
} sources[PATH_SOURCES] = {
	[PATH_BUILT_IN] = {COLON, ANYTHING},
	[PATH_RPATH] = {RUNPATH_SPLIT, DIRECTORY},
	[PATH_RUNPATH] = {RUNPATH_SPLIT, DIRECTORY},
	[PATH_LIBRARY_PATH] = {COLON | SEMICOLON | KEEP_EMPTY, DIRECTORY},
	[PATH_PRELOAD] = {COLON | SPACE, BARE_NAME},
	[PATH_PRELOAD_FILE] = {COLON | SPACE, NAME},
	[PATH_NEEDED] = {0, NAME},
	[PATH_FILTER] = {0, NAME},
	[PATH_OPENED] = {0, ASKED},
	[PATH_AUDIT] = {COLON, ASKED},
};

/* A piece of text, not terminated. */
struct span {
	const char *start;
	size_t length;
};

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/*
 * The name in the token at `text`, which begins with '$' and has `left` characters, and
 * in *length the characters of the whole token.  False: not a token.
 */
static bool token_at(const char *text, size_t left, struct span *name, size_t *length)
{
	bool braces = left > 1 && text[1] == '{';
	size_t start = braces ? 2 : 1, end = start;

	while (end < left && is_name_character(text[end]))
		end++;
	if (end == start || (braces && (end == left || text[end] != '}')))
		return false;
	name->start = text + start;
	name->length = end - start;
	*length = braces ? end + 1 : end;
	return true;
}

static bool is_token(const struct span *name, const char *token)
{
	return strlen(token) == name->length && memcmp(name->start, token, name->length) == 0;
}

/* False: not a token of ours.  *value NULL: ours, but without a value. */
static bool token_value(const struct span *name, const struct path_context *context,
			const char **value)
{
	if (is_token(name, "ORIGIN"))
		*value = context->origin;
	else if (is_token(name, "LIB"))
		*value = context->lib;
	else if (is_token(name, "PLATFORM"))
		*value = context->platform;
	else
		return false;
	return true;
}

/* What expand has found out on its way. */
struct expansion {
	size_t length;	     /* of the result */
	struct span missing; /* the first token without a value; length 0: none */
	bool origin;	     /* $ORIGIN was used */
	bool plain;	     /* the text is its own expansion */
};

/* How much of `text` there is to the next '$', but for the first character. */
static size_t plain_length(const char *text, size_t length)
{
	size_t i = 1;

	while (i < length && text[i] != '$')
		i++;
	return i;
}

/* Expand `text` into `out`, unless it is plain; NULL: only measure. */
static struct expansion expand(struct span text, const struct path_context *context, char *out)
{
	struct expansion result = {text.length, {NULL, 0}, false, true};
	const char *piece, *value;
	struct span name;
	size_t i, step, length;

	if (!text.length ||
	    (*text.start != '$' && plain_length(text.start, text.length) == text.length))
		return result;
	result.length = 0;
	result.plain = false;

	for (i = 0; i < text.length; i += step) {
		piece = text.start + i;
		step = length = plain_length(piece, text.length - i);
		if (*piece == '$' && token_at(piece, text.length - i, &name, &step)) {
			length = step;
			if (token_value(&name, context, &value)) {
				result.origin |= is_token(&name, "ORIGIN");
				if (!value && !result.missing.length)
					result.missing = name;
				piece = value ? value : "";
				length = strlen(piece);
			}
		}
		if (out)
			memcpy(out + result.length, piece, length);
		result.length += length;
	}
	return result;
}

/* The expansion of `text`, as measured before, allocated; NULL: no memory. */
static char *expand_measured(struct span text, const struct path_context *context,
			     const struct expansion *measured)
{
	char *out = mem_alloc(measured->length + 1);

	if (!out)
		return NULL;
	if (measured->plain)
		memcpy(out, text.start, text.length);
	else
		expand(text, context, out);
	out[measured->length] = '\0';
	return out;
}

/* Which token `name` is, for a sentence. */
static const char *token_name(const struct span *name)
{
	if (is_token(name, "ORIGIN"))
		return "ORIGIN";
	return is_token(name, "LIB") ? "LIB" : "PLATFORM";
}

static void strip_slashes(char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		path[--length] = '\0';
}

/* Take empty, "." and ".." components out of an absolute path, as text. */
static void normalise(char *path)
{
	char *out = path, *in = path;
	size_t length;

	while (*in) {
		while (*in == '/')
			in++;
		for (length = 0; in[length] && in[length] != '/'; length++)
			;
		if (length == 2 && in[0] == '.' && in[1] == '.') {
			while (out > path && *--out != '/')
				;
		} else if (length && !(length == 1 && in[0] == '.')) {
			*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

/* Whether `path` is a directory of `trusted` or below one. */
static bool is_trusted(const char *path, const struct path_list *trusted)
{
	size_t i, length;

	for (i = 0; trusted && i < trusted->count; i++) {
		length = strlen(trusted->dir[i]);
		if (strncmp(path, trusted->dir[i], length) == 0 &&
		    (path[length] == '\0' || path[length] == '/' ||
		     (length && path[length - 1] == '/')))
			return true;
	}
	return false;
}

/* May the source name `path`, the expansion of something with or without $ORIGIN?  It may change.
 */
static bool may_name(char *path, bool origin, enum path_source source,
		     const struct path_context *context)
{
	enum secure_rule rule;
	bool bare;

	if ((sources[source].split & ABSOLUTE) && path[0] != '/')
		return false;
	if (!context->secure)
		return true;
	rule = sources[source].secure;
	bare = !strchr(path, '/');
	if (rule == ANYTHING || rule == BARE_NAME)
		return rule == ANYTHING || bare;
	if (path[0] != '/' && (origin || rule == DIRECTORY || (rule == NAME && !bare)))
		return false;
	if (!origin)
		return true;
	/* What is trusted is what is searched: the text without its "..". */
	normalise(path);
	return is_trusted(path, context->trusted);
}

char *path_expand(const char *text, enum path_source source, const struct path_context *context,
		  struct error *error)
{
	struct span span = {text, strlen(text)};
	struct expansion measured = expand(span, context, NULL);
	char *out;

	if (measured.missing.length) {
		error_set(error, "%s: $%s has no value here", text, token_name(&measured.missing));
		return NULL;
	}
	out = expand_measured(span, context, &measured);
	if (!out) {
		error_set(error, "no memory to expand %s", text);
	} else if (!may_name(out, measured.origin, source, context)) {
		error_set(error, "%s: a set-id program may not load this from here", text);
		mem_free(out);
		out = NULL;
	}
	return out;
}

/* Append one element; it then belongs to the list, but not on failure. */
static bool path_add(struct path_list *list, char *dir)
{
	/* The room is the next power of two, so it is used up when the count is one. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count ? 2 * list->count : 1;
		char **grown = mem_realloc(list->dir, room * sizeof(*grown));

		if (!grown)
			return false;
		list->dir = grown;
	}
	list->dir[list->count++] = dir;
	return true;
}

/* Append one directory, or drop it.  False: no memory. */
static bool append_directory(struct path_list *list, struct span element, enum path_source source,
			     const struct path_context *context)
{
	const struct span here = {".", 1};
	struct expansion measured;
	bool wanted;
	char *dir;

	if (!element.length && sources[source].split & KEEP_EMPTY)
		element = here;
	measured = expand(element, context, NULL);
	if (measured.missing.length || !measured.length)
		return true;
	dir = expand_measured(element, context, &measured);
	if (!dir)
		return false;
	strip_slashes(dir);
	wanted = may_name(dir, measured.origin, source, context);
	if (wanted && path_add(list, dir))
		return true;
	mem_free(dir);
	return !wanted;
}

/* Append one name as it stands, or drop it.  False: no memory. */
static bool append_name(struct path_list *list, struct span element, enum path_source source,
			const struct path_context *context)
{
	bool wanted;
	char *name;

	if (!element.length)
		return true;
	name = mem_alloc(element.length + 1);
	if (!name)
		return false;
	memcpy(name, element.start, element.length);
	name[element.length] = '\0';
	/* Other sources are told of what they may not name when the name is looked for. */
	wanted = sources[source].secure != BARE_NAME || may_name(name, false, source, context);
	if (wanted && path_add(list, name))
		return true;
	mem_free(name);
	return !wanted;
}

static bool separates(char c, unsigned split)
{
	/* Nearly all are letters. */
	if (c > ';')
		return false;
	return (c == ':' && (split & COLON)) || (c == ';' && (split & SEMICOLON)) ||
	       ((c == ' ' || (c >= '\t' && c <= '\r')) && (split & SPACE));
}

/* Call `append` for each element of the list; false: it was false for one. */
static bool split_list(struct path_list *list, const char *text, enum path_source source,
		       const struct path_context *context,
		       bool (*append)(struct path_list *, struct span, enum path_source,
				      const struct path_context *))
{
	struct span element;

	if (!text || !*text)
		return true;
	for (element.start = text;; element.start += element.length + 1) {
		element.length = 0;
		while (element.start[element.length] &&
		       !separates(element.start[element.length], sources[source].split))
			element.length++;
		if (!append(list, element, source, context))
			return false;
		if (!element.start[element.length])
			return true;
	}
}

bool path_append(struct path_list *list, const char *text, enum path_source source,
		 const struct path_context *context, struct error *error)
{
	return split_list(list, text, source, context, append_directory) ||
	       error_set(error, "no memory for the search path %s", text);
}

bool path_names(struct path_list *list, const char *text, enum path_source source,
		const struct path_context *context, struct error *error)
{
	return split_list(list, text, source, context, append_name) ||
	       error_set(error, "no memory for the names %s", text);
}

void path_free(struct path_list *list)
{
	while (list->count)
		mem_free(list->dir[--list->count]);
	mem_free(list->dir);
	list->dir = NULL;
}

char *path_join(const char *dir, const char *name)
{
	size_t length = strlen(dir), name_size = strlen(name) + 1;
	bool slash = length && dir[length - 1] != '/';
	char *path = mem_alloc(length + slash + name_size);

	if (!path)
		return NULL;
	memcpy(path, dir, length);
	if (slash)
		path[length++] = '/';
	memcpy(path + length, name, name_size);
	return path;
}

char *path_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length;
	char *dir;

	if (!slash)
		return mem_strdup(".");
	while (slash > path && slash[-1] == '/')
		slash--;
	length = slash > path ? (size_t)(slash - path) : 1;
	dir = mem_alloc(length + 1);
	if (!dir)
		return NULL;
	memcpy(dir, path, length);
	dir[length] = '\0';
	return dir;
}
