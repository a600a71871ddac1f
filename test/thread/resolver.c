/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plug-in with an IFUNC whose resolver looks at the plug-in's thread-local variables and calls
 * the program's hook, with what HOOK says.
 */
#include "../lib/ifunc.h"

#define STATIC_TLS __attribute__((tls_model("initial-exec")))

void hook(const char *who, int begin);
int resolver_call(void);

static __thread volatile int STATIC_TLS set = 5, zero;
static __thread volatile char STATIC_TLS more[40];
static int right;

static int answer(void)
{
	return right ? 42 : -1;
}

static int (*resolve(void))(void)
{
	right = set == 5 && !zero && !more[0] && !more[39];
	hook(HOOK, 1);
	return answer;
}

int resolver_answer(void);
#if IFUNC_HERE
IFUNC(resolver_answer, resolve);
#else
int resolver_answer(void)
{
	return resolve()();
}
#endif

/* A word to be relocated, so that the resolver runs inside the dlopen. */
static int (*volatile pointer)(void) = resolver_answer;

int resolver_call(void)
{
	return pointer();
}
