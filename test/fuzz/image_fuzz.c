/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes all that reads an ELF file: the input is placed in memory as the linker would map it, then
 * read, and every name in it looked up. links: image.c dynamic.c symtab.c
 */
#include "fuzz.h"
#include "elf/image.h"
#include "elf/symtab.h"

#define PAGE 0x1000
#define LARGEST (1 << 20) /* of an image worth the time */

/* The file's contents at their place in memory, all else zero; NULL: too large to bother. */
static char *place(const struct image *image, const uint8_t *bytes)
{
	const ElfW(Phdr) * load;
	size_t size = image->high - image->low;
	char *memory;

	if (size > LARGEST)
		return NULL;
	memory = aligned_alloc(PAGE, size);
	memset(memory, 0, size);
	for (load = image->phdr; load < image->phdr + image->phnum; load++) {
		if (load->p_type == PT_LOAD && load->p_filesz)
			memcpy(memory + (load->p_vaddr - image->low), bytes + load->p_offset,
			       load->p_filesz);
	}
	return memory;
}

struct sweep {
	const struct dynamic *dynamic;
	const struct versions *versions;
	size_t left;
};

static bool visit_symbol(uint32_t hash, uint32_t index, void *data)
{
	struct sweep *sweep = data;
	const struct dynamic *dynamic = sweep->dynamic;
	struct symbol_version version = symbol_version_of(dynamic, sweep->versions, index);
	const ElfW(Sym) * found;
	struct symbol_name name;

	if (sweep->left-- == 0)
		abort();
	symbol_name_set(&name, dynamic_string(dynamic, dynamic->symtab[index].st_name));
	name.plt_ok = true;
	fuzz_use(hash);
	found = symbol_find(dynamic, sweep->versions, &name, NULL);
	if (found && (found < dynamic->symtab || found >= dynamic->symtab + dynamic->symbols))
		abort();
	symbol_find(dynamic, sweep->versions, &name, &version);
	version.exact = true;
	symbol_find(dynamic, sweep->versions, &name, &version);
	return true;
}

static bool visit_need(const char *file, const struct symbol_version *version, bool weak,
		       void *data)
{
	const struct sweep *sweep = data;

	fuzz_use(strlen(file) + strlen(version->name) + weak);
	fuzz_use(versions_defines(sweep->dynamic, sweep->versions, version));
	return true;
}

static void look_up(const struct dynamic *dynamic, const struct versions *versions)
{
	static const char *const names[] = {"", "f", "printf", "value", "_init"};
	struct sweep sweep = {dynamic, versions, symbol_count(dynamic)};
	struct symbol_name name;
	size_t i;

	if (sweep.left > dynamic->symbols)
		abort();
	symbol_each(dynamic, visit_symbol, &sweep);
	versions_needed(dynamic, visit_need, &sweep, NULL);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		symbol_name_set(&name, names[i]);
		symbol_find(dynamic, versions, &name, NULL);
	}
}

static void use_table(const struct table *table)
{
	if (table->address)
		fuzz_read(table->address, table->size);
}

/* Everything that dynamic_read promises can be read. */
static void use_dynamic(const struct dynamic *dynamic)
{
	const struct table *tables[] = {
		&dynamic->verdef,     &dynamic->verneed,    &dynamic->rel,
		&dynamic->rela,	      &dynamic->relr,	    &dynamic->jmprel,
		&dynamic->init_array, &dynamic->fini_array, &dynamic->preinit_array,
	};
	const ElfW(Dyn) * entry;
	size_t i, position = 0;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		use_table(tables[i]);
	fuzz_read(dynamic->strtab, dynamic->strsz);
	fuzz_read(dynamic->symtab, dynamic->symbols * sizeof(ElfW(Sym)));
	if (dynamic->versym)
		fuzz_read(dynamic->versym, dynamic->symbols * sizeof(ElfW(Half)));
	fuzz_read(dynamic->gnu.chain, dynamic->gnu.chains * sizeof(uint32_t));
	while ((entry = dynamic_next(dynamic, DT_NEEDED, &position)))
		fuzz_use(strlen(dynamic_string(dynamic, entry->d_un.d_val)));
	if (dynamic->soname)
		fuzz_use(strlen(dynamic->soname));
	if (dynamic->rpath)
		fuzz_use(strlen(dynamic->rpath));
	if (dynamic->runpath)
		fuzz_use(strlen(dynamic->runpath));
	if (dynamic->jmprel.address && dynamic->pltgot)
		fuzz_read(dynamic->pltgot, 3 * sizeof(ElfW(Addr)));
}

static void read_mapped(const struct image *image, char *memory)
{
	struct error error = {NULL};
	struct versions versions;
	struct dynamic dynamic = {.section = NULL};

	if (!dynamic_read(image, (uintptr_t)memory - image->low, &dynamic, &error)) {
		fuzz_reason(&error);
		return;
	}
	use_dynamic(&dynamic);
	if (!versions_read(&dynamic, &versions, &error)) {
		fuzz_reason(&error);
		return;
	}
	look_up(&dynamic, &versions);
	versions_free(&versions);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct elf_target target = {ELFCLASS64, ELFDATA2LSB,     EM_X86_64,
						 PAGE,	     PT_GNU_EH_FRAME, false};
	struct error error = {NULL};
	struct image_header header;
	ElfW(Phdr) *phdr = NULL;
	struct image image = {.phdr = NULL};
	char *memory;

	if (!image_header(bytes, size, size, &target, &header, &error)) {
		fuzz_reason(&error);
		return 0;
	}
	phdr = malloc(header.phnum * sizeof(*phdr));
	memcpy(phdr, bytes + header.phoff, header.phnum * sizeof(*phdr));
	if (!image_check(phdr, header.phnum, header.phoff, size, &target, &image, &error)) {
		fuzz_reason(&error);
	} else {
		memory = place(&image, bytes);
		if (memory)
			read_mapped(&image, memory);
		free(memory);
	}
	free(phdr);
	return 0;
}
