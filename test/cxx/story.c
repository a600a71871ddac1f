/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program with thirteen loaders, which it opens and closes all its life.
 *
 *	story ORDER ROUNDS	ORDER: fifo, lifo, pair or random
 *
 * Prints how many it has opened; says what is wrong, and ends with 1.
 */
#include "../thread/tap.h"

enum { LOADERS = 13 };

static void *handles[LOADERS];
static int balance;
static long opened;

static void fail(const char *what, int loader)
{
	printf("%s: loader %d\n", what, loader + 1);
	exit(1);
}

static void use(int i)
{
	int (*load)(int *) = (int (*)(int *))dlsym(handles[i], "loader_load");

	if (!load || load(&balance) != i + 1)
		fail("does not work", i);
}

static void begin(int i)
{
	char name[32];

	snprintf(name, sizeof(name), "loader%d.so", i + 1);
	handles[i] = open_plug(name, RTLD_LAZY);
	opened++;
	use(i);
}

static void end(int i)
{
	int before = balance;

	use(i);
	if (dlclose(handles[i]))
		fail("does not close", i);
	handles[i] = NULL;
	if (balance != before - 1)
		fail("its destructor has not run", i);
}

static void all(int last_first)
{
	for (int i = 0; i < LOADERS; i++)
		begin(i);
	for (int i = 0; i < LOADERS; i++)
		end(last_first ? LOADERS - 1 - i : i);
}

static void pairs(void)
{
	for (int i = 0; i < LOADERS; i++) {
		int other = (i + 5) % LOADERS;

		begin(i);
		begin(other);
		end(i);
		end(other);
	}
}

static void at_random(void)
{
	for (int step = 0; step < 4 * LOADERS; step++) {
		int i = rand() % LOADERS;

		if (handles[i])
			end(i);
		else
			begin(i);
	}
	for (int i = 0; i < LOADERS; i++)
		if (handles[i])
			end(i);
}

/* What files are mapped, as a sum over their lines. */
static unsigned long mapped_files(void)
{
	char line[5000];
	unsigned long sum = 0;
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps && fgets(line, sizeof(line), maps))
		if (strchr(line, '/'))
			for (const char *c = line; *c; c++)
				sum = sum * 31 + (unsigned char)*c;
	if (maps)
		fclose(maps);
	return sum;
}

int main(int argc, char **argv)
{
	const char *order = argc > 1 ? argv[1] : "";
	int rounds = argc > 2 ? atoi(argv[2]) : 1000;
	unsigned long files = mapped_files();
	long memory = 0;

	for (int round = 0; round < rounds; round++) {
		/* Each by itself: all of them take as long as the machine is busy. */
		tap_begin("a round of the story", 60);
		if (!strcmp(order, "fifo") || !strcmp(order, "lifo"))
			all(order[0] == 'l');
		else if (!strcmp(order, "pair"))
			pairs();
		else
			at_random();
		if (round == 9)
			memory = resident();
		if (mapped_files() != files)
			fail("something stays mapped after the round with", round);
	}
	if (rounds > 10 && resident() - memory > 64) {
		printf("%ld KiB more than after ten rounds\n", resident() - memory);
		return 1;
	}
	printf("%ld\n", opened);
	return balance != 0;
}
