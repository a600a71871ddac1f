/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ownership graph: edges that come and go against a plain list of them, hubs with an index,
 * running out of memory, and what depends on what.
 * links: graph.c plan_model.c
 */
#include "check.h"
#include "plan_model.h"
#include "unlink.h"

static struct node node[MODEL_NODES];
static struct model model;

static int make_nodes(void **state)
{
	(void)state;
	memset(&model, 0, sizeof(model));
	model.nodes = MODEL_NODES;
	for (unsigned i = 0; i < MODEL_NODES; i++)
		graph_init(&node[i]);
	return 0;
}

static int drop_nodes(void **state)
{
	(void)state;
	host_allocations_left = LONG_MAX;
	for (unsigned i = 0; i < MODEL_NODES; i++)
		graph_drop(&node[i]);
	return host_blocks != 0;
}

static void compare(unsigned number)
{
	const struct node *this = &node[number];
	const struct edge *edge = this->out;
	unsigned out = 0, in = 0;

	for (unsigned i = 0; i < model.edge_count; i++) {
		const struct model_edge *expected = &model.edges[i];

		in += expected->to == number;
		if (expected->from != number)
			continue;
		out++;
		assert_non_null(edge);
		assert_ptr_equal(edge->from, this);
		assert_ptr_equal(edge->to, &node[expected->to]);
		assert_int_equal(edge->kind, expected->kind);
		assert_int_equal(edge->count, expected->count);
		assert_ptr_equal(graph_find(this, edge->to, edge->kind), edge);
		assert_ptr_equal(*edge->back_in, edge);
		edge = edge->next_out;
	}
	assert_null(edge);
	assert_int_equal(this->out_count, out);
	assert_int_equal(this->in_count, in);
	for (edge = this->in; edge; edge = edge->next_in)
		in--;
	assert_int_equal(in, 0);
}

/* Few sources, so that they have long lists, and a few that have short ones. */
static void edges_come_and_go(void **state)
{
	(void)state;
	srand(1);
	for (unsigned i = 0; i < 40000; i++) {
		unsigned from = (unsigned)rand() % (rand() % 8 ? 3 : MODEL_NODES);
		unsigned to = (unsigned)rand() % MODEL_NODES;
		unsigned kind = (unsigned)rand() % EDGE_KINDS;
		unsigned dice = (unsigned)rand() % 1000;
		unsigned edge = model_find(&model, from, to, kind);

		assert_int_equal(!graph_find(&node[from], &node[to], kind),
				 edge == model.edge_count);
		if (dice < 990 && model_link(&model, from, to, kind)) {
			assert_true(graph_link(&node[from], &node[to], kind, NULL));
		} else if (dice < 998 && edge < model.edge_count) {
			unlink_one(graph_find(&node[from], &node[to], kind));
			model_unlink(&model, edge);
		} else {
			graph_drop(&node[from]);
			model_drop(&model, from);
		}
		compare(from);
		compare(to);
	}
}

static void hub_has_an_index(void **state)
{
	enum { MANY = 20000 };
	struct node *many = mem_zalloc(MANY * sizeof(*many));

	(void)state;
	for (unsigned times = 0; times < 3; times++)
		for (unsigned i = 0; i < MANY; i++)
			assert_true(graph_link(&node[0], &many[i], EDGE_BOUND, NULL));
	assert_int_equal(node[0].out_count, MANY);
	assert_true(node[0].out_slots >= 2 * MANY && node[0].out_slots <= 8 * MANY);
	for (unsigned i = 0; i < MANY; i++) {
		const struct edge *edge = graph_find(&node[0], &many[i], EDGE_BOUND);

		assert_non_null(edge);
		assert_int_equal(edge->count, 3);
		assert_null(graph_find(&node[0], &many[i], EDGE_NEEDED));
	}
	graph_drop(&node[0]);
	assert_null(node[0].out_index);
	mem_free(many);
}

static void few_edges_need_no_index(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 8; i++)
		assert_true(graph_link(&node[0], &node[i], EDGE_NEEDED, NULL));
	assert_int_equal(host_blocks, 8);
	assert_null(node[0].out_index);
}

/* Without memory an edge is refused and nothing changes; without an index alone it is added. */
static void no_memory(void **state)
{
	(void)state;
	for (unsigned i = 1; i < MODEL_NODES; i++) {
		host_allocations_left = 0;
		assert_false(graph_link(&node[0], &node[i], EDGE_NEEDED, NULL));
		assert_true(graph_link(&node[0], &node[0], EDGE_NEEDED, NULL));
		compare(0);
		host_allocations_left = 1;
		assert_true(graph_link(&node[0], &node[i], EDGE_NEEDED, NULL));
		model_link(&model, 0, i, EDGE_NEEDED);
		/* What is there needs no memory to be counted again. */
		assert_true(graph_link(&node[0], &node[i], EDGE_NEEDED, NULL));
		model_link(&model, 0, i, EDGE_NEEDED);
		compare(0);
	}
	assert_null(node[0].out_index);
	host_allocations_left = LONG_MAX;
	assert_true(graph_link(&node[0], &node[1], EDGE_FILTER, NULL));
	model_link(&model, 0, 1, EDGE_FILTER);
	assert_non_null(node[0].out_index);
	compare(0);
}

static void first_symbol_is_kept(void **state)
{
	struct edge *edge;

	(void)state;
	assert_true(graph_link(&node[0], &node[1], EDGE_BOUND, NULL));
	edge = graph_find(&node[0], &node[1], EDGE_BOUND);
	assert_null(edge->symbol);
	assert_true(graph_link(&node[0], &node[1], EDGE_BOUND, "first"));
	assert_true(graph_link(&node[0], &node[1], EDGE_BOUND, "second"));
	assert_string_equal(edge->symbol, "first");
	edge->count = UINT_MAX;
	assert_true(graph_link(&node[0], &node[1], EDGE_BOUND, NULL));
	assert_int_equal(edge->count, UINT_MAX);
}

static void dropped_node_starts_anew(void **state)
{
	(void)state;
	assert_true(graph_link(&node[0], &node[1], EDGE_NEEDED, NULL));
	graph_drop(&node[0]);
	assert_null(node[0].out);
	assert_true(graph_link(&node[0], &node[2], EDGE_NEEDED, NULL));
	assert_ptr_equal(node[0].out->to, &node[2]);
	assert_null(node[1].in);
}

static void depends(void **state)
{
	(void)state;
	srand(2);
	for (unsigned graph = 0; graph < 2000; graph++) {
		unsigned edges = (unsigned)rand() % 80, nodes = 1 + (unsigned)rand() % MODEL_NODES;

		for (unsigned i = 0; i < edges; i++) {
			unsigned from = (unsigned)rand() % nodes, to = (unsigned)rand() % nodes;
			unsigned kind = (unsigned)rand() % EDGE_KINDS;

			model_link(&model, from, to, kind);
			assert_true(graph_link(&node[from], &node[to], kind, NULL));
		}
		for (unsigned i = 0; i < 30; i++) {
			unsigned from = (unsigned)rand() % nodes, to = (unsigned)rand() % nodes;
			set reached = model_reach(&model, (set)1 << from,
						  1u << EDGE_NEEDED | 1u << EDGE_FILTER);

			assert_int_equal(graph_depends(&node[from], &node[to]), reached >> to & 1);
		}
		for (unsigned i = 0; i < MODEL_NODES; i++) {
			assert_int_equal(node[i].plan_state, PLAN_OUT);
			graph_drop(&node[i]);
		}
		model.edge_count = 0;
	}
}

#define GRAPH_TEST(test) cmocka_unit_test_setup_teardown(test, make_nodes, drop_nodes)

int main(void)
{
	const struct CMUnitTest tests[] = {
		GRAPH_TEST(edges_come_and_go),
		GRAPH_TEST(hub_has_an_index),
		GRAPH_TEST(few_edges_need_no_index),
		GRAPH_TEST(no_memory),
		GRAPH_TEST(first_symbol_is_kept),
		GRAPH_TEST(dropped_node_starts_anew),
		GRAPH_TEST(depends),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
