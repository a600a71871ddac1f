/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's vDSO, for versions of libc that ask the clock through it (VDSO_SUPPORT).  Owns
 * nothing: the image is the kernel's, and stays as long as the process.
 */
#include "base/export.h"
#include "ld.h"

/* After the headers, which bring uClibc-ng's configuration. */
#ifdef __VDSO_SUPPORT__

static const ElfW(Ehdr) * vdso_header(void)
{
	const ElfW(auxv_t) * entry;

	for (entry = ld.process.auxv; entry->a_type != AT_NULL; entry++)
		if (entry->a_type == AT_SYSINFO_EHDR)
			return (const void *)entry->a_un.a_val;
	return NULL;
}

/* The address of a function of the vDSO, or NULL. */
static void *vdso_function(const char *text)
{
	const ElfW(Ehdr) *header = vdso_header();
	const struct versions none = {NULL, 0};
	const ElfW(Sym) *symbol = NULL;
	struct dynamic dynamic = {.section = NULL};
	struct symbol_name name;
	struct image image = {.phdr = NULL};
	uintptr_t bias;

	if (!header ||
	    !image_check((const void *)((const char *)header + header->e_phoff), header->e_phnum,
			 header->e_phoff, UINT64_MAX / 2, &ld.process.target, &image, NULL))
		return NULL;
	bias = (uintptr_t)header - image.low;
	symbol_name_set(&name, text);
	if (image.dynamic && dynamic_read(&image, bias, &dynamic, NULL))
		symbol = symbol_find(&dynamic, &none, &name, NULL);
	return symbol ? (void *)(bias + symbol->st_value) : NULL;
}

/* libc's clock_gettime and gettimeofday call what this returns; NULL: make the system call. */
EXPORT void *_get__dl__vdso_clock_gettime(void)
{
	static void *function;
	static bool looked;

	if (!looked) {
		function = vdso_function("__vdso_clock_gettime");
		store_release(&looked, true);
	}
	return function;
}

#endif
