/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The protocol of ldso/reader.c and lock.c in all interleavings: a reader, a signal handler that
 * interrupts it and reads as well, a second reader, and a closer that takes an object out and lets
 * its memory go. Nobody reads what is gone, and in the end it is gone.  Protocols with one thing
 * left out are caught.
 *
 * links:
 */
#include "explore.h"

enum fault {
	NO_FAULT,
	DEPTH_ONLY,	/* who finds the depth above 0 takes it that the epoch is published */
	PUBLISH_LATE,	/* read, then publish the epoch */
	RETIRE_EARLY,	/* ask for readers before unlinking */
	NO_SECOND_LOOK, /* unlock without looking at what readers wish */
	WISH_AFTER_LOCK /* a reader that gets no lock leaves no wish */
};

enum { READERS = 2, THREADS = 4, CLOSER = 2, HANDLER = 3 };

/* The linker's reader fields of a thread; a handler shares those of the one it interrupts. */
struct header {
	unsigned char depth, epoch;
};

struct runner {
	unsigned char pc, value, pointer;
};

struct state {
	struct runner runner[THREADS];
	struct header header[READERS];
	unsigned char linked, freed, epoch, retired, retire_epoch, wish, lock;
	unsigned char stale; /* somebody has read what was gone */
	unsigned char fault;
};

static bool passed(const struct state *state)
{
	for (int i = 0; i < READERS; i++)
		if (state->header[i].epoch && state->header[i].epoch < state->retire_epoch)
			return false;
	return true;
}

static void look_again(struct state *state)
{
	if (state->retired && passed(state)) {
		state->retired = 0;
		state->freed = 1;
	}
}

/* loader_unlock, from step `from` on; STEP_DONE: left. */
static enum step unlock(struct state *state, struct runner *runner, int from)
{
	switch (runner->pc - from) {
	case 0:
		runner->value = state->wish;
		state->wish = 0;
		break;
	case 1:
		if (runner->value)
			look_again(state);
		break;
	case 2:
		state->lock = 0;
		if (state->fault == NO_SECOND_LOOK)
			return STEP_DONE;
		break;
	case 3:
		if (!state->wish)
			return STEP_DONE;
		break;
	case 4:
		if (state->lock)
			return STEP_DONE;
		state->lock = 1;
		runner->pc = (unsigned char)(from - 1);
		break;
	}
	runner->pc++;
	return STEP_MOVED;
}

static void use(struct state *state, const struct runner *runner)
{
	if (runner->pointer && state->freed)
		state->stale = 1;
}

static enum step reader_step(struct state *state, struct runner *runner, struct header *header)
{
	switch (runner->pc++) {
	case 0: /* reader_enter */
		header->depth++;
		if (state->fault == DEPTH_ONLY && header->depth > 1)
			runner->pc = 4;
		break;
	case 1:
		if (state->fault != DEPTH_ONLY && header->epoch)
			runner->pc = 4;
		break;
	case 2:
		runner->value = state->epoch;
		if (state->fault == PUBLISH_LATE)
			runner->pointer = state->linked;
		break;
	case 3:
		header->epoch = runner->value;
		break;
	case 4:
		if (state->fault != PUBLISH_LATE)
			runner->pointer = state->linked;
		break;
	case 5:
	case 6:
		use(state, runner);
		break;
	case 7: /* reader_leave */
		if (--header->depth)
			return explore_end(&runner->pc);
		break;
	case 8:
		header->epoch = 0;
		break;
	case 9:
		if (!state->retired)
			return explore_end(&runner->pc);
		break;
	case 10:
		if (state->fault != WISH_AFTER_LOCK)
			state->wish = 1;
		break;
	case 11:
		if (state->lock)
			return explore_end(&runner->pc);
		state->lock = 1;
		state->wish = 1;
		break;
	default:
		runner->pc--;
		return unlock(state, runner, 12) == STEP_DONE ? explore_end(&runner->pc)
							      : STEP_MOVED;
	}
	return STEP_MOVED;
}

static enum step closer_step(struct state *state, struct runner *runner)
{
	bool early = state->fault == RETIRE_EARLY;

	switch (runner->pc++) {
	case 0:
		if (state->lock)
			return STEP_BLOCKED;
		state->lock = 1;
		break;
	case 1:
		if (early)
			state->retire_epoch = ++state->epoch;
		else
			state->linked = 0;
		break;
	case 2:
		if (early)
			runner->pointer = passed(state);
		else
			state->retire_epoch = ++state->epoch;
		break;
	case 3:
		if (early)
			state->linked = 0;
		else
			runner->pointer = passed(state);
		break;
	case 4:
		if (runner->pointer)
			state->freed = 1;
		else
			state->retired = 1;
		break;
	case 5:
		look_again(state);
		break;
	default:
		runner->pc--;
		return unlock(state, runner, 6) == STEP_DONE ? explore_end(&runner->pc)
							     : STEP_MOVED;
	}
	return STEP_MOVED;
}

static enum step step(void *data, int thread)
{
	struct state *state = data;
	struct runner *runner = &state->runner[thread];

	if (thread == CLOSER)
		return closer_step(state, runner);
	return reader_step(state, runner, &state->header[thread == HANDLER ? 0 : thread]);
}

static const char *wrong(const void *data, bool at_end)
{
	const struct state *state = data;

	if (state->stale)
		return "read after it was gone";
	if (at_end && !state->freed)
		return "never gone";
	if (at_end && (state->header[0].epoch || state->header[1].epoch || state->lock))
		return "left something behind";
	return NULL;
}

static void begin(void *data, int fault)
{
	struct state *state = data;

	state->linked = state->epoch = 1;
	state->fault = (unsigned char)fault;
}

int main(void)
{
	struct model model = {
		.name = "readers in all interleavings",
		.size = sizeof(struct state),
		.runner = sizeof(struct runner),
		.threads = THREADS,
		.handler = HANDLER,
		.faults = WISH_AFTER_LOCK,
		.states = 10000,
		.begin = begin,
		.step = step,
		.wrong = wrong,
	};

	return explore_main(&model);
}
