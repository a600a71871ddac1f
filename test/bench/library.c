/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mould of the benchmark's libraries: compiled once for each number of dependencies, then
 * generate.sh writes numbers over 00000 and dep00..dep09 in the object file.  Uses no libc, so
 * that the same file is loaded by each of the linkers compared.
 */
#define FUNCTION(n)               \
	int lib_00000_f##n(int x) \
	{                         \
		return x + n;     \
	}
#define FUNCTIONS(tens)   \
	FUNCTION(tens##0) \
	FUNCTION(tens##1) \
	FUNCTION(tens##2) \
	FUNCTION(tens##3) FUNCTION(tens##4) FUNCTION(tens##5) FUNCTION(tens##6) FUNCTION(tens##7)
FUNCTIONS(1)
FUNCTIONS(2)
FUNCTIONS(3)

/* Like those that every crtbegin has. */
extern void __gmon_start__(void) __attribute__((weak));
extern void _ITM_registerTMCloneTable(void) __attribute__((weak));
extern void _ITM_deregisterTMCloneTable(void) __attribute__((weak));

#define DECLARE(d) int lib_dep0##d##_f10(int), lib_dep0##d##_f21(int), lib_dep0##d##_f32(int);
#define CALL(d) x = lib_dep0##d##_f10(lib_dep0##d##_f21(lib_dep0##d##_f32(x)));
#define EACH_0(what)
#define EACH_1(what) what(0)
#define EACH_2(what) EACH_1(what) what(1)
#define EACH_3(what) EACH_2(what) what(2)
#define EACH_10(what) EACH_3(what) what(3) what(4) what(5) what(6) what(7) what(8) what(9)
#define EACH_N(n, what) EACH_##n(what)
#define EACH(n, what) EACH_N(n, what)

EACH(DEPENDENCIES, DECLARE)

int (*lib_00000_table[])(int) = {lib_00000_f10, lib_00000_f11, lib_00000_f20, lib_00000_f21};
static void *own = lib_00000_table;

void *lib_00000_own(void)
{
	return own;
}

int lib_00000_all(int x)
{
	EACH(DEPENDENCIES, CALL)
	if (__gmon_start__)
		__gmon_start__();
	if (_ITM_registerTMCloneTable)
		_ITM_registerTMCloneTable();
	if (_ITM_deregisterTMCloneTable)
		_ITM_deregisterTMCloneTable();
	return lib_00000_f12(lib_00000_f13(x));
}
