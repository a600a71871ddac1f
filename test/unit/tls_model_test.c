/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of ldso/tls.h for a slot, in all interleavings: a thread and its signal handler touch a
 * module for the first time, the module is closed, and another one gets its id and is touched by
 * both; the thread may end at any moment after that.  Both always get the same block, of the right
 * module, and every block is given back once.  Rules with one thing left out are caught.
 *
 * links:
 */
#include "explore.h"

enum fault {
	NO_FAULT,
	PLAIN_STORE, /* a first touch stores without comparing */
	KEEP_LOSER,  /* the loser of two first touches does not give its block back */
	ID_FIRST     /* the id is free before the slots are cleared */
};

enum { OWNER, HANDLER, CLOSER, OPENER, THREADS, BLOCKS = 6 };

struct runner {
	unsigned char pc, module, block, seen, got;
};

/* Blocks and modules are numbered from 1; 0 is none. */
struct state {
	struct runner runner[THREADS];
	unsigned char slot, module, lock;
	unsigned char used; /* touches of the first module are over */
	unsigned char open; /* the second module is open */
	unsigned char owner[BLOCKS + 1], freed[BLOCKS + 1], blocks, fault;
	const char *wrong;
};

static void give_back(struct state *state, unsigned char block)
{
	if (block && state->freed[block]++)
		state->wrong = "given back twice";
}

/* A touch: steps `from` to from + 3 (tls_address, touch); true: over. */
static bool touch(struct state *state, struct runner *runner, int from, unsigned char module)
{
	switch (runner->pc++ - from) {
	case 0:
		runner->got = state->slot;
		if (runner->got)
			runner->pc = (unsigned char)(from + 3);
		break;
	case 1:
		runner->module = state->module;
		runner->block = ++state->blocks;
		state->owner[runner->block] = runner->module;
		break;
	case 2:
		runner->got = state->slot;
		if (!runner->got || state->fault == PLAIN_STORE)
			runner->got = state->slot = runner->block;
		else if (state->fault != KEEP_LOSER)
			give_back(state, runner->block);
		break;
	default:
		if (state->owner[runner->got] != module || state->freed[runner->got])
			state->wrong = "another one's block";
		if (runner->seen && runner->seen != runner->got)
			state->wrong = "two blocks for one thread";
		runner->seen = runner->got;
		return true;
	}
	return false;
}

/* Clear the slot under the lock: steps `from` to from + 3; true: over. */
static bool clear(struct state *state, struct runner *runner, int from)
{
	switch (runner->pc - from) {
	case 0:
		if (state->lock)
			return false;
		state->lock = 1;
		break;
	case 1:
		runner->block = state->slot;
		state->slot = 0;
		break;
	case 2:
		give_back(state, runner->block);
		break;
	default:
		state->lock = 0;
		runner->pc++;
		return true;
	}
	runner->pc++;
	return false;
}

static enum step owner_step(struct state *state, struct runner *runner)
{
	if (runner->pc < 8) {
		/* Twice the first module: the second time what the first one gave. */
		touch(state, runner, runner->pc / 4 * 4, 1);
	} else if (runner->pc == 8) {
		state->used = 1;
		runner->seen = 0;
		runner->pc++;
	} else if (runner->pc == 9) {
		if (!state->open)
			return STEP_BLOCKED;
		runner->pc = 12;
	} else if (runner->pc < 16) {
		touch(state, runner, 12, 2);
	} else {
		/* The thread's end. */
		unsigned char before = runner->pc;

		if (clear(state, runner, 16))
			return explore_end(&runner->pc);
		if (runner->pc == before)
			return STEP_BLOCKED;
	}
	return STEP_MOVED;
}

static enum step step(void *data, int thread)
{
	struct state *state = data;
	struct runner *runner = &state->runner[thread];
	unsigned char before = runner->pc;

	switch (thread) {
	case OWNER:
		return owner_step(state, runner);
	case HANDLER:
		if (!runner->pc) {
			/* Of the module that is open as far as the thread knows, or not at all. */
			unsigned char at = state->runner[OWNER].pc;

			if (at >= 16)
				return explore_end(&runner->pc);
			if (at >= 8 && at < 12)
				return STEP_BLOCKED;
			runner->seen = state->runner[OWNER].seen;
			runner->pc = at < 8 ? 4 : 12;
			return STEP_MOVED;
		}
		if (touch(state, runner, runner->pc < 8 ? 4 : 12, runner->pc < 8 ? 1 : 2)) {
			state->runner[OWNER].seen = runner->got;
			return explore_end(&runner->pc);
		}
		return STEP_MOVED;
	case CLOSER:
		if (!state->used)
			return STEP_BLOCKED;
		if (!runner->pc) {
			if (state->fault == ID_FIRST)
				state->module = 0;
			runner->pc = 1;
			return STEP_MOVED;
		}
		if (clear(state, runner, 1)) {
			if (state->fault != ID_FIRST)
				state->module = 0;
			return explore_end(&runner->pc);
		}
		return runner->pc == before ? STEP_BLOCKED : STEP_MOVED;
	default:
		if (state->module)
			return STEP_BLOCKED;
		state->module = 2;
		state->open = 1;
		return explore_end(&runner->pc);
	}
}

static const char *wrong(const void *data, bool at_end)
{
	const struct state *state = data;

	if (state->wrong)
		return state->wrong;
	for (int i = 1; at_end && i <= state->blocks; i++)
		if (!state->freed[i])
			return "a block is lost";
	return NULL;
}

static void begin(void *data, int fault)
{
	struct state *state = data;

	state->module = 1;
	state->fault = (unsigned char)fault;
}

int main(void)
{
	struct model model = {
		.name = "TLS slots in all interleavings",
		.size = sizeof(struct state),
		.runner = sizeof(struct runner),
		.threads = THREADS,
		.handler = HANDLER,
		.faults = ID_FIRST,
		.states = 100,
		.begin = begin,
		.step = step,
		.wrong = wrong,
	};

	return explore_main(&model);
}
