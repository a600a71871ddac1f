/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relocation.  Writes only to the object's own segments; owns its descriptor arguments.
 */
#include "life/audit.h"
#include "life/relocate.h"
#include "base/errno.h"
#include "life/bind.h"
#include "life/retire.h"
#include "world/addrmap.h"
#include "world/lookup.h"
#include "world/pltword.h"
#include "base/sys.h"
#include "thread/tls.h"
#include "tell/trace.h"

/* One relocation entry, REL or RELA. */
struct entry {
	uintptr_t offset;
	unsigned type;
	size_t symbol;
	uintptr_t addend; /* REL: what stands at the place */
};

/* See note_tables. */
enum { CHECKED_TABLES = 8 };

/* What relocating one object needs at hand. */
struct worker {
	struct object *object;
	struct relocation_run *run;
	bool lazy;	     /* the GOT's second and third word are for lazy binding */
	uintptr_t low, size; /* the writable range that the last place lay in */
	size_t last_symbol;  /* the last reference looked up, and what it gave */
	unsigned last_flags;
	struct definition last;
	uintptr_t tables_start, tables_end; /* the range in which all `table`s lie */
	unsigned tables;
	struct table table[CHECKED_TABLES]; /* what has been checked, with run-time addresses */
};

static RARE bool fail_place(struct worker *worker, uintptr_t offset)
{
	return error_set(
		worker->run->error,
		"%s: a relocation wants to write at 0x%zx, which is in no writable segment",
		object_path(worker->object), (size_t)offset);
}

/* Narrow [worker->low, + size) around `offset` to what lies outside `size` bytes at `table`. */
static RARE bool keep_out(struct worker *worker, uintptr_t offset, const void *table, size_t size)
{
	uintptr_t start = (uintptr_t)table - worker->object->bias, end = start + size;
	uintptr_t limit = worker->low + worker->size;

	if (end <= worker->low || start >= limit)
		return true;
	if (offset >= start && offset < end)
		return false;
	if (offset < start)
		worker->size = start - worker->low;
	else {
		worker->size = limit - end;
		worker->low = end;
	}
	return true;
}

static RARE void note_table(struct worker *worker, const void *address, size_t size)
{
	uintptr_t start = (uintptr_t)address - worker->object->bias;

	if (!address || !size)
		return;
	worker->table[worker->tables++] = (struct table){address, size};
	if (start < worker->tables_start)
		worker->tables_start = start;
	if (start + size > worker->tables_end)
		worker->tables_end = start + size;
}

/*
 * What has been checked stays as it was: no relocation may write there.  The program's headers may
 * be anywhere, as the kernel does not ask; those of others are not where they may write.
 */
static RARE void note_tables(struct worker *worker)
{
	const struct image *image = &worker->object->image;
	const struct dynamic *dynamic = &worker->object->dynamic;

	worker->tables = 0;
	worker->tables_start = UINTPTR_MAX;
	worker->tables_end = 0;
	if (!dynamic->tables_writable && !worker->object->is_program &&
	    !(dynamic->flags & DF_TEXTREL))
		return;
	note_table(worker, image->phdr, image->phnum * sizeof(*image->phdr));
	note_table(worker, dynamic->strtab, dynamic->strsz);
	note_table(worker, dynamic->rel.address, dynamic->rel.size);
	note_table(worker, dynamic->rela.address, dynamic->rela.size);
	note_table(worker, dynamic->relr.address, dynamic->relr.size);
	note_table(worker, dynamic->jmprel.address, dynamic->jmprel.size);
	note_table(worker, dynamic->gnu.bucket,
		   dynamic->gnu.nbucket * sizeof(*dynamic->gnu.bucket));
	if (dynamic->hash)
		note_table(worker, dynamic->hash - 2,
			   (dynamic->hash_buckets + 2) * sizeof(*dynamic->hash));
}

/* The PLT's two reserved words in the GOT lie side by side. */
enum { GOT_FIRST = ARCH_GOT_OBJECT < ARCH_GOT_RESOLVER ? ARCH_GOT_OBJECT : ARCH_GOT_RESOLVER };

static RARE bool keep_out_of_checked(struct worker *worker, uintptr_t offset)
{
	const ElfW(Addr) *pltgot = worker->object->dynamic.pltgot;
	unsigned i;

	if (worker->lazy && !keep_out(worker, offset, pltgot + GOT_FIRST, 2 * sizeof(*pltgot)))
		return false;
	/* Most objects have them all where nothing is written to. */
	if (worker->tables_end <= worker->low || worker->tables_start >= worker->low + worker->size)
		return true;
	for (i = 0; i < worker->tables; i++)
		if (!keep_out(worker, offset, worker->table[i].address, worker->table[i].size))
			return false;
	return true;
}

/* A place outside of the range that the last one was in: that of this one takes over. */
static RARE uintptr_t place_elsewhere(struct worker *worker, uintptr_t offset, size_t size)
{
	const ElfW(Phdr) * load;

	load = image_find(&worker->object->image, offset, size);
	if (!load || (!(load->p_flags & PF_W) && !worker->object->textrel_open)) {
		fail_place(worker, offset);
		return 0;
	}
	worker->low = load->p_vaddr;
	worker->size = load->p_memsz;
	if (keep_out_of_checked(worker, offset) && worker->size - (offset - worker->low) >= size)
		return worker->object->bias + offset;
	worker->size = 0;
	error_set(worker->run->error,
		  "%s: a relocation wants to write at 0x%zx, into the object's own tables",
		  object_path(worker->object), (size_t)offset);
	return 0;
}

/* The run-time address of a place of `size` bytes, or 0 with the error set. */
static inline uintptr_t place_at(struct worker *worker, uintptr_t offset, size_t size)
{
	if (likely(offset - worker->low < worker->size &&
		   worker->size - (offset - worker->low) >= size))
		return worker->object->bias + offset;
	return place_elsewhere(worker, offset, size);
}

static void store_word(uintptr_t place, uintptr_t value)
{
	memcpy((void *)place, &value, sizeof(value));
}

static uintptr_t load_word(uintptr_t place)
{
	uintptr_t value;

	memcpy(&value, (void *)place, sizeof(value));
	return value;
}

/* How the rest of a word has to follow from its low bytes. */
enum fit { FIT_UNSIGNED = 1, FIT_SIGNED = 2, FIT_EITHER = 3 };

static RARE bool fits_in(uintptr_t value, unsigned size, enum fit fit)
{
	unsigned spare = (unsigned)(sizeof(value) - size) * CHAR_BIT;
	uintptr_t high = value << spare;

	return ((fit & FIT_UNSIGNED) && high >> spare == value) ||
	       ((fit & FIT_SIGNED) && (uintptr_t)((intptr_t)high >> spare) == value);
}

/* Store the low `size` bytes, 1, 2 or 4; false when the value does not fit as told. */
static RARE bool store_narrow(uintptr_t place, uintptr_t value, unsigned size, enum fit fit)
{
	uint32_t word = (uint32_t)value;
	uint16_t half = (uint16_t)value;
	uint8_t byte = (uint8_t)value;

	memcpy((void *)place, size == 4 ? (void *)&word : size == 2 ? (void *)&half : &byte, size);
	return fits_in(value, size, fit);
}

/* What stands in `size` bytes, with its sign. */
static RARE uintptr_t load_signed(uintptr_t place, size_t size)
{
	int32_t word;
	int16_t half;
	int8_t byte;

	if (size >= sizeof(uintptr_t))
		return load_word(place);
	if (size == 4) {
		memcpy(&word, (void *)place, 4);
		return (uintptr_t)word;
	}
	if (size == 2) {
		memcpy(&half, (void *)place, 2);
		return (uintptr_t)half;
	}
	memcpy(&byte, (void *)place, 1);
	return (uintptr_t)byte;
}

static RARE bool note_binding(struct worker *worker, struct definition definition)
{
	struct object *to = definition.object;

	if (to->walk.bound == worker->run->stamp)
		return true;
	to->walk.bound = worker->run->stamp;
	if (bind_edge(worker->object, to, dynamic_string(&to->dynamic, definition.symbol->st_name)))
		return true;
	return error_memory(worker->run->error);
}

static const char *reference_name(const struct worker *worker, size_t index)
{
	if (index >= worker->object->dynamic.symbols)
		return "-";
	return dynamic_string(&worker->object->dynamic,
			      worker->object->dynamic.symtab[index].st_name);
}

/* An open object of the namespace of `from` that has it where nobody else looks, as it was not
 * opened for all; or NULL. */
static RARE const struct object *local_owner(const struct object *from, const char *text,
					     const struct symbol_version *version)
{
	const struct object *object = from->space->map.first;
	struct symbol_name name;

	symbol_name_set(&name, text);
	while (object && (object->global || !object_is_open(object) ||
			  !symbol_find(&object->dynamic, &object->versions, &name,
				       version->name ? version : NULL)))
		object = object_next(object);
	return object;
}

static RARE bool fail_undefined(struct worker *worker, size_t index)
{
	struct object *object = worker->object;
	const char *name = reference_name(worker, index);
	struct symbol_version version = {.name = NULL};
	const struct object *owner;

	if (object->versions.count)
		version = symbol_version_of(&object->dynamic, &object->versions, index);
	owner = local_owner(object, name, &version);
	return error_set(worker->run->error, "%s: undefined symbol: %s%s%s%-s%s%-s",
			 object_path(object), name, version.name ? ", version " : "",
			 version.name ? version.name : "", owner ? "; " : "",
			 owner ? object_path(owner) : "",
			 owner ? " has it, but was opened without RTLD_GLOBAL" : "");
}

static RARE bool fail_index(struct worker *worker, size_t index)
{
	return error_set(worker->run->error,
			 "%s: a relocation refers to symbol %zu, but the symbol table ends at %zu",
			 object_path(worker->object), index, worker->object->dynamic.symbols);
}

static RARE void tell_binding(const struct worker *worker, size_t index,
			      const struct object *definer)
{
	trace(TRACE_BINDINGS, "bind %s%-s symbol=%s to=%s", object_path(worker->object),
	      worker->object->space->field, reference_name(worker, index), object_path(definer));
}

/*
 * Find the definition for symbol `index`; an undefined weak one gives success with symbol
 * NULL.  Symbol 0 stands for the object itself at address 0.
 */
static inline bool resolve(struct worker *worker, size_t index, unsigned flags,
			   struct definition *definition)
{
	struct object *object = worker->object;

	if (index == worker->last_symbol && flags == worker->last_flags) {
		*definition = worker->last;
		return true;
	}
	if (unlikely(index >= object->dynamic.symbols))
		return fail_index(worker, index);
	*definition = lookup_reference(object, index, LOOKUP_LOCKED | flags);
	if (!definition->symbol &&
	    ELF_ST_BIND_NATIVE(object->dynamic.symtab[index].st_info) != STB_WEAK)
		return fail_undefined(worker, index);
	if (tracing(TRACE_BINDINGS) && definition->symbol)
		tell_binding(worker, index, definition->object);
	worker->last_symbol = index;
	worker->last_flags = flags;
	worker->last = *definition;
	return !definition->symbol || definition->object == object ||
	       note_binding(worker, *definition);
}

static RARE __attribute__((noinline)) bool resolve_rare(struct worker *worker, size_t index,
							unsigned flags,
							struct definition *definition)
{
	return resolve(worker, index, flags, definition);
}

/* Leave a word to an IFUNC resolver. */
static RARE bool queue_indirect(struct worker *worker, uintptr_t place, uintptr_t resolver,
				uintptr_t addend, struct definition found, bool called)
{
	struct relocation_run *run = worker->run;
	struct indirect *list;

	if (!image_allows(&found.object->image, resolver - found.object->bias, 1, PF_X))
		return error_set(run->error, "%s: an IFUNC resolver is at 0x%zx, which is no code",
				 object_path(found.object), (size_t)resolver);
	if (run->count == run->capacity) {
		size_t capacity = run->capacity ? run->capacity * 2 : 16;

		list = mem_realloc(run->indirect, capacity * sizeof(*list));
		if (!list)
			return error_memory(run->error);
		run->indirect = list;
		run->capacity = capacity;
	}
	list = &run->indirect[run->count++];
	list->object = worker->object;
	list->found = found;
	list->called = called;
	list->place = place;
	list->copy = 0;
	list->resolver = resolver;
	list->addend = addend;
	return true;
}

/* What resolvers have yet to say about the copied words goes to the copy, too. */
static RARE void note_copy(struct relocation_run *run, uintptr_t from, uintptr_t to, size_t size)
{
	size_t i;

	for (i = 0; i < run->count; i++) {
		struct indirect *indirect = &run->indirect[i];

		if (size >= sizeof(from) && indirect->place - from <= size - sizeof(from))
			indirect->copy = to + (indirect->place - from);
	}
}

static RARE bool copy_symbol(struct worker *worker, const struct entry *entry)
{
	struct object *object = worker->object;
	struct definition found = {NULL, NULL};
	size_t size, have;
	uintptr_t place;

	if (!resolve_rare(worker, entry->symbol, LOOKUP_SKIP_SELF, &found))
		return false;
	if (!found.symbol)
		return fail_undefined(worker, entry->symbol);
	have = object->dynamic.symtab[entry->symbol].st_size;
	size = found.symbol->st_size < have ? found.symbol->st_size : have;
	place = place_at(worker, entry->offset, size);
	if (!place)
		return false;
	if (!image_allows(&found.object->image, definition_address(found) - found.object->bias,
			  size, PF_R))
		return error_set(worker->run->error,
				 "%s: symbol %s, to be copied, is not inside %s",
				 object_path(object), reference_name(worker, entry->symbol),
				 object_path(found.object));
	if (found.symbol->st_size != have && tracing(TRACE_RELOC))
		trace(TRACE_RELOC, "size %s symbol=%s here=0x%zx there=0x%zx", object_path(object),
		      reference_name(worker, entry->symbol), have, (size_t)found.symbol->st_size);
	memcpy((void *)place, (void *)definition_address(found), size);
	note_copy(worker->run, definition_address(found), place, size);
	return true;
}

/* The module a TLS relocation is about: symbol 0 means the object itself. */
static RARE bool resolve_tls(struct worker *worker, const struct entry *entry,
			     struct object **module, uintptr_t *value)
{
	struct definition found = {NULL, NULL};

	*module = worker->object;
	*value = entry->addend;
	if (entry->symbol) {
		if (!resolve_rare(worker, entry->symbol, 0, &found))
			return false;
		*module = found.symbol ? found.object : NULL;
		*value += found.symbol ? found.symbol->st_value : 0;
	}
	if (*module && !(*module)->map.l_tls_modid)
		return error_set(
			worker->run->error,
			"%s: thread-local symbol %s is defined in %s, which has no TLS segment",
			object_path(worker->object), reference_name(worker, entry->symbol),
			object_path(*module));
	return true;
}

static RARE bool relocate_tlsdesc(struct worker *worker, const struct entry *entry, uintptr_t place)
{
	uintptr_t value, function, argument;
	struct object *module;
	struct tlsdesc *descriptor;

	if (!resolve_tls(worker, entry, &module, &value))
		return false;
	if (!module) {
		function = (uintptr_t)arch_tlsdesc_undefined;
		argument = value;
	} else if (tls_is_static(module)) {
		function = (uintptr_t)arch_tlsdesc_static;
		argument = (uintptr_t)tls_tp_offset(module, value);
	} else {
		descriptor = mem_alloc(sizeof(*descriptor));
		if (!descriptor)
			return error_memory(worker->run->error);
		descriptor->reference.module = module->map.l_tls_modid;
		descriptor->reference.offset = value;
		descriptor->next = worker->object->tls.descriptors;
		worker->object->tls.descriptors = descriptor;
		function = (uintptr_t)arch_tlsdesc_dynamic;
		argument = (uintptr_t)&descriptor->reference;
	}
	store_word(place + ARCH_TLSDESC_FUNCTION * sizeof(uintptr_t), function);
	store_word(place + ARCH_TLSDESC_ARGUMENT * sizeof(uintptr_t), argument);
	return true;
}

static RARE bool fail_range(struct worker *worker, const struct entry *entry, uintptr_t value)
{
	return error_set(worker->run->error,
			 "%s: relocation at 0x%zx (type %u, symbol %s): value 0x%zx does not fit",
			 object_path(worker->object), (size_t)entry->offset, entry->type,
			 entry->symbol ? reference_name(worker, entry->symbol) : "-",
			 (size_t)value);
}

/* Is it the CPU that stores the value? */
static inline bool is_field(enum reloc_kind kind)
{
	return ARCH_FIELDS && kind >= RELOC_FIELD;
}

/* Of an undefined weak variable, whose address is to be its addend, that is all there is. */
static RARE bool store_tp_offset(struct worker *worker, const struct entry *entry,
				 enum reloc_kind kind, uintptr_t place, struct object *module,
				 uintptr_t value)
{
	uintptr_t offset = module ? (uintptr_t)tls_tp_offset(module, value) : value;

	/* What is to be subtracted has an addend that is to be subtracted, too. */
	if (kind == RELOC_TPOFF_NEGATED)
		offset = 2 * entry->addend - offset;
	if (is_field(kind)) {
		if (!arch_store_field(place, entry->type, offset))
			return fail_range(worker, entry, offset);
	} else if (kind != RELOC_TPOFF32)
		store_word(place, offset);
	else if (!store_narrow(place, offset, 4, FIT_SIGNED))
		return fail_place(worker, entry->offset);
	return true;
}

/*
 * The room of a closed object is free when its memory goes, which a reader in another thread may
 * have delayed until just now.
 */
static RARE bool make_static(struct object *module, struct error *error)
{
	if (tls_make_static(module, error))
		return true;
	if (!ld.retired.waiting)
		return false;
	retire_look_again();
	error_clear(error);
	return tls_make_static(module, error);
}

static RARE bool relocate_tls(struct worker *worker, const struct entry *entry,
			      enum reloc_kind kind, uintptr_t place)
{
	struct object *module;
	uintptr_t value;

	if (ARCH_TLSDESC && kind == RELOC_TLSDESC)
		return relocate_tlsdesc(worker, entry, place);
	if (!resolve_tls(worker, entry, &module, &value))
		return false;
	if (kind == RELOC_DTPMOD) {
		store_word(place, module ? module->map.l_tls_modid : 0);
	} else if (kind == RELOC_DTPOFF) {
		store_word(place, value - ARCH_TLS_DTV_BIAS);
	} else {
		if (module && !make_static(module, worker->run->error))
			return false;
		return store_tp_offset(worker, entry, kind, place, module, value);
	}
	return true;
}

/* A word that a symbol's definition, which is `found`, leaves to its IFUNC resolver. */
static RARE bool leave_to_resolver(struct worker *worker, struct definition found, uintptr_t place,
				   uintptr_t addend, bool called)
{
	return definition_check(found, false, worker->run->error) &&
	       queue_indirect(worker, place, definition_address(found), addend, found, called);
}

/* Relocations of the kinds RELOC_WORD, RELOC_GOT and RELOC_JUMP_SLOT: nearly all. */
static inline bool relocate_word(struct worker *worker, struct entry entry, enum reloc_kind kind)
{
	uintptr_t place = place_at(worker, entry.offset, sizeof(uintptr_t));
	uintptr_t addend = kind == RELOC_WORD ? entry.addend : 0, value = worker->object->bias;
	bool call = kind == RELOC_JUMP_SLOT;
	struct definition found = {NULL, NULL};

	if (unlikely(!place))
		return false;
	if (likely(entry.symbol)) {
		if (!resolve(worker, entry.symbol, call ? LOOKUP_PLT : 0, &found))
			return false;
		value = found.symbol ? definition_address(found) : 0;
		if (found.symbol && unlikely(definition_indirect(found)))
			return leave_to_resolver(worker, found, place, addend, call);
		/* What is called is nowhere else, and what only may be is asked about. */
		if (found.symbol && unlikely(!definition_inside(found)) &&
		    !definition_check(found, call, worker->run->error))
			return false;
		if (unlikely(auditing()) && call && found.symbol)
			value = audit_bind(worker->object, found, value, 0);
	}
	store_word(place, value + addend);
	return true;
}

/* The other ones of the form S + A and its kin. */
static RARE bool relocate_symbol(struct worker *worker, const struct entry *entry,
				 enum reloc_kind kind, uintptr_t place)
{
	struct definition found = {NULL, NULL};
	uintptr_t value = entry->symbol ? 0 : worker->object->bias;
	bool fits = true;

	if (entry->symbol && !resolve_rare(worker, entry->symbol, 0, &found))
		return false;
	if (found.symbol) {
		if (!definition_check(found, false, worker->run->error))
			return false;
		value = definition_address(found);
		if (definition_indirect(found) && kind == RELOC_PC)
			return leave_to_resolver(worker, found, place, entry->addend - place,
						 false);
	}
	if (kind == RELOC_SIZE || kind == RELOC_SIZE32)
		value = found.symbol ? found.symbol->st_size : 0;
	value += entry->addend;
	switch (kind) {
	case RELOC_PC:
		value -= place;
		/* fall through */
	case RELOC_SIZE:
		store_word(place, value);
		break;
	case RELOC_PC32:
		fits = store_narrow(place, value - place, 4, FIT_SIGNED);
		break;
	case RELOC_S32:
		fits = store_narrow(place, value, 4, FIT_SIGNED);
		break;
	case RELOC_SIZE32:
	case RELOC_U32:
		fits = store_narrow(place, value, 4, FIT_UNSIGNED);
		break;
	case RELOC_16:
		fits = store_narrow(place, value, 2, FIT_EITHER);
		break;
	case RELOC_8:
		fits = store_narrow(place, value, 1, FIT_EITHER);
		break;
	default:
		if (is_field(kind)) {
			value += entry->addend - (kind == RELOC_FIELD_PC ? place : 0);
			fits = arch_store_field(place, entry->type, value);
			break;
		}
		return error_set(worker->run->error,
				 "%s: relocation type %u at 0x%zx is not known for this CPU",
				 object_path(worker->object), entry->type, (size_t)entry->offset);
	}
	return fits || fail_range(worker, entry, value);
}

static RARE size_t kind_size(enum reloc_kind kind)
{
	switch (kind) {
	case RELOC_8:
		return 1;
	case RELOC_16:
		return 2;
	case RELOC_TLSDESC:
		return 2 * sizeof(uintptr_t);
	case RELOC_PC32:
	case RELOC_U32:
	case RELOC_S32:
	case RELOC_SIZE32:
	case RELOC_TPOFF32:
		return 4;
	default:
		return sizeof(uintptr_t);
	}
}

static RARE __attribute__((noinline)) bool relocate_other(struct worker *worker,
							  const struct entry *entry,
							  enum reloc_kind kind)
{
	uintptr_t place;

	if (kind == RELOC_NONE)
		return true;
	if (kind == RELOC_COPY)
		return copy_symbol(worker, entry);
	place = place_at(worker, entry->offset,
			 is_field(kind) ? arch_field_size(entry->type) : kind_size(kind));
	if (!place)
		return false;
	if (is_field(kind) && kind == RELOC_FIELD_TPOFF)
		return relocate_tls(worker, entry, kind, place);
	switch (kind) {
	case RELOC_RELATIVE:
		store_word(place, worker->object->bias + entry->addend);
		return true;
	case RELOC_IRELATIVE:
		return queue_indirect(worker, place, worker->object->bias + entry->addend, 0,
				      (struct definition){NULL, worker->object}, false);
	case RELOC_DTPMOD:
	case RELOC_DTPOFF:
	case RELOC_TPOFF:
	case RELOC_TPOFF_NEGATED:
	case RELOC_TPOFF32:
	case RELOC_TLSDESC:
		return relocate_tls(worker, entry, kind, place);
	default:
		return relocate_symbol(worker, entry, kind, place);
	}
}

static OFTEN bool relocate_one(struct worker *worker, struct entry entry)
{
	enum reloc_kind kind = arch_reloc_kind(entry.type);
	struct entry other;

	if (likely(kind >= RELOC_WORD && kind <= RELOC_JUMP_SLOT))
		return relocate_word(worker, entry, kind);
	/* A copy, so that `entry` itself may be in registers. */
	other = entry;
	return relocate_other(worker, &other, kind);
}

static struct entry rela_entry(const ElfW(Rela) * rela)
{
	return (struct entry){rela->r_offset, (unsigned)ELF_R_TYPE_NATIVE(rela->r_info),
			      ELF_R_SYM_NATIVE(rela->r_info), (uintptr_t)rela->r_addend};
}

/* Kinds without addend; what stands at their places means nothing, or is no word even. */
static RARE bool lacks_addend(enum reloc_kind kind)
{
	return kind == RELOC_NONE || kind == RELOC_BAD || kind == RELOC_COPY || kind == RELOC_GOT ||
	       kind == RELOC_JUMP_SLOT || kind == RELOC_DTPMOD;
}

/* An entry without addend: it stands at the place, which place_at has to allow first. */
static bool rel_entry(struct worker *worker, const ElfW(Rel) * rel, struct entry *entry)
{
	enum reloc_kind kind = arch_reloc_kind((unsigned)ELF_R_TYPE_NATIVE(rel->r_info));
	uintptr_t place;

	entry->offset = rel->r_offset;
	entry->type = (unsigned)ELF_R_TYPE_NATIVE(rel->r_info);
	entry->symbol = ELF_R_SYM_NATIVE(rel->r_info);
	entry->addend = 0;
	if (lacks_addend(kind))
		return true;
	place = place_at(worker, entry->offset, kind_size(kind));
	if (!place)
		return false;
	if (kind == RELOC_TLSDESC) {
		if (entry->symbol && !ARCH_TLSDESC_SYMBOL_ADDEND)
			return true;
		place += ARCH_TLSDESC_ARGUMENT * sizeof(uintptr_t);
	}
	entry->addend = load_signed(place, kind_size(kind));
	return true;
}

/* An entry that is RELATIVE and whose word begins in the `size` bytes from `low` is applied. */
static inline bool add_one(const ElfW(Rela) * entry, uintptr_t bias, uintptr_t low, uintptr_t size)
{
	if (unlikely(entry->r_offset - low >= size) ||
	    unlikely(ELF_R_TYPE_NATIVE(entry->r_info) != ARCH_R_RELATIVE))
		return false;
	store_word(bias + entry->r_offset, bias + (uintptr_t)entry->r_addend);
	return true;
}

/*
 * Apply entries from `rela` on, in pairs, as long as add_one can; returns the first left over.
 * On its own, so that the loop has the registers.  What comes is asked for in time: the CPU does
 * not by itself look over the end of a page.
 */
static const ElfW(Rela) *__attribute__((noinline))
add_bias(const ElfW(Rela) * entry, const ElfW(Rela) * end, uintptr_t bias, uintptr_t low,
	 uintptr_t size)
{
	enum { AHEAD = 2048 / sizeof(*entry) };

	for (; entry + 1 < end; entry += 2) {
		__builtin_prefetch(entry + AHEAD);
		if (!add_one(entry, bias, low, size) || !add_one(entry + 1, bias, low, size))
			break;
	}
	return entry;
}

/* The leading run of RELATIVE relocations, from `rel` on; returns the first that is not of them. */
static const ElfW(Rel) *__attribute__((noinline))
add_bias_rel(const ElfW(Rel) * rel, const ElfW(Rel) * end, uintptr_t bias, uintptr_t low,
	     uintptr_t size)
{
	for (; rel < end; rel++) {
		if (unlikely(rel->r_offset - low >= size) ||
		    unlikely(ELF_R_TYPE_NATIVE(rel->r_info) != ARCH_R_RELATIVE))
			break;
		store_word(bias + rel->r_offset, bias + load_word(bias + rel->r_offset));
	}
	return rel;
}

/* One entry, of either sort where the CPU has both. */
static inline bool relocate_entry(struct worker *worker, const void *raw, bool rela)
{
	struct entry entry;

	if (!ARCH_REL || rela)
		entry = rela_entry(raw);
	else if (!rel_entry(worker, raw, &entry))
		return false;
	return relocate_one(worker, entry);
}

/* DT_RELA or DT_REL, of which the first `relative` are nothing but an addition each. */
static __attribute__((noinline)) bool relocate_table(struct worker *worker,
						     const struct table *table, bool rela,
						     size_t relative)
{
	const size_t size = !ARCH_REL || rela ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel));
	const char *at = table->address, *end = at + table->size / size * size;
	const char *added = relative < table->size / size ? at + relative * size : end;

	while (at < end) {
		/* This checks the place, and with it the range that the others lie in. */
		if (!relocate_entry(worker, at, rela))
			return false;
		at += size;
		if (at >= added || worker->size < sizeof(uintptr_t))
			continue;
		at = !ARCH_REL || rela
			     ? (const char *)add_bias((const void *)at, (const void *)added,
						      worker->object->bias, worker->low,
						      worker->size - sizeof(uintptr_t) + 1)
			     : (const char *)add_bias_rel((const void *)at, (const void *)added,
							  worker->object->bias, worker->low,
							  worker->size - sizeof(uintptr_t) + 1);
	}
	return true;
}

/* Words of the GOT that no relocation names, on CPUs that have such. */
static bool relocate_got(struct worker *worker, bool lazy)
{
	const struct object *object = worker->object;
	size_t i, count = arch_got_words(&object->got);

	for (i = 0; i < count; i++) {
		struct arch_got_word word = arch_got_word(&object->got, &object->image,
							  &object->dynamic, object->bias, i, lazy);
		struct entry entry = {word.offset, word.type, word.symbol, word.addend};

		if (!relocate_one(worker, entry))
			return false;
	}
	return true;
}

/* What one bitmap of DT_RELR speaks about. */
enum { RELR_SPAN = (sizeof(uintptr_t) * CHAR_BIT - 1) * sizeof(uintptr_t) };

static inline void add_bit(uintptr_t place, uintptr_t bits, unsigned i, uintptr_t bias)
{
	place += i * sizeof(uintptr_t);
	if (bits >> i & 1)
		store_word(place, load_word(place) + bias);
}

/* Add the bias to the words from `place` on that have a bit.  On its own for the registers. */
static void __attribute__((noinline)) add_bits(uintptr_t place, uintptr_t bits, uintptr_t bias)
{
	for (; bits; bits >>= 4, place += 4 * sizeof(uintptr_t)) {
		add_bit(place, bits, 0, bias);
		add_bit(place, bits, 1, bias);
		add_bit(place, bits, 2, bias);
		add_bit(place, bits, 3, bias);
	}
}

/* The words from link-time address `start` on that have a bit in `bits`. */
static bool relocate_bits(struct worker *worker, uintptr_t start, uintptr_t bits)
{
	uintptr_t bias = worker->object->bias;

	/* Most bitmaps lie in one segment as a whole: one check for all their words. */
	if (start - worker->low < worker->size &&
	    worker->size - (start - worker->low) >= RELR_SPAN) {
		add_bits(bias + start, bits, bias);
		return true;
	}
	for (; bits; bits >>= 1, start += sizeof(uintptr_t)) {
		if (!(bits & 1))
			continue;
		if (!place_at(worker, start, sizeof(uintptr_t)))
			return false;
		add_bits(bias + start, 1, bias);
	}
	return true;
}

/* DT_RELR: an address, then bitmaps of the words that follow it (gABI "Relative Relocation Table").
 */
static bool relocate_relr(struct worker *worker)
{
	const ElfW(Addr) *relr = worker->object->dynamic.relr.address;
	size_t count = worker->object->dynamic.relr.size / sizeof(*relr);
	uintptr_t next = 0;

	for (; count; count--, relr++) {
		bool bitmap = *relr & 1;

		if (!bitmap)
			next = *relr;
		if (!relocate_bits(worker, next, bitmap ? *relr >> 1 : 1))
			return false;
		next += bitmap ? (uintptr_t)RELR_SPAN : sizeof(uintptr_t);
	}
	return true;
}

/* Not every function gets its arguments where the call that binds it keeps them. */
static inline bool binds_late(const struct object *object, size_t symbol)
{
	return symbol >= object->dynamic.symbols ||
	       arch_binds_late(object->dynamic.symtab[symbol].st_other);
}

/* May the slot wait for its first call?  The fields that are asked for REL and RELA both have. */
static inline bool is_lazy(const struct object *object, const ElfW(Rel) * rel)
{
	return ELF_R_TYPE_NATIVE(rel->r_info) == ARCH_R_JUMP_SLOT &&
	       !image_in_relro(&object->image, rel->r_offset, sizeof(uintptr_t)) &&
	       binds_late(object, ELF_R_SYM_NATIVE(rel->r_info));
}

/*
 * Slots that wait, from `at` on, are moved by the bias, as long as they begin in the `size` bytes
 * from `low`; returns the first left over.  On its own for the registers.
 */
static const char *__attribute__((noinline))
move_slots(const struct object *object, const char *at, const char *end, uintptr_t low,
	   uintptr_t size)
{
	size_t step = relocate_plt_entry_size(&object->dynamic);
	uintptr_t bias = object->bias;

	for (; at < end; at += step) {
		const ElfW(Rel) *rel = (const void *)at;

		if (unlikely(rel->r_offset - low >= size) ||
		    unlikely(ELF_R_TYPE_NATIVE(rel->r_info) != ARCH_R_JUMP_SLOT) ||
		    !binds_late(object, ELF_R_SYM_NATIVE(rel->r_info)))
			break;
		store_word(bias + rel->r_offset, load_word(bias + rel->r_offset) + bias);
	}
	return at;
}

/* The slot at `at`, which may wait, and those behind it that lie in the same range as it does. */
static const char *wait_slots(struct worker *worker, const char *at, const char *end)
{
	const struct image *image = &worker->object->image;
	uintptr_t offset = ((const ElfW(Rel) *)(const void *)at)->r_offset, low, limit;

	if (!place_at(worker, offset, sizeof(uintptr_t)))
		return NULL;
	low = worker->low;
	limit = low + worker->size;
	/* What becomes read-only is on the other side. */
	if (offset >= image->relro_end)
		low = low < image->relro_end ? image->relro_end : low;
	else
		limit = limit > image->relro_start ? image->relro_start : limit;
	return move_slots(worker->object, at, end, low, limit - low - sizeof(uintptr_t) + 1);
}

/* A slot that waits only has to be moved by the bias. */
static bool relocate_plt(struct worker *worker, bool lazy)
{
	const struct object *object = worker->object;
	const struct dynamic *dynamic = &object->dynamic;
	size_t size = relocate_plt_entry_size(dynamic);
	const char *at = dynamic->jmprel.address, *end;

	if (!lazy)
		return relocate_table(worker, &dynamic->jmprel, dynamic->jmprel_rela, 0);
	end = at + dynamic->jmprel.size / size * size;
	while (at && at < end) {
		const struct table entry = {at, size};

		if (is_lazy(object, (const void *)at)) {
			at = wait_slots(worker, at, end);
			continue;
		}
		if (!relocate_table(worker, &entry, dynamic->jmprel_rela, 0))
			return false;
		at += size;
	}
	return at == end;
}

/* Segments that may not be written get `more` rights than to be read, and those of `own` of theirs.
 */
static RARE bool protect_text(struct object *object, int more, unsigned own, struct error *error)
{
	unsigned i;

	for (i = 0; i < object->image.phnum; i++) {
		const ElfW(Phdr) *load = &object->image.phdr[i];
		struct errno_room room;
		struct segment segment;
		int protection, result;

		if (load->p_type != PT_LOAD || !load->p_memsz || load->p_flags & PF_W)
			continue;
		segment = image_segment(load, ld.process.page_size);
		protection = SYS_PROT_READ | more;
		if (load->p_flags & own & PF_X)
			protection |= SYS_PROT_EXEC;
		result = sys_mprotect(object->bias + segment.start, segment.end - segment.start,
				      protection);
		if (result < 0)
			return error_set(error,
					 "%s: cannot change the protection of its text for text "
					 "relocations: %s; built with -fPIC it has none",
					 object_path(object), errno_words(result, &room));
	}
	object->textrel_open = more != 0;
	return true;
}

/* Code that relocations may have written to is there for the CPU, too. */
static RARE void show_code(const struct object *object)
{
	unsigned i;

	for (i = 0; i < object->image.phnum; i++) {
		const ElfW(Phdr) *load = &object->image.phdr[i];
		uintptr_t start = object->bias + load->p_vaddr;

		if (load->p_type == PT_LOAD && load->p_flags & PF_X &&
		    (load->p_flags & PF_W || object->textrel_open))
			arch_new_code(start, start + load->p_memsz);
	}
}

static RARE bool open_text(struct object *object, struct error *error)
{
	return protect_text(object, SYS_PROT_WRITE, 0, error);
}

static RARE bool close_text(struct object *object, struct error *error)
{
	return protect_text(object, 0, PF_X, error);
}

/* Resolvers run in text that is closed again; a word of theirs in it is stored with a knock. */
static RARE bool store_result(const struct indirect *indirect, uintptr_t value, struct error *error)
{
	struct object *object = indirect->object;
	const ElfW(Phdr) *load =
		image_find(&object->image, indirect->place - object->bias, sizeof(value));
	bool text = load && !(load->p_flags & PF_W);

	if (text && !open_text(object, error))
		return false;
	store_word(indirect->place, value);
	if (indirect->copy)
		store_word(indirect->copy, value);
	return !text || close_text(object, error);
}

static RARE bool prepare_text(struct object *object, struct error *error)
{
	if (!(object->dynamic.flags & DF_TEXTREL))
		return true;
#ifdef __FORCE_SHAREABLE_TEXT_SEGMENTS__
	return error_set(error,
			 "%s: it has text relocations, which this system does not allow; built "
			 "with -fPIC it has none",
			 object_path(object));
#else
	return open_text(object, error);
#endif
}

RARE size_t relocate_lookups(const struct object *object, const struct relocation_run *run)
{
	const struct dynamic *dynamic = &object->dynamic;
	size_t lookups = dynamic->rela.size / sizeof(ElfW(Rela)) +
			 dynamic->rel.size / sizeof(ElfW(Rel)) - dynamic->relcount +
			 arch_got_symbols(&object->got);

	if (object->relocated)
		return 0;
	if (run->now || object->bind_now)
		lookups += dynamic->jmprel.size / relocate_plt_entry_size(dynamic);
	return lookups;
}

RARE bool relocate_object(struct object *object, struct relocation_run *run)
{
	struct worker worker;
	bool lazy = !run->now && !object->bind_now && object->dynamic.pltgot;
	size_t relative;

	wants_loader();
	if (object->relocated)
		return true;
	if (ARCH_OWN_GOT && object->dynamic.jmprel.size && !object->dynamic.pltgot)
		return error_set(run->error,
				 "%s: its PLT is code that the linker would have to write "
				 "(BSS-PLT); linked with --secure-plt it is not",
				 object_path(object));
	if (!ARCH_REL && (object->dynamic.rel.size ||
			  (object->dynamic.jmprel.size && !object->dynamic.jmprel_rela)))
		return error_set(run->error,
				 "%s: it has DT_REL, relocations that this CPU's files have not",
				 object_path(object));
	run->stamp = walk_stamp();
	worker.object = object;
	worker.run = run;
	worker.lazy = false;
	worker.low = worker.size = 0;
	worker.last_symbol = SIZE_MAX;
	note_tables(&worker);
	if (!prepare_text(object, run->error))
		return false;
	if (lazy && (object->dynamic.jmprel.size || arch_got_waits(&object->got))) {
		if (!place_at(&worker, (uintptr_t)object->dynamic.pltgot - object->bias,
			      3 * sizeof(uintptr_t)))
			return false;
		if (!pltword_give(object))
			return error_memory(run->error);
		object->dynamic.pltgot[ARCH_GOT_OBJECT] = object->plt_word;
		object->dynamic.pltgot[ARCH_GOT_RESOLVER] =
			(uintptr_t)(audit_follows(object) ? arch_audit_resolve : arch_lazy_resolve);
		arch_got_wait(&object->got, object->bias, object->plt_word, audit_follows(object));
		worker.lazy = true;
		worker.size = 0;
	}
	relative = object->dynamic.relcount;
	/* An object has relocations of one sort, and the count is of that. */
	if (!relocate_got(&worker, lazy) || !relocate_relr(&worker) ||
	    !relocate_table(&worker, &object->dynamic.rela, true, relative) ||
	    (ARCH_REL && !relocate_table(&worker, &object->dynamic.rel, false,
					 object->dynamic.rela.size ? 0 : relative)) ||
	    !relocate_plt(&worker, lazy))
		return false;
	if (ARCH_NEW_CODE)
		show_code(object);
	if (object->textrel_open && !close_text(object, run->error))
		return false;
	ld.stats.relocations +=
		arch_got_words(&object->got) + object->dynamic.rela.size / sizeof(ElfW(Rela)) +
		object->dynamic.rel.size / sizeof(ElfW(Rel)) +
		object->dynamic.jmprel.size / relocate_plt_entry_size(&object->dynamic);
	object->relocated = true;
	if (tracing(TRACE_RELOC))
		trace(TRACE_RELOC, "done %s%-s lazy=%d relative=%zu rela=%zu relr=0x%zx plt=0x%zx",
		      object_path(object), object->space->field, lazy, object->dynamic.relcount,
		      object->dynamic.rela.size / sizeof(ElfW(Rela)), object->dynamic.relr.size,
		      object->dynamic.jmprel.size);
	return true;
}

RARE bool relocate_indirect(struct relocation_run *run)
{
	size_t i;

	wants_no_loader();
	for (i = 0; i < run->count; i++) {
		struct indirect *indirect = &run->indirect[i];
		uintptr_t value = ask_resolver(indirect->resolver);

		if (auditing() && indirect->called)
			value = audit_bind(indirect->object, indirect->found, value, 0);
		if (!store_result(indirect, value + indirect->addend, run->error))
			return false;
	}
	return true;
}

RARE bool relocate_bind_results(struct relocation_run *run)
{
	size_t i;

	wants_loader();
	for (i = 0; i < run->count; i++) {
		struct indirect *indirect = &run->indirect[i];
		struct object *to = addrmap_find(load_word(indirect->place) - indirect->addend);
		const ElfW(Sym) *symbol = indirect->found.symbol;

		if (to && to != indirect->found.object && object_stays(to) &&
		    !bind_edge(indirect->object, to,
			       symbol ? dynamic_string(&indirect->found.object->dynamic,
						       symbol->st_name)
				      : NULL))
			return error_memory(run->error);
	}
	return true;
}

RARE void relocation_run_free(struct relocation_run *run)
{
	mem_free(run->indirect);
	run->indirect = NULL;
	run->count = run->capacity = 0;
}

RARE bool relocate_protect(struct object *object, struct error *error)
{
	uintptr_t start = object->image.relro_start, end = object->image.relro_end;
	struct errno_room room;
	int result;

	if (start == end)
		return true;
	result = sys_mprotect(object->bias + start, end - start, SYS_PROT_READ);
	if (result < 0)
		return error_set(error, "%s: cannot make its relocated data read-only: %s",
				 object_path(object), errno_words(result, &room));
	return true;
}
