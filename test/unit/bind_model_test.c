/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a lazy binding and a close of its target agree (ldso/bind.c, plan_and_mark in close.c), in
 * all interleavings: two binders, one of them in a signal handler of the other's thread, and a
 * closer. Nobody ends up bound to what is destroyed.  Agreements with one thing left out are
 * caught.
 *
 * links:
 */
#include "explore.h"

enum fault {
	NO_FAULT,
	CLEAR_EARLY, /* the binder is no longer binding when it queues its edge */
	NO_SETTLE,   /* the closer does not wait for binders */
	FLAG,	     /* `binding` is a flag, so that a handler's end clears it for both */
	NO_MARK,     /* the closer marks nothing before it waits */
	STUBBORN     /* the closer waits for a binding whose handler waits for the lock */
};

enum { BINDERS = 3, HANDLER = 2, CLOSER = 3, THREADS = 4 };

struct runner {
	unsigned char pc, found;
};

struct state {
	struct runner runner[THREADS];
	unsigned char binding[2]; /* of the two threads; the handler is in the first one's */
	unsigned char asking;	  /* the handler wants the lock while the first one is binding */
	unsigned char closing, destroyed, pending, edges, lock, fault, wrong;
};

/* find and find_and_queue; with the lock, steps 10 to 13, when nothing was found. */
static enum step binder_step(struct state *state, struct runner *runner, unsigned char *binding)
{
	switch (runner->pc++) {
	case 0:
		*binding = state->fault == FLAG ? 1 : (unsigned char)(*binding + 1);
		break;
	case 1:
		runner->found = !state->closing && !state->destroyed;
		break;
	case 2:
		if (state->fault == CLEAR_EARLY)
			--*binding;
		else if (runner->found)
			state->pending++;
		break;
	case 3:
		if (state->fault == CLEAR_EARLY)
			state->pending = (unsigned char)(state->pending + runner->found);
		else
			*binding = state->fault == FLAG ? 0 : (unsigned char)(*binding - 1);
		runner->pc = runner->found ? 6 : 4;
		break;
	case 4:
		if (runner == &state->runner[HANDLER] && *binding && !state->asking) {
			state->asking = 1;
			runner->pc--;
			break;
		}
		if (state->lock)
			return STEP_BLOCKED;
		state->lock = 1;
		state->asking = 0;
		runner->found = !state->closing && !state->destroyed;
		state->pending = (unsigned char)(state->pending + runner->found);
		break;
	case 5:
		state->lock = 0;
		if (!runner->found)
			return explore_end(
				&runner->pc); /* undefined symbol: the close came first */
		break;
	case 6: /* bound, and called from now on: it may not be destroyed any more */
		break;
	default:
		if (state->destroyed)
			state->wrong = 1;
		return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

static enum step closer_step(struct state *state, struct runner *runner)
{
	switch (runner->pc++) {
	case 0:
		if (state->lock)
			return STEP_BLOCKED;
		state->lock = 1;
		break;
	case 1: /* bind_drain */
		state->edges = (unsigned char)(state->edges + state->pending);
		state->pending = 0;
		break;
	case 2: /* plan */
		runner->pc = state->edges ? 8 : 3;
		break;
	case 3:
		state->closing = state->fault != NO_MARK;
		break;
	case 4: /* bind_settle: one thread after the other */
		if (state->binding[0] && state->asking && state->fault != STUBBORN) {
			/* Take it back, let the handler go first, begin again. */
			state->closing = 0;
			state->lock = 0;
			runner->pc = 0;
			break;
		}
		if (state->binding[0] && state->fault != NO_SETTLE)
			return STEP_BLOCKED;
		break;
	case 5:
		if (state->binding[1] && state->fault != NO_SETTLE)
			return STEP_BLOCKED;
		break;
	case 6:
		if (state->pending) {
			state->closing = 0;
			runner->pc = 1;
		}
		break;
	case 7:
		state->destroyed = 1;
		break;
	default:
		state->lock = 0;
		return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

static enum step step(void *data, int thread)
{
	struct state *state = data;
	struct runner *runner = &state->runner[thread];

	if (thread == CLOSER)
		return closer_step(state, runner);
	/* With its own thread's lock, a handler does not ask again. */
	if (thread == HANDLER && state->runner[0].pc == 5 && runner->pc == 4)
		return explore_end(&runner->pc);
	return binder_step(state, runner, &state->binding[thread == HANDLER ? 0 : thread]);
}

static const char *wrong(const void *data, bool at_end)
{
	const struct state *state = data;

	if (state->wrong)
		return "bound to what is destroyed";
	if (at_end && (state->lock || state->binding[0] || state->binding[1]))
		return "left something behind";
	if (at_end && state->closing && !state->destroyed)
		return "marked, not closed";
	return NULL;
}

static void begin(void *data, int fault)
{
	((struct state *)data)->fault = (unsigned char)fault;
}

int main(void)
{
	struct model model = {
		.name = "lazy binding and close in all interleavings",
		.size = sizeof(struct state),
		.runner = sizeof(struct runner),
		.threads = THREADS,
		.handler = HANDLER,
		.faults = STUBBORN,
		.states = 1000,
		.begin = begin,
		.step = step,
		.wrong = wrong,
	};

	return explore_main(&model);
}
