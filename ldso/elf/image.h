/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the ELF and program headers of a file say, checked (gABI chapters "ELF Header" and
 * "Program Header").  Pure: bytes in, facts or a sentence out.
 */
#ifndef LDSO_IMAGE_H
#define LDSO_IMAGE_H

#include "base/error.h"

/* What this linker can load. */
struct elf_target {
	unsigned char class; /* ELFCLASS32 or ELFCLASS64, the linker's own */
	unsigned char data;  /* ELFDATA2LSB or ELFDATA2MSB */
	uint16_t machine;    /* EM_* */
	size_t page_size;    /* power of two */
	uint32_t frames;     /* type of the segment that has unwind tables: PT_GNU_EH_FRAME, ... */
	bool own_got;	     /* DT_LOPROC, not DT_PLTGOT, says where the PLT's reserved words are */
};

/* Where the program headers are in the file. */
struct image_header {
	ElfW(Half) type; /* ET_DYN or ET_EXEC */
	ElfW(Addr) entry;
	uint64_t phoff; /* file offset of the program headers */
	unsigned phnum; /* at least 1 */
};

/*
 * Check the ELF header in the first `length` bytes of a file of `file_size` bytes.
 * On success the program headers lie wholly within the file.
 */
bool image_header(const void *bytes, size_t length, uint64_t file_size,
		  const struct elf_target *target, struct image_header *header,
		  struct error *error);

/* One PT_LOAD in page terms.  Addresses are link-time addresses (before the load bias). */
struct segment {
	uintptr_t start;    /* page of the first byte */
	uintptr_t file_end; /* end of the pages that hold file contents; == start: none */
	uintptr_t end;	    /* end of the last page in memory */
	uintptr_t data_end; /* p_vaddr + p_filesz: the zero bytes begin here */
	uintptr_t mem_end;  /* p_vaddr + p_memsz */
	uint64_t offset;    /* file offset that belongs to `start` */
	unsigned flags;	    /* PF_R | PF_W | PF_X */
};

/* The page view of one PT_LOAD that image_check has accepted. */
struct segment image_segment(const ElfW(Phdr) * load, size_t page_size);

/* What the linker wants to know of the program headers. */
struct image {
	const ElfW(Phdr) * phdr; /* borrowed */
	unsigned phnum;
	unsigned first_load;	    /* number of the first PT_LOAD with p_memsz > 0 */
	uintptr_t low, high;	    /* page-rounded extent of all of them */
	uintptr_t align;	    /* largest p_align, at least the page size, power of two */
	const ElfW(Phdr) * dynamic; /* NULL: none */
	const ElfW(Phdr) * tls;	    /* NULL: none, or of p_memsz 0 */
	const ElfW(Phdr) * relro;   /* NULL: none */
	uintptr_t relro_start,
		relro_end; /* whole pages to protect, within one segment; equal: none */
	const ElfW(Phdr) * eh_frame_hdr; /* the one of type target->frames; NULL: none */
	bool stack_exec;		 /* PT_GNU_STACK with PF_X */
	bool own_got;			 /* as target->own_got */
	uintptr_t phdr_vaddr; /* link-time address of the program headers in memory; 0: not mapped
			       * (or not readable or aligned there) */
};

/*
 * Check program headers: PT_LOADs ascending, not overlapping in bytes, offsets congruent modulo the
 * page size, within the file (so that no page access can raise SIGBUS), p_filesz <= p_memsz, no
 * wrap-around, p_align a power of two (0 and 1 allowed), dynamic, tls (its file contents) and
 * eh_frame_hdr inside a readable PT_LOAD, relro beginning in one (it may end up to p_align past its
 * end, as linkers round it).  Two PT_LOADs may share a page only where mapping the second
 * over it leaves the first as it was: same file page, no zero bytes, no permission lost.
 * An empty PT_LOAD (p_memsz 0) is ignored, as are an empty TLS, relro or eh_frame_hdr.
 * `phoff` is the file offset the headers came from.  `phdr` stays borrowed by `image`, which is all
 * zero before.
 */
bool image_check(const ElfW(Phdr) * phdr, unsigned phnum, uint64_t phoff, uint64_t file_size,
		 const struct elf_target *target, struct image *image, struct error *error);

/* The PT_LOAD that holds all of [vaddr, vaddr + size), or NULL. */
const ElfW(Phdr) * image_find(const struct image *image, uintptr_t vaddr, size_t size);

/* Is there one, and does it have all of `flags` (PF_R, PF_W, PF_X)? */
bool image_allows(const struct image *image, uintptr_t vaddr, size_t size, unsigned flags);

/* Does any of [vaddr, vaddr + size) become read-only once the object is relocated? */
static inline bool image_in_relro(const struct image *image, uintptr_t vaddr, size_t size)
{
	return vaddr < image->relro_end && vaddr + size > image->relro_start;
}

#endif
