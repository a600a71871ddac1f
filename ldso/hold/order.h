/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of constructors.  Pure. */
#ifndef LDSO_ORDER_H
#define LDSO_ORDER_H

#include "hold/graph.h"

/*
 * Put the nodes of a searchlist (breadth-first, all that is reached over needed and filter
 * edges; `count` of them) into the order in which constructors must run, in place in
 * `list`: every node behind all it depends on (gABI "Initialization and Termination Functions"), a
 * cycle broken at the edge that closes it; among independent nodes the one later in the searchlist
 * first.  Nodes outside the list are not entered.  Uses the scratch fields; no recursion, so that a
 * chain of any length is fine.
 */
void order_constructors(struct node **list, size_t count);

#endif
