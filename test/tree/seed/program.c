/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens the library, calls its function through dlsym, closes it. */
#include <dlfcn.h>
#include <stdio.h>

static int complain(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, dlerror());
	return 1;
}

int main(int argc, char **argv)
{
	/* line by line, to stand in order beside a trace */
	setvbuf(stdout, NULL, _IOLBF, 0);

	const char *path = argc > 1 ? argv[1] : "library.so";
	void *library = dlopen(path, RTLD_NOW);
	if (!library)
		return complain("dlopen");

	void (*doit)(void);
	*(void **)&doit = dlsym(library, "doit");
	if (!doit)
		return complain("dlsym");
	doit();

	if (dlclose(library))
		return complain("dlclose");
	puts("Closed.");
	return 0;
}
