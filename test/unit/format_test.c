/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/base/format.c: conversions, and what text from outside looks like in each style.
 * links: format.c
 */
#include "check.h"
#include "base/format.h"

static const struct style_case {
	enum format_style style;
	const char *text, *result;
} style_cases[] = {
	{FORMAT_PLAIN, "a\nb\\ \"\033", "a\nb\\ \"\033"},
	{FORMAT_SENTENCE, "a b\"c", "a b\"c"},
	{FORMAT_SENTENCE, "\n\t\r\\", "\\n\\t\\r\\\\"},
	{FORMAT_SENTENCE, "\001\033[1m\177x", "\\x01\\x1b[1m\\x7fx"},
	{FORMAT_SENTENCE, "\303\244\302\240\302\233m\302", "\303\244\302\240\\xc2\\x9bm\\xc2"},
	{FORMAT_SENTENCE, "\342\202\254\360\237\230\200", "\342\202\254\360\237\230\200"},
	{FORMAT_SENTENCE, "\205\233[\342\202\n\377", "\\x85\\x9b[\\xe2\\x82\\n\\xff"},
	{FORMAT_SENTENCE, "", ""},
	{FORMAT_SENTENCE, NULL, "(null)"},
	{FORMAT_FIELD, "a handles=0\n1: unload", "a\\x20handles=0\\n1:\\x20unload"},
	{FORMAT_QUOTED, "a\"b\\c\nd e", "a\\\"b\\\\\\\\c\\\\nd e"},
};

static void styles(void **state)
{
	char buffer[100];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(style_cases); i++) {
		const struct style_case *c = &style_cases[i];
		char *text = format_new(c->style, "<%s>", c->text);
		size_t length = format_line(buffer, sizeof(buffer), c->style, "%s", c->text);

		assert_string_equal(buffer, c->result);
		assert_int_equal(length, strlen(c->result));
		assert_int_equal(strlen(text), length + 2);
		mem_free(text);
		/* what is cut off counts, too */
		assert_int_equal(format_line(buffer, 2, c->style, "%s", c->text), length);
	}
}

static void own_text(void **state)
{
	char buffer[100];

	(void)state;
	format_line(buffer, sizeof(buffer), FORMAT_FIELD, "%s%-s%s", "a b", " by=\\n", "\n");
	assert_string_equal(buffer, "a\\x20b by=\\n\\n");
}

static void conversions(void **state)
{
	char buffer[100];

	(void)state;
	format_line(buffer, sizeof(buffer), FORMAT_FIELD, "%d %ld %lld %u %zu 0x%zx %c%%", -1, -2l,
		    -3ll, 4u, (size_t)5, (size_t)0xabc, 'x');
	assert_string_equal(buffer, "-1 -2 -3 4 5 0xabc x%");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles),
		cmocka_unit_test(own_text),
		cmocka_unit_test(conversions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
