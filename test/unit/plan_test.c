/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The close plan: a few graphs by hand, and a great many at random, each built by a script of
 * steps that is also run on the plain model.  A script that shows a difference is cut down to
 * the steps that matter and printed.
 * links: graph.c plan.c plan_model.c
 */
#include "check.h"
#include "plan_model.h"
#include "unlink.h"

enum { STEPS = 200, SCRIPTS = 130000, SENTENCE = 200 };

enum step_kind {
	STEP_LINK,
	STEP_UNLINK,
	STEP_HOLD, /* one more own hold */
	STEP_RELEASE,
	STEP_INIT, /* the constructor completes */
	STEP_PLAN, /* ask for a plan, change nothing */
	STEP_KINDS
};

struct step {
	enum step_kind what;
	unsigned a, b;
	unsigned kind; /* enum edge_kind or enum hold_reason */
};

struct script {
	/*
	 * Strict: as in the linker, what nothing holds has no edges, each release is
	 * followed by a close, and the plan is carried out.  Else anything goes.
	 */
	bool strict;
	unsigned nodes, count;
	struct step steps[STEPS];
};

/* A graph and its model. */
struct world {
	const struct script *script;
	struct model model;
	struct node node[MODEL_NODES];
	uint64_t seq;
	char fault[SENTENCE];
};

/* Remember what is wrong.  Always returns false. */
__attribute__((format(printf, 2, 3))) static bool fault(struct world *world, const char *format,
							...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(world->fault, sizeof(world->fault), format, arguments);
	va_end(arguments);
	return false;
}

static const enum hold_reason own_reasons[] = {HOLD_HANDLE, HOLD_STARTUP,  HOLD_NODELETE,
					       HOLD_UNIQUE, HOLD_TLS_DTOR, HOLD_RUNNING};

static unsigned number(const struct world *world, const struct node *node)
{
	return (unsigned)(node - world->node);
}

static void copy_holds(struct node *node, const unsigned *own, uint64_t seq)
{
	node->handles = own[HOLD_HANDLE];
	node->tls_dtors = own[HOLD_TLS_DTOR];
	node->running = own[HOLD_RUNNING];
	node->startup = own[HOLD_STARTUP];
	node->nodelete = own[HOLD_NODELETE];
	node->unique = own[HOLD_UNIQUE];
	node->init_seq = seq;
}

/* The reason each kept node is given: true, and resting on something that does not rest on it. */
static bool check_reason(struct world *world, const struct node *node, set dying)
{
	enum hold_reason own = model_own(&world->model, number(world, node));
	const struct edge *by;
	enum hold_reason reason = plan_reason(node, &by);
	unsigned far = 0;

	if (own != HOLD_NONE || !by)
		return (own == reason && !by) || fault(world, "%u kept for %s", number(world, node),
						       hold_reason_name(reason));
	if (reason != (enum hold_reason[]){HOLD_NEEDED, HOLD_FILTER, HOLD_BOUND}[by->kind])
		return fault(world, "reason %s for edge kind %u", hold_reason_name(reason),
			     by->kind);
	if (by->to != node || graph_find(by->from, node, by->kind) != by)
		return fault(world, "%u kept by an edge elsewhere", number(world, node));
	if (dying >> number(world, by->from) & 1)
		return fault(world, "%u kept by dying %u", number(world, node),
			     number(world, by->from));
	/* Nodes outside the closure still have the mark of check_plan. */
	while (by && by != (void *)world && far++ <= MODEL_NODES)
		by = by->from->plan_by;
	return far <= MODEL_NODES || fault(world, "%u keeps itself", number(world, node));
}

static bool check_plan(struct world *world, unsigned root, struct plan *plan)
{
	struct model_plan expected;
	const struct node *node;
	set members = 0, dying = 0;
	unsigned kept = 0;

	model_close(&world->model, root, &expected);
	for (unsigned i = 0; i < world->model.nodes; i++)
		world->node[i].plan_by = (void *)world;
	plan_close(&world->node[root], plan);

	if (plan->dying_count != expected.dying_count ||
	    plan->kept_count != expected.closure_count - expected.dying_count)
		return fault(world, "close %u: %zu die and %zu stay, not %u of %u", root,
			     plan->dying_count, plan->kept_count, expected.dying_count,
			     expected.closure_count);
	node = plan->dying;
	for (unsigned i = 0; i < expected.dying_count; i++, node = node->plan_next) {
		if (!node || number(world, node) != expected.dying[i])
			return fault(world, "close %u: not %u is number %u to die", root,
				     expected.dying[i], i);
		if (node->plan_by)
			return fault(world, "close %u: dying %u is given a holder", root,
				     expected.dying[i]);
		dying |= (set)1 << expected.dying[i];
	}
	if (node)
		return fault(world, "close %u: the dying list does not end", root);
	node = plan->kept;
	for (unsigned i = 0; i < expected.closure_count; i++) {
		members |= (set)1 << expected.closure[i];
		if (dying >> expected.closure[i] & 1)
			continue;
		if (!node || number(world, node) != expected.closure[i])
			return fault(world, "close %u: not %u is number %u to stay", root,
				     expected.closure[i], kept);
		if (!check_reason(world, node, dying))
			return false;
		node = node->plan_next;
		kept++;
	}
	for (unsigned i = 0; i < world->model.nodes; i++) {
		if (world->node[i].plan_state != PLAN_OUT)
			return fault(world, "close %u leaves a mark on %u", root, i);
		if (!(members >> i & 1) && world->node[i].plan_by != (void *)world)
			return fault(world, "close %u visits %u outside", root, i);
	}
	return true;
}

/* In a strict world trial deletion must find just what nothing held reaches. */
static bool check_garbage(struct world *world, const struct plan *plan)
{
	set live = model_reach(&world->model, model_held(&world->model), ~0u), dying = 0;

	for (const struct node *node = plan->dying; node; node = node->plan_next)
		dying |= (set)1 << number(world, node);
	if (live & dying)
		return fault(world, "%#lx die in use", (unsigned long)(live & dying));
	for (unsigned i = 0; i < world->model.edge_count; i++)
		if (!((live | dying) >> world->model.edges[i].from & 1))
			return fault(world, "%u leaks", world->model.edges[i].from);
	return true;
}

static bool carry_out(struct world *world, struct plan *plan)
{
	set dead = 0;

	for (struct node *node = plan->dying; node; node = node->plan_next) {
		dead |= (set)1 << number(world, node);
		graph_drop(node);
		model_drop(&world->model, number(world, node));
	}
	for (unsigned i = 0; i < world->model.nodes; i++) {
		struct node *node = &world->node[i];

		if (!(dead >> i & 1))
			continue;
		if (node->in || node->out || node->in_count || node->out_count)
			return fault(world, "%u died with edges", i);
		graph_init(node);
	}
	return true;
}

static bool close_node(struct world *world, unsigned root)
{
	struct plan plan;

	if (!check_plan(world, root, &plan))
		return false;
	return !world->script->strict || (check_garbage(world, &plan) && carry_out(world, &plan));
}

struct holders {
	struct world *world;
	unsigned node, count, stop_at;
	enum hold_reason last;
	set from[EDGE_KINDS];
};

static int check_hold(const struct hold *hold, void *data)
{
	struct holders *holders = data;
	struct world *world = holders->world;
	const struct model *model = &world->model;

	if (++holders->count == holders->stop_at)
		return 42;
	if (!hold->by) {
		if (hold->reason <= holders->last ||
		    hold->count != model->own[holders->node][hold->reason])
			fault(world, "%u: hold %s of %lu", holders->node,
			      hold_reason_name(hold->reason), hold->count);
		holders->last = hold->reason;
		return 0;
	}
	unsigned from = number(world, hold->by->from), kind = hold->by->kind;
	unsigned edge = model_find(model, from, holders->node, kind);

	if (edge == model->edge_count || model->edges[edge].count != hold->count ||
	    holders->from[kind] >> from & 1)
		fault(world, "%u: wrong hold by %u", holders->node, from);
	holders->from[kind] |= (set)1 << from;
	holders->last = HOLD_RUNNING;
	return 0;
}

static bool check_holders(struct world *world, unsigned node)
{
	struct holders all = {.world = world, .node = node}, some = all;
	unsigned expected = 0;

	for (unsigned i = 0; i <= HOLD_RUNNING; i++)
		expected += world->model.own[node][i] != 0;
	for (unsigned i = 0; i < world->model.edge_count; i++)
		expected += world->model.edges[i].to == node;
	if (plan_holders(&world->node[node], check_hold, &all) || all.count != expected)
		return fault(world, "%u: %u holders, not %u", node, all.count, expected);
	some.stop_at = expected / 2 + 1;
	if (expected && (plan_holders(&world->node[node], check_hold, &some) != 42 ||
			 some.count != some.stop_at))
		return fault(world, "%u: holders do not stop", node);
	return !world->fault[0];
}

static bool hold(struct world *world, const struct step *step, bool release)
{
	unsigned *own = &world->model.own[step->a][step->kind];
	bool flag = step->kind == HOLD_STARTUP || step->kind == HOLD_NODELETE ||
		    step->kind == HOLD_UNIQUE;

	/* The flags stay once they are set. */
	if (release ? flag || !*own : flag && *own)
		return true;
	*own += release ? -1u : 1u;
	copy_holds(&world->node[step->a], world->model.own[step->a], world->model.seq[step->a]);
	return release ? close_node(world, step->a) : check_holders(world, step->a);
}

static bool unlink_edge(struct world *world, const struct step *step)
{
	unsigned edge = model_find(&world->model, step->a, step->b, step->kind);
	struct edge *real = graph_find(&world->node[step->a], &world->node[step->b], step->kind);

	if ((edge < world->model.edge_count) != !!real)
		return fault(world, "edge %u -> %u: find", step->a, step->b);
	if (!real)
		return true;
	unlink_one(real);
	model_unlink(&world->model, edge);
	return !world->script->strict || close_node(world, step->b);
}

static bool link_nodes(struct world *world, const struct step *step)
{
	set live = model_reach(&world->model, model_held(&world->model), ~0u);

	if (world->script->strict && !(live >> step->a & 1))
		return true;
	return !model_link(&world->model, step->a, step->b, step->kind) ||
	       graph_link(&world->node[step->a], &world->node[step->b], step->kind, "symbol");
}

static bool run_step(struct world *world, const struct step *step)
{
	struct plan plan;

	switch (step->what) {
	case STEP_LINK:
		return link_nodes(world, step);
	case STEP_UNLINK:
		return unlink_edge(world, step);
	case STEP_HOLD:
	case STEP_RELEASE:
		return hold(world, step, step->what == STEP_RELEASE);
	case STEP_INIT:
		if (!world->model.seq[step->a])
			world->model.seq[step->a] = ++world->seq;
		copy_holds(&world->node[step->a], world->model.own[step->a],
			   world->model.seq[step->a]);
		return true;
	default:
		return check_plan(world, step->a, &plan) && check_holders(world, step->a);
	}
}

/* Run the script; false and a sentence in world->fault when the graph and the model differ. */
static bool run_script(const struct script *script, struct world *world)
{
	bool good = true;

	world->script = script;
	world->seq = 0;
	world->fault[0] = '\0';
	world->model.nodes = script->nodes;
	world->model.edge_count = 0;
	memset(world->model.own, 0, sizeof(world->model.own));
	memset(world->model.seq, 0, sizeof(world->model.seq));
	for (unsigned i = 0; i < script->nodes; i++)
		graph_init(&world->node[i]);
	for (unsigned i = 0; i < script->count && good; i++)
		good = run_step(world, &script->steps[i]);
	for (unsigned i = 0; i < script->nodes; i++)
		graph_drop(&world->node[i]);
	if (good && host_blocks)
		good = fault(world, "%ld edges were not freed", host_blocks);
	return good;
}

static unsigned random_below(uint64_t *state, unsigned limit)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((*state >> 33) % limit);
}

static void make_script(struct script *script, uint64_t seed)
{
	uint64_t state = seed;

	random_below(&state, 2);
	script->strict = seed & 1;
	/* Mostly small ones: they hit odd cases more often, and take less time. */
	script->nodes = 2 + random_below(&state, 8);
	if (!random_below(&state, 4))
		script->nodes = 2 + random_below(&state, MODEL_NODES - 1);
	script->count = script->nodes * (2 + random_below(&state, 4));
	if (script->count > STEPS)
		script->count = STEPS;
	for (unsigned i = 0; i < script->count; i++) {
		struct step *step = &script->steps[i];
		unsigned dice = random_below(&state, 100);

		step->a = random_below(&state, script->nodes);
		step->b = random_below(&state, script->nodes);
		step->kind = random_below(&state, EDGE_KINDS);
		step->what = dice < 50	 ? STEP_LINK
			     : dice < 53 ? STEP_UNLINK
			     : dice < 67 ? STEP_HOLD
			     : dice < 82 ? STEP_RELEASE
			     : dice < 92 ? STEP_INIT
					 : STEP_PLAN;
		if (step->what != STEP_HOLD && step->what != STEP_RELEASE)
			continue;
		/* Most holds are handles; the permanent ones must not be common. */
		step->kind = HOLD_HANDLE;
		if (!random_below(&state, 4))
			step->kind = own_reasons[random_below(&state, 6)];
	}
}

/* Leave out steps, by ever smaller runs, for as long as what remains fails. */
static void shrink(struct script *script, struct world *world)
{
	for (unsigned length = script->count; length; length = length > 1 ? length / 2 : 0) {
		for (unsigned at = 0; at + length <= script->count;) {
			struct script less = *script;

			less.count -= length;
			memmove(less.steps + at, less.steps + at + length,
				(less.count - at) * sizeof(less.steps[0]));
			if (run_script(&less, world))
				at += length;
			else
				*script = less;
		}
	}
	run_script(script, world);
}

static void print_script(const struct script *script)
{
	static const char *const names[] = {"link", "unlink", "hold", "release", "init", "plan"};
	static const char *const kinds[] = {"needed", "filter", "bound"};

	for (unsigned i = 0; i < script->count; i++) {
		const struct step *step = &script->steps[i];

		print_error("# %s %u", names[step->what], step->a);
		if (step->what <= STEP_UNLINK)
			print_error(" -> %u %s", step->b, kinds[step->kind]);
		else if (step->what <= STEP_RELEASE)
			print_error(" %s", hold_reason_name(step->kind));
		print_error("\n");
	}
}

static void random_graphs(void **state)
{
	static struct world world;
	static struct script script;

	(void)state;
	for (unsigned seed = 0; seed < SCRIPTS; seed++) {
		make_script(&script, seed);
		if (run_script(&script, &world))
			continue;
		shrink(&script, &world);
		print_script(&script);
		fail_msg("seed %u, %s: %s", seed, script.strict ? "strict" : "loose", world.fault);
	}
}

/* What a random script seldom makes: ordering of many, with equals. */
static void order_of_many(void **state)
{
	enum { MANY = 1000 };
	static struct node node[MANY];
	struct plan plan;
	const struct node *at;

	(void)state;
	for (unsigned i = 0; i < MANY; i++) {
		graph_init(&node[i]);
		node[i].init_seq = i * 7919u % MANY / 2;
		assert_true(graph_link(&node[0], &node[i], EDGE_NEEDED, NULL));
	}
	plan_close(&node[0], &plan);
	assert_int_equal(plan.dying_count, MANY);
	for (at = plan.dying; at->plan_next; at = at->plan_next) {
		assert_true(at->init_seq >= at->plan_next->init_seq);
		/* Equals stay as the closure has them. */
		assert_true(at->init_seq > at->plan_next->init_seq || at < at->plan_next);
	}
	for (unsigned i = 0; i < MANY; i++)
		graph_drop(&node[i]);
	assert_int_equal(host_blocks, 0);
}

static void reason_names(void **state)
{
	(void)state;
	assert_string_equal(hold_reason_name(HOLD_HANDLE), "handle");
	assert_string_equal(hold_reason_name(HOLD_STARTUP), "startup");
	assert_string_equal(hold_reason_name(HOLD_NEEDED), "needed");
	assert_string_equal(hold_reason_name(HOLD_FILTER), "filter");
	assert_string_equal(hold_reason_name(HOLD_BOUND), "bound");
	assert_string_equal(hold_reason_name(HOLD_NODELETE), "nodelete");
	assert_string_equal(hold_reason_name(HOLD_UNIQUE), "unique");
	assert_string_equal(hold_reason_name(HOLD_TLS_DTOR), "tls-dtor");
	assert_string_equal(hold_reason_name(HOLD_RUNNING), "running");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_graphs),
		cmocka_unit_test(order_of_many),
		cmocka_unit_test(reason_names),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
