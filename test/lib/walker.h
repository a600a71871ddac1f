/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an object of a random walk does: report its life, and look for others' functions. */
extern void event(int number, int up, int (*seek)(const char *));

static int seek(const char *name)
{
	int (*f)(void) = dlsym(RTLD_DEFAULT, name);
	int found = f ? f() : -1;
	return found;
}

__attribute__((constructor)) static void up(void)
{
	event(NUMBER, 1, seek);
}

__attribute__((destructor)) static void down(void)
{
	event(NUMBER, 0, seek);
}
