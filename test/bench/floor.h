/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The floor: what loading a file costs when nothing but the system calls and page accesses that
 * mapping and relocating cannot do without are done.  Owns the description of a file.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FLOOR_SEGMENTS = 8, FLOOR_PAGES = 64 };

struct floor_file {
	const char *path;
	size_t length;
	ElfW(Phdr) load[FLOOR_SEGMENTS], relro;
	unsigned loads;
	size_t page[FLOOR_PAGES]; /* offsets of the pages that relocation writes to */
	unsigned pages;
	unsigned relocated; /* of these, without what is there for DT_DEBUG alone */
	char *base;
};

static size_t floor_down(size_t value)
{
	return value & ~(size_t)4095;
}

static size_t floor_up(size_t value)
{
	return floor_down(value + 4095);
}

/* Map as the linker does; `touch` reads and writes what relocating touches. */
static inline void floor_open(struct floor_file *file, int touch)
{
	char header[832];
	struct stat status;
	int fd = open(file->path, O_RDONLY | O_CLOEXEC);
	volatile char *byte;
	unsigned i;

	if (fd < 0 || read(fd, header, sizeof(header)) < 0 || fstat(fd, &status) < 0)
		exit(3);
	file->base = mmap(NULL, file->length, PROT_READ, MAP_PRIVATE, fd, 0);
	for (i = 1; i < file->loads; i++) {
		const ElfW(Phdr) *load = &file->load[i];
		size_t start = floor_down(load->p_vaddr);
		size_t end = floor_up(load->p_vaddr + load->p_filesz);
		size_t whole = floor_up(load->p_vaddr + load->p_memsz);
		int protection = (load->p_flags & PF_R ? PROT_READ : 0) |
				 (load->p_flags & PF_W ? PROT_WRITE : 0) |
				 (load->p_flags & PF_X ? PROT_EXEC : 0);

		mmap(file->base + start, end - start, protection, MAP_PRIVATE | MAP_FIXED, fd,
		     (off_t)floor_down(load->p_offset));
		if (whole > end)
			mmap(file->base + end, whole - end, protection,
			     MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	}
	if (touch) {
		byte = file->base;
		(void)*byte;
		for (i = 0; i < file->pages; i++) {
			byte = file->base + file->page[i];
			*byte = *byte;
		}
	}
	if (file->relro.p_memsz)
		mprotect(file->base + floor_down(file->relro.p_vaddr),
			 floor_down(file->relro.p_vaddr + file->relro.p_memsz) -
				 floor_down(file->relro.p_vaddr),
			 PROT_READ);
	close(fd);
}

static inline void floor_close(struct floor_file *file)
{
	munmap(file->base, file->length);
}

static inline void floor_note_page(struct floor_file *file, size_t address)
{
	unsigned i;

	for (i = 0; i < file->pages; i++)
		if (file->page[i] == floor_down(address))
			return;
	if (file->pages < FLOOR_PAGES)
		file->page[file->pages++] = floor_down(address);
}

/* Find out, once and outside the measurement, what floor_open has to do. */
static inline void floor_prepare(struct floor_file *file, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	const char *image;
	const ElfW(Ehdr) * ehdr;
	const ElfW(Phdr) * phdr;
	const ElfW(Shdr) * section;
	unsigned i;
	size_t at;

	memset(file, 0, sizeof(*file));
	file->path = path;
	if (fd < 0 || fstat(fd, &status) < 0) {
		perror(path);
		exit(3);
	}
	image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	ehdr = (const void *)image;
	phdr = (const void *)(image + ehdr->e_phoff);
	for (i = 0; i < ehdr->e_phnum; i++) {
		if (phdr[i].p_type == PT_GNU_RELRO)
			file->relro = phdr[i];
		if (phdr[i].p_type != PT_LOAD || file->loads == FLOOR_SEGMENTS)
			continue;
		file->load[file->loads++] = phdr[i];
		file->length = floor_up(phdr[i].p_vaddr + phdr[i].p_memsz);
	}
	section = (const void *)(image + ehdr->e_shoff);
	for (i = 0; i < ehdr->e_shnum; i++) {
		if (section[i].sh_type != SHT_RELA || !(section[i].sh_flags & SHF_ALLOC))
			continue;
		for (at = 0; at < section[i].sh_size / sizeof(ElfW(Rela)); at++)
			floor_note_page(
				file,
				((const ElfW(Rela) *)(image + section[i].sh_offset))[at].r_offset);
	}
	file->relocated = file->pages;
	for (i = 0; i < ehdr->e_shnum; i++)
		if (section[i].sh_type == SHT_DYNAMIC)
			floor_note_page(file, section[i].sh_addr);
	munmap((void *)image, (size_t)status.st_size);
	close(fd);
}

static inline uint64_t floor_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
