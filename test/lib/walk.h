/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program of a random walk: opens, closes and binds at random, and after each step
 * compares who is alive with a model: what is reachable from an open handle by needed and
 * binding edges.  Destructors must come in the reverse order of constructors.  usage: p STEPS SEED
 *
 * The case defines OBJECTS and needs[][] before.
 */
static char bound[OBJECTS][OBJECTS]; /* binding edges of objects that are alive */
static char reach[OBJECTS][OBJECTS]; /* by needed edges alone */
static int alive[OBJECTS], opens[OBJECTS], age[OBJECTS], clock_now, faults, last_age, loads;
static int (*seekers[OBJECTS])(const char *);
static void *handles[OBJECTS];
static unsigned seed;

static void fault(int step, const char *what, int object)
{
	if (faults++ < 10)
		say("step %d: %s o%d", step, what, object);
}

void event(int number, int up, int (*seek)(const char *))
{
	if (alive[number] == up)
		fault(-1, up ? "constructed twice:" : "destroyed twice:", number);
	alive[number] = up;
	seekers[number] = up ? seek : NULL;
	if (up) {
		loads++;
		age[number] = ++clock_now;
		return;
	}
	/* one close: younger ones first */
	if (age[number] > last_age)
		fault(-1, "destroyed after something older:", number);
	last_age = age[number];
	memset(bound[number], 0, OBJECTS);
}

static unsigned random_below(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

/* The next object from i on that is open, or -1. */
static int next_open(int i)
{
	for (int k = 0; k < OBJECTS; k++)
		if (opens[(i + k) % OBJECTS])
			return (i + k) % OBJECTS;
	return -1;
}

/* The next object from i on that is alive, or -1. */
static int next_alive(int i)
{
	for (int k = 0; k < OBJECTS; k++)
		if (alive[(i + k) % OBJECTS])
			return (i + k) % OBJECTS;
	return -1;
}

static void mark(int from, char *seen, int bindings)
{
	if (seen[from])
		return;
	seen[from] = 1;
	for (int to = 0; to < OBJECTS; to++)
		if (needs[from][to] || (bindings && bound[from][to]))
			mark(to, seen, bindings);
}

static void verify(int step)
{
	char seen[OBJECTS] = {0};
	for (int i = 0; i < OBJECTS; i++)
		if (opens[i])
			mark(i, seen, 1);
	for (int i = 0; i < OBJECTS; i++)
		if (alive[i] != seen[i])
			fault(step,
			      seen[i] ? "gone though held:" : "alive though nobody holds it:", i);
}

static void walk(int step)
{
	int i = random_below(OBJECTS), k = random_below(OBJECTS);
	char name[32];

	switch (random_below(10)) {
	case 0:
	case 1:
	case 2:
		snprintf(name, sizeof(name), "./o%d.so", i);
		handles[i] = dlopen(name, (random_below(2) ? RTLD_NOW : RTLD_LAZY) |
						  (random_below(2) ? RTLD_GLOBAL : RTLD_LOCAL));
		if (handles[i])
			opens[i]++;
		else
			fault(step, "not opened:", i);
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		i = next_open(i);
		if (i < 0)
			return;
		opens[i]--;
		if (dlclose(handles[i]))
			fault(step, "not closed:", i);
		break;
	default:
		i = next_alive(i);
		if (i < 0)
			return;
		snprintf(name, sizeof(name), "f_%d", k);
		int found = seekers[i](name);
		if (found >= 0 && (found != k || !alive[k]))
			fault(step, "found though not there:", k);
		if (found >= 0 && !reach[i][k])
			bound[i][k] = 1;
	}
}

int main(int argc, char **argv)
{
	int steps = atoi(argv[1]);
	seed = atoi(argv[2]);
	for (int i = 0; i < OBJECTS; i++)
		mark(i, reach[i], 0);
	for (int step = 0; step < steps; step++) {
		last_age = ++clock_now;
		walk(step);
		verify(step);
	}
	for (int i = 0; i < OBJECTS; i++) {
		for (; opens[i]; opens[i]--) {
			last_age = ++clock_now;
			if (dlclose(handles[i]))
				fault(steps, "not closed:", i);
		}
	}
	for (int i = 0; i < OBJECTS; i++)
		if (alive[i])
			fault(steps, "left alive:", i);
	/* a walk in which hardly anything is loaded shows nothing */
	if (loads < steps / 20)
		fault(steps, "too few loads, last of them", loads);
	say(faults ? "%d faults" : "no fault", faults);
	return faults != 0;
}
