/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses of thread-local variables. */
#ifndef LDSO_TOUCH_H
#define LDSO_TOUCH_H

#include "thread/tls.h"

/* Address of a variable for the calling thread.  Takes no lock; safe in signal handlers. */
void *tls_address(const struct tls_reference *reference) __attribute__((visibility("hidden")));

#endif
