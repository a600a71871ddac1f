/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names and words for the kernel's error numbers. */
#ifndef LDSO_ERRNO_H
#define LDSO_ERRNO_H

#include "base/base.h"

/* Where a number without a name is written; of use as long as what was returned. */
struct errno_room {
	char text[24];
};

/* "ENOENT", "0", or "errno-524"; the sign of `number` does not count.  Never NULL. */
const char *errno_name(long number, struct errno_room *room);

/* "no such file", and where nothing is clearer than the name, the name. */
const char *errno_words(long number, struct errno_room *room);

#endif
