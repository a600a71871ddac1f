/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of thread-local variables. */
#ifndef LDSO_TOUCH_H
#define LDSO_TOUCH_H

#include "thread/tls.h"

/* The calling thread's block of module `id`, made if need be; NULL: no memory, or id 0. */
void *tls_try(size_t id);

/*
 * Address of a variable for the calling thread.  Takes no lock; safe in signal handlers.  No
 * memory: the process ends with a sentence.
 */
void *tls_address(const struct tls_reference *reference) __attribute__((visibility("hidden")));

#endif
