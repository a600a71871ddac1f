/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libdl of the static libc, and the few variables that its startup and TLS code expect of a
 * dynamic linker.  A static program is its own only object and loads no other: a library needs
 * libc.so, and that would be a second libc, for whose threads, malloc and stdio this program has no
 * place (DECISIONS.md).
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <bits/uClibc_page.h>
#include <tls.h>

/* Set by _dl_aux_init (libc/misc/elf/dl-support.c). */
extern ElfW(Phdr) * _dl_phdr;
extern size_t _dl_phnum;

/* Weak: newer versions define it in libc/misc/elf/dl-support.c. */
size_t _dl_pagesize __attribute__((weak)) = PAGE_SIZE;

/* Bytes of static TLS beyond the program's own: nothing will ever need them. */
size_t _dl_tls_static_size = 0;

/* What dlerror has not told yet: the function that was refused, and its argument. */
static __thread const char *refused, *refused_name;
static __thread char text[256];

static void refuse(const char *function, const char *name)
{
	refused = function;
	refused_name = name;
}

void *dlopen(const char *file, int mode)
{
	(void)mode;
	refuse("dlopen", file ? file : "the program itself");
	return NULL;
}

void *dlmopen(Lmid_t nsid, const char *file, int mode)
{
	(void)nsid;
	(void)mode;
	refuse("dlmopen", file ? file : "the program itself");
	return NULL;
}

void *fdlopen(int fd, int mode)
{
	(void)mode;
	refuse("fdlopen", fd == -1 ? "the program itself" : "a descriptor's file");
	return NULL;
}

int dlclose(void *handle)
{
	(void)handle;
	refuse("dlclose", "no such handle");
	return -1;
}

void *dlsym(void *handle, const char *name)
{
	(void)handle;
	refuse("dlsym", name);
	return NULL;
}

void *dlvsym(void *handle, const char *name, const char *version)
{
	(void)handle;
	(void)version;
	refuse("dlvsym", name);
	return NULL;
}

dlfunc_t dlfunc(void *handle, const char *name)
{
	(void)handle;
	refuse("dlfunc", name);
	return NULL;
}

char *dlerror(void)
{
	if (!refused)
		return NULL;
	snprintf(text, sizeof(text),
		 "%s: %s: this program is statically linked and can load nothing: a library "
		 "would bring a second libc, and there is no dynamic linker to keep the two apart; "
		 "link the program without -static",
		 refused, refused_name);
	refused = NULL;
	return text;
}

int dlinfo(void *handle, int request, void *arg)
{
	(void)handle;
	(void)request;
	(void)arg;
	refuse("dlinfo", "no such handle");
	return -1;
}

int dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data)
{
	(void)handle;
	(void)each;
	(void)data;
	refuse("dlholders", "no such handle");
	return -1;
}

int dlclose_mode(const char *mode)
{
	if (!mode)
		return 0;
	refuse("dlclose_mode", mode);
	return -1;
}

int dladdr(const void *address, Dl_info *info)
{
	(void)address;
	(void)info;
	return 0;
}

int dladdr1(const void *address, Dl_info *info, void **extra, int flags)
{
	(void)extra;
	(void)flags;
	return dladdr(address, info);
}

static const ElfW(Phdr) * segment(unsigned type)
{
	for (size_t i = 0; i < _dl_phnum; i++)
		if (_dl_phdr[i].p_type == type)
			return &_dl_phdr[i];
	return NULL;
}

/* In memory as the file says, where there is a PT_DYNAMIC: in a static PIE. */
extern const ElfW(Dyn) own_dynamic[] __asm__("_DYNAMIC")
	__attribute__((weak, visibility("hidden")));

/* Run-time minus link-time addresses: not 0 in a static PIE, to which ld gives no PT_PHDR. */
static ElfW(Addr) load_bias(void)
{
	const ElfW(Phdr) *dynamic = segment(PT_DYNAMIC);

	return dynamic ? (ElfW(Addr))own_dynamic - dynamic->p_vaddr : 0;
}

int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data)
{
	struct dl_phdr_info info = {
		.dlpi_addr = load_bias(),
		.dlpi_name = "",
		.dlpi_phdr = _dl_phdr,
		.dlpi_phnum = _dl_phnum,
		.dlpi_adds = 1,
	};

	if (!_dl_phnum)
		return 0;
	if (segment(PT_TLS)) {
		void *block = THREAD_DTV()[1].pointer.val;

		info.dlpi_tls_modid = 1;
		/* All ones: not allocated yet. */
		info.dlpi_tls_data = block == (void *)-1L ? NULL : block;
	}
	return callback(&info, sizeof(info), data);
}

int _dl_find_object(void *address, struct dl_find_object *result)
{
	ElfW(Addr) bias = load_bias(), start = (ElfW(Addr)) - 1, end = 0;
	const ElfW(Phdr) *frames = segment(DLFO_EH_SEGMENT_TYPE);

	for (size_t i = 0; i < _dl_phnum; i++) {
		if (_dl_phdr[i].p_type != PT_LOAD)
			continue;
		if (_dl_phdr[i].p_vaddr < start)
			start = _dl_phdr[i].p_vaddr;
		if (_dl_phdr[i].p_vaddr + _dl_phdr[i].p_memsz > end)
			end = _dl_phdr[i].p_vaddr + _dl_phdr[i].p_memsz;
	}
	if ((ElfW(Addr))address - bias < start || (ElfW(Addr))address - bias >= end)
		return -1;
	memset(result, 0, sizeof(*result));
	result->dlfo_map_start = (void *)(bias + start);
	result->dlfo_map_end = (void *)(bias + end);
	result->dlfo_eh_frame = frames ? (void *)(bias + frames->p_vaddr) : NULL;
#if DLFO_STRUCT_HAS_EH_COUNT
	result->dlfo_eh_count = frames ? (int)(frames->p_memsz / 8) : 0;
#endif
	return 0;
}
