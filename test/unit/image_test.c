/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/image.c: every reason to refuse a header, and what an accepted one says.
 * links: image.c
 */
#include "check.h"
#include "elf/image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 0x1000
#define FILE_SIZE 0x2100

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_DATA ELFDATA2LSB
#else
#define OWN_DATA ELFDATA2MSB
#endif

static const struct elf_target target = {ELF_NATIVE_CLASS, OWN_DATA, EM_X86_64, PAGE,
					 PT_GNU_EH_FRAME,  false};

static const ElfW(Ehdr) good_header = {
	.e_ident = {0x7f, 'E', 'L', 'F', ELF_NATIVE_CLASS, OWN_DATA, EV_CURRENT},
	.e_type = ET_DYN,
	.e_machine = EM_X86_64,
	.e_version = EV_CURRENT,
	.e_entry = 0x1234,
	.e_phoff = sizeof(ElfW(Ehdr)),
	.e_ehsize = sizeof(ElfW(Ehdr)),
	.e_phentsize = sizeof(ElfW(Phdr)),
	.e_phnum = 8,
};

#define FIELD(member) offsetof(ElfW(Ehdr), member), sizeof(((ElfW(Ehdr) *)0)->member)

static const struct header_case {
	const char *name;
	size_t offset, size;
	uint64_t value;
	const char *part; /* of the sentence; NULL: accepted */
} header_cases[] = {
	{"untouched", FIELD(e_entry), 0x1234, NULL},
	{"magic", 0, 1, 0x7e, "not an ELF file"},
	{"script", 0, 4, 0x69622123, "not an ELF file"},
	{"class", EI_CLASS, 1, 3 - ELF_NATIVE_CLASS, "wrong ELF class"},
	{"class 0", EI_CLASS, 1, 0, "wrong ELF class: 0 (neither), expected"},
	{"data", EI_DATA, 1, 3 - OWN_DATA, "wrong byte order"},
	{"ident version", EI_VERSION, 1, 7, "ELF version 7/1"},
	{"version", FIELD(e_version), 2, "ELF version 1/2"},
	{"osabi gnu", EI_OSABI, 1, ELFOSABI_LINUX, NULL},
	{"osabi freebsd", EI_OSABI, 1, ELFOSABI_FREEBSD, "OS ABI 9"},
	{"osabi last generic", EI_OSABI, 1, 63, "OS ABI 63"},
	{"osabi of an architecture", EI_OSABI, 1, 64, NULL},
	{"machine", FIELD(e_machine), EM_SPARC,
	 "another machine, sparc: e_machine is 2, expected 62 (x86_64)"},
	{"machine nobody knows", FIELD(e_machine), 0x7fff,
	 "without a name here: e_machine is 32767"},
	{"program", FIELD(e_type), ET_EXEC, NULL},
	{"relocatable", FIELD(e_type), ET_REL, "e_type is 1"},
	{"core", FIELD(e_type), ET_CORE, "e_type is 4"},
	{"no headers", FIELD(e_phnum), 0, "no program headers"},
	{"header count escape", FIELD(e_phnum), PN_XNUM, "too many program headers"},
	{"entry size", FIELD(e_phentsize), 8, "8 bytes each"},
	{"table at the end", FIELD(e_phoff), FILE_SIZE - 8 * sizeof(ElfW(Phdr)), NULL},
	{"table past the end", FIELD(e_phoff), FILE_SIZE - 8 * sizeof(ElfW(Phdr)) + 1,
	 "end past the end of the file (0x2100 bytes)"},
	{"table outside", FIELD(e_phoff), FILE_SIZE + 1, "program headers 0x2101"},
	{"table wraps around", FIELD(e_phoff), UINT64_MAX - 8, "end past the end"},
	{"table too long", FIELD(e_phnum), 0xfffe, "end past the end"},
};

static void header_refusals(void **state)
{
	struct image_header header;
	struct error error = {NULL};
	ElfW(Ehdr) elf;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(header_cases); i++) {
		const struct header_case *c = &header_cases[i];

		elf = good_header;
		poke((char *)&elf + c->offset, c->size, c->value);
		expect(c->name,
		       image_header(&elf, sizeof(elf), FILE_SIZE, &target, &header, &error), &error,
		       c->part);
	}
}

static void header_facts(void **state)
{
	struct image_header header;
	struct error error = {NULL};
	char bytes[sizeof(good_header) + 1];

	(void)state;
	/* Nothing says that the bytes are aligned. */
	memcpy(bytes + 1, &good_header, sizeof(good_header));
	assert_true(
		image_header(bytes + 1, sizeof(good_header), FILE_SIZE, &target, &header, &error));
	assert_int_equal(header.type, ET_DYN);
	assert_int_equal(header.entry, 0x1234);
	assert_int_equal(header.phoff, sizeof(ElfW(Ehdr)));
	assert_int_equal(header.phnum, 8);
}

static void header_truncated(void **state)
{
	struct image_header header;
	struct error error = {NULL};
	size_t length;

	(void)state;
	for (length = 0; length < sizeof(good_header); length++) {
		char *bytes = malloc(length ? length : 1);

		memcpy(bytes, &good_header, length);
		expect("truncated", image_header(bytes, length, length, &target, &header, &error),
		       &error, length < SELFMAG ? "not an ELF file" : "truncated file");
		free(bytes);
	}
}

static const ElfW(Phdr) good_phdr[] = {
	{.p_type = PT_LOAD, .p_flags = PF_R, .p_filesz = PAGE, .p_memsz = PAGE, .p_align = PAGE},
	{.p_type = PT_LOAD,
	 .p_flags = PF_R | PF_X,
	 .p_offset = 0x1000,
	 .p_vaddr = 0x1000,
	 .p_filesz = 0x800,
	 .p_memsz = 0x800,
	 .p_align = PAGE},
	{.p_type = PT_LOAD,
	 .p_flags = PF_R | PF_W,
	 .p_offset = 0x1e00,
	 .p_vaddr = 0x2e00,
	 .p_filesz = 0x300,
	 .p_memsz = 0x400,
	 .p_align = PAGE},
	{.p_type = PT_DYNAMIC,
	 .p_flags = PF_R | PF_W,
	 .p_offset = 0x1f00,
	 .p_vaddr = 0x2f00,
	 .p_filesz = 0x100,
	 .p_memsz = 0x100,
	 .p_align = 8},
	{.p_type = PT_TLS,
	 .p_flags = PF_R,
	 .p_offset = 0x1e00,
	 .p_vaddr = 0x2e00,
	 .p_filesz = 0x10,
	 .p_memsz = 0x40,
	 .p_align = 0x10},
	{.p_type = PT_GNU_RELRO, .p_flags = PF_R, .p_vaddr = 0x2e00, .p_memsz = 0x200},
	{.p_type = PT_GNU_EH_FRAME, .p_flags = PF_R, .p_vaddr = 0x800, .p_memsz = 0x20},
	{.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W},
};

enum { TEXT = 1, DATA, DYNAMIC, TLS, RELRO, EH_FRAME, STACK };

#undef FIELD
#define FIELD(member) offsetof(ElfW(Phdr), member), sizeof(((ElfW(Phdr) *)0)->member)
#define TOP UINTPTR_MAX

static const struct image_case {
	const char *name;
	const char *part; /* of the sentence; NULL: accepted */
	struct {
		unsigned phdr;
		size_t offset, size;
		uint64_t value;
	} change[4]; /* ends at size 0 */
} image_cases[] = {
	{"untouched", NULL, {{0}}},
	{"file size over memory size",
	 "program header 1: file size 0x900 is larger than memory size 0x800",
	 {{TEXT, FIELD(p_filesz), 0x900}}},
	{"file size over memory size 0",
	 "program header 1: file size 0x800 is larger than memory size 0x0",
	 {{TEXT, FIELD(p_memsz), 0}}},
	{"wrap around",
	 "program header 2: segment 0x2e00+0x",
	 {{DATA, FIELD(p_memsz), TOP - 0x2000}}},
	{"last page of the address space",
	 "ends past the end of the address space",
	 {{DATA, FIELD(p_vaddr), TOP - 0x11ff}, {DATA, FIELD(p_memsz), 0x1100}}},
	{"zero bytes only, offset at the end of the file",
	 NULL,
	 {{TEXT, FIELD(p_filesz), 0}, {TEXT, FIELD(p_offset), FILE_SIZE}}},
	{"past the end of the file",
	 "program header 2: segment 0x1e00+0x301 ends past the end of the file (0x2100 bytes)",
	 {{DATA, FIELD(p_filesz), 0x301}}},
	{"offset past the end of the file",
	 "program header 2: segment 0x3e00",
	 {{DATA, FIELD(p_offset), 0x3e00}}},
	{"offset wraps around",
	 "ends past the end of the file",
	 {{DATA, FIELD(p_offset), TOP - 0x1ff}}},
	{"alignment 0", NULL, {{TEXT, FIELD(p_align), 0}}},
	{"alignment 1", NULL, {{TEXT, FIELD(p_align), 1}}},
	{"alignment 3",
	 "program header 1: alignment 0x3 is not a power of two",
	 {{TEXT, FIELD(p_align), 3}}},
	{"alignment 2 MiB", NULL, {{TEXT, FIELD(p_align), 0x200000}}},
	{"offset not congruent",
	 "program header 1: address 0x1000 and file offset 0x1001 differ within a page",
	 {{TEXT, FIELD(p_offset), 0x1001}}},
	{"offset not congruent, but no contents",
	 NULL,
	 {{TEXT, FIELD(p_offset), 0x1001}, {TEXT, FIELD(p_filesz), 0}}},
	{"descending",
	 "program header 2: segment at 0x100 begins before the end of the one before it",
	 {{DATA, FIELD(p_vaddr), 0x100}, {DATA, FIELD(p_offset), 0x100}}},
	{"overlapping",
	 "segment at 0x2e00 begins before the end of the one before it (0x2e01)",
	 {{TEXT, FIELD(p_memsz), 0x1e01}}},
	{"touching within a page that has zero bytes",
	 "program header 2: the page at 0x2000 is needed by the segment before it",
	 {{TEXT, FIELD(p_memsz), 0x1e00}}},
	{"one page, other file page",
	 "program header 1: the page at 0x0",
	 {{TEXT, FIELD(p_vaddr), 0x800},
	  {TEXT, FIELD(p_offset), 0x1800},
	  {0, FIELD(p_filesz), 0x800},
	  {0, FIELD(p_memsz), 0x800}}},
	{"one page, same file page",
	 NULL,
	 {{TEXT, FIELD(p_vaddr), 0x900},
	  {TEXT, FIELD(p_offset), 0x900},
	  {0, FIELD(p_filesz), 0x900},
	  {0, FIELD(p_memsz), 0x900}}},
	{"one page, same file page, but zero bytes between",
	 "needed by the segment before it as well",
	 {{TEXT, FIELD(p_vaddr), 0x900},
	  {TEXT, FIELD(p_offset), 0x900},
	  {0, FIELD(p_filesz), 0x800},
	  {0, FIELD(p_memsz), 0x900}}},
	{"one page, the second without contents",
	 "needed by the segment before it as well",
	 {{DATA, FIELD(p_vaddr), 0x1800},
	  {DATA, FIELD(p_offset), 0x1800},
	  {DATA, FIELD(p_filesz), 0},
	  {DATA, FIELD(p_flags), PF_R | PF_W | PF_X}}},
	{"one page, same file page, but a permission is lost",
	 "needed by the segment before it as well",
	 {{DATA, FIELD(p_vaddr), 0x1800},
	  {DATA, FIELD(p_offset), 0x1800},
	  {DATA, FIELD(p_filesz), 0x100},
	  {DATA, FIELD(p_memsz), 0x100}}},
	{"empty segment out of order",
	 NULL,
	 {{TEXT, FIELD(p_memsz), 0}, {TEXT, FIELD(p_filesz), 0}, {TEXT, FIELD(p_vaddr), 0x70000}}},
	{"nothing to load",
	 "no segment to load",
	 {{0, FIELD(p_type), PT_NULL},
	  {TEXT, FIELD(p_type), PT_NULL},
	  {DATA, FIELD(p_memsz), 0},
	  {DATA, FIELD(p_filesz), 0}}},
	{"dynamic not in the file",
	 "no dynamic section in the file",
	 {{DYNAMIC, FIELD(p_filesz), 0}, {DATA, FIELD(p_offset), 0x100000}}},
	{"dynamic outside",
	 "program header 3: dynamic section 0x5000+0x100 is not inside a readable segment",
	 {{DYNAMIC, FIELD(p_vaddr), 0x5000}}},
	{"dynamic too long", "dynamic section 0x2f00+0x301", {{DYNAMIC, FIELD(p_memsz), 0x301}}},
	{"dynamic over two segments",
	 "dynamic section 0xff8+0x100",
	 {{DYNAMIC, FIELD(p_vaddr), 0xff8}}},
	{"dynamic wraps around", "dynamic section", {{DYNAMIC, FIELD(p_memsz), TOP - 0x100}}},
	{"dynamic misaligned",
	 "dynamic section at 0x2f01 is misaligned",
	 {{DYNAMIC, FIELD(p_vaddr), 0x2f01}}},
	{"dynamic not readable", "not inside a readable segment", {{DATA, FIELD(p_flags), PF_W}}},
	{"TLS file size",
	 "program header 4: TLS file size 0x41 is larger than memory size 0x40",
	 {{TLS, FIELD(p_filesz), 0x41}}},
	{"TLS alignment",
	 "program header 4: TLS alignment 0x18 is not a power of two",
	 {{TLS, FIELD(p_align), 0x18}}},
	{"TLS size", "larger than any memory", {{TLS, FIELD(p_memsz), TOP}}},
	{"TLS alignment too large", "larger than any memory", {{TLS, FIELD(p_align), TOP / 2 + 1}}},
	{"TLS outside",
	 "program header 4: TLS image 0x6000+0x10 is not inside",
	 {{TLS, FIELD(p_vaddr), 0x6000}}},
	{"TLS outside, but without contents",
	 NULL,
	 {{TLS, FIELD(p_vaddr), 0x6000}, {TLS, FIELD(p_filesz), 0}}},
	{"relro outside",
	 "program header 5: relro 0x6000+0x200 is not inside a segment",
	 {{RELRO, FIELD(p_vaddr), 0x6000}}},
	{"relro up to a page too long", NULL, {{RELRO, FIELD(p_memsz), 0x13ff}}},
	{"relro more than a page too long",
	 "relro 0x2e00+0x1400",
	 {{RELRO, FIELD(p_memsz), 0x1400}}},
	{"relro wraps around", "relro 0x2e00", {{RELRO, FIELD(p_memsz), TOP}}},
	{"unwind table outside",
	 "program header 6: unwind table 0x6000+0x20 is not inside",
	 {{EH_FRAME, FIELD(p_vaddr), 0x6000}}},
	{"no unwind table",
	 NULL,
	 {{EH_FRAME, FIELD(p_vaddr), 0x6000}, {EH_FRAME, FIELD(p_memsz), 0}}},
};

static void change_phdr(ElfW(Phdr) * phdr, const struct image_case *c)
{
	size_t k;

	memcpy(phdr, good_phdr, sizeof(good_phdr));
	for (k = 0; k < COUNT(c->change) && c->change[k].size; k++)
		poke((char *)&phdr[c->change[k].phdr] + c->change[k].offset, c->change[k].size,
		     c->change[k].value);
}

static void image_refusals(void **state)
{
	ElfW(Phdr) phdr[COUNT(good_phdr)];
	struct error error = {NULL};
	struct image image = {.phdr = NULL};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(image_cases); i++) {
		change_phdr(phdr, &image_cases[i]);
		image = (struct image){.phdr = NULL};
		expect(image_cases[i].name,
		       image_check(phdr, COUNT(phdr), sizeof(ElfW(Ehdr)), FILE_SIZE, &target,
				   &image, &error),
		       &error, image_cases[i].part);
	}
}

/* The last page of the address space would make the end 0. */
static void highest_address(void **state)
{
	const uintptr_t limit = round_down(UINTPTR_MAX, PAGE);
	ElfW(Phdr) phdr = {.p_type = PT_LOAD, .p_vaddr = limit - 0x10, .p_memsz = 0x10};
	struct error error = {NULL};
	struct image image = {.phdr = NULL};

	(void)state;
	expect("highest", image_check(&phdr, 1, 0, 0, &target, &image, &error), &error, NULL);
	assert_true(image.high == limit);
	phdr.p_memsz++;
	image = (struct image){.phdr = NULL};
	expect("higher", image_check(&phdr, 1, 0, 0, &target, &image, &error), &error,
	       "ends past the end of the address space");
}

static void empty_segment_holds_nothing(void **state)
{
	ElfW(Phdr) phdr[2] = {good_phdr[0], {.p_type = PT_LOAD, .p_vaddr = 0x70000}};
	struct error error = {NULL};
	struct image image = {.phdr = NULL};

	(void)state;
	expect("empty", image_check(phdr, 2, 0, FILE_SIZE, &target, &image, &error), &error, NULL);
	assert_int_equal(image.first_load, 0);
	assert_int_equal(image.high, PAGE);
	assert_null(image_find(&image, 0x70000, 0));
}

/* Nobody may want the sentence. */
static void refusal_without_sentence(void **state)
{
	struct image image = {.phdr = NULL};

	(void)state;
	assert_false(image_check(good_phdr, 1, 0, 0, &target, &image, NULL));
	assert_int_equal(host_blocks, 0);
}

static struct image check_good(const ElfW(Phdr) * phdr, unsigned phnum, uint64_t phoff)
{
	struct error error = {NULL};
	struct image image = {.phdr = NULL};

	expect("good", image_check(phdr, phnum, phoff, FILE_SIZE, &target, &image, &error), &error,
	       NULL);
	return image;
}

static void image_facts(void **state)
{
	struct image image = check_good(good_phdr, COUNT(good_phdr), sizeof(ElfW(Ehdr)));

	(void)state;
	assert_ptr_equal(image.phdr, good_phdr);
	assert_int_equal(image.phnum, COUNT(good_phdr));
	assert_int_equal(image.first_load, 0);
	assert_int_equal(image.low, 0);
	assert_int_equal(image.high, 0x4000);
	assert_int_equal(image.align, PAGE);
	assert_ptr_equal(image.dynamic, &good_phdr[DYNAMIC]);
	assert_ptr_equal(image.tls, &good_phdr[TLS]);
	assert_ptr_equal(image.relro, &good_phdr[RELRO]);
	assert_int_equal(image.relro_start, 0x2000);
	assert_int_equal(image.relro_end, 0x3000);
	assert_ptr_equal(image.eh_frame_hdr, &good_phdr[EH_FRAME]);
	assert_false(image.stack_exec);
	assert_int_equal(image.phdr_vaddr, sizeof(ElfW(Ehdr)));
}

static void image_other_facts(void **state)
{
	ElfW(Phdr) phdr[COUNT(good_phdr)];
	struct image image = {.phdr = NULL};

	(void)state;
	memcpy(phdr, good_phdr, sizeof(phdr));
	phdr[0].p_type = PT_NULL;
	phdr[TEXT].p_align = 0x200000;
	phdr[TLS].p_memsz = phdr[TLS].p_filesz = 0;
	phdr[STACK].p_flags |= PF_X;
	phdr[RELRO].p_memsz = 0x1300; /* rounded up past the segment: clamped */
	phdr[EH_FRAME].p_type = PT_NULL;
	image = check_good(phdr, COUNT(phdr), sizeof(ElfW(Ehdr)));
	assert_int_equal(image.first_load, TEXT);
	assert_ptr_equal(image_find(&image, 0x1000, 1), &phdr[TEXT]);
	assert_int_equal(image.low, 0x1000);
	assert_int_equal(image.align, 0x200000);
	assert_null(image.tls);
	assert_null(image.eh_frame_hdr);
	assert_true(image.stack_exec);
	assert_int_equal(image.relro_start, 0x2000);
	assert_int_equal(image.relro_end, 0x4000);
	assert_int_equal(image.phdr_vaddr, 0); /* no segment holds that part of the file */
}

/* Only whole pages can be protected: a short relro is none. */
static void image_small_relro(void **state)
{
	ElfW(Phdr) phdr[COUNT(good_phdr)];
	struct image image = {.phdr = NULL};

	(void)state;
	memcpy(phdr, good_phdr, sizeof(phdr));
	phdr[RELRO].p_vaddr = 0x3000;
	phdr[RELRO].p_memsz = 0x10;
	image = check_good(phdr, COUNT(phdr), 0);
	assert_int_equal(image.relro_start, image.relro_end);
}

static void phdr_in_memory(void **state)
{
	const size_t table = COUNT(good_phdr) * sizeof(ElfW(Phdr));

	(void)state;
	assert_int_equal(check_good(good_phdr, COUNT(good_phdr), 0x1e00).phdr_vaddr, 0x2e00);
	assert_int_equal(check_good(good_phdr, COUNT(good_phdr), PAGE - table).phdr_vaddr,
			 PAGE - table);
	assert_int_equal(check_good(good_phdr, COUNT(good_phdr), PAGE - table + 8).phdr_vaddr, 0);
	assert_int_equal(check_good(good_phdr, COUNT(good_phdr), 0x41).phdr_vaddr, 0);
}

static void segment_pages(void **state)
{
	struct segment data = image_segment(&good_phdr[DATA], PAGE), bss, big;
	ElfW(Phdr) phdr = good_phdr[DATA];

	(void)state;
	assert_int_equal(data.start, 0x2000);
	assert_int_equal(data.file_end, 0x4000);
	assert_int_equal(data.end, 0x4000);
	assert_int_equal(data.data_end, 0x3100);
	assert_int_equal(data.mem_end, 0x3200);
	assert_int_equal(data.offset, 0x1000);
	assert_int_equal(data.flags, PF_R | PF_W);

	phdr.p_filesz = 0;
	phdr.p_memsz = 0x4000;
	bss = image_segment(&phdr, PAGE);
	assert_int_equal(bss.file_end, bss.start);
	assert_int_equal(bss.end, 0x7000);

	big = image_segment(&good_phdr[DATA], 0x10000);
	assert_int_equal(big.start, 0);
	assert_int_equal(big.end, 0x10000);
	assert_int_equal(big.offset, 0);
}

static void find(void **state)
{
	struct image image = check_good(good_phdr, COUNT(good_phdr), 0);
	static const struct {
		uintptr_t vaddr;
		size_t size;
		int phdr; /* -1: none */
	} cases[] = {
		{0, 1, 0},
		{0, PAGE, 0},
		{0, PAGE + 1, -1},
		{0xfff, 1, 0},
		{0x1000, 1, TEXT},
		{0x17ff, 1, TEXT},
		{0x1800, 1, -1},
		{0x1800, 0, TEXT},
		{0x2dff, 2, -1},
		{0x31ff, 1, DATA},
		{0x31ff, 2, -1},
		{0x3200, 1, -1},
		{0x2e00, SIZE_MAX, -1},
		{UINTPTR_MAX, 1, -1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_ptr_equal(image_find(&image, cases[i].vaddr, cases[i].size),
				 cases[i].phdr < 0 ? NULL : &good_phdr[cases[i].phdr]);
}

/* A real file: this very program. */
static void own_file(void **state)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct elf_target own = target;
	struct image_header header;
	struct error error = {NULL};
	struct image image = {.phdr = NULL};
	struct stat st;
	char *file;

	(void)state;
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	assert_ptr_not_equal(file, MAP_FAILED);
	own.machine = ((ElfW(Ehdr) *)file)->e_machine;
	expect("own header",
	       image_header(file, (size_t)st.st_size, (uint64_t)st.st_size, &own, &header, &error),
	       &error, NULL);
	expect("own image",
	       image_check((ElfW(Phdr) *)(file + header.phoff), header.phnum, header.phoff,
			   (uint64_t)st.st_size, &own, &image, &error),
	       &error, NULL);
	assert_non_null(image.dynamic);
	assert_non_null(image.eh_frame_hdr);
	assert_true(image.phdr_vaddr != 0);
	assert_non_null(image_find(&image, header.entry, 1));
	/* Cut off in the middle, it is refused, not read past its end. */
	image = (struct image){.phdr = NULL};
	expect("own image, half",
	       image_check((ElfW(Phdr) *)(file + header.phoff), header.phnum, header.phoff,
			   (uint64_t)st.st_size / 8, &own, &image, &error),
	       &error, "ends past the end of the file");
	munmap(file, (size_t)st.st_size);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_refusals),
		cmocka_unit_test(header_facts),
		cmocka_unit_test(header_truncated),
		cmocka_unit_test(image_refusals),
		cmocka_unit_test(highest_address),
		cmocka_unit_test(empty_segment_holds_nothing),
		cmocka_unit_test(refusal_without_sentence),
		cmocka_unit_test(image_facts),
		cmocka_unit_test(image_other_facts),
		cmocka_unit_test(image_small_relro),
		cmocka_unit_test(phdr_in_memory),
		cmocka_unit_test(segment_pages),
		cmocka_unit_test(find),
		cmocka_unit_test(own_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
