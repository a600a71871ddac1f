/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading: what an open brings into memory. */
#ifndef LDSO_LOAD_H
#define LDSO_LOAD_H

#include "life/group.h"

/*
 * The object that `name`, found in `source`, means for `requester` (NULL: nobody in particular):
 * one that is there, or a new one of the group.  Wants the loader lock.  NULL: group->wait_for or
 * group->error says why.
 */
struct object *load_object(struct group *group, const char *name, enum path_source source,
			   struct object *requester);

/*
 * The same for the file that `fd` is of, which stays the caller's.  It is called by the path it
 * has; one that has none any more, or never had, by its inode and device.  It answers to no name
 * but its DT_SONAME.  `name` is what a sentence calls the descriptor.
 */
struct object *load_descriptor(struct group *group, int fd, const char *name,
			       struct object *requester);

/* Load all that `object` needs or is a filter for, and link it to that.  As above. */
bool load_dependencies(struct group *group, struct object *object);

/*
 * Which of the objects that `object` needs or filters answers to the name, as DT_NEEDED and
 * DT_VERNEED have it; NULL: none that is loaded.  Wants the loader lock.
 */
const struct object *load_needed(const struct object *object, const char *name);

/* Are the versions there that `object` wants of what it needs?  False: group->error says which not.
 */
bool load_check_versions(struct group *group, struct object *object);

/* Take one object of a failed group out of everything that others look at.  Wants the loader lock.
 */
void load_disconnect(struct object *object);

#endif
