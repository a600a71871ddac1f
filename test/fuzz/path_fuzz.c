/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the splitting and expansion of search paths: the first byte picks the source, the rest
 * is the text.  What a set-id program gets is absolute, and from $ORIGIN below a trusted directory.
 * links: path.c
 */
#include "fuzz.h"
#include "base/memory.h"
#include "elf/path.h"

static bool is_below(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	return strncmp(path, dir, length) == 0 && (path[length] == '/' || !path[length]) &&
	       !strstr(path, "/../") && !strstr(path, "/./");
}

/* The origin is a name that nothing but the token can bring in. */
static void check_secure(const struct path_list *list, const char *text)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->dir[i][0] != '/')
			abort();
		if (!strstr(text, "0rigin") && strstr(list->dir[i], "0rigin") &&
		    !is_below(list->dir[i], "/lib") && !is_below(list->dir[i], "/usr/lib"))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct path_list trusted = {NULL, 0}, list = {NULL, 0}, names = {NULL, 0};
	struct path_context context = {"/home/0rigin", "lib", NULL, false, &trusted};
	enum path_source source;
	struct error error = {NULL};
	char *text, *result;

	if (size == 0)
		return 0;
	text = malloc(size);
	memcpy(text, bytes + 1, size - 1);
	text[size - 1] = '\0';
	source = (enum path_source)((bytes[0] & 63) % PATH_SOURCES);
	context.secure = bytes[0] & 64;
	if (!path_append(&trusted, "/lib:/usr/lib", PATH_BUILT_IN, &context, &error) ||
	    !path_append(&list, text, source, &context, &error) ||
	    !path_names(&names, text, source, &context, &error))
		abort();
	if (context.secure && (source == PATH_RPATH || source == PATH_RUNPATH))
		check_secure(&list, text);
	result = path_expand(text, source, &context, &error);
	path_free(&list);
	path_free(&names);
	path_free(&trusted);
	if (!result)
		fuzz_reason(&error);
	mem_free(result);
	result = path_directory(text);
	mem_free(path_join(result, text));
	mem_free(result);
	free(text);
	return 0;
}
