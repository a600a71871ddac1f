/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loading: from names to mapped objects, with all they need.  Owns objects in state OBJECT_LOADING
 * until their group is linked.
 */
#include "life/load.h"
#include "base/fatal.h"
#include "life/close.h"
#include "life/initfini.h"
#include "life/map.h"
#include "life/search.h"
#include "tell/trace.h"
#include "thread/tls.h"
#include "world/lookup.h"
#include "world/registry.h"

/* Finding and loading one object. */

/* May the group use an object that is there already? */
enum use {
	USE_IT,
	USE_FRESH, /* it is on its way out: load a copy */
	USE_FAILS  /* the open fails, or waits (group->wait_for) */
};

static enum use fail_circle(struct group *group, const struct object *object)
{
	error_set(group->error, "%s: it is just being loaded, and waits for this thread",
		  object_path(object));
	return USE_FAILS;
}

static enum use may_use(struct group *group, struct object *object)
{
	switch (object->state) {
	case OBJECT_LOADING:
		if (object->group == group)
			return USE_IT;
		if (init_waits_for_us(object, thread_self()))
			return fail_circle(group, object);
		group->wait_for = object;
		return USE_FAILS;
	case OBJECT_CLOSING:
		if (close_revive(object)) {
			object->open.next_revived = group->revived;
			group->revived = object;
			return USE_IT;
		}
		registry_forget(object);
		return USE_FRESH;
	case OBJECT_FINALISING:
		/* At exit: what belongs to the program from its start is all there will be. */
		if (object->node.startup)
			return USE_IT;
		registry_forget(object);
		return USE_FRESH;
	default:
		return object->state != OBJECT_RETIRED ? USE_IT : USE_FRESH;
	}
}

/* Whether a name means the same file whoever asks, so that it may be remembered. */
static bool lasting_name(const char *name)
{
	return name[0] == '/' || !strchr(name, '/');
}

static bool remember_names(struct object *object, const char *name, const char *path)
{
	if (object->dynamic.soname && object->state == OBJECT_LOADING &&
	    !registry_add_name(object, object->dynamic.soname))
		return false;
	if (lasting_name(name) && !registry_add_name(object, name))
		return false;
	return path[0] != '/' || registry_add_name(object, path);
}

void load_disconnect(struct object *object)
{
	wants_loader();
	registry_forget(object);
	unique_forget(object);
	graph_drop(&object->node);
	tls_remove_module(object);
}

/* Nobody has seen it yet. */
static void discard(struct object *object)
{
	object_unmap(object);
	object_free(object);
}

static struct object *map_new(struct group *group, const struct file *file, const char *name,
			      const char *path, struct object *requester)
{
	uint64_t begin = trace_clock();
	struct object *object = map_file(file, path, MAP_LIBRARY, group->error);

	ld.stats.time_map += trace_clock() - begin;
	if (!object)
		return NULL;
	if (ld.process.started && object->dynamic.flags_1 & DF_1_NOOPEN) {
		error_set(group->error, "%s: it may not join a running program (DF_1_NOOPEN)",
			  path);
		discard(object);
		return NULL;
	}
	object->group = group;
	object->search.loader = requester;
	registry_add_file(object);
	if (!remember_names(object, name, path)) {
		group_no_memory(group);
		load_disconnect(object);
		discard(object);
		return NULL;
	}
	*group->tail = object;
	group->tail = &object->link_next;
	return object;
}

/* The object loaded from the file just opened, or a new one. */
static struct object *load_file(struct group *group, const struct file *file, const char *name,
				const char *path, struct object *requester)
{
	struct object *object = registry_by_file(file->stat.st_dev, file->stat.st_ino);
	enum use use = object ? may_use(group, object) : USE_FRESH;

	if (use == USE_IT) {
		if (!remember_names(object, name, path)) {
			group_no_memory(group);
			return NULL;
		}
		return object;
	}
	if (use == USE_FAILS)
		return NULL;
	if (group->mode & MODE_NOLOAD) {
		error_set(group->error, "%s: not loaded (RTLD_NOLOAD)", path);
		return NULL;
	}
	return map_new(group, file, name, path, requester);
}

static struct object *load_meaning(struct group *group, const char *name, bool required_setuid,
				   struct object *requester)
{
	struct object *object = registry_by_name(name);
	enum use use = object ? may_use(group, object) : USE_FRESH;
	struct file file;
	char *path;

	if (use == USE_IT)
		return object;
	if (use == USE_FAILS)
		return NULL;
	path = search_library(name, requester, &file, required_setuid, group->error);
	if (!path)
		return NULL;
	object = load_file(group, &file, name, path, requester);
	sys_close(file.fd);
	mem_free(path);
	return object;
}

struct object *load_object(struct group *group, const char *name, enum path_source source,
			   struct object *requester)
{
	char *meaning = search_meaning(name, source, requester, group->error);
	struct object *object;

	wants_loader();
	if (!meaning)
		return NULL;
	object = load_meaning(group, meaning, source == PATH_PRELOAD && ld.options.secure,
			      requester);
	mem_free(meaning);
	return object;
}

/* Loading what an object needs. */

static bool need(struct group *group, struct object *object, const char *name, enum edge_kind kind,
		 bool optional)
{
	enum path_source source = kind == EDGE_FILTER ? PATH_FILTER : PATH_NEEDED;
	struct object *needed = load_object(group, name, source, object);

	if (!needed && group->wait_for)
		return false;
	if (!needed && (optional || group->missing)) {
		if (!optional) {
			++*group->missing;
			print(1, "\t%s => not found\n", name);
		}
		if (group->error)
			error_clear(group->error);
		return true;
	}
	if (!needed)
		return false;
	return graph_link(&object->node, &needed->node, kind, NULL) || group_no_memory(group);
}

static bool need_all(struct group *group, struct object *object, intptr_t tag, enum edge_kind kind,
		     bool optional)
{
	const ElfW(Dyn) * entry;
	size_t position = 0;

	while ((entry = dynamic_next(&object->dynamic, tag, &position)))
		if (!need(group, object, dynamic_string(&object->dynamic, entry->d_un.d_val), kind,
			  optional))
			return false;
	return true;
}

bool load_dependencies(struct group *group, struct object *object)
{
	wants_loader();
	return need_all(group, object, DT_FILTER, EDGE_FILTER, false) &&
	       need_all(group, object, DT_AUXILIARY, EDGE_FILTER, true) &&
	       need_all(group, object, DT_NEEDED, EDGE_NEEDED, false);
}

/* Symbol versions: is what an object wants from its dependencies there? */

struct version_check {
	struct group *group;
	struct object *object;
};

static bool answers_to(const struct object *object, const char *name)
{
	const struct name *alias;

	/* What it wants may be a soname with a slash or a token, which is no name to look up. */
	if (object->dynamic.soname && !strcmp(object->dynamic.soname, name))
		return true;
	for (alias = object->names.first; alias; alias = alias->next_alias)
		if (!strcmp(alias->text, name))
			return true;
	return false;
}

static bool check_version(const char *file, const struct symbol_version *version, bool weak,
			  void *data)
{
	struct version_check *check = data;
	const struct edge *edge;

	for (edge = check->object->node.out; edge; edge = edge->next_out) {
		const struct object *to = object_of_node(edge->to);

		if (!answers_to(to, file))
			continue;
		if (tracing(TRACE_VERSIONS))
			trace(TRACE_VERSIONS, "need %s version=%s from=%s",
			      object_path(check->object), version->name, object_path(to));
		if (weak || versions_defines(&to->dynamic, &to->versions, version))
			return true;
		return error_set(check->group->error, "%s: version %s not found in %s",
				 object_path(check->object), version->name, object_path(to));
	}
	return true;
}

bool load_check_versions(struct group *group, struct object *object)
{
	struct version_check check = {group, object};

	return !object->dynamic.verneed.address ||
	       versions_needed(&object->dynamic, check_version, &check, group->error);
}
