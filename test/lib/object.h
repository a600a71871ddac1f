/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The constructor and destructor of a test object.  It prints its name and "+" when its
 * constructor is complete, its name and "-" when its destructor begins.  A case may add
 * code to both: CTOR runs before the "+", DTOR after the "-".
 */
#ifndef QUIET
__attribute__((constructor)) static void object_begins(void)
{
	CTOR;
	say(NAME "+");
}

__attribute__((destructor)) static void object_ends(void)
{
	say(NAME "-");
	DTOR;
}
#endif
