/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a program starts with: preloaded objects, and all that it and they need.  Owns
 * ld.space.global until the program runs.
 */
#include "start/preload.h"
#include "base/config.h"
#include "base/message.h"
#include "life/load.h"
#include "life/map.h"
#include "world/linkmap.h"
#include "world/scope.h"
#include "world/searchlist.h"
#include "tell/trace.h"

static bool load_preloads(struct group *group, const char *list, enum path_source source,
			  const char *source_name)
{
	const struct path_context context = {.secure = ld.options.secure};
	struct path_list names = {NULL, 0};
	struct error error = {NULL}, *outer = group->error;
	size_t i;

	if (!path_names(&names, list, source, &context, outer))
		return false;
	group->error = &error;
	for (i = 0; i < names.count; i++) {
		struct object *object = load_object(group, names.dir[i], source, NULL);

		if (object && !graph_link(&ld.program->node, &object->node, EDGE_NEEDED, NULL))
			error_memory(&error);
		if (error.text)
			message("%s: ignored: %-s", source_name, error.text);
		error_clear(&error);
	}
	group->error = outer;
	path_free(&names);
	return true;
}

#ifdef __LDSO_PRELOAD_FILE_SUPPORT__
static bool load_preload_file(struct group *group)
{
	struct file file;
	size_t size;
	char *text = file_read(&file, PRELOAD_FILE, &size);
	bool done = load_preloads(group, text, PATH_PRELOAD_FILE, PRELOAD_FILE);

	mem_free(text);
	return done;
}
#else
static bool load_preload_file(struct group *group)
{
	(void)group;
	return true;
}
#endif

/* Program, preloads and dependencies in breadth-first order become the global scope. */
static bool link_startup(struct group *group)
{
	struct object *object;
	size_t i;

	ld.space.global = make_searchlist(ld.program);
	if (!ld.space.global)
		return group_no_memory(group);
	for (i = 0; i < ld.space.global->count; i++) {
		object = ld.space.global->members->at[i];
		object->global = true;
		object->node.startup = true;
		if (!scopes_append(object, ld.space.global))
			return group_no_memory(group);
	}
	return true;
}

/* The link map gets the searchlist's order, after the program, which is in it already and which a
 * filter has behind its filtees; the linker last if nobody needs it. */
static void publish_startup(struct group *group)
{
	struct object *object;
	size_t i;

	for (i = 0; i < ld.space.global->count; i++) {
		object = ld.space.global->members->at[i];
		if (tracing(TRACE_FILES))
			trace_loaded(object);
		if (object->is_program)
			continue;
		object->link_next = NULL;
		object->group = NULL;
		object->search.loader = NULL;
		object->owner = NULL;
		/* The linker, which libc needs, has been at work all the time. */
		if (!object->is_linker)
			object_set_state(object, OBJECT_LINKED);
		linkmap_add(object);
	}
	if (!ld.linker->global)
		linkmap_add(ld.linker);
	group->first = NULL;
}

bool load_startup(unsigned *missing, struct error *error)
{
	struct group group = {
		.space = &ld.space, .announced = true, .error = error, .missing = missing};
	struct object *object;

	group.tail = &group.first;
	if (!load_preloads(&group, ld.options.preload, PATH_PRELOAD, "LD_PRELOAD") ||
	    !load_preload_file(&group) || !load_dependencies(&group, ld.program))
		return false;
	for (object = group.first; object; object = object->link_next)
		if (!load_dependencies(&group, object))
			return false;
	if (!load_check_versions(&group, ld.program))
		return false;
	for (object = group.first; object; object = object->link_next)
		if (!load_check_versions(&group, object))
			return false;
	if (!link_startup(&group))
		return false;
	publish_startup(&group);
	return true;
}
