/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes what follows the readers: the input is mapped, relocated, each of its functions bound by a
 * first call and its thread-local block touched. No code of it runs. links: linker
 */
#include "fuzz.h"
#include "linker.h"
#include "life/bind.h"
#include "life/loader.h"
#include "life/map.h"
#include "life/relocate.h"
#include "life/touch.h"
#include "thread/tls.h"
#include "world/scope.h"
#include "world/searchlist.h"

#include <setjmp.h>

static const char input[] = "/input.so";
static jmp_buf after_exit;

static void begin(void)
{
	static const char *const names[] = {"f", "printf", "value", "old", NULL};
	static const struct plan_of_file program = {
		.path = "/program", .defines = names, .mark = 1, .tls = TLS_FILLED};
	static bool begun;

	if (!begun) {
		linker_file(&program);
		linker_start(program.path);
	}
	begun = true;
}

static void leave(void)
{
	longjmp(after_exit, 1);
}

/* The first call through each PLT relocation; a symbol that is not there ends the process. */
static void call_all(struct object *object)
{
	size_t size = object->dynamic.jmprel_rela ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel));
	volatile size_t i, count = object->dynamic.jmprel.size / size + 1;

	linker_exit = leave;
	for (i = 0; i < count; i++)
		if (!setjmp(after_exit))
			fuzz_use(lazy_bind(object->plt_word, i));
	linker_exit = NULL;
}

/* Without memory for the block the process ends. */
static void touch(const struct object *object)
{
	struct tls_reference reference = {object->map.l_tls_modid, 0};

	linker_exit = leave;
	if (reference.module && !setjmp(after_exit))
		fuzz_read(tls_address(&reference), object->map.l_tls_blocksize);
	linker_exit = NULL;
}

/* Reservations are trimmed where alignment is larger than a page: malloc's blocks cannot be. */
static bool wants_trimming(const uint8_t *bytes, size_t size)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	if (size < sizeof(header))
		return false;
	memcpy(&header, bytes, sizeof(header));
	for (size_t i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof(segment);

		if (at > size || size - at < sizeof(segment))
			return false;
		memcpy(&segment, bytes + at, sizeof(segment));
		if (segment.p_align > ld.process.page_size)
			return true;
	}
	return false;
}

/* As an open does it, without what would run code of the object. */
static bool link_alone(struct object *object, bool now, struct error *error)
{
	struct relocation_run run = {.now = now, .error = error};
	bool done;

	object->local = make_searchlist(object);
	if (!object->local || !scopes_append(object, ld.space.global) ||
	    !scopes_append(object, object->local))
		abort();
	done = tls_add_module(object, error) && relocate_object(object, &run);
	relocation_run_free(&run);
	return done;
}

static void unlink_alone(struct object *object)
{
	bind_drain();
	graph_drop(&object->node);
	tls_remove_module(object);
	tls_forget_descriptors(object);
	scopes_remove(object, ld.space.global);
	scopes_remove(object, object->local);
	scope_free(object->local);
	object->local = NULL;
	object_unmap(object);
	object_free(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	bool now = size && bytes[size - 1] & 1, linked;
	struct error error = {NULL};
	struct object *object;
	struct file file;

	begin();
	if (wants_trimming(bytes, size))
		return 0;
	linker_bytes(input, bytes, size);
	if (file_open(&file, input) < 0)
		abort();
	loader_lock();
	object = map_file(&file, input, MAP_LIBRARY, &ld.space, &error);
	if (!object) {
		loader_unlock();
		fuzz_reason(&error);
		return 0;
	}
	linked = link_alone(object, now, &error);
	loader_unlock();
	if (linked && !now && object->dynamic.pltgot)
		call_all(object);
	if (linked)
		touch(object);
	else
		fuzz_reason(&error);
	loader_lock();
	unlink_alone(object);
	loader_unlock();
	return 0;
}
