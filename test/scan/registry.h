/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A registry that keeps an intrusive list: the nodes lie in the plug-ins.  One plug-in
 * unmapped without having left the list breaks every later walk of it.
 */
#ifndef SCAN_REGISTRY_H
#define SCAN_REGISTRY_H

struct node {
	struct node *next, *previous;
	const char *name;
	unsigned number;
};

/* Put a node at the end of the list; it must stay where it is until registry_remove(). */
void registry_add(struct node *node);

/* Take a node out of the list again. */
void registry_remove(struct node *node);

/* How many nodes there are, counted by walking over all of them. */
unsigned registry_count(void);

#endif
