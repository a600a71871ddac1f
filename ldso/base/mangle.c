/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Owns the secret, which is among the data that becomes read-only (RELRO). */
#include "base/mangle.h"

uintptr_t mangle_secret __attribute__((section(".data.rel.ro")));

void mangle_start(const void *bytes)
{
	uint64_t half[2];

	/* Others, to whom it may be shown, have each half by itself (the stack's guard, libc's). */
	memcpy(half, bytes, sizeof(half));
	half[0] = (half[0] ^ half[1] >> 17) * 0x9e3779b97f4a7c15u;
	mangle_secret = (uintptr_t)(half[0] ^ half[0] >> 32 ^ half[1]);
}
