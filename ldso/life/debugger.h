/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a debugger reads (SVR4 rendezvous: struct r_debug, DT_DEBUG). */
#ifndef LDSO_DEBUGGER_H
#define LDSO_DEBUGGER_H

#include "ld.h"

enum debugger_event { DEBUGGER_ADD, DEBUGGER_DELETE, DEBUGGER_CONSISTENT };

/* Publish the link map and hook DT_DEBUG of the program.  Once. */
void debugger_setup(void);

/*
 * Tell a debugger that the link map of `space` changes, or has changed.  Wants the loader lock and
 * releases it while the debugger looks, who may well call into the process.
 */
void debugger_notify(struct space *space, enum debugger_event event);

#endif
