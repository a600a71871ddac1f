/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host in C, whose plug-ins bring libstdc++ and libgcc_s with them.
 *
 *	chost load		all goes again with the plug-in; what libstdc++ loses each time is
 *known chost orders		three plug-ins, opened and closed in all orders
 */
#include "../thread/tap.h"
#include <malloc.h>

static bool unloads, unique;

static bool works(void *handle)
{
	int (*all)(void) = (int (*)(void))dlsym(handle, "plug_all");

	return all && all() == 1;
}

static bool all_gone(void)
{
	return !is_mapped("/libstdc++") && !is_mapped("/libgcc_s") && !is_mapped("/a.so") &&
	       !is_mapped("/unwind.so") && !is_mapped("/frames.so");
}

/* Twenty times: what malloc has given out and not got back grows by libstdc++'s pool, and by
 * nothing else. */
#define POOL 72704

static void load(void)
{
	enum { ROUNDS = 20 };
	bool good = true, gone = true;
	long before = 0, lost;

	tap_begin("libstdc++ comes and goes", 60);
	for (int i = 0; i <= ROUNDS; i++) {
		void *handle = open_plug("a.so", RTLD_NOW);

		good = good && works(handle);
		dlclose(handle);
		gone = gone && all_gone();
		if (i == 0)
			before = mallinfo().uordblks + mallinfo().hblkhd;
	}
	lost = mallinfo().uordblks + mallinfo().hblkhd - before;
	tap_ok(good, "a plug-in in C++ works each time");
	if (!unloads || unique)
		return;
	tap_ok(gone, "plug-in, libstdc++ and libgcc_s are unmapped each time");
	printf("# %ld bytes lost in %d loads\n", lost, ROUNDS);
	tap_ok(lost <= ROUNDS * (POOL + 4096L),
	       "and no more of malloc's memory is lost than libstdc++'s pool");
}

static void orders(void)
{
	static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	static const char *const names[3] = {"a.so", "unwind.so", "frames.so"};
	int right = 0;

	tap_begin("orders", 120);
	for (int round = 0; round < 72; round++) {
		const int *open = order[round % 6], *close = order[round / 6 % 6];
		int mode = RTLD_NOW | (round < 36 ? RTLD_LOCAL : RTLD_GLOBAL);
		void *handle[3] = {NULL, NULL, NULL};
		bool good = true;

		for (int i = 0; i < 3; i++)
			handle[open[i]] = open_plug(names[open[i]], mode);
		for (int i = 0; i < 3; i++) {
			for (int k = i; k < 3; k++)
				good = good && works(handle[close[k]]);
			good = good && !dlclose(handle[close[i]]);
		}
		good = good && (!unloads || unique || all_gone());
		if (!good)
			printf("# not in round %d\n", round);
		right += good;
	}
	tap_ok(right == 72, "%d of 72 orders of opening and closing are right", right);
}

int main(int argc, char **argv)
{
	const char *mode = getenv("LD_DLCLOSE");

	unloads = !mode || !strcmp(mode, "unmap");
	unique = getenv("CXX_UNIQUE") != NULL;
	if (argc > 1 && !strcmp(argv[1], "orders"))
		orders();
	else
		load();
	return tap_end();
}
