/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The linker relocates itself.  Until that is done no address stored in data is right, so
 * this file uses none: no function pointers, no tables, no switch.  The linker is linked
 * with -Bsymbolic, so that all it needs are RELATIVE relocations.
 */
#include "start/startup.h"
#include "arch.h"

static inline __attribute__((always_inline)) void relocate_relr(const ElfW(Addr) * relr,
								size_t size, uintptr_t bias)
{
	uintptr_t *place = (uintptr_t *)bias;

	for (; size; size -= sizeof(*relr), relr++) {
		uintptr_t bits = *relr;
		size_t i;

		if (!(bits & 1)) {
			place = (uintptr_t *)(bias + bits);
			*place++ += bias;
			continue;
		}
		for (i = 0; bits >>= 1; i++)
			if (bits & 1)
				place[i] += bias;
		place += sizeof(*relr) * CHAR_BIT - 1;
	}
}

struct entry_point bootstrap(uintptr_t *stack, ElfW(Dyn) * dynamic, const ElfW(Ehdr) * header)
	__attribute__((visibility("hidden")));

struct entry_point bootstrap(uintptr_t *stack, ElfW(Dyn) * dynamic, const ElfW(Ehdr) * header)
{
	uintptr_t bias = (uintptr_t)header, rela = 0, rel = 0, relr = 0;
	size_t rela_size = 0, rel_size = 0, relr_size = 0;
	ElfW(Dyn) * entry;

	for (entry = dynamic; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_RELA)
			rela = bias + entry->d_un.d_ptr;
		else if (entry->d_tag == DT_RELASZ)
			rela_size = entry->d_un.d_val;
		else if (ARCH_REL && entry->d_tag == DT_REL)
			rel = bias + entry->d_un.d_ptr;
		else if (ARCH_REL && entry->d_tag == DT_RELSZ)
			rel_size = entry->d_un.d_val;
		else if (entry->d_tag == DT_RELR)
			relr = bias + entry->d_un.d_ptr;
		else if (entry->d_tag == DT_RELRSZ)
			relr_size = entry->d_un.d_val;
	}
	if (relr)
		relocate_relr((const ElfW(Addr) *)relr, relr_size, bias);
	for (; rela && rela_size; rela_size -= sizeof(ElfW(Rela)), rela += sizeof(ElfW(Rela))) {
		const ElfW(Rela) *relocation = (const ElfW(Rela) *)rela;

		if (ELF_R_TYPE_NATIVE(relocation->r_info) == ARCH_R_RELATIVE)
			*(uintptr_t *)(bias + relocation->r_offset) =
				bias + (uintptr_t)relocation->r_addend;
	}
	for (; rel && rel_size; rel_size -= sizeof(ElfW(Rel)), rel += sizeof(ElfW(Rel))) {
		const ElfW(Rel) *relocation = (const ElfW(Rel) *)rel;

		if (ELF_R_TYPE_NATIVE(relocation->r_info) == ARCH_R_RELATIVE)
			*(uintptr_t *)(bias + relocation->r_offset) += bias;
	}
	/* Data is right from here on; the compiler may not move its use before this point. */
	__asm__ volatile("" : : : "memory");
	return startup(stack, dynamic, header);
}
