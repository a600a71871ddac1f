/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one open loads: it becomes part of the world as a whole, or not at all. */
#ifndef LDSO_GROUP_H
#define LDSO_GROUP_H

#include "ld.h"
#include "life/relocate.h"

/* The bits of dlopen's mode, which differ between CPUs. */
enum {
	MODE_LAZY = RTLD_LAZY,
	MODE_NOW = RTLD_NOW,
	MODE_NOLOAD = RTLD_NOLOAD,
	MODE_DEEPBIND = RTLD_DEEPBIND,
	MODE_GLOBAL = RTLD_GLOBAL,
	MODE_NODELETE = RTLD_NODELETE
};

/* For so many objects no memory is needed to put their constructors into order. */
enum { GROUP_FEW = 4 };

/*
 * Until it is published, undoing it is freeing it.  Owned by the function that opens (open.c) or
 * starts (start/preload.c).
 */
struct group {
	struct object *first, **tail; /* loaded by this open, breadth-first, linked by link_next */
	struct object *root;
	struct space *space;	 /* that it comes into; the group is a user of it */
	struct object *wait_for; /* another thread is loading it: undo, wait, begin again */
	struct object *revived;	 /* brought back to life for this open, linked by next_revived */
	bool announced;		 /* auditors know that something comes */
	bool made_local;	 /* the root's searchlist is this open's work */
	struct relocation_run run;
	const int *fd;	   /* the descriptor that is opened; NULL: what has a name is */
	unsigned *missing; /* startup with LD_TRACE_LOADED_OBJECTS: count, do not fail */
	int mode;
	struct error *error;
	struct origin from;
	struct activity activity; /* while its IFUNC resolvers run, and its constructors */
	struct object **list;	  /* whose constructors are to run, and how many; owned, or `few` */
	size_t raw;
	struct node *few[GROUP_FEW];
};

static inline bool group_no_memory(struct group *group)
{
	return error_memory(group->error);
}

#endif
