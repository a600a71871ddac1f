/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holding off asynchronous cancellation.  Asks libpthread's hooks (base/hooks.h). */
#ifndef LDSO_CANCEL_H
#define LDSO_CANCEL_H

#include "base/hooks.h"

/*
 * Asynchronous cancellation would end a thread in the middle of a list or with a lock: where
 * either is at stake it is deferred, which the linker, without cancellation points, is safe from.
 * Also while constructors and destructors run: those of every object take locks of libc. cancel_off
 * returns what cancel_restore wants.
 */
enum { CANCEL_DEFERRED = 0 };

int cancel_off(void);
void cancel_restore(int type);

#endif
