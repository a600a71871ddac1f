/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finds a name in one object's symbol table and reads symbol versions.  Pure: reads the
 * mapped image that dynamic.c has checked.
 */
#include "elf/symtab.h"
#include "base/memory.h"
#include "target.h"

#define VERSION_INDEX 0x7fff
#define VERSION_HIDDEN 0x8000
#define VERSION_FIRST 2 /* lower indices are local and global, without a version */

/* The hash, and where the name ends. */
static inline uint32_t hash_to_end(const char *name, const char **end)
{
	uint32_t hash = 5381;

	/* Two at a time: the multiplications do not wait for each other. */
	for (; name[0] && name[1]; name += 2)
		hash = hash * (33 * 33) + (unsigned char)name[0] * 33u + (unsigned char)name[1];
	if (*name)
		hash = hash * 33 + (unsigned char)*name++;
	*end = name;
	return hash;
}

uint32_t gnu_hash(const char *name)
{
	const char *end;

	return hash_to_end(name, &end);
}

uint32_t sysv_hash(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++) {
		hash = (hash << 4) + (unsigned char)*name;
		hash ^= (hash >> 24) & 0xf0;
	}
	return hash & 0x0fffffff;
}

void symbol_name_set(struct symbol_name *name, const char *text)
{
	const char *end;
	uint32_t hash = hash_to_end(text, &end);

	*name = (struct symbol_name){
		.text = text, .length = (size_t)(end - text), .gnu_hash = hash};
}

/* The first eight or four bytes. */
static inline uint64_t eight(const char *at)
{
	uint64_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static inline uint32_t four(const char *at)
{
	uint32_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

/* By words, the last of which may overlap the one before. */
static inline bool same_bytes(const char *a, const char *b, size_t size)
{
	size_t i;

	if (size >= 8) {
		for (i = 0; i < size - 8; i += 8)
			if (eight(a + i) != eight(b + i))
				return false;
		return eight(a + size - 8) == eight(b + size - 8);
	}
	if (size >= 4)
		return four(a) == four(b) && four(a + size - 4) == four(b + size - 4);
	for (i = 0; i < size; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Is the string at that offset of the string table the name? */
static inline bool is_named(const struct dynamic *dynamic, size_t at,
			    const struct symbol_name *name)
{
	return at < dynamic->strsz && dynamic->strsz - at > name->length &&
	       same_bytes(dynamic->strtab + at, name->text, name->length + 1);
}

/* One version found in verdef or verneed. */
struct found {
	struct symbol_version version;
	unsigned index; /* version index, hidden bit cleared */
	bool base;	/* names the object itself, not a version */
	bool weak;
};

/* What walk_versions calls for each; false ends the walk as a failure. */
typedef bool found_fn(const struct found *found, void *data, struct error *error);

/* The entry of `size` bytes at `offset` of a verdef or verneed table, or NULL. */
static RARE const void *entry_at(const struct table *table, size_t offset, size_t size)
{
	if (offset > table->size || size > table->size - offset || offset % 4)
		return NULL;
	return (const char *)table->address + offset;
}

static RARE bool reaches_past(struct error *error, const char *what, unsigned i)
{
	return error_set(error, "%s: entry %u reaches past the end of its segment", what, i);
}

static RARE bool unknown_version(struct error *error, const char *what, unsigned i,
				 unsigned version)
{
	return error_set(error, "%s: entry %u has version %u, expected 1", what, i, version);
}

static RARE bool bad_name(struct error *error, const char *what, unsigned i, size_t name)
{
	return error_set(error, "%s: entry %u has a name at 0x%lx, past the end of DT_STRTAB", what,
			 i, (unsigned long)name);
}

static RARE bool walk_verdef(const struct dynamic *dynamic, found_fn *each, void *data,
			     struct error *error)
{
	size_t offset = 0;
	unsigned i;

	for (i = 0; i < dynamic->verdefnum; i++) {
		const ElfW(Verdef) *def = entry_at(&dynamic->verdef, offset, sizeof(*def));
		const ElfW(Verdaux) *aux = NULL;
		struct found found = {.index = 0};

		if (def && def->vd_version != VER_DEF_CURRENT)
			return unknown_version(error, "DT_VERDEF", i, def->vd_version);
		if (def && def->vd_aux < dynamic->verdef.size)
			aux = entry_at(&dynamic->verdef, offset + def->vd_aux, sizeof(*aux));
		if (!aux)
			return reaches_past(error, "DT_VERDEF", i);
		if (aux->vda_name >= dynamic->strsz)
			return bad_name(error, "DT_VERDEF", i, aux->vda_name);
		found.version.name = dynamic->strtab + aux->vda_name;
		found.version.hash = def->vd_hash;
		found.version.hidden_ok = true;
		found.index = def->vd_ndx & VERSION_INDEX;
		found.base = def->vd_flags & VER_FLG_BASE;
		found.weak = def->vd_flags & VER_FLG_WEAK;
		if (!each(&found, data, error))
			return false;
		if (def->vd_next == 0)
			break;
		if (def->vd_next >= dynamic->verdef.size)
			return reaches_past(error, "DT_VERDEF", i + 1);
		offset += def->vd_next;
	}
	return true;
}

/*
 * The versions wanted from one file, `offset` being that of its first auxiliary entry and *left
 * how many more a sound table can have.
 */
static RARE bool walk_vernaux(const struct dynamic *dynamic, const ElfW(Verneed) * need,
			      size_t offset, size_t *left, found_fn *each, void *data,
			      struct error *error)
{
	unsigned i;

	for (i = 0; i < need->vn_cnt; i++) {
		const ElfW(Vernaux) *aux = entry_at(&dynamic->verneed, offset, sizeof(*aux));
		struct found found = {.index = 0};

		if (!aux)
			return reaches_past(error, "DT_VERNEED: auxiliary", i);
		if (aux->vna_name >= dynamic->strsz)
			return bad_name(error, "DT_VERNEED: auxiliary", i, aux->vna_name);
		if ((*left)-- == 0)
			return error_set(
				error,
				"DT_VERNEED: auxiliary: entry %u is one more than there is "
				"room for",
				i);
		found.version.name = dynamic->strtab + aux->vna_name;
		found.version.hash = aux->vna_hash;
		found.version.file = dynamic->strtab + need->vn_file;
		found.version.hidden_ok = true;
		found.index = aux->vna_other & VERSION_INDEX;
		found.weak = aux->vna_flags & VER_FLG_WEAK;
		if (!each(&found, data, error))
			return false;
		if (aux->vna_next == 0)
			break;
		if (aux->vna_next >= dynamic->verneed.size)
			return reaches_past(error, "DT_VERNEED: auxiliary", i + 1);
		offset += aux->vna_next;
	}
	return true;
}

static RARE bool walk_verneed(const struct dynamic *dynamic, found_fn *each, void *data,
			      struct error *error)
{
	/* Entries that a broken file made overlap must not multiply the work. */
	size_t offset = 0, left = dynamic->verneed.size / sizeof(ElfW(Vernaux));
	unsigned i;

	for (i = 0; i < dynamic->verneednum; i++) {
		const ElfW(Verneed) *need = entry_at(&dynamic->verneed, offset, sizeof(*need));

		if (!need || need->vn_aux >= dynamic->verneed.size)
			return reaches_past(error, "DT_VERNEED", i);
		if (need->vn_version != VER_NEED_CURRENT)
			return unknown_version(error, "DT_VERNEED", i, need->vn_version);
		if (need->vn_file >= dynamic->strsz)
			return bad_name(error, "DT_VERNEED", i, need->vn_file);
		if (!walk_vernaux(dynamic, need, offset + need->vn_aux, &left, each, data, error))
			return false;
		if (need->vn_next == 0)
			break;
		if (need->vn_next >= dynamic->verneed.size)
			return reaches_past(error, "DT_VERNEED", i + 1);
		offset += need->vn_next;
	}
	return true;
}

static RARE bool count_version(const struct found *found, void *data, struct error *error)
{
	struct versions *versions = data;

	(void)error;
	if (!found->base && found->index >= versions->count)
		versions->count = found->index + 1;
	return true;
}

static RARE bool store_version(const struct found *found, void *data, struct error *error)
{
	struct versions *versions = data;

	(void)error;
	if (!found->base && found->index >= VERSION_FIRST)
		versions->entry[found->index] = found->version;
	return true;
}

RARE bool versions_read(const struct dynamic *dynamic, struct versions *versions,
			struct error *error)
{
	versions->entry = NULL;
	versions->count = 0;
	if (!walk_verdef(dynamic, count_version, versions, error) ||
	    !walk_verneed(dynamic, count_version, versions, error))
		goto failed;
	if (versions->count == 0)
		return true;
	versions->entry = mem_zalloc(versions->count * sizeof(*versions->entry));
	if (!versions->entry) {
		error_set(error, "no memory for %lu symbol versions",
			  (unsigned long)versions->count);
		goto failed;
	}
	/* The same walks over the same read-only tables: they cannot fail now. */
	walk_verdef(dynamic, store_version, versions, NULL);
	walk_verneed(dynamic, store_version, versions, NULL);
	return true;
failed:
	versions->count = 0;
	return false;
}

RARE void versions_free(struct versions *versions)
{
	mem_free(versions->entry);
	versions->entry = NULL;
	versions->count = 0;
}

static RARE bool same_version(const struct symbol_version *a, const struct symbol_version *b)
{
	return a->hash == b->hash && strcmp(a->name, b->name) == 0;
}

RARE bool versions_defines(const struct dynamic *dynamic, const struct versions *versions,
			   const struct symbol_version *wanted)
{
	const struct symbol_version *entry;

	if (!dynamic->verdef.address)
		return true;
	for (entry = versions->entry; entry < versions->entry + versions->count; entry++) {
		if (entry->name && !entry->file && same_version(entry, wanted))
			return true;
	}
	return false;
}

struct need_visit {
	bool (*each)(const char *file, const struct symbol_version *version, bool weak, void *data);
	void *data;
};

static RARE bool visit_need(const struct found *found, void *data, struct error *error)
{
	const struct need_visit *visit = data;

	(void)error;
	return visit->each(found->version.file, &found->version, found->weak, visit->data);
}

RARE bool versions_needed(const struct dynamic *dynamic,
			  bool (*each)(const char *file, const struct symbol_version *version,
				       bool weak, void *data),
			  void *data, struct error *error)
{
	struct need_visit visit = {each, data};

	return walk_verneed(dynamic, visit_need, &visit, error);
}

static RARE bool version_named(const struct versions *versions, unsigned index)
{
	return index < versions->count && versions->entry[index].name;
}

struct symbol_version symbol_version_of(const struct dynamic *dynamic,
					const struct versions *versions, size_t index)
{
	struct symbol_version none = {.hidden_ok = true};
	unsigned i;

	if (!dynamic->versym || index >= dynamic->symbols)
		return none;
	i = dynamic->versym[index] & VERSION_INDEX;
	return version_named(versions, i) ? versions->entry[i] : none;
}

/* Defined like nearly all: others can bind to it. */
static inline bool is_ordinary(const ElfW(Sym) * symbol)
{
	const unsigned types = 1u << STT_NOTYPE | 1u << STT_OBJECT | 1u << STT_FUNC |
			       1u << STT_TLS | 1u << STT_GNU_IFUNC;
	unsigned binding = ELF_ST_BIND_NATIVE(symbol->st_info);

	return symbol->st_shndx != SHN_UNDEF && symbol->st_value && !(symbol->st_other & 3) &&
	       (binding == STB_GLOBAL || binding == STB_WEAK) &&
	       types >> ELF_ST_TYPE_NATIVE(symbol->st_info) & 1;
}

/* Whether a symbol's own fields let other objects bind to it. */
static RARE __attribute__((noinline)) bool can_bind(const struct symbol_name *name,
						    const ElfW(Sym) * symbol)
{
	const unsigned types = 1u << STT_NOTYPE | 1u << STT_OBJECT | 1u << STT_FUNC |
			       1u << STT_COMMON | 1u << STT_TLS | 1u << STT_GNU_IFUNC;
	const unsigned bindings = 1u << STB_GLOBAL | 1u << STB_WEAK | 1u << STB_GNU_UNIQUE;
	const unsigned visibilities = 1u << STV_DEFAULT | 1u << STV_PROTECTED;
	unsigned type = ELF_ST_TYPE_NATIVE(symbol->st_info);

	if (!(types >> type & 1) || !(bindings >> ELF_ST_BIND_NATIVE(symbol->st_info) & 1) ||
	    !(visibilities >> (symbol->st_other & 3) & 1))
		return false;
	if (symbol->st_shndx == SHN_UNDEF)
		return name->plt_ok && type == STT_FUNC && symbol->st_value != 0 &&
		       (symbol->st_other & ARCH_PLT_MARK) == ARCH_PLT_MARK;
	return symbol->st_value != 0 || symbol->st_shndx == SHN_ABS || type == STT_TLS;
}

bool symbol_own(const struct dynamic *dynamic, const struct versions *versions, size_t index,
		uint32_t *half)
{
	size_t at = index - dynamic->gnu.symoffset;
	unsigned version;

	/* Only what is defined is in the table. */
	if (!dynamic->gnu.nbucket || at >= dynamic->gnu.chains ||
	    !is_ordinary(&dynamic->symtab[index]))
		return false;
	if (dynamic->versym) {
		version = dynamic->versym[index];
		if (version >= VERSION_FIRST && !version_named(versions, version & VERSION_INDEX))
			return false;
	}
	*half = dynamic->gnu.chain[at] & ~(uint32_t)1;
	return true;
}

RARE __attribute__((noinline)) bool symbol_half_there(const struct dynamic *dynamic, uint32_t half)
{
	uint32_t hash, i, word;

	if (!dynamic->gnu.nbucket)
		return true;
	/* With either lowest bit: they are in different buckets. */
	for (hash = half & ~(uint32_t)1; hash <= (half | 1); hash++) {
		i = dynamic->gnu.bucket[hash % dynamic->gnu.nbucket] - dynamic->gnu.symoffset;
		for (word = 0; i < dynamic->gnu.chains && !(word & 1); i++) {
			word = dynamic->gnu.chain[i];
			if ((word | 1) == (hash | 1))
				return true;
		}
		if (hash == UINT32_MAX)
			break;
	}
	return false;
}

/* A lookup under way. */
struct symbol_search {
	const struct dynamic *dynamic;
	const struct versions *versions;
	const struct symbol_name *name;
	const struct symbol_version *wanted; /* NULL: none */
	const ElfW(Sym) * fallback; /* the best match so far of a reference without a version */
};

/* A reference with a version and a definition with index and hidden bit `versym`. */
static bool match_version(const struct symbol_search *search, unsigned versym)
{
	const struct symbol_version *wanted = search->wanted;
	unsigned index = versym & VERSION_INDEX;
	bool hidden = versym & VERSION_HIDDEN;

	if (version_named(search->versions, index))
		return (!hidden || wanted->hidden_ok) &&
		       same_version(&search->versions->entry[index], wanted);
	return !hidden && !wanted->exact;
}

/* A reference without a version: true for the definition to be taken at once. */
static bool match_default(struct symbol_search *search, const ElfW(Sym) * symbol, unsigned versym)
{
	bool hidden = versym & VERSION_HIDDEN;

	if ((versym & VERSION_INDEX) < VERSION_FIRST)
		return !hidden;
	if ((versym & VERSION_INDEX) == VERSION_FIRST && search->wanted &&
	    search->wanted->hidden_ok)
		return true;
	if (!hidden && !search->fallback)
		search->fallback = symbol;
	return false;
}

/* The symbol `index` has the right hash: is it the one? */
static bool match(struct symbol_search *search, size_t index)
{
	const struct dynamic *dynamic = search->dynamic;
	const ElfW(Sym) *symbol = &dynamic->symtab[index];

	if (!is_named(dynamic, symbol->st_name, search->name) ||
	    (!is_ordinary(symbol) && !can_bind(search->name, symbol)))
		return false;
	if (!dynamic->versym)
		return true;
	if (search->wanted && search->wanted->name)
		return match_version(search, dynamic->versym[index]);
	return match_default(search, symbol, dynamic->versym[index]);
}

static const ElfW(Sym) * find_gnu(struct symbol_search *search, uint32_t hash)
{
	const struct dynamic *dynamic = search->dynamic;
	uint32_t i = dynamic->gnu.bucket[hash % dynamic->gnu.nbucket], word;
	size_t symoffset = dynamic->gnu.symoffset;

	if (i < symoffset)
		return NULL;
	for (i -= dynamic->gnu.symoffset; i < dynamic->gnu.chains; i++) {
		word = dynamic->gnu.chain[i];
		if ((word | 1) == (hash | 1) && match(search, i + symoffset))
			return &dynamic->symtab[i + symoffset];
		if (word & 1)
			break;
	}
	return search->fallback;
}

static RARE const ElfW(Sym) * find_sysv(struct symbol_search *search, uint32_t hash)
{
	const struct dynamic *dynamic = search->dynamic;
	const uint32_t *bucket = dynamic->hash, *chain;
	uint32_t nbucket = dynamic->hash_buckets, i, steps;

	if (nbucket == 0)
		return NULL;
	chain = bucket + nbucket;
	i = bucket[hash % nbucket];
	/* `steps` ends the walk in a chain that a broken file made a circle. */
	for (steps = 0; i != STN_UNDEF && i < dynamic->symbols && steps < dynamic->symbols;
	     steps++) {
		if (match(search, i))
			return &dynamic->symtab[i];
		i = chain[i];
	}
	return search->fallback;
}

const ElfW(Sym) * symbol_find(const struct dynamic *dynamic, const struct versions *versions,
			      struct symbol_name *name, const struct symbol_version *version)
{
	struct symbol_search search = {dynamic, versions, name, version, NULL};

	if (likely(dynamic->gnu.nbucket != 0))
		return find_gnu(&search, name->gnu_hash);
	if (!dynamic->hash)
		return NULL;
	if (!name->has_sysv) {
		name->sysv_hash = sysv_hash(name->text);
		name->has_sysv = true;
	}
	return find_sysv(&search, name->sysv_hash);
}

/* By the chain words in their order: each belongs to a symbol, whichever bucket it is in. */
static void each_gnu(const struct dynamic *dynamic,
		     bool (*each)(uint32_t half_hash, uint32_t index, void *data), void *data)
{
	const uint32_t *chain = dynamic->gnu.chain;
	uint32_t count = (uint32_t)symbol_count(dynamic), i;

	for (i = 0; i < count; i++)
		if (!each(chain[i] | 1, i + dynamic->gnu.symoffset, data))
			return;
}

static void each_sysv(const struct dynamic *dynamic,
		      bool (*each)(uint32_t half_hash, uint32_t index, void *data), void *data)
{
	struct symbol_name any = {.plt_ok = true};
	const ElfW(Sym) * symbol;
	size_t i;

	for (i = 1; i < dynamic->symbols; i++) {
		symbol = &dynamic->symtab[i];
		if (symbol->st_name < dynamic->strsz && can_bind(&any, symbol) &&
		    !each(gnu_hash(dynamic->strtab + symbol->st_name) | 1, (uint32_t)i, data))
			return;
	}
}

void symbol_each(const struct dynamic *dynamic,
		 bool (*each)(uint32_t half_hash, uint32_t index, void *data), void *data)
{
	if (dynamic->gnu.nbucket)
		each_gnu(dynamic, each, data);
	else if (dynamic->hash)
		each_sysv(dynamic, each, data);
}

RARE size_t symbol_count(const struct dynamic *dynamic)
{
	uint32_t highest = 0, bucket;

	if (!dynamic->gnu.nbucket)
		return dynamic->hash ? dynamic->symbols : 0;
	/* What has DT_HASH, too, has said how many there are. */
	if (dynamic->hash)
		return dynamic->gnu.chains;
	for (bucket = 0; bucket < dynamic->gnu.nbucket; bucket++) {
		if (dynamic->gnu.bucket[bucket] > highest)
			highest = dynamic->gnu.bucket[bucket];
	}
	if (highest < dynamic->gnu.symoffset ||
	    highest - dynamic->gnu.symoffset >= dynamic->gnu.chains)
		return 0;
	for (highest -= dynamic->gnu.symoffset; highest < dynamic->gnu.chains; highest++) {
		if (dynamic->gnu.chain[highest] & 1)
			return (size_t)highest + 1;
	}
	return dynamic->gnu.chains;
}
