/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/path.c: tokens, separators, what set-id programs may have, running out of memory.
 * links: path.c
 */
#include "check.h"
#include "elf/path.h"

static const struct path_context plain = {"/opt/app", "lib64", "x86_64", false, NULL};
static const struct path_context no_tokens = {NULL, NULL, NULL, false, NULL};
static const struct path_context odd = {"/odd:dir/$LIB", "lib", "", false, NULL};

static const struct expand_case {
	const char *text, *result;
} expand_cases[] = {
	{"", ""},
	{"/usr/lib", "/usr/lib"},
	{"$ORIGIN", "/opt/app"},
	{"${ORIGIN}", "/opt/app"},
	{"$ORIGIN/../$LIB", "/opt/app/../lib64"},
	{"${ORIGIN}x", "/opt/appx"},
	{"$ORIGINx", "$ORIGINx"},
	{"$ORIGIN_", "$ORIGIN_"},
	{"$ORIGIN-x", "/opt/app-x"},
	{"$ORIGIN$LIB", "/opt/applib64"},
	{"$LIB${PLATFORM}$LIB", "lib64x86_64lib64"},
	{"/a/$PLATFORM/b", "/a/x86_64/b"},
	{"$", "$"},
	{"$$", "$$"},
	{"$$LIB", "$lib64"},
	{"${LIB", "${LIB"},
	{"${}", "${}"},
	{"${LIB ", "${LIB "},
	{"${ LIB}", "${ LIB}"},
	{"$/LIB", "$/LIB"},
	{"$UNKNOWN/${UNKNOWN}", "$UNKNOWN/${UNKNOWN}"},
	{"$lib", "$lib"},
	{"$LI", "$LI"},
	{"a$", "a$"},
	{"LIB", "LIB"},
	/* a name goes as far as its characters do */
	{"$LIBa/$LIBz/$LIBA/$LIBZ/$LIB0/$LIB9", "$LIBa/$LIBz/$LIBA/$LIBZ/$LIB0/$LIB9"},
	{"$LIB`$LIB{$LIB@$LIB[$LIB/$LIB:", "lib64`lib64{lib64@lib64[lib64/lib64:"},
};

static void expansion(void **state)
{
	struct error error = {NULL};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(expand_cases); i++) {
		char *result = path_expand(expand_cases[i].text, PATH_NEEDED, &plain, &error);

		assert_non_null(result);
		assert_string_equal(result, expand_cases[i].result);
		mem_free(result);
	}
}

static void expansion_without_value(void **state)
{
	struct error error = {NULL};

	(void)state;
	expect("origin", path_expand("a/${ORIGIN}/b", PATH_OPENED, &no_tokens, &error), &error,
	       "a/${ORIGIN}/b: $ORIGIN has no value here");
	expect("lib", path_expand("$LIB$ORIGIN", PATH_NEEDED, &no_tokens, &error), &error,
	       "$LIB has no value");
	expect("platform", path_expand("$PLATFORM", PATH_FILTER, &no_tokens, &error), &error,
	       "$PLATFORM has no value");
	assert_null(path_expand("$PLATFORM", PATH_FILTER, &no_tokens, NULL));
}

static const struct split_case {
	const char *text;
	enum path_source source;
	const struct path_context *context;
	const char *result; /* each element followed by '|' */
} split_cases[] = {
	{NULL, PATH_RPATH, &plain, ""},
	{"", PATH_LIBRARY_PATH, &plain, ""},
	{"/a", PATH_RPATH, &plain, "/a|"},
	{"/a:/b", PATH_RUNPATH, &plain, "/a|/b|"},
	{"/a;/b", PATH_RPATH, &plain, "/a;/b|"},
	{"/a;/b:/c", PATH_LIBRARY_PATH, &plain, "/a|/b|/c|"},
	{"/a b\t/c", PATH_RUNPATH, &plain, "/a b\t/c|"},
	{"/a/:/b//:/:///", PATH_RPATH, &plain, "/a|/b|/|/|"},
	{":/a::/b:", PATH_RPATH, &plain, "/a|/b|"},
	{":/a::/b:", PATH_LIBRARY_PATH, &plain, ".|/a|.|/b|.|"},
	{":", PATH_LIBRARY_PATH, &plain, ".|.|"},
	{"$ORIGIN/x:$ORIGIN", PATH_LIBRARY_PATH, &plain, "/opt/app/x|/opt/app|"},
	{"$ORIGIN/../x//y", PATH_RPATH, &plain, "/opt/app/../x//y|"},
	{"/a:$ORIGIN:/b:$ORIGIN/c", PATH_RPATH, &no_tokens, "/a|/b|"},
	{"$ORIGIN/b:/c", PATH_RPATH, &odd, "/odd:dir/$LIB/b|/c|"},
	{"$PLATFORM:/c", PATH_RPATH, &odd, "/c|"},
};

/* Of a set-id program in /usr/bin: absolute, and what $ORIGIN makes below a trusted directory. */
static const struct split_case secure_cases[] = {
	{"/a:b:$LIB:/$LIB/x", PATH_RPATH, NULL, "/a|/lib/x|"},
	{".:/a::l2:../b:/", PATH_RUNPATH, NULL, "/a|/|"},
	{":/a:b", PATH_LIBRARY_PATH, NULL, "/a|"},
	{"$ORIGIN", PATH_RPATH, NULL, ""},
	{"$ORIGIN/../lib/x", PATH_RUNPATH, NULL, "/usr/lib/x|"},
	{"$ORIGIN/../lib", PATH_RPATH, NULL, "/usr/lib|"},
	{"${ORIGIN}//.././lib//x/.", PATH_RPATH, NULL, "/usr/lib/x|"},
	{"$ORIGIN/../lib/ab/..c/.d/e.", PATH_RPATH, NULL, "/usr/lib/ab/..c/.d/e.|"},
	{"$ORIGIN/../libx", PATH_RPATH, NULL, ""},
	{"$ORIGIN/../lib/../../home", PATH_RPATH, NULL, ""},
	{"$ORIGIN/../../../../lib", PATH_RPATH, NULL, "/lib|"},
	{"$ORIGIN/../..", PATH_RPATH, NULL, ""},
	{"x$ORIGIN/../lib", PATH_RPATH, NULL, ""},
};

static void check_list(const struct path_list *list, const char *text, const char *result)
{
	char joined[200] = "";
	size_t i;

	for (i = 0; i < list->count; i++)
		strcat(strcat(joined, list->dir[i]), "|");
	if (strcmp(joined, result) != 0)
		fail_msg("%s: gave %s, expected %s", text ? text : "NULL", joined, result);
}

static void check_split(const struct split_case *c, const struct path_context *context)
{
	struct path_list list = {NULL, 0};
	struct error error = {NULL};

	assert_true(path_append(&list, c->text, c->source, context, &error));
	check_list(&list, c->text, c->result);
	path_free(&list);
	assert_null(list.dir);
	assert_int_equal(list.count, 0);
}

static void splitting(void **state)
{
	struct path_list trusted = {NULL, 0};
	const struct path_context secure = {"/usr/bin", "lib", "x86_64", true, &trusted};
	size_t i;

	(void)state;
	assert_true(path_append(&trusted, "/lib:/usr/lib", PATH_BUILT_IN, &plain, NULL));
	for (i = 0; i < COUNT(split_cases); i++)
		check_split(&split_cases[i], split_cases[i].context);
	for (i = 0; i < COUNT(secure_cases); i++)
		check_split(&secure_cases[i], &secure);
	path_free(&trusted);
	assert_int_equal(host_blocks, 0);
}

static void names(void **state)
{
	const struct path_context secure = {.secure = true};
	struct path_list list = {NULL, 0};
	struct error error = {NULL};

	(void)state;
	assert_true(path_names(&list, " /a  b\t\nc:$ORIGIN/d/\r", PATH_PRELOAD, &plain, NULL));
	check_list(&list, "preload", "/a|b|c|$ORIGIN/d/|");
	path_free(&list);
	assert_true(path_names(&list, "/a;b c", PATH_PRELOAD_FILE, &secure, NULL));
	check_list(&list, "preload file", "/a;b|c|");
	path_free(&list);
	assert_true(path_names(&list, "/a b c/d", PATH_PRELOAD, &secure, NULL));
	check_list(&list, "preload, set-id", "b|");
	path_free(&list);
	expect("set-id", path_expand("a/b", PATH_PRELOAD, &secure, &error), &error,
	       "a/b: a set-id program may not load this");
	assert_int_equal(host_blocks, 0);
}

static void nothing_trusted(void **state)
{
	struct path_list root = {NULL, 0}, list = {NULL, 0};
	struct path_context secure = {"/opt/app", "lib", "", true, NULL};

	(void)state;
	assert_true(path_append(&list, "$ORIGIN:/a", PATH_RPATH, &secure, NULL));
	check_list(&list, "trusted NULL", "/a|");
	/* "/" trusts everything, its own slash being the separator. */
	assert_true(path_append(&root, "/", PATH_BUILT_IN, &plain, NULL));
	secure.trusted = &root;
	assert_true(path_append(&list, "$ORIGIN:$ORIGIN/../../..", PATH_RPATH, &secure, NULL));
	check_list(&list, "trusted /", "/a|/opt/app|/|");
	path_free(&root);
	path_free(&list);
}

/* A name with $ORIGIN, wherever it comes from, is under the same rule as a directory. */
static const struct {
	const char *text, *result; /* NULL: refused */
} secure_names[] = {
	{"$ORIGIN/a.so", NULL},
	{"${ORIGIN}/../x/a.so", NULL},
	{"x$ORIGIN/../lib/a.so", NULL},
	{"$ORIGIN/../lib/a.so", "/usr/lib/a.so"},
	{"/opt/$LIB/a.so", "/opt/lib/a.so"},
	{"a.so", "a.so"},
};

static void names_with_origin(void **state)
{
	static const enum path_source from[] = {PATH_PRELOAD_FILE, PATH_NEEDED, PATH_FILTER,
						PATH_OPENED};
	struct path_list trusted = {NULL, 0};
	const struct path_context secure = {"/usr/bin", "lib", "x86_64", true, &trusted};
	size_t i, n;

	(void)state;
	assert_true(path_append(&trusted, "/lib:/usr/lib", PATH_BUILT_IN, &plain, NULL));
	for (i = 0; i < COUNT(from); i++) {
		for (n = 0; n < COUNT(secure_names); n++) {
			char *name = path_expand(secure_names[n].text, from[i], &secure, NULL);

			if (secure_names[n].result)
				assert_string_equal(name, secure_names[n].result);
			else
				assert_null(name);
			mem_free(name);
		}
	}
	path_free(&trusted);
	assert_int_equal(host_blocks, 0);
}

/* The current directory of a set-id program is its caller's, until it calls dlopen. */
static void relative_names(void **state)
{
	static const enum path_source from[] = {PATH_PRELOAD_FILE, PATH_NEEDED, PATH_FILTER};
	const struct path_context secure = {"/usr/bin", "lib", "x86_64", true, NULL};
	struct error error = {NULL};
	size_t i;
	char *name;

	(void)state;
	for (i = 0; i < COUNT(from); i++) {
		expect("set-id", path_expand("./a.so", from[i], &secure, &error), &error,
		       "./a.so: a set-id program may not load this");
		expect("set-id", path_expand("$LIB/a", from[i], &secure, &error), &error,
		       "$LIB/a: a set-id program may not load this");
	}
	name = path_expand("./a.so", PATH_OPENED, &secure, NULL);
	assert_string_equal(name, "./a.so");
	mem_free(name);
	assert_int_equal(host_blocks, 0);
}

static void appending_keeps_order(void **state)
{
	struct path_list list = {NULL, 0};
	char dir[40];
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		snprintf(dir, sizeof(dir), "/%d:/x%d", i, i);
		assert_true(path_append(&list, dir, PATH_RPATH, &plain, NULL));
	}
	assert_int_equal(list.count, 200);
	assert_string_equal(list.dir[0], "/0");
	assert_string_equal(list.dir[77], "/x38");
	assert_string_equal(list.dir[198], "/99");
	path_free(&list);
}

/* Whatever allocation fails: false, a sentence, nothing leaked, the list still sound. */
static void no_memory(void **state)
{
	struct error error = {NULL};
	bool done = false;
	long n;

	(void)state;
	for (n = 0; !done && n < 100; n++) {
		struct path_list list = {NULL, 0};
		char *one, *two, *three;

		host_allocations_left = n;
		done = path_append(&list, "/a:/b:$ORIGIN/c", PATH_RPATH, &plain, &error);
		assert_true(done || error.text);
		error_clear(&error);
		one = path_expand("$ORIGIN", PATH_OPENED, &plain, &error);
		assert_true(one || error.text);
		two = path_join("/a", "b");
		three = path_directory("/a/b");
		host_allocations_left = LONG_MAX;
		assert_true(!done || list.count == 3);
		mem_free(one);
		mem_free(two);
		mem_free(three);
		path_free(&list);
		error_clear(&error);
		assert_int_equal(host_blocks, 0);
	}
	assert_true(done && n > 3);
}

static void joining(void **state)
{
	static const char *const cases[][3] = {
		{"/a", "b", "/a/b"},  {"/", "b", "/b"}, {".", "b", "./b"},
		{"/a/", "b", "/a/b"}, {"", "b", "b"},	{"/a", "", "/a/"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *path = path_join(cases[i][0], cases[i][1]);

		assert_string_equal(path, cases[i][2]);
		mem_free(path);
	}
}

static void directories(void **state)
{
	static const char *const cases[][2] = {
		{"x", "."},   {"", "."},      {"/x", "/"},   {"//x", "/"}, {"/", "/"},
		{"a/b", "a"}, {"/a/b", "/a"}, {"a//b", "a"}, {"./b", "."}, {"/a/b/c.so", "/a/b"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *dir = path_directory(cases[i][0]);

		assert_string_equal(dir, cases[i][1]);
		mem_free(dir);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(expansion),	   cmocka_unit_test(expansion_without_value),
		cmocka_unit_test(splitting),	   cmocka_unit_test(names),
		cmocka_unit_test(nothing_trusted), cmocka_unit_test(names_with_origin),
		cmocka_unit_test(relative_names),  cmocka_unit_test(appending_keeps_order),
		cmocka_unit_test(no_memory),	   cmocka_unit_test(joining),
		cmocka_unit_test(directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
