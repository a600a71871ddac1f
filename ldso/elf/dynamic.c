/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a dynamic section once and checks all that it points to.  Pure: reads the mapped image,
 * writes only its result.
 */
#include "elf/dynamic.h"

/* Where a tag's value is kept: the lower tags in a row, then those of the two ranges that there are
 * of higher ones, then two. */
enum slot {
	SLOT_OWN_GOT = DT_NULL,	     /* DT_LOPROC; DT_NULL itself has no value */
	SLOT_OTHERS = 31,	     /* what nobody asks for: no tag has this number */
	SLOT_DENSE = DT_RELRENT + 1, /* below: the tag itself */
	RANGE = 16,		     /* tags from DT_VERSYM on */
	HASH_RANGE = 8,		     /* tags from DT_GNU_HASH on */
	SLOT_VERSYM = SLOT_DENSE,
	SLOT_RELACOUNT = SLOT_VERSYM + DT_RELACOUNT - DT_VERSYM,
	SLOT_RELCOUNT = SLOT_VERSYM + DT_RELCOUNT - DT_VERSYM,
	SLOT_FLAGS_1 = SLOT_VERSYM + DT_FLAGS_1 - DT_VERSYM,
	SLOT_VERDEF = SLOT_VERSYM + DT_VERDEF - DT_VERSYM,
	SLOT_VERDEFNUM = SLOT_VERSYM + DT_VERDEFNUM - DT_VERSYM,
	SLOT_VERNEED = SLOT_VERSYM + DT_VERNEED - DT_VERSYM,
	SLOT_VERNEEDNUM = SLOT_VERSYM + DT_VERNEEDNUM - DT_VERSYM,
	SLOT_GNU_HASH = SLOT_VERSYM + RANGE,
	SLOT_TLSDESC_PLT = SLOT_GNU_HASH + DT_TLSDESC_PLT - DT_GNU_HASH,
	SLOT_TLSDESC_GOT = SLOT_GNU_HASH + DT_TLSDESC_GOT - DT_GNU_HASH,
	SLOT_DEPAUDIT = SLOT_GNU_HASH + DT_DEPAUDIT - DT_GNU_HASH,
	SLOT_AUDIT = SLOT_GNU_HASH + DT_AUDIT - DT_GNU_HASH,
	SLOT_AUXILIARY = SLOT_GNU_HASH + HASH_RANGE,
	SLOT_FILTER,
	SLOTS
};

_Static_assert((int)SLOTS <= 64, "they do not fit in one mask");
_Static_assert(DT_AUDIT - DT_GNU_HASH < (int)HASH_RANGE, "not in the range");

static inline uint64_t bit(unsigned slot)
{
	return (uint64_t)1 << slot;
}

struct reader {
	const struct image *image;
	uintptr_t bias;
	struct dynamic *out;
	struct error *error;
	uint64_t present;	 /* bit mask of slots: their tags are there */
	uintptr_t value[SLOTS];	 /* of those; see value_of */
	unsigned flags;		 /* of all segments that something was found in */
	uintptr_t last_string;	 /* the highest offset into the string table that an entry has */
	const ElfW(Phdr) * last; /* the segment that the last question was about; NULL: none */
};

/* The slot of a tag. */
static inline unsigned slot_of(uintptr_t tag)
{
	if (tag < SLOT_DENSE)
		return (unsigned)tag;
	if (tag - DT_VERSYM < RANGE)
		return (unsigned)(tag - DT_VERSYM) + SLOT_VERSYM;
	if (tag - DT_GNU_HASH < HASH_RANGE)
		return (unsigned)(tag - DT_GNU_HASH) + SLOT_GNU_HASH;
	return tag == DT_AUXILIARY ? SLOT_AUXILIARY
	       : tag == DT_FILTER  ? SLOT_FILTER
	       : tag == DT_LOPROC  ? SLOT_OWN_GOT
				   : SLOT_OTHERS;
}

static bool has(const struct reader *reader, int slot)
{
	return reader->present >> slot & 1;
}

/* The last one's value; 0: there is none. */
static inline uintptr_t value_of(const struct reader *reader, int slot)
{
	return has(reader, slot) ? reader->value[slot] : 0;
}

/* image_find; most of what one asks for lies in the same segment. */
static const ElfW(Phdr) * find(struct reader *reader, uintptr_t vaddr, size_t size)
{
	const ElfW(Phdr) *last = reader->last;

	if (!last || vaddr - last->p_vaddr >= last->p_memsz ||
	    size > last->p_memsz - (vaddr - last->p_vaddr))
		reader->last = image_find(reader->image, vaddr, size);
	return reader->last;
}

/* `size` bytes at link-time address `vaddr`, in a segment with `flags`; NULL and an error if not.
 */
static const void *locate(struct reader *reader, const char *what, uintptr_t vaddr, size_t size,
			  size_t align, unsigned flags)
{
	const ElfW(Phdr) *load = find(reader, vaddr, size);
	uintptr_t address = reader->bias + vaddr;

	reader->flags |= load ? load->p_flags : 0;
	if (!load || (load->p_flags & flags) != flags) {
		error_set(reader->error, "%s: 0x%lx+0x%lx is not inside a%s segment", what,
			  (unsigned long)vaddr, (unsigned long)size,
			  flags & PF_X	 ? "n executable"
			  : flags & PF_W ? " writable"
					 : " readable");
		return NULL;
	}
	if (address % align) {
		error_set(reader->error, "%s: address 0x%lx is not a multiple of %d", what,
			  (unsigned long)vaddr, (int)align);
		return NULL;
	}
	return (const void *)address;
}

/* As locate, for at least `size` (0 counts as 1) readable bytes; the result's size reaches to the
 * end of the segment. */
static bool locate_rest(struct reader *reader, const char *what, uintptr_t vaddr, size_t size,
			size_t align, struct table *out)
{
	/* Where segments touch, the one meant is the one that begins there. */
	if (size == 0)
		size = 1;
	out->address = locate(reader, what, vaddr, size, align, PF_R);
	if (!out->address)
		return false;
	out->size = reader->last->p_memsz - (vaddr - reader->last->p_vaddr);
	return true;
}

/* Is the value of the tag in that slot an offset into the string table? */
static inline bool is_string(unsigned slot)
{
	const uint64_t strings = bit(DT_NEEDED) | bit(DT_SONAME) | bit(DT_RPATH) | bit(DT_RUNPATH) |
				 bit(SLOT_AUDIT) | bit(SLOT_DEPAUDIT) | bit(SLOT_AUXILIARY) |
				 bit(SLOT_FILTER);

	return strings >> slot & 1;
}

/* Find the section and the last value of each tag in it. */
static bool read_section(struct reader *reader)
{
	const ElfW(Phdr) *phdr = reader->image->dynamic;
	struct dynamic *out = reader->out;
	const ElfW(Dyn) * entry, *end;

	if (!phdr)
		return error_set(reader->error, "no dynamic section");
	/* image_check has seen to its place and alignment. */
	out->section = (ElfW(Dyn) *)(reader->bias + phdr->p_vaddr);
	end = out->section + phdr->p_memsz / sizeof(*end);
	for (entry = out->section; entry < end && entry->d_tag != DT_NULL; entry++) {
		unsigned slot = slot_of((uintptr_t)entry->d_tag);
		uintptr_t value = entry->d_un.d_val;

		if (is_string(slot) && value > reader->last_string)
			reader->last_string = value;
		reader->value[slot] = value;
		reader->present |= bit(slot);
	}
	out->count = (size_t)(entry - out->section);
	out->needs = has(reader, DT_NEEDED);
	out->filters = reader->present & (bit(SLOT_FILTER) | bit(SLOT_AUXILIARY));
	out->audits = reader->present & (bit(SLOT_AUDIT) | bit(SLOT_DEPAUDIT));
	if (entry == end)
		return error_set(reader->error, "the dynamic section (%lu entries) has no end",
				 (unsigned long)out->count);
	return true;
}

static bool read_strings(struct reader *reader)
{
	struct dynamic *out = reader->out;

	if (!has(reader, DT_STRTAB))
		return true;
	out->strsz = value_of(reader, DT_STRSZ);
	if (out->strsz == 0)
		return error_set(reader->error, "DT_STRSZ: missing or zero");
	out->strtab = locate(reader, "DT_STRTAB", reader->value[DT_STRTAB], out->strsz, 1, PF_R);
	if (!out->strtab)
		return false;
	if (out->strtab[out->strsz - 1])
		return error_set(reader->error, "DT_STRTAB: the last string has no end");
	return true;
}

static bool check_strings(const struct reader *reader)
{
	const struct dynamic *out = reader->out;
	size_t i;

	/* All are right, or which one is not? */
	for (i = 0; reader->last_string >= out->strsz && i < out->count; i++) {
		if (is_string(slot_of((uintptr_t)out->section[i].d_tag)) &&
		    out->section[i].d_un.d_val >= out->strsz)
			return error_set(reader->error,
					 "dynamic entry %lu (tag 0x%lx): string offset 0x%lx is "
					 "past the end of the string table (0x%lx bytes)",
					 (unsigned long)i, (unsigned long)out->section[i].d_tag,
					 (unsigned long)out->section[i].d_un.d_val,
					 (unsigned long)out->strsz);
	}
	return true;
}

static void read_names(const struct reader *reader)
{
	struct dynamic *out = reader->out;

	if (has(reader, DT_SONAME))
		out->soname = out->strtab + reader->value[DT_SONAME];
	if (has(reader, DT_RUNPATH))
		out->runpath = out->strtab + reader->value[DT_RUNPATH];
	else if (has(reader, DT_RPATH))
		out->rpath = out->strtab + reader->value[DT_RPATH];
}

/* DT_HASH; its nchain is the exact number of symbols, returned in *symbols (else untouched). */
static bool read_hash(struct reader *reader, size_t *symbols)
{
	struct dynamic *out = reader->out;
	struct table room;
	const uint32_t *hash;
	uint32_t buckets, chains;
	uint64_t size;

	if (!has(reader, DT_HASH))
		return true;
	if (!locate_rest(reader, "DT_HASH", reader->value[DT_HASH], 8, 4, &room))
		return false;
	hash = room.address;
	buckets = hash[0];
	chains = hash[1];
	size = ((uint64_t)buckets + chains + 2) * sizeof(*hash);
	if (size > room.size)
		return error_set(reader->error,
				 "DT_HASH: %u buckets and %u chain entries do not fit in their "
				 "segment (0x%lx bytes left)",
				 (unsigned)buckets, (unsigned)chains, (unsigned long)room.size);
	out->hash = hash + 2;
	out->hash_buckets = buckets;
	*symbols = chains;
	return true;
}

/* The symbol table and the version of each symbol: as many as DT_HASH says or memory holds. */
static bool read_symbols(struct reader *reader)
{
	struct dynamic *out = reader->out;
	struct table table, versym = {NULL, SIZE_MAX};
	size_t exact = SIZE_MAX, least;

	if (has(reader, DT_SYMENT) && reader->value[DT_SYMENT] != sizeof(ElfW(Sym)))
		return error_set(reader->error, "DT_SYMENT: 0x%lx, expected %d",
				 (unsigned long)reader->value[DT_SYMENT], (int)sizeof(ElfW(Sym)));
	if (!read_hash(reader, &exact))
		return false;
	if (!has(reader, DT_SYMTAB)) {
		out->hash = NULL;
		return true;
	}
	least = exact == SIZE_MAX ? 0 : exact;
	if (least > SIZE_MAX / sizeof(ElfW(Sym)))
		return error_set(reader->error, "DT_HASH: %lu symbols fill more than all memory",
				 (unsigned long)least);
	if (!locate_rest(reader, "DT_SYMTAB", reader->value[DT_SYMTAB], least * sizeof(ElfW(Sym)),
			 sizeof(ElfW(Addr)), &table))
		return false;
	if (has(reader, SLOT_VERSYM) &&
	    !locate_rest(reader, "DT_VERSYM", reader->value[SLOT_VERSYM],
			 least * sizeof(ElfW(Half)), sizeof(ElfW(Half)), &versym))
		return false;
	out->symtab = table.address;
	out->versym = versym.address;
	out->symbols = table.size / sizeof(ElfW(Sym));
	if (out->symbols > versym.size / sizeof(ElfW(Half)))
		out->symbols = versym.size / sizeof(ElfW(Half));
	if (out->symbols > exact)
		out->symbols = exact;
	return true;
}

static bool check_gnu_hash(const struct reader *reader, const uint32_t *header, size_t room)
{
	uint64_t bloom = header[2];

	if (bloom == 0 || (bloom & (bloom - 1)))
		return error_set(reader->error,
				 "DT_GNU_HASH: %u bloom filter words, expected a power of two",
				 (unsigned)bloom);
	if (header[3] > 31)
		return error_set(reader->error, "DT_GNU_HASH: bloom shift %u is more than 31",
				 (unsigned)header[3]);
	if (bloom * sizeof(ElfW(Addr)) + (uint64_t)header[0] * 4 > room)
		return error_set(reader->error,
				 "DT_GNU_HASH: %u bloom filter words and %u buckets do not fit in "
				 "their segment (0x%lx bytes left)",
				 (unsigned)bloom, (unsigned)header[0], (unsigned long)room);
	return true;
}

/* What stands in for a filter that there is not, or that is one bit a symbol. */
static const ElfW(Addr) no_filter = UINTPTR_MAX;

/* DT_GNU_HASH; a chain word in reach always belongs to a symbol in reach. */
static bool read_gnu_hash(struct reader *reader)
{
	struct dynamic *out = reader->out;
	struct table room;
	const uint32_t *header;
	size_t chains, symbols;

	out->gnu.bloom = &no_filter;
	if (!has(reader, SLOT_GNU_HASH) || !out->symtab)
		return true;
	if (!locate_rest(reader, "DT_GNU_HASH", reader->value[SLOT_GNU_HASH], 16,
			 sizeof(ElfW(Addr)), &room))
		return false;
	header = room.address;
	if (!check_gnu_hash(reader, header, room.size - 16))
		return false;
	out->gnu.nbucket = header[0];
	out->gnu.symoffset = header[1];
	if (header[0] && header[3]) {
		out->gnu.bloom_mask = header[2] - 1;
		out->gnu.bloom_shift = header[3];
		out->gnu.bloom = (const ElfW(Addr) *)(header + 4);
	}
	out->gnu.bucket = (const uint32_t *)((const ElfW(Addr) *)(header + 4) + header[2]);
	out->gnu.chain = out->gnu.bucket + header[0];
	chains = (room.size - (size_t)((const char *)out->gnu.chain - (const char *)header)) / 4;
	symbols = out->symbols > header[1] ? out->symbols - header[1] : 0;
	if (chains > symbols)
		chains = symbols;
	out->gnu.chains = chains < UINT32_MAX ? (uint32_t)chains : UINT32_MAX;
	return true;
}

/* Tables given by address and size: their tags (entry 0: none), and where in struct dynamic they
 * go. */
static const struct table_rule {
	char name[sizeof("DT_PREINIT_ARRAY")];
	unsigned char address, size, entry, entry_size;
	unsigned short out;
} rules[] = {
#define RULE_FOR(tag, entry, type, out)                                                \
	{                                                                              \
#tag, tag, tag##SZ, entry, sizeof(type), offsetof(struct dynamic, out) \
	}
	RULE_FOR(DT_REL, DT_RELENT, ElfW(Rel), rel),
	RULE_FOR(DT_RELA, DT_RELAENT, ElfW(Rela), rela),
	RULE_FOR(DT_RELR, DT_RELRENT, ElfW(Addr), relr),
	RULE_FOR(DT_PREINIT_ARRAY, 0, ElfW(Addr), preinit_array),
	RULE_FOR(DT_INIT_ARRAY, 0, ElfW(Addr), init_array),
	RULE_FOR(DT_FINI_ARRAY, 0, ElfW(Addr), fini_array),
};

/* Those of relocations come first. */
enum { TABLE_RULES = 3, RULES = sizeof(rules) / sizeof(rules[0]) };

static bool read_table(struct reader *reader, const char *name, uintptr_t vaddr, size_t size,
		       size_t entry_size, struct table *out)
{
	if (size % entry_size)
		return error_set(reader->error, "%s: size 0x%lx is not a multiple of %d", name,
				 (unsigned long)size, (int)entry_size);
	if (size == 0)
		return true;
	out->address = locate(reader, name, vaddr, size, sizeof(ElfW(Addr)), PF_R);
	if (!out->address)
		return false;
	out->size = size;
	return true;
}

static bool read_rule(struct reader *reader, const struct table_rule *rule)
{
	if (!has(reader, rule->address))
		return true;
	if (!has(reader, rule->size))
		return error_set(reader->error, "%s: without a size", rule->name);
	if (rule->entry && has(reader, rule->entry) &&
	    reader->value[rule->entry] != rule->entry_size)
		return error_set(reader->error, "%s: entries are 0x%lx bytes each, expected %d",
				 rule->name, (unsigned long)reader->value[rule->entry],
				 (int)rule->entry_size);
	return read_table(reader, rule->name, reader->value[rule->address],
			  reader->value[rule->size], rule->entry_size,
			  (struct table *)((char *)reader->out + rule->out));
}

static bool read_rules(struct reader *reader, size_t first, size_t end)
{
	while (first < end && read_rule(reader, &rules[first]))
		first++;
	return first == end;
}

/* Some linkers count the PLT's relocations, at the end, as part of the other table. */
static void cut_tail(struct table *table, const struct table *tail)
{
	uintptr_t start = (uintptr_t)table->address, cut = (uintptr_t)tail->address;

	if (cut >= start && cut + tail->size == start + table->size)
		table->size = cut - start;
}

static bool read_plt(struct reader *reader)
{
	struct dynamic *out = reader->out;
	uintptr_t kind = value_of(reader, DT_PLTREL);

	if (!has(reader, DT_JMPREL))
		return true;
	if (kind != DT_REL && kind != DT_RELA)
		return error_set(reader->error, "DT_PLTREL: 0x%lx is neither DT_REL nor DT_RELA",
				 (unsigned long)kind);
	out->jmprel_rela = kind == DT_RELA;
	if (!has(reader, DT_PLTRELSZ))
		return error_set(reader->error, "DT_JMPREL: without a size");
	if (!read_table(reader, "DT_JMPREL", reader->value[DT_JMPREL], reader->value[DT_PLTRELSZ],
			dynamic_plt_entry_size(out), &out->jmprel))
		return false;
	if (out->jmprel.address)
		cut_tail(out->jmprel_rela ? &out->rela : &out->rel, &out->jmprel);
	return true;
}

static bool read_relocations(struct reader *reader)
{
	struct dynamic *out = reader->out;
	size_t entries;

	if (!read_rules(reader, 0, TABLE_RULES) || !read_plt(reader))
		return false;
	out->tables_writable = reader->flags & PF_W;
	if (!read_rules(reader, TABLE_RULES, RULES))
		return false;
	if (out->rela.size) {
		entries = out->rela.size / sizeof(ElfW(Rela));
		out->relcount = value_of(reader, SLOT_RELACOUNT);
	} else {
		entries = out->rel.size / sizeof(ElfW(Rel));
		out->relcount = value_of(reader, SLOT_RELCOUNT);
	}
	if (out->relcount > entries)
		out->relcount = entries;
	return true;
}

static bool read_version_table(struct reader *reader, const char *what, int slot, int number_slot,
			       struct table *table, unsigned *number)
{
	if (!has(reader, slot))
		return true;
	if (!locate_rest(reader, what, reader->value[slot], 0, 4, table))
		return false;
	if (!has(reader, number_slot))
		return error_set(reader->error, "DT_VERDEF or DT_VERNEED without a number");
	*number = (unsigned)reader->value[number_slot];
	return true;
}

static bool read_versions(struct reader *reader)
{
	struct dynamic *out = reader->out;

	return read_version_table(reader, "DT_VERDEF", SLOT_VERDEF, SLOT_VERDEFNUM, &out->verdef,
				  &out->verdefnum) &&
	       read_version_table(reader, "DT_VERNEED", SLOT_VERNEED, SLOT_VERNEEDNUM,
				  &out->verneed, &out->verneednum);
}

/* A run-time address in a segment with `flags`; a value of 0 is none. */
static bool read_address(struct reader *reader, const char *what, int slot, size_t size,
			 unsigned flags, uintptr_t *out)
{
	if (!value_of(reader, slot))
		return true;
	*out = (uintptr_t)locate(reader, what, reader->value[slot], size,
				 flags & PF_X ? 1 : sizeof(ElfW(Addr)), flags);
	return *out != 0;
}

static bool read_addresses(struct reader *reader)
{
	struct dynamic *out = reader->out;
	bool lazy = out->jmprel.address;
	size_t word = sizeof(ElfW(Addr));
	uintptr_t pltgot = 0, unused;

	/* Lazy binding writes the second and third word; without it nobody looks there. */
	if (!read_address(reader, "DT_PLTGOT",
			  reader->image->own_got ? (int)SLOT_OWN_GOT : DT_PLTGOT,
			  lazy ? 3 * word : 0, lazy ? PF_R | PF_W : PF_R, &pltgot))
		return false;
	out->pltgot = (ElfW(Addr) *)pltgot;
	return read_address(reader, "DT_INIT", DT_INIT, 1, PF_X, &out->init) &&
	       read_address(reader, "DT_FINI", DT_FINI, 1, PF_X, &out->fini) &&
	       read_address(reader, "DT_TLSDESC_PLT", SLOT_TLSDESC_PLT, 1, PF_X, &unused) &&
	       read_address(reader, "DT_TLSDESC_GOT", SLOT_TLSDESC_GOT, word, PF_R | PF_W, &unused);
}

static void read_flags(const struct reader *reader)
{
	struct dynamic *out = reader->out;

	out->flags = (uint32_t)value_of(reader, DT_FLAGS);
	out->flags_1 = (uint32_t)value_of(reader, SLOT_FLAGS_1);
	if (has(reader, DT_SYMBOLIC))
		out->flags |= DF_SYMBOLIC;
	if (has(reader, DT_TEXTREL))
		out->flags |= DF_TEXTREL;
	if (has(reader, DT_BIND_NOW) || (out->flags_1 & DF_1_NOW))
		out->flags |= DF_BIND_NOW;
}

bool dynamic_read(const struct image *image, uintptr_t bias, struct dynamic *out,
		  struct error *error)
{
	struct reader reader;

	reader.image = image;
	reader.bias = bias;
	reader.out = out;
	reader.error = error;
	reader.present = 0;
	reader.flags = 0;
	reader.last_string = 0;
	reader.last = NULL;
	if (!read_section(&reader) || !read_strings(&reader) || !check_strings(&reader) ||
	    !read_symbols(&reader) || !read_gnu_hash(&reader) || !read_relocations(&reader) ||
	    !read_versions(&reader) || !read_addresses(&reader))
		return false;
	read_names(&reader);
	read_flags(&reader);
	return true;
}

const ElfW(Dyn) * dynamic_next(const struct dynamic *dynamic, intptr_t tag, size_t *position)
{
	while (*position < dynamic->count) {
		const ElfW(Dyn) *entry = &dynamic->section[(*position)++];

		if ((intptr_t)entry->d_tag == tag)
			return entry;
	}
	return NULL;
}

const char *dynamic_string(const struct dynamic *dynamic, size_t offset)
{
	return offset < dynamic->strsz ? dynamic->strtab + offset : "";
}
