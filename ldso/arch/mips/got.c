/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The GOT of MIPS: what its dynamic section says of it, and what is to be written there.  Owns
 * nothing. */
#include "ld.h"
#include "life/bind.h"

/* Not every <elf.h> has them. */
enum {
	MIPS_LOCAL_GOTNO = 0x7000000a,
	MIPS_SYMTABNO = 0x70000011,
	MIPS_GOTSYM = 0x70000013,
	MIPS_RLD_MAP = 0x70000016,
	MIPS_PLTGOT = 0x70000032,
	MIPS_RLD_MAP_REL = 0x70000035
};

enum { GOT_RESOLVER = 0, GOT_OBJECT = 1 };

static uintptr_t value_of(const struct dynamic *dynamic, intptr_t tag)
{
	size_t position = 0;
	const ElfW(Dyn) *entry = dynamic_next(dynamic, tag, &position);

	return entry ? entry->d_un.d_val : 0;
}

static const uintptr_t *word_at(const struct arch_got *got, uintptr_t bias, size_t index)
{
	return (const uintptr_t *)(bias + got->offset) + index;
}

/* The reserved words of the PLT, which programs may have that are not position independent. */
static bool read_plt(const struct image *image, uintptr_t bias, struct dynamic *dynamic,
		     struct error *error)
{
	uintptr_t vaddr = value_of(dynamic, MIPS_PLTGOT);

	if (!dynamic->jmprel.size)
		return true;
	dynamic->pltgot = NULL;
	if (!vaddr)
		return true;
	if (vaddr % sizeof(vaddr) || !image_allows(image, vaddr, 3 * sizeof(vaddr), PF_R | PF_W))
		return error_set(error, "DT_MIPS_PLTGOT: 0x%zx is no place for words to write to",
				 (size_t)vaddr);
	dynamic->pltgot = (ElfW(Addr) *)(bias + vaddr);
	return true;
}

static bool check_size(const struct arch_got *got, const struct image *image,
		       const struct dynamic *dynamic, size_t end, struct error *error)
{
	size_t most = SIZE_MAX / sizeof(uintptr_t);

	if (end < got->first || end > dynamic->symbols)
		return error_set(error,
				 "DT_MIPS_GOTSYM, DT_MIPS_SYMTABNO: from symbol %zu to %zu, but "
				 "the symbol table ends at %zu",
				 got->first, end, dynamic->symbols);
	if (!got->locals || got->locals >= most || got->symbols >= most - got->locals ||
	    !image_allows(image, got->offset, (got->locals + got->symbols) * sizeof(uintptr_t),
			  PF_R | PF_W))
		return error_set(error,
				 "DT_PLTGOT: a GOT of %zu words and %zu symbols at 0x%zx is not "
				 "inside a writable segment",
				 got->locals, got->symbols, (size_t)got->offset);
	return true;
}

bool arch_got_read(const struct image *image, uintptr_t bias, struct dynamic *dynamic,
		   struct arch_got *got, struct error *error)
{
	size_t end = value_of(dynamic, MIPS_SYMTABNO);
	uintptr_t sign;

	*got = (struct arch_got){.offset = (uintptr_t)dynamic->pltgot - bias};
	if (!dynamic->pltgot)
		return true;
	if ((uintptr_t)dynamic->pltgot % sizeof(uintptr_t))
		return error_set(error, "DT_PLTGOT: 0x%zx is not a multiple of %d",
				 (size_t)got->offset, (int)sizeof(uintptr_t));
	got->locals = value_of(dynamic, MIPS_LOCAL_GOTNO);
	got->first = value_of(dynamic, MIPS_GOTSYM);
	got->symbols = end - got->first;
	if (!check_size(got, image, dynamic, end, error))
		return false;
	/* A second word that is reserved has its highest bit set, and nothing else. */
	sign = (uintptr_t)1 << (sizeof(sign) * CHAR_BIT - 1);
	got->reserved = got->locals > 1 && *word_at(got, bias, GOT_OBJECT) == sign ? 2 : 1;
	return read_plt(image, bias, dynamic, error);
}

struct arch_got_word arch_got_word(const struct arch_got *got, const struct image *image,
				   const struct dynamic *dynamic, uintptr_t bias, size_t index,
				   bool lazy)
{
	size_t at = index + got->reserved;
	struct arch_got_word word = {.offset = got->offset + at * sizeof(uintptr_t)};
	const ElfW(Sym) * symbol;

	word.type = ARCH_R_RELATIVE;
	if (at < got->locals) {
		word.addend = *word_at(got, bias, at);
		return word;
	}
	word.symbol = got->first + (at - got->locals);
	symbol = &dynamic->symtab[word.symbol];
	word.type = ARCH_R_GOT;
	/* A function that is only called has a stub, which is its value. */
	if (symbol->st_shndx != SHN_UNDEF || !symbol->st_value ||
	    ELF_ST_TYPE_NATIVE(symbol->st_info) != STT_FUNC || symbol->st_other & ARCH_PLT_MARK)
		return word;
	word.type = ARCH_R_JUMP_SLOT;
	if (lazy && arch_got_waits(got) && !image_in_relro(image, word.offset, sizeof(uintptr_t))) {
		word.type = ARCH_R_RELATIVE;
		word.symbol = 0;
		word.addend = symbol->st_value;
	}
	return word;
}

void arch_got_wait(const struct arch_got *got, uintptr_t bias, uintptr_t word, bool told)
{
	uintptr_t *reserved = (uintptr_t *)(bias + got->offset);

	if (!arch_got_waits(got))
		return;
	reserved[GOT_RESOLVER] = (uintptr_t)(told ? arch_audit_stub : arch_lazy_stub);
	reserved[GOT_OBJECT] = word;
}

/* Relative to the entry that says it, or, for programs at a fixed address, as it is. */
ElfW(Addr) * arch_debug_word(const struct dynamic *dynamic)
{
	size_t position = 0;
	const ElfW(Dyn) *entry = dynamic_next(dynamic, MIPS_RLD_MAP_REL, &position);
	uintptr_t address =
		entry ? (uintptr_t)entry + entry->d_un.d_val : value_of(dynamic, MIPS_RLD_MAP);

	return address % sizeof(address) ? NULL : (ElfW(Addr) *)address;
}

/* The symbol that a stub has told; what has no word is no symbol of the table. */
static size_t symbol_checked(const struct arch_got *got, size_t symbol)
{
	return symbol - got->first < got->symbols ? symbol : SIZE_MAX;
}

static uintptr_t offset_of(const struct arch_got *got, size_t symbol)
{
	return got->offset + (got->locals + (symbol - got->first)) * sizeof(uintptr_t);
}

uintptr_t lazy_bind_symbol(uintptr_t word, size_t symbol)
{
	struct object *object = lazy_object(word);
	const struct arch_got *got = &object->got;

	return lazy_bind_slot(object, symbol_checked(got, symbol), offset_of(got, symbol));
}

void lazy_enter_symbol(uintptr_t word, size_t symbol, struct arch_call *frame)
{
	struct object *object = lazy_object(word);
	const struct arch_got *got = &object->got;

	lazy_enter_slot(object, symbol_checked(got, symbol), offset_of(got, symbol),
			symbol - got->first, frame);
}
