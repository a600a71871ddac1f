/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ldd shows, of a startup closure that is loaded and not relocated.  Owns nothing. */
#include "start/list.h"
#include "base/message.h"
#include "life/load.h"
#include "tell/trace.h"
#include "world/lookup.h"

/* Looking for every reference once. */
struct survey {
	uint64_t stamp; /* of objects that something else is bound to */
	bool missing;
};

static void print_missing(const struct object *object, size_t index)
{
	struct symbol_version version = {.name = NULL};

	if (object->versions.count)
		version = symbol_version_of(&object->dynamic, &object->versions, index);
	print(1, "undefined symbol: %s%-s%s\t(%s)\n",
	      dynamic_string(&object->dynamic, object->dynamic.symtab[index].st_name),
	      version.name ? ", version " : "", version.name ? version.name : "",
	      object_path(object));
}

/* A reference by symbol `index`, if it is none of those in `met`, a bit for each symbol. */
static void look_up_one(struct survey *survey, struct object *object, unsigned type, size_t index,
			bool warn, unsigned char *met)
{
	enum reloc_kind kind = arch_reloc_kind(type);
	struct definition found;

	if (!index || index >= object->dynamic.symbols || met[index / 8] & 1u << index % 8)
		return;
	met[index / 8] |= (unsigned char)(1u << index % 8);
	found = lookup_reference(object, index,
				 LOOKUP_LOCKED | (kind == RELOC_COPY	    ? LOOKUP_SKIP_SELF
						  : kind == RELOC_JUMP_SLOT ? LOOKUP_PLT
									    : 0));
	if (found.symbol && found.object != object)
		found.object->walk.stamp = survey->stamp;
	if (found.symbol || !warn ||
	    ELF_ST_BIND_NATIVE(object->dynamic.symtab[index].st_info) == STB_WEAK)
		return;
	survey->missing = true;
	print_missing(object, index);
}

/* The references of one table of relocations. */
static void look_up_table(struct survey *survey, struct object *object, const struct table *table,
			  size_t entry, bool warn, unsigned char *met)
{
	const char *at = table->address;
	size_t left = table->size;

	for (; left >= entry; left -= entry, at += entry) {
		/* What is asked of it REL and RELA both have. */
		uintptr_t info = ((const ElfW(Rel) *)(const void *)at)->r_info;

		look_up_one(survey, object, (unsigned)ELF_R_TYPE_NATIVE(info),
			    ELF_R_SYM_NATIVE(info), warn, met);
	}
}

/* Those that no relocation names.  What waits for its first call counts as in a PLT. */
static void look_up_got(struct survey *survey, struct object *object, bool warn, bool now,
			unsigned char *met)
{
	size_t i, count = arch_got_words(&object->got);

	for (i = count - arch_got_symbols(&object->got); i < count; i++) {
		struct arch_got_word word = arch_got_word(&object->got, &object->image,
							  &object->dynamic, object->bias, i, false);

		look_up_one(survey, object, word.type, word.symbol,
			    warn && (now || word.type != ARCH_R_JUMP_SLOT), met);
	}
}

static void look_up(struct survey *survey, bool warn)
{
	struct object *object;

	survey->stamp = walk_stamp();
	for (object = ld.space.map.first; object; object = object_next(object)) {
		const struct dynamic *dynamic = &object->dynamic;
		unsigned char *met = mem_zalloc(dynamic->symbols / 8 + 1);
		bool now = ld.options.bind_now || object->bind_now;

		if (!met)
			fatal(error_no_memory);
		look_up_got(survey, object, warn, now, met);
		look_up_table(survey, object, &dynamic->rel, sizeof(ElfW(Rel)), warn, met);
		look_up_table(survey, object, &dynamic->rela, sizeof(ElfW(Rela)), warn, met);
		look_up_table(survey, object, &dynamic->jmprel, dynamic_plt_entry_size(dynamic),
			      warn && now, met);
		mem_free(met);
	}
}

/* The program's own needs that nothing is bound to. */
static void show_unused(const struct survey *survey, bool listing)
{
	const struct object *program = ld.program, *needed;
	const char *title = "Unused direct dependencies:\n";
	const ElfW(Dyn) * entry;
	size_t position = 0;

	while ((entry = dynamic_next(&program->dynamic, DT_NEEDED, &position))) {
		needed = load_needed(program, dynamic_string(&program->dynamic, entry->d_un.d_val));
		if (!needed || needed->walk.stamp == survey->stamp)
			continue;
		if (listing)
			print(1, "%-s\t%s\n", title, object_path(needed));
		else if (tracing(TRACE_UNUSED))
			trace(TRACE_UNUSED, "need %s by=%s", object_path(needed),
			      object_path(program));
		title = "";
	}
}

void list_unused(void)
{
	struct survey survey = {.missing = false};

	look_up(&survey, false);
	show_unused(&survey, false);
}

static bool show_version(const char *file, const struct symbol_version *version, bool weak,
			 void *data)
{
	const struct object *needed = load_needed(data, file);

	print(1, "\t\t%s (%s)%-s => %s\n", file, version->name, weak ? " [WEAK]" : "",
	      needed ? object_path(needed) : "not found");
	return true;
}

static void show_versions(void)
{
	const char *title = "\n\tVersion information:\n";
	struct object *object;

	for (object = ld.space.map.first; object; object = object_next(object)) {
		if (!object->dynamic.verneed.address)
			continue;
		print(1, "%-s\t%s:\n", title, object_path(object));
		versions_needed(&object->dynamic, show_version, object, NULL);
		title = "";
	}
}

bool list_loaded(void)
{
	struct survey survey = {.missing = false};
	struct object *object;

	for (object = ld.space.map.first; object; object = object_next(object)) {
		const char *path = object->map.l_name, *soname = object->dynamic.soname;

		if (!object->is_program)
			print(1, "\t%s => %s (0x%zx)\n",
			      soname && !object->is_linker ? soname : path, path,
			      (size_t)object->bias);
	}
	if (ld.options.warn || tracing(TRACE_UNUSED))
		look_up(&survey, ld.options.warn);
	if (tracing(TRACE_UNUSED))
		show_unused(&survey, true);
	if (ld.options.verbose)
		show_versions();
	return survey.missing;
}
