/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What machines are called in sentences about files; nothing is decided by it. */
#ifndef LDSO_MACHINES_H
#define LDSO_MACHINES_H

#include <elf.h>

/* The machines that people have files of, as uname and compilers call them. */
static inline const char *machine_word(unsigned machine)
{
	static const struct {
		unsigned char machine;
		char word[11];
	} known[] = {
		{EM_386, "i386"},	 {EM_X86_64, "x86_64"},	  {EM_ARM, "arm"},
		{EM_AARCH64, "aarch64"}, {EM_RISCV, "riscv"},	  {EM_MIPS, "mips"},
		{EM_PPC, "powerpc"},	 {EM_PPC64, "powerpc64"}, {EM_SPARC, "sparc"},
		{EM_SPARCV9, "sparc64"}, {EM_S390, "s390"},	  {EM_SH, "sh"},
		{EM_68K, "m68k"},	 {EM_XTENSA, "xtensa"},	  {EM_IA_64, "ia64"},
	};
	unsigned i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].machine == machine)
			return known[i].word;
	return "a machine without a name here";
}

#endif
