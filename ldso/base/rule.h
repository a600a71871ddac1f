/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules that check themselves: in a build with LDSO_CHECK a broken one ends the process with a
 * sentence and SIGILL; in any other it is nothing.
 */
#ifndef LDSO_RULE_H
#define LDSO_RULE_H

#ifdef LDSO_CHECK
#define RULE(holds, sentence) ((holds) ? (void)0 : rule_broken(__func__, sentence))
#else
#define RULE(holds, sentence) ((void)0)
#endif

/* The end: `function` has found that the rule in `sentence` does not hold. */
void rule_broken(const char *function, const char *sentence) __attribute__((noreturn));

#endif
