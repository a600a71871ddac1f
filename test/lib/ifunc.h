/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IFUNCs without the compiler's help: gcc for uClibc refuses the attribute.
 *
 *	extern int f(void);
 *	static void *choose(void) { ... }
 *	IFUNC(f, choose);
 */
#ifndef TEST_IFUNC_H
#define TEST_IFUNC_H

/* MIPS has no IFUNCs. */
#ifdef __mips__
#define IFUNC_HERE 0
#else
#define IFUNC_HERE 1
#endif

/* NAME is what RESOLVER, a static function defined above, says.  IFUNC_HIDDEN: for this object
 * alone. */
#define IFUNC(name, resolver)                                                            \
	static __typeof__(resolver) resolver __attribute__((used));                      \
	__asm__(".globl " #name "\n.type " #name ", %gnu_indirect_function\n.set " #name \
		", " #resolver)
#define IFUNC_HIDDEN(name, resolver) \
	IFUNC(name, resolver);       \
	__asm__(".hidden " #name)

#endif
