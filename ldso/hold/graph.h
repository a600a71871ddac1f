/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ownership graph: which object keeps which other one.  Pure data, no policy:
 * plan.c decides from it who dies.  A node is embedded in each object; an edge is
 * owned by the node it leaves.  All functions want the loader lock (or, in a unit
 * test, one thread).
 */
#ifndef LDSO_GRAPH_H
#define LDSO_GRAPH_H

#include "base/atomic.h"
#include "base/base.h"

enum edge_kind {
	EDGE_NEEDED, /* DT_NEEDED */
	EDGE_FILTER, /* DT_FILTER or DT_AUXILIARY */
	EDGE_BOUND,  /* a relocation or dlsym of `from` resolved into `to` */
	EDGE_KINDS
};

struct node;

struct edge {
	struct node *from;
	struct node *to;
	struct edge *next_out; /* next in from->out */
	struct edge *next_in;  /* next in to->in */
	struct edge **back_in; /* the pointer that points to this edge in to->in */
	const char *symbol; /* EDGE_BOUND: first symbol bound (points into `to`'s string table) */
	unsigned count;	    /* how often this very edge was added */
	unsigned char kind; /* enum edge_kind */
};

/* Where a node stands while a walk is under way; PLAN_OUT for every node between walks. */
enum plan_state {
	PLAN_OUT, /* not met */
	PLAN_MET, /* in the closure, nothing known to hold it */
	PLAN_LIVE /* in the closure and held */
};

struct node {
	struct edge *out, **out_tail; /* edges that leave, in the order they were added; owned */
	struct edge *in;	      /* edges that arrive; owned by their `from` */
	struct edge **out_index;      /* hash table of `out` once that is long; NULL: none */
	unsigned out_slots;	      /* size of out_index, a power of two */
	unsigned out_count, in_count; /* edges in `out` and in `in` */
	/* What holds the node apart from other nodes. */
	unsigned handles;   /* open handles; readers */
	unsigned tls_dtors; /* registered thread_local destructors not yet run */
	unsigned running;   /* constructors and destructors of it now running, opens in progress */
	uint64_t init_seq;  /* position in the order of completed constructors; 0: none */
	bool startup;	    /* in the startup closure */
	bool nodelete;	    /* RTLD_NODELETE or DF_1_NODELETE */
	bool unique;	    /* a bound STB_GNU_UNIQUE definition */

	/*
	 * Scratch of plan_close and graph_depends.  plan_next and plan_by are a result that
	 * lasts until the next call of either; plan_state is left at PLAN_OUT.
	 */
	unsigned char plan_state; /* enum plan_state */
	unsigned plan_internal;	  /* edges from inside the examined closure */
	struct node *plan_next;	  /* next in closure, dying or kept list */
	struct node *plan_work;	  /* next in the work list */
	struct edge *plan_by;	  /* kept because of this edge; NULL: because of its own holds */
};

/* Make a node with no edges and no holds. */
void graph_init(struct node *node);

/*
 * Add an edge of `kind` from -> to, or count one more on the edge that is there.
 * A self edge is not stored.  `symbol` may be NULL; the first one given is remembered.
 * False: no memory, nothing changed.  Cost: constant, however many edges leave `from`.
 */
bool graph_link(struct node *from, struct node *to, enum edge_kind kind, const char *symbol);

/* The edge from -> to of that kind, or NULL.  Cost: constant. */
struct edge *graph_find(const struct node *from, const struct node *to, enum edge_kind kind);

/*
 * Remove and free every edge that leaves `node`; those that arrive stay, and are their owners'.
 * Nothing of the graph is allocated for the node after this.
 */
void graph_drop(struct node *node);

/* True when something apart from other nodes holds it for as long as the process lives. */
static inline bool node_permanent(const struct node *node)
{
	return node->startup || node->nodelete || node->unique;
}

/* True when something apart from other nodes holds it now. */
bool node_held(const struct node *node);

/* One open handle more or less; readers may look at the number meanwhile. */
static inline void node_add_handle(struct node *node)
{
	store_relaxed(&node->handles, node->handles + 1);
}

static inline void node_drop_handle(struct node *node)
{
	store_relaxed(&node->handles, node->handles - 1);
}

/*
 * True when `to` can be reached from `from` over EDGE_NEEDED and EDGE_FILTER edges only; every
 * node reaches itself.  Visits nothing outside that closure and uses only the scratch fields.
 */
bool graph_depends(struct node *from, struct node *to);

#endif
