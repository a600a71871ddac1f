/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Constructors and destructors. */
#ifndef LDSO_INITFINI_H
#define LDSO_INITFINI_H

#include "ld.h"

/*
 * Do all constructors and destructors of a relocated object begin in executable code: its own,
 * that of the objects linked behind `group` (link_next), or of any in the address map?  Wants
 * the loader lock.
 */
bool init_check(const struct object *object, const struct object *group, struct error *error);

/*
 * Run the constructors of the `count` objects of `list` that have not run, in that
 * order.  An object another thread is initialising is waited for, unless that thread waits
 * for one of ours.  `activity` (may be NULL) is told whose constructor runs.  Wants the
 * loader lock, which is given up while a constructor runs.
 */
void init_objects(struct object **list, size_t count, struct activity *activity);

/*
 * Would waiting for the thread that loads or initialises `object` close a circle of threads that
 * wait for each other?  Wants the loader lock.
 */
bool init_waits_for_us(const struct object *object, const struct thread *self);

/*
 * A constructor of this object was left for good.  It does not begin again over what it has left:
 * for who holds the object, it counts as constructed; when it goes, what it has registered runs,
 * and its destructors do not.  Wants the loader lock.
 */
void init_abandon(struct object *object);

/* Take it out of the order of completed constructors.  Wants the loader lock. */
void init_forget(struct object *object);

/*
 * Run those of the object's destructors that have not begun: DT_FINI_ARRAY backwards, then DT_FINI.
 * Without the loader lock.
 */
void destruct_at_exit(struct object *object);

/*
 * The same in a close.  If a destructor was left in the middle, or the constructor was, then also
 * run what the object has still registered with libc: at exit, libc has done so.
 */
void destruct_closed(struct object *object);

/*
 * The object goes.  If it was left in the middle, what a constructor has given to others is not
 * taken back as it should be: see whether its memory has to stay (init.frames).  Wants the loader
 * lock.
 */
void init_note_left(struct object *object);

/* Has the object destructors that have not begun?  Wants the loader lock. */
bool destructors_left(const struct object *object);

/*
 * The startup: libc first, because everybody's constructors use it, then the program's preinit
 * functions, then all others in order; not the program's own constructors, which libc's start
 * code calls.  Wants the loader lock, as init_objects does.
 */
void init_startup(void);

/* What the program's entry point gets to call at exit. */
void _dl_fini(void);

#endif
