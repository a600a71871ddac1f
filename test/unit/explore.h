/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An explicit-state model checker: all interleavings of a few threads, each a numbered list of
 * atomic steps on one plain struct.  A signal handler is a thread that only starts at will and
 * stops the thread it interrupts.  A model is the right protocol and some with one fault each,
 * which have to go wrong.
 */
#ifndef TEST_UNIT_EXPLORE_H
#define TEST_UNIT_EXPLORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* A step that is blocked or done has changed nothing, whatever it has written. */
enum step { STEP_DONE, STEP_MOVED, STEP_BLOCKED };

/* What a thread's pc is set to behind its last step. */
enum { OVER = 99 };

struct model {
	const char *name;
	size_t size;   /* of the state, which begins with an array of one runner for each thread */
	size_t runner; /* size of a runner, which begins with an unsigned char, its pc */
	int threads;
	int handler;   /* the thread that is a signal handler of thread 0; 0: none */
	int faults;    /* numbered from 1 */
	size_t states; /* there are more than this */
	/* Fill the state, all zeros, in which everything begins. */
	void (*begin)(void *state, int fault);
	/* Let one thread, which is not over, make its next step. */
	enum step (*step)(void *state, int thread);
	/* What is wrong with a state, or NULL; `end`: all threads are over. */
	const char *(*wrong)(const void *state, bool end);
};

/* The last step of a thread. */
static inline enum step explore_end(unsigned char *pc)
{
	*pc = OVER;
	return STEP_MOVED;
}

struct explored {
	size_t states;
	const char *wrong; /* NULL: nothing was wrong in any order */
};

struct exploration {
	const struct model *model;
	struct explored result;
	char **table; /* states seen */
	size_t mask;
	char *path; /* threads in the order of their steps */
	size_t depth, capacity;
};

static inline size_t explore_hash(const char *state, size_t size)
{
	size_t hash = 14695981039346656037u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)state[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

/* Remember a state; false: it is known. */
static inline bool explore_new(struct exploration *all, const char *state)
{
	size_t size = all->model->size, at = explore_hash(state, size) & all->mask;

	if (all->result.states * 2 > all->mask) {
		size_t old_mask = all->mask;
		char **old = all->table;

		all->mask = old_mask * 2 + 1;
		all->table = calloc(all->mask + 1, sizeof(*all->table));
		for (size_t i = 0; i <= old_mask; i++) {
			if (!old[i])
				continue;
			at = explore_hash(old[i], size) & all->mask;
			while (all->table[at])
				at = (at + 1) & all->mask;
			all->table[at] = old[i];
		}
		free(old);
		at = explore_hash(state, size) & all->mask;
	}
	for (; all->table[at]; at = (at + 1) & all->mask)
		if (!memcmp(all->table[at], state, size))
			return false;
	all->table[at] = memcpy(malloc(size), state, size);
	all->result.states++;
	return true;
}

static inline unsigned char explore_pc(const struct model *model, const char *state, int thread)
{
	return (unsigned char)state[(size_t)thread * model->runner];
}

static inline enum step explore_step(const struct model *model, char *state, int thread)
{
	unsigned char pc = explore_pc(model, state, thread);
	unsigned char handler = model->handler ? explore_pc(model, state, model->handler) : 0;

	/* A signal comes before the end of the thread, or never. */
	if (pc == OVER || (model->handler && thread == model->handler && !pc &&
			   explore_pc(model, state, 0) == OVER))
		return STEP_DONE;
	if (!thread && handler && handler != OVER)
		return STEP_BLOCKED;
	return model->step(state, thread);
}

static inline void explore_from(struct exploration *all, const char *state)
{
	const struct model *model = all->model;
	char *next = malloc(model->size);
	int done = 0, moved = 0;

	all->result.wrong = model->wrong(state, false);
	for (int i = 0; i < model->threads && !all->result.wrong; i++) {
		enum step step;

		memcpy(next, state, model->size);
		step = explore_step(model, next, i);
		done += step == STEP_DONE;
		if (step != STEP_MOVED)
			continue;
		moved++;
		if (all->depth == all->capacity)
			all->path = realloc(all->path, all->capacity = all->capacity * 2 + 64);
		all->path[all->depth++] = (char)('0' + i);
		if (explore_new(all, next))
			explore_from(all, next);
		if (!all->result.wrong)
			all->depth--;
	}
	if (!all->result.wrong && !moved)
		all->result.wrong = done < model->threads ? "all wait" : model->wrong(state, true);
	free(next);
}

/* Go through everything that can follow.  The order that goes wrong is printed as a TAP comment. */
static inline struct explored explore(const struct model *model, int fault)
{
	struct exploration all = {.model = model, .mask = 1023};
	char *state = calloc(1, model->size);

	model->begin(state, fault);
	all.table = calloc(all.mask + 1, sizeof(*all.table));
	explore_new(&all, state);
	explore_from(&all, state);
	if (all.result.wrong)
		printf("# %s: steps of threads %.*s\n", all.result.wrong, (int)all.depth, all.path);
	for (size_t i = 0; i <= all.mask; i++)
		free(all.table[i]);
	free(all.table);
	free(all.path);
	free(state);
	return all.result;
}

static inline void explore_right(void **data)
{
	const struct model *model = *data;
	struct explored explored = explore(model, 0);

	printf("# %zu states\n", explored.states);
	assert_null(explored.wrong);
	assert_true(explored.states > model->states);
}

static inline void explore_faults(void **data)
{
	const struct model *model = *data;

	for (int fault = 1; fault <= model->faults; fault++)
		assert_non_null(explore(model, fault).wrong);
}

static inline int explore_main(struct model *model)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(explore_right, model),
		cmocka_unit_test_prestate(explore_faults, model),
	};

	return cmocka_run_group_tests_name(model->name, tests, NULL, NULL);
}

#endif
