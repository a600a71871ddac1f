/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/base/errno.c: every number that the C library has a name for has that name.
 * links: errno.c format.c
 */
#include "check.h"
#include "base/errno.h"
#include <errno.h>

static void every_name(void **state)
{
	struct errno_room room;
	int number;

	(void)state;
	assert_string_equal(errno_name(0, &room), "0");
	for (number = 1; number < 5000; number++) {
		const char *name = strerrorname_np(number);
		char other[24];

		snprintf(other, sizeof(other), "errno-%d", number);
		if (number == EOPNOTSUPP)
			name = "EOPNOTSUPP";
		assert_string_equal(errno_name(number, &room), name ? name : other);
		assert_string_equal(errno_name(-number, &room), name ? name : other);
	}
}

static void words(void **state)
{
	struct errno_room room;

	(void)state;
	assert_string_equal(errno_words(-ENOENT, &room), "no such file");
	assert_string_equal(errno_words(ENOTDIR, &room), "a part of the path is not a directory");
	assert_string_equal(errno_words(-EAGAIN, &room), "EAGAIN");
	assert_string_equal(errno_words(-524, &room), "errno-524");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
