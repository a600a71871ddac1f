/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/dynamic.c: every reason to refuse a dynamic section, and what an accepted one says.
 * links: image.c dynamic.c
 */
#include "object.h"

#define WORD sizeof(ElfW(Addr))
#define TOP UINTPTR_MAX

/* Addresses in the object every case begins with. */
enum {
	STRINGS = 0x100,
	STRINGS_SIZE = 16,
	SYMBOLS = 0x200,
	HASH = 0x300,
	GNU = 0x400,
	VERSYM = 0x500,
	TABLE = 0x600,
	LAST = OBJECT_TEXT - 1
};

static const char strings[STRINGS_SIZE] = "\0liba\0libb\0/opt";

struct pair {
	uintptr_t tag, value;
};

static const struct pair base[] = {
	{DT_STRTAB, STRINGS},
	{DT_STRSZ, STRINGS_SIZE},
	{DT_SYMTAB, SYMBOLS},
	{DT_SYMENT, sizeof(ElfW(Sym))},
};

/* Two buckets, three symbols; one bloom word, one bucket. */
static const uint32_t hash_words[] = {2, 3, 1, 2, 0, 0, 0};
static const uint32_t gnu_words[] = {1, 1, 1, 5};

static void start(struct object *object)
{
	size_t i;

	object_new(object);
	memcpy(object->memory + STRINGS, strings, sizeof(strings));
	memcpy(object->memory + HASH, hash_words, sizeof(hash_words));
	memcpy(object->memory + GNU, gnu_words, sizeof(gnu_words));
	for (i = 0; i < COUNT(base); i++)
		object_entry(object, base[i].tag, base[i].value);
}

static const struct refusal {
	const char *name;
	const char *part; /* of the sentence; NULL: accepted */
	struct pair entry[4];
	struct {
		size_t at, size;
		uint64_t value;
	} poke[2];
} refusals[] = {
	{"nothing more", NULL, {{0}}, {{0}}},
	{"no string table size", "DT_STRSZ: missing or zero", {{DT_STRSZ, 0}}, {{0}}},
	{"string table too long",
	 "DT_STRTAB: 0x100+0x3f01 is not inside a readable segment",
	 {{DT_STRSZ, OBJECT_TEXT - STRINGS + 1}},
	 {{0}}},
	{"string table in a hole", "DT_STRTAB: 0x5000+0x10", {{DT_STRTAB, OBJECT_HOLE}}, {{0}}},
	{"string table wraps around", "DT_STRTAB: 0x100+0xff", {{DT_STRSZ, TOP}}, {{0}}},
	{"last string without an end",
	 "DT_STRTAB: the last string has no end",
	 {{0}},
	 {{STRINGS + STRINGS_SIZE - 1, 1, 'x'}}},
	{"needed name", NULL, {{DT_NEEDED, STRINGS_SIZE - 1}}, {{0}}},
	{"needed name outside",
	 "dynamic entry 4 (tag 0x1): string offset 0x10 is past the end of the string table (0x10",
	 {{DT_NEEDED, STRINGS_SIZE}},
	 {{0}}},
	{"soname outside", "tag 0xe", {{DT_SONAME, 99}}, {{0}}},
	{"soname outside, then inside", "tag 0xe", {{DT_SONAME, 99}, {DT_SONAME, 1}}, {{0}}},
	{"rpath outside", "tag 0xf)", {{DT_RPATH, 99}}, {{0}}},
	{"runpath outside", "tag 0x1d)", {{DT_RUNPATH, TOP}}, {{0}}},
	{"filter outside", "tag 0x7fffffff)", {{DT_FILTER, 99}}, {{0}}},
	{"auxiliary outside", "tag 0x7ffffffd)", {{DT_AUXILIARY, 99}}, {{0}}},
	{"audit outside", "tag 0x6ffffefc)", {{DT_AUDIT, 99}}, {{0}}},
	{"depaudit outside", "tag 0x6ffffefb)", {{DT_DEPAUDIT, 99}}, {{0}}},
	{"symbol size", "DT_SYMENT: 0x8, expected", {{DT_SYMENT, 8}}, {{0}}},
	{"symbols in a hole", "DT_SYMTAB: 0x5000", {{DT_SYMTAB, OBJECT_HOLE}}, {{0}}},
	{"symbols misaligned",
	 "DT_SYMTAB: address 0x201 is not a multiple of",
	 {{DT_SYMTAB, SYMBOLS + 1}},
	 {{0}}},
	{"symbols in the last bytes", NULL, {{DT_SYMTAB, OBJECT_TEXT - 8}}, {{0}}},
	{"hash", NULL, {{DT_HASH, HASH}}, {{0}}},
	{"hash outside", "DT_HASH: 0x7000+0x8 is not inside", {{DT_HASH, OBJECT_END}}, {{0}}},
	{"hash header cut", "DT_HASH: 0x6ffc+0x8", {{DT_HASH, OBJECT_END - 4}}, {{0}}},
	{"hash misaligned", "DT_HASH: address 0x302", {{DT_HASH, HASH + 2}}, {{0}}},
	{"hash buckets",
	 "DT_HASH: 4294967295 buckets and 3 chain entries do not fit",
	 {{DT_HASH, HASH}},
	 {{HASH, 4, 0xffffffff}}},
	{"hash chains",
	 "DT_HASH: 2 buckets and 3901 chain entries",
	 {{DT_HASH, HASH}},
	 {{HASH + 4, 4, (OBJECT_TEXT - HASH) / 4 - 3}}},
	{"hash up to the end of the segment",
	 NULL,
	 {{DT_HASH, HASH}},
	 {{HASH, 4, (OBJECT_TEXT - HASH) / 4 - 5}}},
	{"hash without buckets", NULL, {{DT_HASH, HASH}}, {{HASH, 4, 0}}},
	{"more symbols than memory",
	 "DT_SYMTAB: 0x3ff0+0x",
	 {{DT_SYMTAB, OBJECT_TEXT - 16}, {DT_HASH, HASH}},
	 {{0}}},
	{"gnu hash", NULL, {{DT_GNU_HASH, GNU}}, {{0}}},
	{"gnu hash outside",
	 "DT_GNU_HASH: 0x6ff8+0x10 is not inside",
	 {{DT_GNU_HASH, OBJECT_END - 8}},
	 {{0}}},
	{"gnu hash misaligned", "DT_GNU_HASH: address 0x402", {{DT_GNU_HASH, GNU + 2}}, {{0}}},
	{"gnu hash bloom words 0",
	 "DT_GNU_HASH: 0 bloom filter words, expected a power of two",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU + 8, 4, 0}}},
	{"gnu hash bloom words 3",
	 "DT_GNU_HASH: 3 bloom filter words",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU + 8, 4, 3}}},
	{"gnu hash bloom words too many",
	 "DT_GNU_HASH: 2147483648 bloom filter words and 1 buckets do not fit",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU + 8, 4, 0x80000000}}},
	{"gnu hash buckets",
	 "1 bloom filter words and 4294967295 buckets do not fit",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU, 4, 0xffffffff}}},
	{"gnu hash up to the end of the segment",
	 NULL,
	 {{DT_GNU_HASH, GNU}},
	 {{GNU, 4, (OBJECT_TEXT - GNU - 16 - WORD) / 4}}},
	{"gnu hash one bucket too many",
	 "buckets do not fit",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU, 4, (OBJECT_TEXT - GNU - 16 - WORD) / 4 + 1}}},
	{"gnu hash shift 31", NULL, {{DT_GNU_HASH, GNU}}, {{GNU + 12, 4, 31}}},
	{"gnu hash shift 32",
	 "DT_GNU_HASH: bloom shift 32",
	 {{DT_GNU_HASH, GNU}},
	 {{GNU + 12, 4, 32}}},
	{"versym outside", "DT_VERSYM: 0x5000", {{DT_VERSYM, OBJECT_HOLE}}, {{0}}},
	{"versym misaligned", "DT_VERSYM: address 0x501", {{DT_VERSYM, VERSYM + 1}}, {{0}}},
	{"versym too short for the symbols",
	 "DT_VERSYM: 0x3ffc+0x6",
	 {{DT_VERSYM, OBJECT_TEXT - 4}, {DT_HASH, HASH}},
	 {{0}}},
	{"rela without a size", "DT_RELA: without a size", {{DT_RELA, TABLE}}, {{0}}},
	{"rela entry size",
	 "DT_RELA: entries are 0x5 bytes each",
	 {{DT_RELA, TABLE}, {DT_RELASZ, 0}, {DT_RELAENT, 5}},
	 {{0}}},
	{"rela size",
	 "DT_RELA: size 0x19 is not a multiple of",
	 {{DT_RELA, TABLE}, {DT_RELASZ, 25}},
	 {{0}}},
	{"rela outside",
	 "DT_RELA: 0x7000+0x",
	 {{DT_RELA, OBJECT_END}, {DT_RELASZ, sizeof(ElfW(Rela))}},
	 {{0}}},
	{"rela over the end",
	 "DT_RELA: 0x3fff+0x",
	 {{DT_RELA, LAST}, {DT_RELASZ, sizeof(ElfW(Rela))}},
	 {{0}}},
	{"rela misaligned",
	 "DT_RELA: address 0x601",
	 {{DT_RELA, TABLE + 1}, {DT_RELASZ, sizeof(ElfW(Rela))}},
	 {{0}}},
	{"rela empty and nowhere", NULL, {{DT_RELA, OBJECT_HOLE + 8}, {DT_RELASZ, 0}}, {{0}}},
	{"rel size",
	 "DT_REL: size 0x1 is not",
	 {{DT_REL, TABLE}, {DT_RELSZ, 1}, {DT_RELENT, sizeof(ElfW(Rel))}},
	 {{0}}},
	{"relr size", "DT_RELR: size 0x1 is not", {{DT_RELR, TABLE}, {DT_RELRSZ, 1}}, {{0}}},
	{"relr entry size",
	 "DT_RELR: entries are 0x3",
	 {{DT_RELR, TABLE}, {DT_RELRSZ, WORD}, {DT_RELRENT, 3}},
	 {{0}}},
	{"init array size",
	 "DT_INIT_ARRAY: size 0x5",
	 {{DT_INIT_ARRAY, TABLE}, {DT_INIT_ARRAYSZ, 5}},
	 {{0}}},
	{"fini array outside",
	 "DT_FINI_ARRAY: 0x5000+0x",
	 {{DT_FINI_ARRAY, OBJECT_HOLE}, {DT_FINI_ARRAYSZ, WORD}},
	 {{0}}},
	{"preinit array without a size",
	 "DT_PREINIT_ARRAY: without a size",
	 {{DT_PREINIT_ARRAY, TABLE}},
	 {{0}}},
	{"plt kind missing",
	 "DT_PLTREL: 0x0 is neither DT_REL nor DT_RELA",
	 {{DT_JMPREL, TABLE}, {DT_PLTRELSZ, 0}},
	 {{0}}},
	{"plt kind", "DT_PLTREL: 0x8", {{DT_JMPREL, TABLE}, {DT_PLTREL, 8}}, {{0}}},
	{"plt without a size",
	 "DT_JMPREL: without a size",
	 {{DT_JMPREL, TABLE}, {DT_PLTREL, DT_RELA}},
	 {{0}}},
	{"plt size",
	 "DT_JMPREL: size 0x11 is not a multiple",
	 {{DT_JMPREL, TABLE}, {DT_PLTREL, DT_REL}, {DT_PLTRELSZ, 17}},
	 {{0}}},
	{"plt outside",
	 "DT_JMPREL: 0x7000+0x",
	 {{DT_JMPREL, OBJECT_END}, {DT_PLTREL, DT_REL}, {DT_PLTRELSZ, sizeof(ElfW(Rel))}},
	 {{0}}},
	{"plt with a read-only got",
	 "DT_PLTGOT: 0x600+0x",
	 {{DT_JMPREL, TABLE},
	  {DT_PLTREL, DT_REL},
	  {DT_PLTRELSZ, sizeof(ElfW(Rel))},
	  {DT_PLTGOT, TABLE}},
	 {{0}}},
	{"plt with a short got",
	 "is not inside a writable segment",
	 {{DT_JMPREL, TABLE},
	  {DT_PLTREL, DT_REL},
	  {DT_PLTRELSZ, sizeof(ElfW(Rel))},
	  {DT_PLTGOT, OBJECT_END - 2 * WORD}},
	 {{0}}},
	{"got outside", "DT_PLTGOT: 0x8000", {{DT_PLTGOT, 0x8000}}, {{0}}},
	{"got misaligned", "DT_PLTGOT: address 0x6401", {{DT_PLTGOT, 0x6401}}, {{0}}},
	{"verdef without a number",
	 "DT_VERDEF or DT_VERNEED without a number",
	 {{DT_VERDEF, TABLE}},
	 {{0}}},
	{"verneed without a number",
	 "DT_VERDEF or DT_VERNEED without a number",
	 {{DT_VERNEED, TABLE}},
	 {{0}}},
	{"verdef outside",
	 "DT_VERDEF: 0x5000",
	 {{DT_VERDEF, OBJECT_HOLE}, {DT_VERDEFNUM, 1}},
	 {{0}}},
	{"verneed misaligned",
	 "DT_VERNEED: address 0x602 is not a multiple of 4",
	 {{DT_VERNEED, TABLE + 2}, {DT_VERNEEDNUM, 1}},
	 {{0}}},
	{"init not executable",
	 "DT_INIT: 0x600+0x1 is not inside an executable segment",
	 {{DT_INIT, TABLE}},
	 {{0}}},
	{"fini outside", "DT_FINI: 0x5000+0x1", {{DT_FINI, OBJECT_HOLE}}, {{0}}},
	{"tlsdesc trampoline", "DT_TLSDESC_PLT: 0x600", {{DT_TLSDESC_PLT, TABLE}}, {{0}}},
	{"tlsdesc slot read-only", "DT_TLSDESC_GOT: 0x600", {{DT_TLSDESC_GOT, TABLE}}, {{0}}},
	{"unknown tags",
	 NULL,
	 {{0x60000001, TOP}, {0x12345678, TOP}, {TOP, TOP}, {DT_RELRENT + 1, TOP}},
	 {{0}}},
};

static void every_refusal(void **state)
{
	struct error error = {NULL};
	struct object object;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(refusals); i++) {
		const struct refusal *c = &refusals[i];

		start(&object);
		for (k = 0; k < COUNT(c->entry) && c->entry[k].tag; k++)
			object_entry(&object, c->entry[k].tag, c->entry[k].value);
		for (k = 0; k < COUNT(c->poke) && c->poke[k].size; k++)
			poke(object.memory + c->poke[k].at, c->poke[k].size, c->poke[k].value);
		expect(c->name, object_read(&object, &error), &error, c->part);
		object_free(&object);
	}
}

static void section_refusals(void **state)
{
	struct error error = {NULL};
	struct object object;
	size_t i;

	(void)state;
	start(&object);
	object.phdr[3].p_type = PT_NULL;
	expect("no section", object_read(&object, &error), &error, "no dynamic section");
	object_free(&object);

	start(&object);
	for (i = COUNT(base); i < OBJECT_ENTRIES; i++)
		object_entry(&object, DT_NEEDED, 1);
	expect("no end", object_read(&object, &error), &error,
	       "the dynamic section (64 entries) has no end");
	object_free(&object);

	/* Only a whole entry can be the end. */
	start(&object);
	object.phdr[3].p_memsz = (COUNT(base) + 1) * sizeof(ElfW(Dyn)) - 1;
	expect("half an end", object_read(&object, &error), &error, "(4 entries) has no end");
	object_free(&object);

	/* At the very end of memory, so that looking for more would be noticed. */
	start(&object);
	object.phdr[3].p_vaddr = OBJECT_END - 4 * sizeof(ElfW(Dyn));
	object.phdr[3].p_memsz = 4 * sizeof(ElfW(Dyn));
	memcpy(object.memory + object.phdr[3].p_vaddr, object.memory + OBJECT_DATA,
	       object.phdr[3].p_memsz);
	expect("no end in memory", object_read(&object, &error), &error, "(4 entries) has no end");
	object_free(&object);

	object_new(&object);
	object_entry(&object, DT_NEEDED, 0);
	expect("name without a string table", object_read(&object, &error), &error,
	       "past the end of the string table (0x0 bytes)");
	object_free(&object);
}

/* A table in a segment nobody may read. */
static void unreadable(void **state)
{
	struct error error = {NULL};
	struct object object;

	(void)state;
	start(&object);
	object.phdr[1].p_flags = PF_X;
	object_entry(&object, DT_INIT, OBJECT_TEXT);
	object_entry(&object, DT_INIT_ARRAY, OBJECT_TEXT);
	object_entry(&object, DT_INIT_ARRAYSZ, WORD);
	expect("execute-only", object_read(&object, &error), &error, "DT_INIT_ARRAY: 0x4000+0x");
	object_free(&object);
}

static const void *at(const struct object *object, uintptr_t vaddr)
{
	return object->memory + vaddr;
}

static void empty_section(void **state)
{
	struct error error = {NULL};
	struct object object;
	struct dynamic *d = &object.dynamic;

	(void)state;
	object_new(&object);
	expect("empty", object_read(&object, &error), &error, NULL);
	assert_ptr_equal(d->section, at(&object, OBJECT_DATA));
	assert_int_equal(d->count, 0);
	assert_null(d->strtab);
	assert_null(d->symtab);
	assert_int_equal(d->symbols, 0);
	assert_int_equal(d->gnu.nbucket, 0);
	assert_null(d->rela.address);
	assert_null(d->soname);
	assert_null(d->pltgot);
	assert_int_equal(d->init, 0);
	assert_string_equal(dynamic_string(d, 0), "");
	object_free(&object);
}

static void read_good(struct object *object, const struct pair *pairs, size_t count)
{
	struct error error = {NULL};
	size_t i;

	start(object);
	for (i = 0; i < count; i++)
		object_entry(object, pairs[i].tag, pairs[i].value);
	expect("good", object_read(object, &error), &error, NULL);
}

static void tables(void **state)
{
	static const struct pair pairs[] = {
		{DT_RELA, TABLE},
		{DT_RELASZ, 5 * sizeof(ElfW(Rela))},
		{DT_RELAENT, sizeof(ElfW(Rela))},
		{DT_RELACOUNT, 2},
		{DT_JMPREL, TABLE + 6 * sizeof(ElfW(Rela))},
		{DT_PLTRELSZ, 2 * sizeof(ElfW(Rela))},
		{DT_PLTREL, DT_RELA},
		{DT_REL, 0x800},
		{DT_RELSZ, sizeof(ElfW(Rel))},
		{DT_RELR, 0x900},
		{DT_RELRSZ, 3 * WORD},
		{DT_RELRENT, WORD},
		{DT_INIT_ARRAY, 0xa00},
		{DT_INIT_ARRAYSZ, WORD},
		{DT_FINI_ARRAY, 0xa10},
		{DT_FINI_ARRAYSZ, 2 * WORD},
		{DT_PREINIT_ARRAY, 0xa20},
		{DT_PREINIT_ARRAYSZ, 3 * WORD},
		{DT_PLTGOT, OBJECT_DATA + 0x800},
		{DT_INIT, OBJECT_TEXT},
		{DT_FINI, OBJECT_TEXT + 7},
		{DT_TLSDESC_PLT, OBJECT_TEXT + 9},
		{DT_TLSDESC_GOT, OBJECT_DATA + 0x880},
		{DT_DEBUG, 0},
	};
	struct object object;
	struct dynamic *d = &object.dynamic;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_int_equal(d->count, COUNT(base) + COUNT(pairs));
	assert_ptr_equal(d->rela.address, at(&object, TABLE));
	assert_int_equal(d->rela.size, 5 * sizeof(ElfW(Rela)));
	assert_int_equal(d->relcount, 2);
	assert_true(d->jmprel_rela);
	assert_ptr_equal(d->jmprel.address, at(&object, TABLE + 6 * sizeof(ElfW(Rela))));
	assert_int_equal(d->jmprel.size, 2 * sizeof(ElfW(Rela)));
	assert_ptr_equal(d->rel.address, at(&object, 0x800));
	assert_int_equal(d->rel.size, sizeof(ElfW(Rel)));
	assert_ptr_equal(d->relr.address, at(&object, 0x900));
	assert_int_equal(d->relr.size, 3 * WORD);
	assert_ptr_equal(d->init_array.address, at(&object, 0xa00));
	assert_int_equal(d->init_array.size, WORD);
	assert_ptr_equal(d->fini_array.address, at(&object, 0xa10));
	assert_int_equal(d->fini_array.size, 2 * WORD);
	assert_ptr_equal(d->preinit_array.address, at(&object, 0xa20));
	assert_int_equal(d->preinit_array.size, 3 * WORD);
	assert_ptr_equal(d->pltgot, at(&object, OBJECT_DATA + 0x800));
	assert_int_equal(d->init, (uintptr_t)at(&object, OBJECT_TEXT));
	assert_int_equal(d->fini, (uintptr_t)at(&object, OBJECT_TEXT + 7));
	object_free(&object);
}

/* Where a CPU has the PLT's reserved words elsewhere, DT_PLTGOT is nothing but where the slots are.
 */
static void own_got(void **state)
{
	static const struct pair pairs[] = {
		{DT_JMPREL, TABLE},
		{DT_PLTRELSZ, sizeof(ElfW(Rela))},
		{DT_PLTREL, DT_RELA},
		{DT_PLTGOT, OBJECT_END - 2 * WORD},
		{DT_LOPROC, OBJECT_DATA + 0x840},
	};
	struct error error = {NULL};
	struct object object;
	size_t i;

	(void)state;
	start(&object);
	for (i = 0; i < COUNT(pairs); i++)
		object_entry(&object, pairs[i].tag, pairs[i].value);
	expect("two words", object_read(&object, &error), &error, "DT_PLTGOT");
	object.image.own_got = true;
	memset(&object.dynamic, 0, sizeof(object.dynamic));
	expect("own words", dynamic_read(&object.image, object.bias, &object.dynamic, &error),
	       &error, NULL);
	assert_ptr_equal(object.dynamic.pltgot, at(&object, OBJECT_DATA + 0x840));
	object_free(&object);
}

/* DT_DEBUG in memory that cannot be written is of no use. */
static void debug_read_only(void **state)
{
	struct error error = {NULL};
	struct object object;

	(void)state;
	start(&object);
	object_entry(&object, DT_DEBUG, 0);
	object.phdr[2].p_flags = PF_R;
	expect("read-only", object_read(&object, &error), &error, NULL);
	object_free(&object);
}

static void relative_count_is_clamped(void **state)
{
	static const struct pair rela[] = {
		{DT_RELA, TABLE},
		{DT_RELASZ, 5 * sizeof(ElfW(Rela))},
		{DT_RELACOUNT, TOP},
	};
	static const struct pair rel[] = {
		{DT_REL, TABLE},
		{DT_RELSZ, 3 * sizeof(ElfW(Rel))},
		{DT_RELCOUNT, 4},
	};
	struct object object;

	(void)state;
	read_good(&object, rela, COUNT(rela));
	assert_int_equal(object.dynamic.relcount, 5);
	object_free(&object);
	read_good(&object, rel, COUNT(rel));
	assert_int_equal(object.dynamic.relcount, 3);
	object_free(&object);
}

/* The PLT's relocations as the tail of the other table are not processed twice. */
static void plt_inside_other_table(void **state)
{
	static const struct pair pairs[] = {
		{DT_REL, TABLE},
		{DT_RELSZ, 5 * sizeof(ElfW(Rel))},
		{DT_RELCOUNT, 5},
		{DT_JMPREL, TABLE + 3 * sizeof(ElfW(Rel))},
		{DT_PLTRELSZ, 2 * sizeof(ElfW(Rel))},
		{DT_PLTREL, DT_REL},
	};
	struct object object;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_false(object.dynamic.jmprel_rela);
	assert_int_equal(object.dynamic.rel.size, 3 * sizeof(ElfW(Rel)));
	assert_int_equal(object.dynamic.jmprel.size, 2 * sizeof(ElfW(Rel)));
	assert_int_equal(object.dynamic.relcount, 3);
	object_free(&object);
}

static void flags(void **state)
{
	static const struct {
		struct pair pair;
		uintptr_t flags, flags_1;
	} cases[] = {
		{{DT_FLAGS, DF_ORIGIN}, DF_ORIGIN, 0},
		{{DT_SYMBOLIC, 0}, DF_SYMBOLIC, 0},
		{{DT_TEXTREL, 0}, DF_TEXTREL, 0},
		{{DT_BIND_NOW, 0}, DF_BIND_NOW, 0},
		{{DT_FLAGS_1, DF_1_NODELETE}, 0, DF_1_NODELETE},
		{{DT_FLAGS_1, DF_1_NOW}, DF_BIND_NOW, DF_1_NOW},
	};
	struct object object;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		read_good(&object, &cases[i].pair, 1);
		assert_int_equal(object.dynamic.flags, cases[i].flags);
		assert_int_equal(object.dynamic.flags_1, cases[i].flags_1);
		object_free(&object);
	}
}

static void flags_add_up(void **state)
{
	static const struct pair pairs[] = {
		{DT_FLAGS, DF_ORIGIN}, {DT_SYMBOLIC, 0}, {DT_TEXTREL, 0}, {DT_BIND_NOW, 0}};
	struct object object;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_int_equal(object.dynamic.flags, DF_ORIGIN | DF_SYMBOLIC | DF_TEXTREL | DF_BIND_NOW);
	object_free(&object);
}

static void names(void **state)
{
	static const struct pair pairs[] = {
		{DT_NEEDED, 1},
		{DT_RPATH, 11},
		{DT_NEEDED, 6},
		{DT_SONAME, 1},
	};
	static const struct pair runpath[] = {{DT_RPATH, 11}, {DT_RUNPATH, 12}};
	struct object object;
	struct dynamic *d = &object.dynamic;
	const ElfW(Dyn) * entry;
	size_t position = 0;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_string_equal(d->soname, "liba");
	assert_string_equal(d->rpath, "/opt");
	assert_null(d->runpath);
	entry = dynamic_next(d, DT_NEEDED, &position);
	assert_string_equal(dynamic_string(d, entry->d_un.d_val), "liba");
	entry = dynamic_next(d, DT_NEEDED, &position);
	assert_string_equal(dynamic_string(d, entry->d_un.d_val), "libb");
	assert_null(dynamic_next(d, DT_NEEDED, &position));
	assert_null(dynamic_next(d, DT_NEEDED, &position));
	assert_string_equal(dynamic_string(d, STRINGS_SIZE - 1), "");
	assert_string_equal(dynamic_string(d, STRINGS_SIZE), "");
	assert_string_equal(dynamic_string(d, SIZE_MAX), "");
	object_free(&object);

	read_good(&object, runpath, COUNT(runpath));
	assert_null(d->rpath);
	assert_string_equal(d->runpath, "opt");
	object_free(&object);
}

/* What there is of entries that are asked for one by one. */
static void kinds_of_entries(void **state)
{
	static const struct {
		uintptr_t tag;
		bool needs, filters, audits;
	} kinds[] = {{DT_NEEDED, true, false, false},	    {DT_FILTER, false, true, false},
		     {DT_AUXILIARY, false, true, false},    {DT_AUDIT, false, false, true},
		     {DT_DEPAUDIT, false, false, true},	    {DT_SONAME, false, false, false},
		     {DT_GNU_HASH - 1, false, false, false}};
	struct object object;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		const struct pair pair = {kinds[i].tag, 1};

		read_good(&object, &pair, 1);
		assert_int_equal(object.dynamic.needs, kinds[i].needs);
		assert_int_equal(object.dynamic.filters, kinds[i].filters);
		assert_int_equal(object.dynamic.audits, kinds[i].audits);
		object_free(&object);
	}
}

/* Which tables count as those that the object could write over. */
static void writable_tables(void **state)
{
	static const struct pair none[] = {{DT_RELA, TABLE},
					   {DT_RELASZ, sizeof(ElfW(Rela))},
					   {DT_INIT_ARRAY, OBJECT_DATA},
					   {DT_INIT_ARRAYSZ, WORD}};
	static const struct pair relocations[] = {{DT_RELA, OBJECT_DATA},
						  {DT_RELASZ, sizeof(ElfW(Rela))}};
	static const struct pair hash[] = {{DT_HASH, OBJECT_DATA + 0x200}};
	struct object object;

	(void)state;
	read_good(&object, none, COUNT(none));
	assert_false(object.dynamic.tables_writable);
	object_free(&object);
	read_good(&object, relocations, COUNT(relocations));
	assert_true(object.dynamic.tables_writable);
	object_free(&object);
	read_good(&object, hash, COUNT(hash));
	assert_true(object.dynamic.tables_writable);
	object_free(&object);
}

static void last_value_counts(void **state)
{
	static const struct pair pairs[] = {{DT_SONAME, 1}, {DT_SONAME, 6}};
	struct object object;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_string_equal(object.dynamic.soname, "libb");
	object_free(&object);
}

static void symbol_bounds(void **state)
{
	static const struct pair hash[] = {{DT_HASH, HASH}, {DT_GNU_HASH, GNU}};
	static const struct pair versions[] = {{DT_VERSYM, OBJECT_TEXT - 14}, {DT_GNU_HASH, GNU}};
	static const struct pair gnu[] = {{DT_SYMTAB, OBJECT_TEXT - 4 * sizeof(ElfW(Sym))},
					  {DT_GNU_HASH, GNU}};
	static const struct pair table[] = {{DT_VERDEF, OBJECT_TEXT - 40},
					    {DT_VERDEFNUM, 3},
					    {DT_VERNEED, TABLE},
					    {DT_VERNEEDNUM, 4}};
	struct object object;
	struct dynamic *d = &object.dynamic;

	(void)state;
	read_good(&object, hash, COUNT(hash));
	assert_ptr_equal(d->hash, at(&object, HASH + 8));
	assert_int_equal(d->symbols, 3); /* DT_HASH knows */
	assert_int_equal(d->gnu.nbucket, 1);
	assert_int_equal(d->gnu.symoffset, 1);
	assert_int_equal(d->gnu.bloom_mask, 0);
	assert_int_equal(d->gnu.bloom_shift, 5);
	assert_ptr_equal(d->gnu.bloom, at(&object, GNU + 16));
	assert_ptr_equal(d->gnu.bucket, at(&object, GNU + 16 + WORD));
	assert_ptr_equal(d->gnu.chain, at(&object, GNU + 16 + WORD + 4));
	assert_int_equal(d->gnu.chains, 2);
	object_free(&object);

	read_good(&object, versions, COUNT(versions));
	assert_int_equal(d->symbols, 7); /* what DT_VERSYM has room for */
	assert_int_equal(d->gnu.chains, 6);
	object_free(&object);

	read_good(&object, gnu, COUNT(gnu));
	assert_int_equal(d->symbols, 4); /* what the segment has room for */
	assert_int_equal(d->gnu.chains, 3);
	object_free(&object);

	read_good(&object, table, COUNT(table));
	assert_int_equal(d->verdef.size, 40);
	assert_int_equal(d->verdefnum, 3);
	assert_int_equal(d->verneed.size, OBJECT_TEXT - TABLE);
	assert_int_equal(d->verneednum, 4);
	object_free(&object);
}

/* A symbol table that begins where one segment ends and the next begins belongs to the next. */
static void symbols_at_a_boundary(void **state)
{
	static const struct pair pairs[] = {{DT_SYMTAB, OBJECT_TEXT}};
	struct object object;

	(void)state;
	read_good(&object, pairs, COUNT(pairs));
	assert_int_equal(object.dynamic.symbols, 0x1000 / sizeof(ElfW(Sym)));
	object_free(&object);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_refusal),
		cmocka_unit_test(section_refusals),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(empty_section),
		cmocka_unit_test(tables),
		cmocka_unit_test(own_got),
		cmocka_unit_test(debug_read_only),
		cmocka_unit_test(relative_count_is_clamped),
		cmocka_unit_test(plt_inside_other_table),
		cmocka_unit_test(flags),
		cmocka_unit_test(flags_add_up),
		cmocka_unit_test(names),
		cmocka_unit_test(kinds_of_entries),
		cmocka_unit_test(writable_tables),
		cmocka_unit_test(last_value_counts),
		cmocka_unit_test(symbol_bounds),
		cmocka_unit_test(symbols_at_a_boundary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
