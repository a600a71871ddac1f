/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An explicit-state model checker: all interleavings of a few threads, each a numbered list of
 * atomic steps on one plain struct.  A signal handler is a thread that only starts at will and
 * stops the thread it interrupts.
 */
#ifndef TEST_UNIT_EXPLORE_H
#define TEST_UNIT_EXPLORE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum step { STEP_DONE, STEP_MOVED, STEP_BLOCKED };

struct model {
	size_t size; /* of the state */
	int threads;
	/* Let one thread make its next step. */
	enum step (*step)(void *state, int thread);
	/* What is wrong with a state, or NULL; `end`: all threads are done. */
	const char *(*wrong)(const void *state, bool end);
};

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

static inline void explore_from(struct exploration *all, const char *state)
{
	const struct model *model = all->model;
	char *next = malloc(model->size);
	int done = 0, moved = 0;

	all->result.wrong = model->wrong(state, false);
	for (int i = 0; i < model->threads && !all->result.wrong; i++) {
		enum step step;

		memcpy(next, state, model->size);
		step = model->step(next, i);
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

/* Go through everything that can follow the state.  The order that goes wrong is printed as a TAP
 * comment. */
static inline struct explored explore(const struct model *model, const void *state)
{
	struct exploration all = {.model = model, .mask = 1023};

	all.table = calloc(all.mask + 1, sizeof(*all.table));
	explore_new(&all, state);
	explore_from(&all, state);
	if (all.result.wrong)
		printf("# %s: steps of threads %.*s\n", all.result.wrong, (int)all.depth, all.path);
	for (size_t i = 0; i <= all.mask; i++)
		free(all.table[i]);
	free(all.table);
	free(all.path);
	return all.result;
}

#endif
