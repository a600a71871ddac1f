/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An object as the linker sees it after mapping, built in memory piece by piece: what tests of
 * dynamic.c and symtab.c look at.  Its memory is a block of its own, so that a read past it is
 * noticed.
 */
#ifndef TEST_OBJECT_H
#define TEST_OBJECT_H

#include "check.h"
#include "elf/dynamic.h"

/* Link-time layout: readable, executable, a hole, writable. */
enum {
	OBJECT_PAGE = 0x1000,
	OBJECT_TEXT = 0x4000,
	OBJECT_HOLE = 0x5000,
	OBJECT_DATA = 0x6000,
	OBJECT_END = 0x7000,
	OBJECT_ENTRIES = 64 /* room for dynamic entries at OBJECT_DATA */
};

struct object {
	char *memory;
	uintptr_t bias;
	size_t used; /* of the readable segment */
	size_t entries;
	ElfW(Phdr) phdr[4];
	struct image image;
	struct dynamic dynamic;
};

static inline void object_new(struct object *object)
{
	static const ElfW(Phdr) phdr[] = {
		{.p_type = PT_LOAD, .p_flags = PF_R, .p_memsz = OBJECT_TEXT},
		{.p_type = PT_LOAD,
		 .p_flags = PF_R | PF_X,
		 .p_vaddr = OBJECT_TEXT,
		 .p_memsz = OBJECT_HOLE - OBJECT_TEXT},
		{.p_type = PT_LOAD,
		 .p_flags = PF_R | PF_W,
		 .p_vaddr = OBJECT_DATA,
		 .p_memsz = OBJECT_END - OBJECT_DATA},
		{.p_type = PT_DYNAMIC,
		 .p_flags = PF_R | PF_W,
		 .p_vaddr = OBJECT_DATA,
		 .p_filesz = OBJECT_ENTRIES * sizeof(ElfW(Dyn)),
		 .p_memsz = OBJECT_ENTRIES * sizeof(ElfW(Dyn))},
	};

	memset(object, 0, sizeof(*object));
	memcpy(object->phdr, phdr, sizeof(phdr));
	object->memory = aligned_alloc(OBJECT_PAGE, OBJECT_END);
	memset(object->memory, 0, OBJECT_END);
	object->bias = (uintptr_t)object->memory;
	object->used = 0x100; /* nothing is at address 0 */
}

static inline void object_free(struct object *object)
{
	free(object->memory);
}

/* Copy bytes into the readable segment; the link-time address. */
static inline uintptr_t object_place(struct object *object, const void *bytes, size_t size)
{
	uintptr_t vaddr = round_up(object->used, 16);

	assert_true(vaddr + size <= OBJECT_TEXT);
	if (size)
		memcpy(object->memory + vaddr, bytes, size);
	object->used = vaddr + size;
	return vaddr;
}

/* Append an entry to the dynamic section. */
static inline void object_entry(struct object *object, uintptr_t tag, uintptr_t value)
{
	ElfW(Dyn) *entry = (ElfW(Dyn) *)(void *)(object->memory + OBJECT_DATA) + object->entries++;

	assert_true(object->entries <= OBJECT_ENTRIES);
	entry->d_tag = (ElfW(Sxword))tag;
	entry->d_un.d_val = value;
}

/* Check the program headers and read the dynamic section. */
static inline bool object_read(struct object *object, struct error *error)
{
	static const struct elf_target target = {.page_size = OBJECT_PAGE,
						 .frames = PT_GNU_EH_FRAME};

	memset(&object->image, 0, sizeof(object->image));
	memset(&object->dynamic, 0, sizeof(object->dynamic));
	return image_check(object->phdr, COUNT(object->phdr), 0, 0, &target, &object->image,
			   error) &&
	       dynamic_read(&object->image, object->bias, &object->dynamic, error);
}

#endif
