/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registry library; every change walks the whole list and looks into each node. */
#include "registry.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static struct node head = {&head, &head, "head", 0};

static void verify(void)
{
	for (struct node *n = &head; n->next != &head; n = n->next) {
		if (n->next->previous != n || !n->next->name[0]) {
			fprintf(stderr, "registry: the list is broken after %s\n", n->name);
			abort();
		}
	}
}

void registry_add(struct node *node)
{
	verify();
	node->next = &head;
	node->previous = head.previous;
	head.previous->next = node;
	head.previous = node;
}

void registry_remove(struct node *node)
{
	verify();
	node->previous->next = node->next;
	node->next->previous = node->previous;
	node->next = node->previous = NULL;
}

unsigned registry_count(void)
{
	unsigned count = 0;
	verify();
	for (struct node *n = head.next; n != &head; n = n->next)
		count++;
	return count;
}
