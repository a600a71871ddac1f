/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The states of an object (ARCHITECTURE.md, "The life of an object").  Owns object->state. */
#include "ld.h"

#ifdef LDSO_CHECK

/* Which states may follow which: bit n stands for state n. */
static const unsigned char may_follow[OBJECT_RETIRED + 1] = {
	[OBJECT_LOADING] = 1 << OBJECT_LINKED | 1 << OBJECT_LIVE, /* LIVE: the linker itself */
	[OBJECT_LINKED] = 1 << OBJECT_INITIALISING | 1 << OBJECT_CLOSING,
	[OBJECT_INITIALISING] = 1 << OBJECT_LIVE,
	/* FINALISING: at exit, which decides nothing. */
	[OBJECT_LIVE] = 1 << OBJECT_CLOSING | 1 << OBJECT_FINALISING,
	[OBJECT_CLOSING] = 1 << OBJECT_LINKED | 1 << OBJECT_LIVE | 1 << OBJECT_FINALISING,
	/* FINALISING: an exit met the close of another thread. */
	[OBJECT_FINALISING] = 1 << OBJECT_RETIRED | 1 << OBJECT_FINALISING,
};

#endif

void object_set_state(struct object *object, enum object_state state)
{
	wants_loader();
	RULE(may_follow[object->state] >> state & 1,
	     "there is no such step from the object's state");
	store_ordered(&object->state, state);
}
