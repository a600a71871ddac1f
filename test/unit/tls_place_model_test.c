/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a first touch of a module and a reference that wants a fixed offset agree on where its blocks
 * are (touch and decide_static in ldso/tls.c), in all interleavings: a thread, its signal handler,
 * and another thread that makes the module static.  The thread has one block, filled before it
 * writes to it and not again.  Agreements with one thing left out are caught.
 *
 * links:
 */
#include "explore.h"

enum fault {
	NO_FAULT,
	LOOK_FIRST, /* look whether somebody has touched it, then make it static */
	FILL_LATE,  /* fill the block when it is decided that it is static */
	PLAIN_PLACE /* a first touch reads the place, and decides nothing */
};

enum { OWNER, HANDLER, MAKER, THREADS };
enum { UNDECIDED, STATIC, DYNAMIC };
enum { STATIC_BLOCK = 1, BLOCKS = 4 };

struct runner {
	unsigned char pc, place, block, got;
};

struct state {
	struct runner runner[THREADS];
	unsigned char slot, place, filled, written, seen;
	unsigned char blocks, freed, fault; /* blocks made on first touch */
	const char *wrong;
};

/* tls_address and touch, twice. */
static enum step touch_step(struct state *state, struct runner *runner)
{
	switch (runner->pc++ % 5) {
	case 0:
		runner->got = state->slot;
		if (runner->got)
			runner->pc = (unsigned char)(runner->pc + 3);
		break;
	case 1:
		runner->place = state->place;
		if (!state->place && state->fault != PLAIN_PLACE && state->fault != LOOK_FIRST)
			state->place = runner->place = DYNAMIC;
		break;
	case 2:
		runner->block = STATIC_BLOCK;
		if (runner->place != STATIC)
			runner->block = (unsigned char)(STATIC_BLOCK + ++state->blocks);
		break;
	case 3:
		runner->got = state->slot;
		if (!runner->got)
			runner->got = state->slot = runner->block;
		else if (runner->block != STATIC_BLOCK)
			state->freed++;
		break;
	default:
		if (state->seen && state->seen != runner->got)
			state->wrong = "two blocks for one thread";
		if (runner->got == STATIC_BLOCK && !state->filled)
			state->wrong = "used before it is filled";
		state->seen = runner->got;
		state->written = 1;
		if (runner->pc == 10)
			return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

static void fill(struct state *state)
{
	if (state->written && state->seen == STATIC_BLOCK)
		state->wrong = "filled when it is in use";
	state->filled = 1;
}

/* decide_static */
static enum step make_step(struct state *state, struct runner *runner)
{
	switch (runner->pc++) {
	case 0:
		if (state->fault == LOOK_FIRST && state->slot)
			return explore_end(&runner->pc);
		if (state->fault != FILL_LATE)
			fill(state);
		break;
	case 1:
		if (state->place)
			return explore_end(&runner->pc);
		state->place = STATIC;
		break;
	case 2:
		if (state->fault == FILL_LATE)
			fill(state);
		break;
	default:
		state->slot = STATIC_BLOCK;
		return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

static enum step step(void *data, int thread)
{
	struct state *state = data;

	return thread == MAKER ? make_step(state, &state->runner[thread])
			       : touch_step(state, &state->runner[thread]);
}

static const char *wrong(const void *data, bool at_end)
{
	const struct state *state = data;

	if (state->wrong)
		return state->wrong;
	if (at_end && state->place == STATIC && state->slot != STATIC_BLOCK)
		return "static, with another block";
	if (at_end && state->blocks - state->freed != (state->slot > STATIC_BLOCK))
		return "a block is lost";
	return NULL;
}

static void begin(void *data, int fault)
{
	((struct state *)data)->fault = (unsigned char)fault;
}

int main(void)
{
	struct model model = {
		.name = "the place of TLS blocks in all interleavings",
		.size = sizeof(struct state),
		.runner = sizeof(struct runner),
		.threads = THREADS,
		.handler = HANDLER,
		.faults = PLAIN_PLACE,
		.states = 100,
		.begin = begin,
		.step = step,
		.wrong = wrong,
	};

	return explore_main(&model);
}
