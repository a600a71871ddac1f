/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/cache.c: files as uClibc-ng's ldconfig writes them, whole and damaged.
 * links: cache.c
 */
#include "check.h"
#include "elf/cache.h"

/* The numbers are those of uClibc-ng's FLAG_ELF and FLAG_ELF_UCLIBC. */
enum { KIND_ELF = 1, KIND_OTHER = 3, KIND_UCLIBC = 4 };

struct entry {
	int32_t flags;
	uint32_t name, path;
};

/* A file of `size` bytes of its own, so that a read past its end is noticed. */
struct file {
	char *bytes;
	size_t size;
};

static void put(struct file *file, const void *bytes, size_t size)
{
	if (!size)
		return;
	file->bytes = realloc(file->bytes, file->size + size);
	memcpy(file->bytes + file->size, bytes, size);
	file->size += size;
}

static struct file make(const char *magic, int32_t count, const struct entry *entries, size_t n,
			const char *strings, size_t strings_size)
{
	struct file file = {NULL, 0};

	put(&file, magic, 11);
	put(&file, "", 1);
	put(&file, &count, sizeof(count));
	put(&file, entries, n * sizeof(*entries));
	put(&file, strings, strings_size);
	return file;
}

static const char good_strings[] = "libc.so.0\0/lib/libc.so.0\0libm.so.0\0/lib/libm.so.0";
static const struct entry good_entries[] = {
	{KIND_OTHER, 0, 25},
	{KIND_UCLIBC, 0, 10},
	{KIND_ELF, 25, 35},
};

static struct file make_good(void)
{
	return make("ld.so-1.7.0", 3, good_entries, 3, good_strings, sizeof(good_strings));
}

static void found(void **state)
{
	struct file file = make_good();
	struct error error = {NULL};

	(void)state;
	assert_int_equal(cache_check(file.bytes, file.size, &error), CACHE_GOOD);
	assert_null(error.text);
	assert_string_equal(cache_find(file.bytes, file.size, "libc.so.0", KIND_UCLIBC),
			    "/lib/libc.so.0");
	assert_string_equal(cache_find(file.bytes, file.size, "libc.so.0", KIND_OTHER),
			    "libm.so.0");
	assert_string_equal(cache_find(file.bytes, file.size, "libm.so.0", KIND_ELF),
			    "/lib/libm.so.0");
	assert_null(cache_find(file.bytes, file.size, "libm.so.0", KIND_UCLIBC));
	assert_null(cache_find(file.bytes, file.size, "libm.so", KIND_ELF));
	assert_null(cache_find(file.bytes, file.size, "", KIND_ELF));
	free(file.bytes);
}

static void empty(void **state)
{
	struct file file = make("ld.so-1.7.0", 0, NULL, 0, NULL, 0);

	(void)state;
	assert_int_equal(cache_check(file.bytes, file.size, NULL), CACHE_GOOD);
	assert_null(cache_find(file.bytes, file.size, "libm.so.0", KIND_ELF));
	free(file.bytes);
}

static void check_state(struct file file, enum cache_state expected, const char *part)
{
	struct error error = {NULL};

	assert_int_equal(cache_check(file.bytes, file.size, &error), expected);
	expect("cache", !error.text, &error, part);
	free(file.bytes);
}

static void foreign(void **state)
{
	static const char newer[] = "glibc-ld.so.cache1.1 and so on";
	static const char aligned[] = "\0\0\0\0glibc-ld.so.cache1.1 and so on";

	(void)state;
	check_state((struct file){strdup("glib"), 4}, CACHE_FOREIGN, NULL);
	check_state(make(newer, 3, good_entries, 3, good_strings, sizeof(good_strings)),
		    CACHE_FOREIGN, NULL);
	check_state(make("ld.so-1.8.0", 3, good_entries, 3, good_strings, sizeof(good_strings)),
		    CACHE_FOREIGN, NULL);
	/* The older format of another C library has our magic, with its newer one behind. */
	check_state(make("ld.so-1.7.0", 3, good_entries, 3, newer, sizeof(newer)), CACHE_FOREIGN,
		    NULL);
	check_state(make("ld.so-1.7.0", 3, good_entries, 3, aligned, sizeof(aligned)),
		    CACHE_FOREIGN, NULL);
}

static void corrupt(void **state)
{
	static const struct entry past_name = {KIND_ELF, sizeof(good_strings), 0};
	static const struct entry past_path = {KIND_ELF, 0, sizeof(good_strings)};
	static const struct entry negative = {KIND_ELF, 0, 0xfffffff0};

	(void)state;
	check_state(make("ld.so-1.7.0", 4, good_entries, 3, NULL, 0), CACHE_CORRUPT,
		    "4 entries do not fit in a file of 52 bytes");
	check_state(make("ld.so-1.7.0", -1, good_entries, 3, NULL, 0), CACHE_CORRUPT, "-1 entries");
	check_state(make("ld.so-1.7.0", INT32_MAX, good_entries, 3, NULL, 0), CACHE_CORRUPT,
		    "2147483647 entries");
	check_state(make("ld.so-1.7.0", 1, &past_name, 1, good_strings, sizeof(good_strings)),
		    CACHE_CORRUPT, "entry 0: strings at 0x32 and 0x0 do not end inside");
	check_state(make("ld.so-1.7.0", 1, &past_path, 1, good_strings, sizeof(good_strings)),
		    CACHE_CORRUPT, "entry 0: strings at 0x0 and 0x32");
	check_state(make("ld.so-1.7.0", 1, &negative, 1, good_strings, sizeof(good_strings)),
		    CACHE_CORRUPT, "0xfffffff0");
	/* The last string has no end. */
	check_state(make("ld.so-1.7.0", 3, good_entries, 3, good_strings, sizeof(good_strings) - 1),
		    CACHE_CORRUPT, "entry 2");
}

/* A good file cut off anywhere is not a good file, and is not read past its end. */
static void truncated(void **state)
{
	struct file whole = make_good();
	struct error error = {NULL};
	size_t size;

	(void)state;
	for (size = 0; size < whole.size; size++) {
		char *bytes = malloc(size ? size : 1);

		memcpy(bytes, whole.bytes, size);
		assert_int_equal(cache_check(bytes, size, &error), CACHE_CORRUPT);
		if (size < 16)
			assert_non_null(strstr(error.text, "truncated: "));
		error_clear(&error);
		free(bytes);
	}
	free(whole.bytes);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),   cmocka_unit_test(empty),	cmocka_unit_test(foreign),
		cmocka_unit_test(corrupt), cmocka_unit_test(truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
