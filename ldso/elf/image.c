/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks ELF and program headers and says what they ask for.  Pure: touches nothing but its
 * arguments.  What it accepts can be mapped and read without a fault.
 */
#include "elf/image.h"
#include "elf/machines.h"

#define ELF_OSABI_LAST_GENERIC 63 /* the gABI leaves 64 to 255 to each architecture */

static const char *class_word(unsigned class)
{
	return class == ELFCLASS32 ? "32-bit" : class == ELFCLASS64 ? "64-bit" : "neither";
}

static bool check_target(const ElfW(Ehdr) * elf, const struct elf_target *target,
			 struct error *error)
{
	const unsigned char *ident = elf->e_ident;

	if (ident[EI_DATA] != target->data)
		return error_set(error, "wrong byte order: %d (1 is little, 2 is big), expected %d",
				 ident[EI_DATA], target->data);
	if (elf->e_machine != target->machine)
		return error_set(error,
				 "made for another machine, %s: e_machine is %d, expected %d (%s)",
				 machine_word(elf->e_machine), elf->e_machine, target->machine,
				 machine_word(target->machine));
	if (ident[EI_VERSION] != EV_CURRENT || elf->e_version != EV_CURRENT)
		return error_set(error, "ELF version %d/%u is not the current one",
				 ident[EI_VERSION], (unsigned)elf->e_version);
	if (ident[EI_OSABI] != ELFOSABI_SYSV && ident[EI_OSABI] != ELFOSABI_LINUX &&
	    ident[EI_OSABI] <= ELF_OSABI_LAST_GENERIC)
		return error_set(error, "made for another system: OS ABI %d", ident[EI_OSABI]);
	return true;
}

static bool check_table(const ElfW(Ehdr) * elf, uint64_t file_size, struct error *error)
{
	uint64_t size = (uint64_t)elf->e_phnum * sizeof(ElfW(Phdr));

	if (elf->e_phnum == 0)
		return error_set(error, "no program headers");
	if (elf->e_phnum == PN_XNUM)
		return error_set(error, "too many program headers: 65535 or more");
	if (elf->e_phentsize != sizeof(ElfW(Phdr)))
		return error_set(error, "program headers are %d bytes each, expected %d",
				 elf->e_phentsize, (int)sizeof(ElfW(Phdr)));
	if (elf->e_phoff > file_size || size > file_size - elf->e_phoff)
		return error_set(error,
				 "truncated file: program headers 0x%lx+0x%lx end past the end of "
				 "the file (0x%lx bytes)",
				 (unsigned long)elf->e_phoff, (unsigned long)size,
				 (unsigned long)file_size);
	return true;
}

bool image_header(const void *bytes, size_t length, uint64_t file_size,
		  const struct elf_target *target, struct image_header *header, struct error *error)
{
	ElfW(Ehdr) elf;

	if (length < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return error_set(error, "not an ELF file");
	/* The class decides how long the header is, so a foreign file is told first. */
	if (length > EI_CLASS && ((const unsigned char *)bytes)[EI_CLASS] != target->class)
		return error_set(error, "wrong ELF class: %d (%s), expected %d (%s)",
				 ((const unsigned char *)bytes)[EI_CLASS],
				 class_word(((const unsigned char *)bytes)[EI_CLASS]),
				 target->class, class_word(target->class));
	if (length < sizeof(elf))
		return error_set(error, "truncated file: %lu bytes, the ELF header alone has %d",
				 (unsigned long)length, (int)sizeof(elf));
	memcpy(&elf, bytes, sizeof(elf));
	if (!check_target(&elf, target, error))
		return false;
	if (elf.e_type != ET_DYN && elf.e_type != ET_EXEC)
		return error_set(error, "neither a shared object nor a program: e_type is %d",
				 elf.e_type);
	if (!check_table(&elf, file_size, error))
		return false;
	header->type = elf.e_type;
	header->entry = elf.e_entry;
	header->phoff = elf.e_phoff;
	header->phnum = elf.e_phnum;
	return true;
}

struct segment image_segment(const ElfW(Phdr) * load, size_t page_size)
{
	struct segment segment;

	segment.start = round_down(load->p_vaddr, page_size);
	segment.data_end = load->p_vaddr + load->p_filesz;
	segment.mem_end = load->p_vaddr + load->p_memsz;
	segment.file_end = load->p_filesz ? round_up(segment.data_end, page_size) : segment.start;
	segment.end = round_up(segment.mem_end, page_size);
	segment.offset = load->p_offset & -(uint64_t)page_size;
	segment.flags = load->p_flags & (PF_R | PF_W | PF_X);
	return segment;
}

static bool is_load(const ElfW(Phdr) * phdr)
{
	return phdr->p_type == PT_LOAD && phdr->p_memsz > 0;
}

const ElfW(Phdr) * image_find(const struct image *image, uintptr_t vaddr, size_t size)
{
	const ElfW(Phdr) *load = image->phdr + image->first_load;
	const ElfW(Phdr) *end = image->phdr + image->phnum;

	for (; load < end; load++) {
		uintptr_t before = vaddr - load->p_vaddr;

		if (before <= load->p_memsz && size <= load->p_memsz - before && is_load(load))
			return load;
	}
	return NULL;
}

bool image_allows(const struct image *image, uintptr_t vaddr, size_t size, unsigned flags)
{
	const ElfW(Phdr) *load = image_find(image, vaddr, size);

	return load && (load->p_flags & flags) == flags;
}

#ifdef __LDSO_REFUSE_WX__
enum { REFUSE_WX = 1 };
#else
enum { REFUSE_WX = 0 };
#endif

/* One PT_LOAD by itself: alignment, place in the file and in the address space. */
static bool check_load(const ElfW(Phdr) * load, unsigned number, uint64_t file_size,
		       size_t page_size, struct error *error)
{
	unsigned long vaddr = load->p_vaddr, offset = load->p_offset;

	if (load->p_memsz > UINTPTR_MAX - load->p_vaddr ||
	    load->p_vaddr + load->p_memsz > round_down(UINTPTR_MAX, page_size))
		return error_set(error,
				 "program header %u: segment 0x%lx+0x%lx ends past the end of the "
				 "address space",
				 number, vaddr, (unsigned long)load->p_memsz);
	if (load->p_offset > file_size || load->p_filesz > file_size - load->p_offset)
		return error_set(error,
				 "program header %u: segment 0x%lx+0x%lx ends past the end of the "
				 "file (0x%lx bytes)",
				 number, offset, (unsigned long)load->p_filesz,
				 (unsigned long)file_size);
	if (REFUSE_WX && (load->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
		return error_set(error,
				 "program header %u: segment 0x%lx+0x%lx is both writable and "
				 "executable, which this system does not allow",
				 number, vaddr, (unsigned long)load->p_memsz);
	if (load->p_align & (load->p_align - 1))
		return error_set(error, "program header %u: alignment 0x%lx is not a power of two",
				 number, (unsigned long)load->p_align);
	if (load->p_filesz && ((vaddr ^ offset) & (page_size - 1)))
		return error_set(error,
				 "program header %u: address 0x%lx and file offset 0x%lx differ "
				 "within a page",
				 number, vaddr, offset);
	return true;
}

/* May the two be mapped, although the second begins on the page where the first one ends? */
static RARE bool may_share(const ElfW(Phdr) * before, const ElfW(Phdr) * load, size_t page_size)
{
	struct segment first = image_segment(before, page_size);
	struct segment second = image_segment(load, page_size);

	return first.mem_end == first.data_end && second.file_end != second.start &&
	       first.offset - first.start == second.offset - second.start &&
	       !(first.flags & ~second.flags);
}

/* What two neighbours do to each other. */
static bool check_neighbours(const ElfW(Phdr) * before, const ElfW(Phdr) * load, unsigned number,
			     size_t page_size, struct error *error)
{
	uintptr_t end = before->p_vaddr + before->p_memsz;
	uintptr_t page = round_down(load->p_vaddr, page_size);

	if (load->p_vaddr < end)
		return error_set(error,
				 "program header %u: segment at 0x%lx begins before the end of the "
				 "one before it (0x%lx)",
				 number, (unsigned long)load->p_vaddr, (unsigned long)end);
	return page >= end || may_share(before, load, page_size) ||
	       error_set(error,
			 "program header %u: the page at 0x%lx is needed by the segment before it "
			 "as well, with other contents or permissions",
			 number, (unsigned long)page);
}

/* Check and count the PT_LOADs, fill in their extent. */
static bool check_loads(struct image *image, uint64_t file_size, size_t page_size,
			struct error *error)
{
	const ElfW(Phdr) * load, *before = NULL;
	unsigned number;

	for (number = 0; number < image->phnum; number++) {
		load = &image->phdr[number];
		if (load->p_type != PT_LOAD)
			continue;
		if (load->p_filesz > load->p_memsz)
			return error_set(error,
					 "program header %u: file size 0x%lx is larger than memory "
					 "size 0x%lx",
					 number, (unsigned long)load->p_filesz,
					 (unsigned long)load->p_memsz);
		if (load->p_memsz == 0)
			continue;
		if (!check_load(load, number, file_size, page_size, error))
			return false;
		if (before && !check_neighbours(before, load, number, page_size, error))
			return false;
		if (!before) {
			image->first_load = number;
			image->low = round_down(load->p_vaddr, page_size);
		}
		image->high = round_up(load->p_vaddr + load->p_memsz, page_size);
		if (load->p_align > image->align)
			image->align = load->p_align;
		before = load;
	}
	if (!before)
		return error_set(error, "no segment to load");
	return true;
}

/* `phdr` names `size` bytes that must be readable; `what` is its type. */
static bool check_inside(const struct image *image, const ElfW(Phdr) * phdr, size_t size,
			 const char *what, struct error *error)
{
	if (!image_allows(image, phdr->p_vaddr, size, PF_R))
		return error_set(error,
				 "program header %u: %s 0x%lx+0x%lx is not inside a readable "
				 "segment",
				 (unsigned)(phdr - image->phdr), what, (unsigned long)phdr->p_vaddr,
				 (unsigned long)size);
	return true;
}

static bool check_tls(const struct image *image, struct error *error)
{
	const ElfW(Phdr) *tls = image->tls;
	unsigned number = (unsigned)(tls - image->phdr);

	if (tls->p_filesz > tls->p_memsz)
		return error_set(error,
				 "program header %u: TLS file size 0x%lx is larger than memory "
				 "size 0x%lx",
				 number, (unsigned long)tls->p_filesz, (unsigned long)tls->p_memsz);
	if (tls->p_align & (tls->p_align - 1))
		return error_set(error,
				 "program header %u: TLS alignment 0x%lx is not a power of two",
				 number, (unsigned long)tls->p_align);
	if (tls->p_memsz > PTRDIFF_MAX / 2 || tls->p_align > PTRDIFF_MAX / 2)
		return error_set(error,
				 "program header %u: TLS size 0x%lx or alignment 0x%lx is larger "
				 "than any memory",
				 number, (unsigned long)tls->p_memsz, (unsigned long)tls->p_align);
	return tls->p_filesz == 0 || check_inside(image, tls, tls->p_filesz, "TLS image", error);
}

/* Linkers round the end of relro up to their largest page, past the segment if need be. */
static bool check_relro(struct image *image, size_t page_size, struct error *error)
{
	const ElfW(Phdr) *relro = image->relro, *load = image_find(image, relro->p_vaddr, 1);
	uintptr_t align, end, limit;

	if (!load)
		goto outside;
	align = load->p_align > page_size ? load->p_align : page_size;
	limit = load->p_vaddr + load->p_memsz;
	end = relro->p_vaddr + relro->p_memsz;
	if (end < relro->p_vaddr || (end > limit && end - limit >= align))
		goto outside;
	limit = round_up(limit, page_size);
	image->relro_start = round_down(relro->p_vaddr, page_size);
	image->relro_end = round_down(end < limit ? end : limit, page_size);
	if (image->relro_end < image->relro_start)
		image->relro_end = image->relro_start;
	return true;
outside:
	return error_set(error, "program header %u: relro 0x%lx+0x%lx is not inside a segment",
			 (unsigned)(relro - image->phdr), (unsigned long)relro->p_vaddr,
			 (unsigned long)relro->p_memsz);
}

static bool check_dynamic(const struct image *image, struct error *error)
{
	const ElfW(Phdr) *dynamic = image->dynamic;

	if (dynamic->p_vaddr % sizeof(ElfW(Addr)))
		return error_set(error, "program header %u: dynamic section at 0x%lx is misaligned",
				 (unsigned)(dynamic - image->phdr),
				 (unsigned long)dynamic->p_vaddr);
	return check_inside(image, dynamic, dynamic->p_memsz, "dynamic section", error);
}

/* Note the headers other than PT_LOAD; the first of a kind counts. */
static void note_others(struct image *image, uint32_t frames)
{
	const ElfW(Phdr) * phdr;

	for (phdr = image->phdr; phdr < image->phdr + image->phnum; phdr++) {
		const ElfW(Phdr) **slot = NULL;

		if (phdr->p_type == PT_GNU_STACK)
			image->stack_exec = phdr->p_flags & PF_X;
		else if (phdr->p_type == PT_DYNAMIC)
			slot = &image->dynamic;
		else if (phdr->p_type == PT_TLS)
			slot = &image->tls;
		else if (phdr->p_type == PT_GNU_RELRO)
			slot = &image->relro;
		else if (phdr->p_type == frames)
			slot = &image->eh_frame_hdr;
		if (slot && !*slot && phdr->p_memsz)
			*slot = phdr;
	}
}

/* Where the headers read from `phoff` are in memory; PT_PHDR is not trusted to say. */
static uintptr_t find_phdr(const struct image *image, uint64_t phoff)
{
	const ElfW(Phdr) * load;
	uint64_t size = (uint64_t)image->phnum * sizeof(ElfW(Phdr)), skip;

	for (load = image->phdr; load < image->phdr + image->phnum; load++) {
		skip = phoff - load->p_offset;
		if (is_load(load) && (load->p_flags & PF_R) && phoff >= load->p_offset &&
		    skip <= load->p_filesz && size <= load->p_filesz - skip &&
		    (load->p_vaddr + skip) % sizeof(ElfW(Addr)) == 0)
			return load->p_vaddr + (uintptr_t)skip;
	}
	return 0;
}

bool image_check(const ElfW(Phdr) * phdr, unsigned phnum, uint64_t phoff, uint64_t file_size,
		 const struct elf_target *target, struct image *image, struct error *error)
{
	image->phdr = phdr;
	image->phnum = phnum;
	image->align = target->page_size;
	image->own_got = target->own_got;
	note_others(image, target->frames);
	/* So objcopy --only-keep-debug leaves it. */
	if (image->dynamic && !image->dynamic->p_filesz)
		return error_set(error, "no dynamic section in the file");
	if (!check_loads(image, file_size, target->page_size, error))
		return false;
	if (image->dynamic && !check_dynamic(image, error))
		return false;
	if (image->tls && !check_tls(image, error))
		return false;
	if (image->relro && !check_relro(image, target->page_size, error))
		return false;
	if (image->eh_frame_hdr &&
	    !check_inside(image, image->eh_frame_hdr, image->eh_frame_hdr->p_memsz, "unwind table",
			  error))
		return false;
	image->phdr_vaddr = find_phdr(image, phoff);
	return true;
}
