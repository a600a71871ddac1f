/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scope's array of members and its index (ldso/scope.c), in all interleavings: the array grows,
 * then a member has left and the others move up, then there is an index again, while two readers
 * look up a name that two members define, and one that the last member defines.  The right one is
 * found, every time, and nothing is read that is gone.  Orders with one fault are caught.
 *
 * links:
 */
#include "explore.h"

enum fault {
	NO_FAULT,
	ARRAYS_APART, /* a reader takes positions from an index and the array from the scope */
	KEEP_INDEX,   /* the index stays when positions change */
	FREE_FIRST,   /* the index that goes is freed, then unlinked */
	LATE_COUNT,   /* a reader loads the array, then the count */
	EARLY_INDEX   /* the new index is there before it has its array */
};

enum { ANY_READER, LAST_READER, WRITER, THREADS };
enum { NOBODY, LEFT, FIRST, LAST };

/* The arrays: as it was, the larger one, the one where the members have moved up. */
enum { NO_ARRAY, OLD, LARGER, MOVED, ARRAYS };
enum { LENGTH = 3 };
static const unsigned char member[ARRAYS][LENGTH] = {
	[OLD] = {LEFT, FIRST, LAST}, [LARGER] = {LEFT, FIRST, LAST}, [MOVED] = {FIRST, LAST}};

/* The indexes, of the old positions and of the new ones: where a name is. */
enum { NO_INDEX, BEFORE, AFTER, INDEXES };
static const unsigned char position[INDEXES][2] = {[BEFORE] = {1, 2}, [AFTER] = {0, 1}};

struct runner {
	unsigned char pc, index, array, count, at, found;
};

/* What is freed once the readers of that moment have left. */
struct freed {
	unsigned char asked, readers;
};

struct state {
	struct runner runner[THREADS];
	unsigned char reading; /* a bit for each reader */
	unsigned char array, count, index, array_of[INDEXES];
	struct freed freed_array[ARRAYS], freed_index[INDEXES];
	unsigned char stale, missed, misordered, fault;
};

static void later(const struct state *state, struct freed *freed)
{
	freed->asked = 1;
	freed->readers = state->reading;
}

static void touch(struct state *state, const struct freed *freed)
{
	if (freed->asked && !freed->readers)
		state->stale = 1;
}

static void leave(struct state *state, int thread)
{
	unsigned char others = (unsigned char)~(1u << thread);

	state->reading &= others;
	for (int i = 0; i < ARRAYS; i++)
		state->freed_array[i].readers &= others;
	for (int i = 0; i < INDEXES; i++)
		state->freed_index[i].readers &= others;
}

static void load_array(struct state *state, struct runner *runner)
{
	runner->array = state->array;
	if (!runner->index)
		return;
	touch(state, &state->freed_index[runner->index]);
	if (state->fault != ARRAYS_APART)
		runner->array = state->array_of[runner->index];
}

/* Look at the next position that may have the name; false: there is none. */
static bool probe(struct state *state, struct runner *runner, bool last)
{
	unsigned char at = runner->at++, found;

	if (runner->index) {
		touch(state, &state->freed_index[runner->index]);
		if (last)
			at++;
		if (at >= 2)
			return false;
		at = position[runner->index][at];
	}
	if (at >= (runner->index ? LENGTH : runner->count) || at >= LENGTH)
		return false;
	if (!runner->array) {
		state->stale = 1;
		return false;
	}
	touch(state, &state->freed_array[runner->array]);
	found = member[runner->array][at];
	if (found == LAST || (found == FIRST && !last))
		runner->found = found;
	return !runner->found;
}

/* scope_find and find_indexed */
static enum step reader_step(struct state *state, struct runner *runner, int thread)
{
	bool late = state->fault == LATE_COUNT;

	switch (runner->pc++) {
	case 0:
		state->reading |= (unsigned char)(1u << thread);
		break;
	case 1:
		runner->index = state->index;
		break;
	case 2:
		if (late)
			load_array(state, runner);
		else
			runner->count = state->count;
		break;
	case 3:
		if (late)
			runner->count = state->count;
		else
			load_array(state, runner);
		break;
	case 4:
		if (probe(state, runner, thread == LAST_READER))
			runner->pc--;
		break;
	default:
		state->missed |= !runner->found;
		state->misordered |= thread == ANY_READER && runner->found == LAST;
		leave(state, thread);
		return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

/* members_renew twice, then index_build */
static enum step writer_step(struct state *state, struct runner *runner)
{
	bool keep = state->fault == KEEP_INDEX, early = state->fault == EARLY_INDEX;

	switch (runner->pc++) {
	case 0:
		state->array_of[BEFORE] = LARGER;
		break;
	case 1:
		state->array = LARGER;
		break;
	case 2:
		later(state, &state->freed_array[OLD]);
		break;
	case 3:
		if (keep)
			state->array_of[BEFORE] = MOVED;
		else if (state->fault == FREE_FIRST)
			later(state, &state->freed_index[BEFORE]);
		else
			state->index = NO_INDEX;
		break;
	case 4:
		if (!keep)
			state->index = NO_INDEX;
		break;
	case 5:
		state->array = MOVED;
		break;
	case 6:
		state->count = 2;
		break;
	case 7:
		if (!keep && state->fault != FREE_FIRST)
			later(state, &state->freed_index[BEFORE]);
		break;
	case 8:
		later(state, &state->freed_array[LARGER]);
		break;
	case 9:
		if (early)
			state->index = AFTER;
		else
			state->array_of[AFTER] = MOVED;
		break;
	default:
		state->array_of[AFTER] = MOVED;
		state->index = AFTER;
		return explore_end(&runner->pc);
	}
	return STEP_MOVED;
}

static enum step step(void *data, int thread)
{
	struct state *state = data;
	struct runner *runner = &state->runner[thread];

	return thread == WRITER ? writer_step(state, runner) : reader_step(state, runner, thread);
}

static const char *wrong(const void *data, bool at_end)
{
	const struct state *state = data;

	(void)at_end;
	return state->stale	   ? "read after it was gone"
	       : state->missed	   ? "not found"
	       : state->misordered ? "found in the wrong order"
				   : NULL;
}

static void begin(void *data, int fault)
{
	struct state *state = data;

	state->array = state->array_of[BEFORE] = OLD;
	state->index = BEFORE;
	state->count = LENGTH;
	state->fault = (unsigned char)fault;
}

int main(void)
{
	struct model model = {
		.name = "scopes and their indexes in all interleavings",
		.size = sizeof(struct state),
		.runner = sizeof(struct runner),
		.threads = THREADS,
		.faults = EARLY_INDEX,
		.states = 1000,
		.begin = begin,
		.step = step,
		.wrong = wrong,
	};

	return explore_main(&model);
}
