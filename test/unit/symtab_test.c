/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tests of ldso/symtab.c: which definition a reference finds, in tables built here (both kinds of
 * hash table, with and without versions, whole and broken) and in the libraries of this process.
 * links: image.c dynamic.c symtab.c
 */
#include "object.h"
#include "elf/symtab.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_BITS (8 * sizeof(ElfW(Addr)))
#define HIDDEN 0x8000

static void hashes(void **state)
{
	static const struct {
		const char *name;
		uint32_t gnu, sysv;
	} cases[] = {
		{"", 0x00001505, 0x00000000},
		{"printf", 0x156b2bb8, 0x077905a6},
		{"exit", 0x7c967e3f, 0x0006cf04},
		{"syscall", 0xbac212a0, 0x0b09985c},
		{"GLIBC_2.2.5", 0x427315ba, 0x09691a75},
		{"_ZNSt6vectorIiSaIiEE9push_backEOi", 0x16f397e4, 0x084b6e39},
		{"\xff\xfe\x80", 0x0b8b10e2, 0x00010f60},
	};
	struct symbol_name name;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(gnu_hash(cases[i].name), cases[i].gnu);
		assert_int_equal(sysv_hash(cases[i].name), cases[i].sysv);
	}
	symbol_name_set(&name, "printf");
	assert_string_equal(name.text, "printf");
	assert_int_equal(name.gnu_hash, 0x156b2bb8);
	assert_false(name.has_sysv);
	assert_false(name.plt_ok);
}

/* A symbol to build; `value` tells definitions of one name apart. */
struct spec {
	const char *name;
	unsigned versym;
	uintptr_t value;
	unsigned char bind, type, other;
	unsigned shndx;
};

enum { GNU = 1, SYSV = 2, VERSIONED = 4 };

/* What is being built: sorted symbols and their tables. */
struct table_builder {
	struct spec spec[64];
	size_t count, unhashed; /* symbol indices are one higher */
	char strings[1024];
	size_t strings_size;
};

static uint32_t add_string(struct table_builder *b, const char *text)
{
	size_t at = b->strings_size, size = strlen(text) + 1;

	assert_true(at + size <= sizeof(b->strings));
	memcpy(b->strings + at, text, size);
	b->strings_size += size;
	return (uint32_t)at;
}

static bool is_hashed(const struct spec *spec)
{
	return spec->shndx != SHN_UNDEF || spec->value;
}

/* Stable order: not hashed, then by bucket, as DT_GNU_HASH wants it. */
static void sort_specs(struct table_builder *b, const struct spec *specs, size_t count,
		       uint32_t nbucket)
{
	uint32_t bucket;
	size_t i;

	assert_true(count <= COUNT(b->spec));
	for (i = 0; i < count; i++) {
		if (!is_hashed(&specs[i]))
			b->spec[b->count++] = specs[i];
	}
	b->unhashed = b->count;
	for (bucket = 0; bucket < nbucket; bucket++) {
		for (i = 0; i < count; i++) {
			if (is_hashed(&specs[i]) && gnu_hash(specs[i].name) % nbucket == bucket)
				b->spec[b->count++] = specs[i];
		}
	}
}

static uintptr_t place_symbols(struct object *object, struct table_builder *b)
{
	ElfW(Sym) symbols[65] = {{0}};
	size_t i;

	for (i = 0; i < b->count; i++) {
		symbols[i + 1].st_name = add_string(b, b->spec[i].name);
		symbols[i + 1].st_value = b->spec[i].value;
		symbols[i + 1].st_info = (unsigned char)(b->spec[i].bind << 4 | b->spec[i].type);
		symbols[i + 1].st_other = b->spec[i].other;
		symbols[i + 1].st_shndx = (ElfW(Half))b->spec[i].shndx;
	}
	return object_place(object, symbols, (b->count + 1) * sizeof(*symbols));
}

static uintptr_t place_versym(struct object *object, const struct table_builder *b)
{
	ElfW(Half) versym[65] = {0};
	size_t i;

	for (i = 0; i < b->count; i++)
		versym[i + 1] = (ElfW(Half))b->spec[i].versym;
	return object_place(object, versym, (b->count + 1) * sizeof(*versym));
}

static uintptr_t place_sysv(struct object *object, const struct table_builder *b, uint32_t nbucket)
{
	uint32_t words[2 + 32 + 65] = {nbucket, (uint32_t)b->count + 1};
	uint32_t *bucket = words + 2, *chain = bucket + nbucket, slot;
	size_t i;

	for (i = b->count; i-- > 0;) {
		slot = sysv_hash(b->spec[i].name) % nbucket;
		chain[i + 1] = bucket[slot];
		bucket[slot] = (uint32_t)i + 1;
	}
	return object_place(object, words, (2 + nbucket + b->count + 1) * sizeof(*words));
}

static uintptr_t place_gnu(struct object *object, const struct table_builder *b, uint32_t nbucket)
{
	uint32_t header[4] = {nbucket, (uint32_t)b->unhashed + 1, 2, 6};
	uint32_t bucket[32] = {0}, chain[64] = {0}, hash;
	ElfW(Addr) bloom[2] = {0};
	uintptr_t start;
	size_t i;

	for (i = b->unhashed; i < b->count; i++) {
		hash = gnu_hash(b->spec[i].name);
		bloom[hash / WORD_BITS % 2] |= (ElfW(Addr))1 << hash % WORD_BITS |
					       (ElfW(Addr))1 << (hash >> 6) % WORD_BITS;
		if (!bucket[hash % nbucket])
			bucket[hash % nbucket] = (uint32_t)i + 1;
		chain[i - b->unhashed] = hash & ~1u;
		if (i + 1 == b->count || gnu_hash(b->spec[i + 1].name) % nbucket != hash % nbucket)
			chain[i - b->unhashed] |= 1;
	}
	start = object_place(object, header, sizeof(header));
	memcpy(object->memory + object->used, bloom, sizeof(bloom));
	object->used += sizeof(bloom);
	memcpy(object->memory + object->used, bucket, nbucket * 4);
	object->used += nbucket * 4;
	memcpy(object->memory + object->used, chain, (b->count - b->unhashed) * 4);
	object->used += (b->count - b->unhashed) * 4;
	return start;
}

/* Where the tests of broken files find the version tables. */
static uintptr_t verdef_at, verneed_at;

/* Versions: 1 base, 2 V1, 3 V2; 4 C1 and 5 C2 (weak) from libc.so. */
static void place_versions(struct object *object, struct table_builder *b)
{
	static const char *const defined[] = {"liba.so", "V1", "V2"};
	static const char *const needed[] = {"C1", "C2"};
	struct {
		ElfW(Verdef) def;
		ElfW(Verdaux) aux;
	} defs[3];
	struct {
		ElfW(Verneed) need;
		ElfW(Vernaux) aux[2];
	} needs;
	unsigned i;

	memset(defs, 0, sizeof(defs));
	memset(&needs, 0, sizeof(needs));
	for (i = 0; i < 3; i++) {
		defs[i].def.vd_version = VER_DEF_CURRENT;
		defs[i].def.vd_flags = i == 0 ? VER_FLG_BASE : 0;
		defs[i].def.vd_ndx = (ElfW(Half))(i + 1);
		defs[i].def.vd_cnt = 1;
		defs[i].def.vd_hash = sysv_hash(defined[i]);
		defs[i].def.vd_aux = sizeof(defs[i].def);
		defs[i].def.vd_next = i < 2 ? sizeof(defs[i]) : 0;
		defs[i].aux.vda_name = add_string(b, defined[i]);
	}
	needs.need.vn_version = VER_NEED_CURRENT;
	needs.need.vn_cnt = 2;
	needs.need.vn_file = add_string(b, "libc.so");
	needs.need.vn_aux = sizeof(needs.need);
	for (i = 0; i < 2; i++) {
		needs.aux[i].vna_hash = sysv_hash(needed[i]);
		needs.aux[i].vna_flags = i ? VER_FLG_WEAK : 0;
		needs.aux[i].vna_other = (ElfW(Half))(4 + i);
		needs.aux[i].vna_name = add_string(b, needed[i]);
		needs.aux[i].vna_next = i ? 0 : sizeof(needs.aux[0]);
	}
	verdef_at = object_place(object, defs, sizeof(defs));
	verneed_at = object_place(object, &needs, sizeof(needs));
	object_entry(object, DT_VERDEF, verdef_at);
	object_entry(object, DT_VERDEFNUM, 3);
	object_entry(object, DT_VERNEED, verneed_at);
	object_entry(object, DT_VERNEEDNUM, 1);
}

/* An object with these symbols; `kinds` says what tables. */
static void build(struct object *object, const struct spec *specs, size_t count, unsigned kinds,
		  uint32_t nbucket)
{
	struct table_builder b = {.strings_size = 1};
	struct error error = {NULL};

	object_new(object);
	sort_specs(&b, specs, count, nbucket);
	object_entry(object, DT_SYMTAB, place_symbols(object, &b));
	if (kinds & SYSV)
		object_entry(object, DT_HASH, place_sysv(object, &b, nbucket));
	if (kinds & GNU)
		object_entry(object, DT_GNU_HASH, place_gnu(object, &b, nbucket));
	if (kinds & VERSIONED) {
		object_entry(object, DT_VERSYM, place_versym(object, &b));
		place_versions(object, &b);
	}
	object_entry(object, DT_STRSZ, b.strings_size);
	object_entry(object, DT_STRTAB, object_place(object, b.strings, b.strings_size));
	expect("built", object_read(object, &error), &error, NULL);
}

static const unsigned kinds[] = {GNU, SYSV, GNU | SYSV};
static const uint32_t buckets[] = {1, 2, 3, 17};

enum { ABSOLUTE = SHN_ABS, SECTION = 5 };

static const struct spec plain[] = {
	{"function", 0, 0x10, STB_GLOBAL, STT_FUNC, 0, SECTION},
	{"object", 0, 0x20, STB_WEAK, STT_OBJECT, 0, SECTION},
	{"unique", 0, 0x30, STB_GNU_UNIQUE, STT_OBJECT, 0, SECTION},
	{"notype", 0, 0x40, STB_GLOBAL, STT_NOTYPE, 0, SECTION},
	{"common", 0, 0x50, STB_GLOBAL, STT_COMMON, 0, SECTION},
	{"ifunc", 0, 0x60, STB_GLOBAL, STT_GNU_IFUNC, 0, SECTION},
	{"tls", 0, 0x70, STB_GLOBAL, STT_TLS, 0, SECTION},
	{"protected", 0, 0x80, STB_GLOBAL, STT_FUNC, STV_PROTECTED, SECTION},
	{"other bits", 0, 0x90, STB_GLOBAL, STT_FUNC, 0x80, SECTION},
	{"absolute", 0, 0xa0, STB_GLOBAL, STT_NOTYPE, 0, ABSOLUTE},
	{"", 0, 0xb0, STB_GLOBAL, STT_FUNC, 0, SECTION},
	/* never found */
	{"local", 0, 0x110, STB_LOCAL, STT_FUNC, 0, SECTION},
	{"binding", 0, 0x120, 7, STT_FUNC, 0, SECTION},
	{"section", 0, 0x130, STB_GLOBAL, STT_SECTION, 0, SECTION},
	{"file", 0, 0x140, STB_GLOBAL, STT_FILE, 0, ABSOLUTE},
	{"type", 0, 0x150, STB_GLOBAL, 13, 0, SECTION},
	{"hidden", 0, 0x160, STB_GLOBAL, STT_FUNC, STV_HIDDEN, SECTION},
	{"internal", 0, 0x170, STB_GLOBAL, STT_FUNC, STV_INTERNAL, SECTION},
	{"zero", 0, 0, STB_GLOBAL, STT_FUNC, 0, SECTION},
	{"undefined", 0, 0, STB_GLOBAL, STT_FUNC, 0, SHN_UNDEF},
	{"undefined object", 0, 0x180, STB_GLOBAL, STT_OBJECT, 0, SHN_UNDEF},
	/* found by value 0 */
	{"tls zero", 0, 0, STB_GLOBAL, STT_TLS, 0, SECTION},
	{"absolute zero", 0, 0, STB_GLOBAL, STT_NOTYPE, 0, ABSOLUTE},
	/* found only where the address of a PLT entry will do */
	{"plt", 0, 0x300, STB_GLOBAL, STT_FUNC, 0, SHN_UNDEF},
};

static const ElfW(Sym) * look(const struct object *object, const struct versions *versions,
			      const char *text, const struct symbol_version *version, bool plt_ok)
{
	struct symbol_name name;

	symbol_name_set(&name, text);
	name.plt_ok = plt_ok;
	return symbol_find(&object->dynamic, versions, &name, version);
}

static void check_plain(const struct object *object)
{
	const struct versions none = {NULL, 0};
	const struct symbol_version wanted = {.name = "V9", .hash = 1, .exact = true};
	const ElfW(Sym) * symbol;
	size_t i;

	for (i = 0; i < COUNT(plain); i++) {
		bool value_counts = plain[i].value && plain[i].value < 0x100;
		bool found = value_counts || i == 21 || i == 22;

		symbol = look(object, &none, plain[i].name, NULL, false);
		if (!symbol != !found)
			fail_msg("%s: %s", plain[i].name, found ? "not found" : "found");
		assert_true(!symbol || symbol->st_value == plain[i].value);
		/* A version is no obstacle in an object that has none. */
		assert_ptr_equal(look(object, &none, plain[i].name, &wanted, false), symbol);
		symbol = look(object, &none, plain[i].name, NULL, true);
		assert_int_equal(symbol != NULL, found || plain[i].value == 0x300);
	}
	assert_null(look(object, &none, "nowhere", NULL, true));
	assert_null(look(object, &none, "functio", NULL, true));
	assert_null(look(object, &none, "functions", NULL, true));
}

static void plain_symbols(void **state)
{
	struct object object;
	size_t k, n;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		for (n = 0; n < COUNT(buckets); n++) {
			build(&object, plain, COUNT(plain), kinds[k], buckets[n]);
			check_plain(&object);
			object_free(&object);
		}
	}
}

static void no_hash_table(void **state)
{
	const struct versions none = {NULL, 0};
	struct object object;

	(void)state;
	build(&object, plain, COUNT(plain), 0, 1);
	assert_null(look(&object, &none, "function", NULL, false));
	assert_int_equal(symbol_count(&object.dynamic), 0);
	symbol_each(&object.dynamic, NULL, NULL);
	object_free(&object);
}

static void sysv_hash_is_kept(void **state)
{
	const struct versions none = {NULL, 0};
	struct symbol_name name;
	struct object object;

	(void)state;
	build(&object, plain, COUNT(plain), SYSV, 3);
	symbol_name_set(&name, "function");
	assert_non_null(symbol_find(&object.dynamic, &none, &name, NULL));
	assert_true(name.has_sysv);
	assert_int_equal(name.sysv_hash, sysv_hash("function"));
	name.sysv_hash++; /* it is not computed again */
	assert_null(symbol_find(&object.dynamic, &none, &name, NULL));
	object_free(&object);
}

#define DEFINED STB_GLOBAL, STT_FUNC, 0, SECTION

static const struct spec versioned[] = {
	{"needs", 4, 0, STB_GLOBAL, STT_FUNC, 0, SHN_UNDEF},
	{"two", 2 | HIDDEN, 0x10, DEFINED},
	{"two", 3, 0x20, DEFINED},
	{"second", 3, 0x28, DEFINED}, /* the same, in the other order */
	{"second", 2 | HIDDEN, 0x2c, DEFINED},
	{"base", 1, 0x30, DEFINED},
	{"first", 2, 0x40, DEFINED},
	{"retired", 3 | HIDDEN, 0x50, DEFINED},
	{"copied", 4, 0x60, DEFINED},
	{"local", 0, 0x70, DEFINED},
	{"added", 3, 0x80, DEFINED},
	{"added", 1, 0x90, DEFINED},
	{"hidden base", 1 | HIDDEN, 0xa0, DEFINED},
	{"no such version", 6, 0xb0, DEFINED},
	{"no such version, hidden", 77 | HIDDEN, 0xc0, DEFINED},
};

static const struct version_case {
	const char *name, *version; /* version NULL: none */
	bool hidden_ok, exact;
	uintptr_t value; /* 0: not found */
} version_cases[] = {
	/* dlsym: the default definition */
	{"two", NULL, false, false, 0x20},
	{"second", NULL, false, false, 0x28},
	{"base", NULL, false, false, 0x30},
	{"first", NULL, false, false, 0x40},
	{"retired", NULL, false, false, 0},
	{"copied", NULL, false, false, 0x60},
	{"local", NULL, false, false, 0x70},
	{"added", NULL, false, false, 0x90},
	{"hidden base", NULL, false, false, 0},
	{"no such version", NULL, false, false, 0xb0},
	{"no such version, hidden", NULL, false, false, 0},
	{"needs", NULL, false, false, 0},
	/* a reference older than the versions: the oldest definition */
	{"two", NULL, true, false, 0x10},
	{"second", NULL, true, false, 0x2c},
	{"base", NULL, true, false, 0x30},
	{"first", NULL, true, false, 0x40},
	{"retired", NULL, true, false, 0},
	{"added", NULL, true, false, 0x90},
	/* a reference with a version */
	{"two", "V1", true, false, 0x10},
	{"two", "V2", true, false, 0x20},
	{"two", "V3", true, false, 0},
	{"two", "liba.so", true, false, 0},
	{"second", "V1", true, false, 0x2c},
	{"second", "V2", true, false, 0x28},
	{"base", "V1", true, false, 0x30},
	{"base", "V9", true, false, 0x30},
	{"first", "V1", true, false, 0x40},
	{"first", "V2", true, false, 0},
	{"retired", "V2", true, false, 0x50},
	{"copied", "C1", true, false, 0x60},
	{"copied", "C2", true, false, 0},
	{"local", "V1", true, false, 0x70},
	{"hidden base", "V1", true, false, 0},
	{"no such version", "V1", true, false, 0xb0},
	{"no such version, hidden", "V1", true, false, 0},
	{"needs", "C1", true, false, 0},
	/* the same where hidden definitions are not wanted */
	{"two", "V1", false, false, 0},
	{"two", "V2", false, false, 0x20},
	/* dlvsym: exactly that one */
	{"two", "V1", true, true, 0x10},
	{"two", "V2", true, true, 0x20},
	{"base", "V1", true, true, 0},
	{"local", "V1", true, true, 0},
	{"retired", "V2", true, true, 0x50},
	{"no such version", "V1", true, true, 0},
};

static void check_versions(const struct object *object, const struct versions *versions)
{
	const ElfW(Sym) * symbol;
	size_t i;

	for (i = 0; i < COUNT(version_cases); i++) {
		const struct version_case *c = &version_cases[i];
		struct symbol_version wanted = {c->version, c->version ? sysv_hash(c->version) : 0,
						"some other file", c->hidden_ok, c->exact};

		symbol = look(object, versions, c->name, &wanted, false);
		if ((symbol ? symbol->st_value : 0) != c->value)
			fail_msg("case %zu: %s@%s: 0x%lx, expected 0x%lx", i, c->name,
				 c->version ? c->version : "",
				 (unsigned long)(symbol ? symbol->st_value : 0),
				 (unsigned long)c->value);
		if (!c->version && !c->hidden_ok)
			assert_ptr_equal(look(object, versions, c->name, NULL, false), symbol);
	}
}

static void versioned_symbols(void **state)
{
	struct error error = {NULL};
	struct versions versions;
	struct object object;
	size_t k, n;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		for (n = 0; n < COUNT(buckets); n++) {
			build(&object, versioned, COUNT(versioned), kinds[k] | VERSIONED,
			      buckets[n]);
			expect("versions", versions_read(&object.dynamic, &versions, &error),
			       &error, NULL);
			check_versions(&object, &versions);
			versions_free(&versions);
			object_free(&object);
		}
	}
	assert_int_equal(host_blocks, 0);
}

/* Same hash, other name; same name, other hash. */
static void version_names_and_hashes(void **state)
{
	struct symbol_version wanted = {.name = "V9", .hash = sysv_hash("V1"), .hidden_ok = true};
	struct error error = {NULL};
	struct versions versions;
	struct object object;

	(void)state;
	build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
	assert_true(versions_read(&object.dynamic, &versions, &error));
	assert_null(look(&object, &versions, "two", &wanted, false));
	wanted.name = "V1";
	wanted.hash++;
	assert_null(look(&object, &versions, "two", &wanted, false));
	versions_free(&versions);
	object_free(&object);
}

struct needs_seen {
	unsigned count, stop_at;
};

static bool see_need(const char *file, const struct symbol_version *version, bool weak, void *data)
{
	struct needs_seen *seen = data;

	assert_string_equal(file, "libc.so");
	assert_string_equal(version->name, seen->count ? "C2" : "C1");
	assert_int_equal(version->hash, sysv_hash(version->name));
	assert_int_equal(weak, seen->count == 1);
	return ++seen->count != seen->stop_at;
}

static void version_tables(void **state)
{
	struct symbol_version wanted = {.name = "V2", .hash = sysv_hash("V2")};
	struct needs_seen seen = {0, 0};
	struct error error = {NULL};
	struct versions versions;
	struct object object;

	(void)state;
	build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
	assert_true(versions_read(&object.dynamic, &versions, &error));
	assert_int_equal(versions.count, 6);
	assert_null(versions.entry[0].name);
	assert_null(versions.entry[1].name); /* base: names the file */
	assert_string_equal(versions.entry[2].name, "V1");
	assert_string_equal(versions.entry[5].name, "C2");
	assert_string_equal(versions.entry[5].file, "libc.so");
	assert_true(versions_defines(&object.dynamic, &versions, &wanted));
	wanted.name = "C1";
	wanted.hash = sysv_hash("C1");
	assert_false(versions_defines(&object.dynamic, &versions, &wanted));

	assert_true(versions_needed(&object.dynamic, see_need, &seen, &error));
	assert_int_equal(seen.count, 2);
	seen.count = 0;
	seen.stop_at = 1;
	assert_false(versions_needed(&object.dynamic, see_need, &seen, &error));
	assert_int_equal(seen.count, 1);

	/* Symbol 1 is "needs", the only one not hashed. */
	assert_string_equal(symbol_version_of(&object.dynamic, &versions, 1).name, "C1");
	assert_string_equal(symbol_version_of(&object.dynamic, &versions, 1).file, "libc.so");
	assert_true(symbol_version_of(&object.dynamic, &versions, 1).hidden_ok);
	assert_null(symbol_version_of(&object.dynamic, &versions, 0).name);
	assert_true(symbol_version_of(&object.dynamic, &versions, 0).hidden_ok);
	assert_null(symbol_version_of(&object.dynamic, &versions, SIZE_MAX).name);
	versions_free(&versions);
	object_free(&object);
}

static void no_versions(void **state)
{
	struct symbol_version wanted = {.name = "V2", .hash = sysv_hash("V2")};
	struct error error = {NULL};
	struct versions versions;
	struct object object;

	(void)state;
	build(&object, plain, COUNT(plain), GNU, 3);
	assert_true(versions_read(&object.dynamic, &versions, &error));
	assert_int_equal(versions.count, 0);
	assert_null(versions.entry);
	assert_true(versions_defines(&object.dynamic, &versions, &wanted));
	assert_true(versions_needed(&object.dynamic, NULL, NULL, &error));
	assert_null(symbol_version_of(&object.dynamic, &versions, 1).name);
	versions_free(&versions);
	object_free(&object);
}

static void versions_without_memory(void **state)
{
	struct error error = {NULL};
	struct versions versions;
	struct object object;

	(void)state;
	build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
	host_allocations_left = 0;
	assert_false(versions_read(&object.dynamic, &versions, &error));
	host_allocations_left = LONG_MAX;
	assert_int_equal(versions.count, 0);
	assert_ptr_equal(error.text, error_no_memory);
	error_clear(&error);
	versions_free(&versions);
	object_free(&object);
}

enum place { IN_VERDEF, IN_VERNEED };

#define STRINGS_END 0xabcdef /* stands for the size of the string table */

#define DEF(member) IN_VERDEF, offsetof(ElfW(Verdef), member), sizeof(((ElfW(Verdef) *)0)->member)
#define DEF_AUX(member)                                                    \
	IN_VERDEF, sizeof(ElfW(Verdef)) + offsetof(ElfW(Verdaux), member), \
		sizeof(((ElfW(Verdaux) *)0)->member)
#define NEED(member) \
	IN_VERNEED, offsetof(ElfW(Verneed), member), sizeof(((ElfW(Verneed) *)0)->member)
#define NEED_AUX(member)                                                     \
	IN_VERNEED, sizeof(ElfW(Verneed)) + offsetof(ElfW(Vernaux), member), \
		sizeof(((ElfW(Vernaux) *)0)->member)

static const struct broken_case {
	const char *name, *part;
	enum place place;
	size_t offset, size;
	uint64_t value;
} broken_cases[] = {
	{"verdef version", "DT_VERDEF: entry 0 has version 2, expected 1", DEF(vd_version), 2},
	{"verdef aux", "DT_VERDEF: entry 0", DEF(vd_aux), 0xfffffff0},
	{"verdef aux at the end", "DT_VERDEF: entry 0", DEF(vd_aux), OBJECT_TEXT},
	{"verdef aux odd", "DT_VERDEF: entry 0", DEF(vd_aux), 2},
	{"verdef name", "DT_VERDEF: entry 0 has a name at 0x", DEF_AUX(vda_name), STRINGS_END},
	{"verdef next", "DT_VERDEF: entry 1", DEF(vd_next), 0xfffffffc},
	{"verdef next in the segment", "DT_VERDEF: entry 1", DEF(vd_next), 4},
	{"verdef next odd", "DT_VERDEF: entry 1", DEF(vd_next), 3},
	{"verdef ends early", NULL, DEF(vd_next), 0},
	{"verdef index", NULL, DEF(vd_ndx), 0x7fff},
	{"verneed version", "DT_VERNEED: entry 0 has version 0, expected 1", NEED(vn_version), 0},
	{"verneed file", "DT_VERNEED: entry 0 has a name at 0x", NEED(vn_file), STRINGS_END},
	{"verneed aux", "DT_VERNEED: entry 0", NEED(vn_aux), 0xfffffff0},
	{"verneed aux odd", "DT_VERNEED: auxiliary: entry 0", NEED(vn_aux), 17},
	{"verneed next", "DT_VERNEED: entry 1", NEED(vn_next), 0xfffffff0},
	{"verneed after the last", NULL, NEED(vn_next), 4},
	{"vernaux name", "DT_VERNEED: auxiliary: entry 0", NEED_AUX(vna_name), STRINGS_END},
	{"vernaux next", "DT_VERNEED: auxiliary: entry 1", NEED_AUX(vna_next), 0xfffffff0},
	{"vernaux next odd", "DT_VERNEED: auxiliary: entry 1", NEED_AUX(vna_next), 1},
	{"vernaux index", NULL, NEED_AUX(vna_other), 0xffff},
	{"vernaux count", NULL, NEED(vn_cnt), 0xffff},
};

static void broken_versions(void **state)
{
	struct error error = {NULL};
	struct versions versions;
	struct object object;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(broken_cases); i++) {
		const struct broken_case *c = &broken_cases[i];

		build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
		poke(object.memory + (c->place == IN_VERDEF ? verdef_at : verneed_at) + c->offset,
		     c->size, c->value == STRINGS_END ? object.dynamic.strsz : c->value);
		expect(c->name, versions_read(&object.dynamic, &versions, &error), &error, c->part);
		versions_free(&versions);
		object_free(&object);
	}
	assert_int_equal(host_blocks, 0);
}

/* Numbers of entries larger and smaller than there are. */
static void version_numbers(void **state)
{
	struct error error = {NULL};
	struct versions versions;
	struct object object;

	(void)state;
	build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
	object.dynamic.verdefnum = object.dynamic.verneednum = UINT32_MAX;
	expect("large", versions_read(&object.dynamic, &versions, &error), &error, NULL);
	assert_int_equal(versions.count, 6);
	versions_free(&versions);

	object.dynamic.verdefnum = 2;
	poke(object.memory + verneed_at + offsetof(ElfW(Verneed), vn_cnt), 2, 1);
	expect("small", versions_read(&object.dynamic, &versions, &error), &error, NULL);
	assert_int_equal(versions.count, 5);
	assert_string_equal(versions.entry[2].name, "V1");
	assert_null(versions.entry[3].name);
	assert_string_equal(versions.entry[4].name, "C1");
	versions_free(&versions);
	object_free(&object);
}

/* Entries that overlap so as to be read many times over. */
static void overlapping_versions(void **state)
{
	struct {
		ElfW(Verneed) need;
		ElfW(Vernaux) aux;
	} * entry;
	struct error error = {NULL};
	struct versions versions;
	struct object object;
	size_t i, count = 200;

	(void)state;
	build(&object, versioned, COUNT(versioned), GNU | VERSIONED, 3);
	entry = (void *)(object.memory + OBJECT_TEXT - count * sizeof(*entry));
	object.dynamic.verneed.address = entry;
	object.dynamic.verneed.size = count * sizeof(*entry);
	object.dynamic.verneednum = UINT32_MAX;
	for (i = 0; i < count; i++) {
		bool last = i + 1 == count;

		entry[i].need.vn_version = VER_NEED_CURRENT;
		entry[i].need.vn_cnt = 0xffff;
		entry[i].need.vn_aux = sizeof(entry[i].need);
		entry[i].need.vn_next = last ? 0 : sizeof(*entry);
		entry[i].aux.vna_next = last ? 0 : sizeof(*entry);
	}
	expect("overlapping", versions_read(&object.dynamic, &versions, &error), &error,
	       "DT_VERNEED: auxiliary: entry");
	object_free(&object);
}

static const struct versions unversioned = {NULL, 0};

/* What the table tells of a symbol is what its name tells, and what would be found for it. */
static bool same_name(const struct dynamic *dynamic, const struct versions *versions, size_t index,
		      const struct symbol_version *version)
{
	struct symbol_name name;
	uint32_t half;

	symbol_name_set(&name, dynamic_string(dynamic, dynamic->symtab[index].st_name));
	name.plt_ok = true;
	assert_false(symbol_ruled_out(dynamic, name.gnu_hash));
	assert_false(symbol_half_ruled_out(dynamic, name.gnu_hash & ~1u));
	if (!symbol_own(dynamic, versions, index, &half))
		return false;
	assert_int_equal(half, name.gnu_hash & ~1u);
	assert_ptr_equal(symbol_find(dynamic, versions, &name, version), &dynamic->symtab[index]);
	return true;
}

/* What is ruled out without the lowest bit is so with either. */
static void halves(const struct dynamic *dynamic)
{
	unsigned ruled_out = 0, i;
	uint32_t hash = 1;

	for (i = 0; i < 1000; i++) {
		hash = hash * 1664525 + 1013904223;
		if (!symbol_half_ruled_out(dynamic, hash & ~1u))
			continue;
		ruled_out++;
		assert_true(symbol_ruled_out(dynamic, hash | 1));
		assert_true(symbol_ruled_out(dynamic, hash & ~1u));
	}
	assert_int_equal(ruled_out > 0, dynamic->gnu.nbucket && dynamic->gnu.bloom_shift);
}

struct symbols_seen {
	const struct dynamic *dynamic;
	size_t count, stop_at;
	bool seen[65];
};

static bool see_symbol(uint32_t hash, uint32_t index, void *data)
{
	struct symbols_seen *seen = data;
	const ElfW(Sym) *symbol = &seen->dynamic->symtab[index];

	assert_int_equal(hash, gnu_hash(dynamic_string(seen->dynamic, symbol->st_name)) | 1);
	same_name(seen->dynamic, &unversioned, index, NULL);
	assert_false(seen->seen[index]);
	seen->seen[index] = true;
	return ++seen->count != seen->stop_at;
}

static void every_symbol(void **state)
{
	struct object object;
	size_t k, n, i;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		for (n = 0; n < COUNT(buckets); n++) {
			struct symbols_seen seen = {.dynamic = &object.dynamic};

			build(&object, plain, COUNT(plain), kinds[k], buckets[n]);
			symbol_each(&object.dynamic, see_symbol, &seen);
			halves(&object.dynamic);
			assert_in_range(seen.count, 1, symbol_count(&object.dynamic));
			for (i = 1; i <= COUNT(plain); i++) {
				const ElfW(Sym) *symbol = &object.dynamic.symtab[i];

				if (kinds[k] & GNU)
					assert_true(seen.seen[i] == (i > 1));
				else if (symbol->st_value < 0x100 && symbol->st_value)
					assert_true(seen.seen[i]);
				else if (symbol->st_value > 0x100 && symbol->st_value < 0x200)
					assert_false(seen.seen[i]);
			}
			memset(&seen, 0, sizeof(seen));
			seen.dynamic = &object.dynamic;
			seen.stop_at = 4;
			symbol_each(&object.dynamic, see_symbol, &seen);
			assert_int_equal(seen.count, 4);
			object_free(&object);
		}
	}
}

static bool count_symbol(uint32_t hash, uint32_t index, void *data)
{
	(void)hash;
	(void)index;
	++*(size_t *)data;
	return true;
}

/* Buckets that all begin at the first symbol of chains without an end. */
static void overlapping_chains(void **state)
{
	const struct versions none = {NULL, 0};
	struct object object;
	uint32_t *words;
	size_t count = 0, i;

	(void)state;
	build(&object, plain, COUNT(plain), GNU, 17);
	words = (uint32_t *)(uintptr_t)object.dynamic.gnu.bucket;
	for (i = 0; i < 17; i++)
		words[i] = object.dynamic.gnu.symoffset;
	for (i = 0; i < object.dynamic.gnu.chains &&
		    &words[17 + i] < (uint32_t *)(void *)(object.memory + OBJECT_TEXT);
	     i++)
		words[17 + i] = 0;
	symbol_each(&object.dynamic, count_symbol, &count);
	assert_true(count <= symbol_count(&object.dynamic));
	assert_true(count <= object.dynamic.gnu.chains);
	assert_null(look(&object, &none, "function", NULL, false));
	/* Chains that begin outside have no symbols. */
	for (i = 0; i < 17; i++)
		words[i] = UINT32_MAX;
	assert_int_equal(symbol_count(&object.dynamic), 0);
	assert_null(look(&object, &none, "function", NULL, false));
	for (i = 0; i < 17; i++)
		words[i] = 0;
	assert_int_equal(symbol_count(&object.dynamic), 0);
	assert_null(look(&object, &none, "function", NULL, false));
	object_free(&object);
}

static void broken_sysv_chains(void **state)
{
	const struct versions none = {NULL, 0};
	struct object object;
	uint32_t *words, *chain;
	size_t i;

	(void)state;
	build(&object, plain, COUNT(plain), SYSV, 1);
	words = (uint32_t *)(uintptr_t)object.dynamic.hash;
	chain = words + 3;
	for (i = 1; i <= COUNT(plain); i++)
		chain[i] = (uint32_t)i % COUNT(plain) + 1; /* a circle */
	assert_null(look(&object, &none, "nowhere", NULL, false));
	assert_non_null(look(&object, &none, "function", NULL, false));
	words[2] = UINT32_MAX;
	assert_null(look(&object, &none, "function", NULL, false));
	words[2] = 1;
	for (i = 1; i <= COUNT(plain); i++)
		chain[i] = COUNT(plain) + 1;
	assert_null(look(&object, &none, "nowhere", NULL, false));
	words[0] = 0; /* no buckets at all */
	assert_null(look(&object, &none, "function", NULL, false));
	object_free(&object);
}

/* Names that are not in the string table. */
static void broken_names(void **state)
{
	const struct versions none = {NULL, 0};
	struct object object;
	ElfW(Sym) * symbols;
	size_t k, i, count;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		build(&object, plain, COUNT(plain), kinds[k], 1);
		symbols = (ElfW(Sym) *)(uintptr_t)object.dynamic.symtab;
		for (i = 1; i <= COUNT(plain); i++)
			symbols[i].st_name = i % 2 ? UINT32_MAX : (uint32_t)object.dynamic.strsz;
		assert_null(look(&object, &none, "function", NULL, false));
		assert_null(look(&object, &none, "", NULL, false));
		count = 0;
		symbol_each(&object.dynamic, count_symbol, &count);
		assert_true(count <= symbol_count(&object.dynamic));
		object_free(&object);
	}
}

/* A library of this process, mapped once more from its file. */
struct mapped {
	char *file, *memory;
	size_t file_size, memory_size;
	struct image image;
	struct dynamic dynamic;
	struct versions versions;
};

static void map_segments(struct mapped *m, int fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const ElfW(Phdr) * load;

	m->memory_size = m->image.high - m->image.low;
	m->memory = mmap(NULL, m->memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	assert_ptr_not_equal(m->memory, MAP_FAILED);
	for (load = m->image.phdr; load < m->image.phdr + m->image.phnum; load++) {
		struct segment s = image_segment(load, page);

		if (load->p_type != PT_LOAD || s.file_end == s.start)
			continue;
		assert_ptr_not_equal(mmap(m->memory + (s.start - m->image.low),
					  s.file_end - s.start, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_FIXED, fd, (off_t)s.offset),
				     MAP_FAILED);
	}
}

static bool map_library(struct mapped *m, const char *path)
{
	struct elf_target target = {ELF_NATIVE_CLASS, 0,    0, (size_t)sysconf(_SC_PAGESIZE),
				    PT_GNU_EH_FRAME,  false};
	struct error error = {NULL};
	struct image_header header;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	m->file_size = (size_t)st.st_size;
	m->file = mmap(NULL, m->file_size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(m->file, MAP_FAILED);
	target.data = (unsigned char)m->file[EI_DATA];
	target.machine = ((ElfW(Ehdr) *)(void *)m->file)->e_machine;
	expect(path, image_header(m->file, m->file_size, m->file_size, &target, &header, &error),
	       &error, NULL);
	expect(path,
	       image_check((ElfW(Phdr) *)(void *)(m->file + header.phoff), header.phnum,
			   header.phoff, m->file_size, &target, &m->image, &error),
	       &error, NULL);
	map_segments(m, fd);
	close(fd);
	expect(path,
	       dynamic_read(&m->image, (uintptr_t)m->memory - m->image.low, &m->dynamic, &error),
	       &error, NULL);
	expect(path, versions_read(&m->dynamic, &m->versions, &error), &error, NULL);
	return true;
}

static void unmap_library(struct mapped *m)
{
	versions_free(&m->versions);
	munmap(m->memory, m->memory_size);
	munmap(m->file, m->file_size);
}

struct comparison {
	const struct mapped *m;
	void *handle;
	uintptr_t bias; /* of the library the system has loaded */
	const char *path;
	size_t compared, visited, owned;
};

static void same_address(const struct comparison *c, const ElfW(Sym) * symbol, void *address,
			 const char *name, const char *version)
{
	if (!symbol != !address || (symbol && (uintptr_t)address != c->bias + symbol->st_value))
		fail_msg("%s: %s@%s is at 0x%lx, the system says 0x%lx", c->path, name, version,
			 (unsigned long)(symbol ? symbol->st_value : 0),
			 (unsigned long)((uintptr_t)address - c->bias));
}

/* Whether the address must be the value, and in this library. */
static bool comparable(const ElfW(Sym) * symbol)
{
	unsigned type = ELF_ST_TYPE_NATIVE(symbol->st_info);

	return type != STT_GNU_IFUNC && type != STT_TLS && symbol->st_shndx != SHN_ABS &&
	       ELF_ST_BIND_NATIVE(symbol->st_info) != STB_GNU_UNIQUE;
}

/* What dlsym and dlvsym of this machine find is what symbol_find finds. */
static bool compare(uint32_t hash, uint32_t index, void *data)
{
	struct comparison *c = data;
	const struct mapped *m = c->m;
	const ElfW(Sym) *symbol = &m->dynamic.symtab[index];
	struct symbol_version version = symbol_version_of(&m->dynamic, &m->versions, index);
	struct symbol_name name;

	c->visited++;
	symbol_name_set(&name, dynamic_string(&m->dynamic, symbol->st_name));
	assert_int_equal(hash, name.gnu_hash | 1);
	c->owned += same_name(&m->dynamic, &m->versions, index, version.name ? &version : NULL);
	if (!comparable(symbol))
		return true;
	c->compared++;
	if (version.name) {
		version.exact = true;
		same_address(c, symbol_find(&m->dynamic, &m->versions, &name, &version),
			     dlvsym(c->handle, name.text, version.name), name.text, version.name);
	}
	symbol = symbol_find(&m->dynamic, &m->versions, &name, NULL);
	if (symbol && comparable(symbol))
		same_address(c, symbol, dlsym(c->handle, name.text), name.text, "");
	return true;
}

static void compare_library(const struct link_map *map, size_t *compared)
{
	struct comparison c = {.bias = map->l_addr, .path = map->l_name};
	struct mapped m = {.file = NULL};

	c.handle = dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD);
	if (!c.handle || !map_library(&m, map->l_name))
		return;
	c.m = &m;
	symbol_each(&m.dynamic, compare, &c);
	assert_in_range(c.visited, 1, symbol_count(&m.dynamic));
	if (m.dynamic.gnu.nbucket)
		assert_int_equal(c.visited, symbol_count(&m.dynamic));
	assert_true(!m.dynamic.gnu.nbucket || c.owned);
	*compared += c.compared;
	unmap_library(&m);
	dlclose(c.handle);
}

static void own_libraries(void **state)
{
	const struct link_map *map;
	size_t compared = 0;

	(void)state;
	for (map = _r_debug.r_map; map; map = map->l_next) {
		/* A handle of the system's own linker gives nothing. */
		if (map->l_name && map->l_name[0] == '/' && map->l_addr != getauxval(AT_BASE))
			compare_library(map, &compared);
	}
	print_message("# %zu symbols compared with dlsym and dlvsym\n", compared);
	assert_true(compared > 100);
}

static void known_version(void **state)
{
	struct symbol_version version = {"GLIBC_2.2.5", sysv_hash("GLIBC_2.2.5"), NULL, true, true};
	void *handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	const ElfW(Sym) * symbol;
	struct symbol_name name;
	struct link_map *map;
	struct mapped m = {.file = NULL};
	void *address;

	(void)state;
	address = handle ? dlvsym(handle, "printf", "GLIBC_2.2.5") : NULL;
	if (!address)
		skip();
	assert_int_equal(dlinfo(handle, RTLD_DI_LINKMAP, &map), 0);
	assert_true(map_library(&m, map->l_name));
	symbol_name_set(&name, "printf");
	symbol = symbol_find(&m.dynamic, &m.versions, &name, &version);
	assert_non_null(symbol);
	assert_ptr_equal(address, (void *)(map->l_addr + symbol->st_value));
	version.name = "GLIBC_9.9";
	version.hash = sysv_hash(version.name);
	assert_null(symbol_find(&m.dynamic, &m.versions, &name, &version));
	assert_false(versions_defines(&m.dynamic, &m.versions, &version));
	unmap_library(&m);
	dlclose(handle);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(plain_symbols),
		cmocka_unit_test(no_hash_table),
		cmocka_unit_test(sysv_hash_is_kept),
		cmocka_unit_test(versioned_symbols),
		cmocka_unit_test(version_names_and_hashes),
		cmocka_unit_test(version_tables),
		cmocka_unit_test(no_versions),
		cmocka_unit_test(versions_without_memory),
		cmocka_unit_test(broken_versions),
		cmocka_unit_test(version_numbers),
		cmocka_unit_test(overlapping_versions),
		cmocka_unit_test(every_symbol),
		cmocka_unit_test(overlapping_chains),
		cmocka_unit_test(broken_sysv_chains),
		cmocka_unit_test(broken_names),
		cmocka_unit_test(own_libraries),
		cmocka_unit_test(known_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
