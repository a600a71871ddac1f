/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loading: from names to mapped objects, with all they need.  Owns objects in state OBJECT_LOADING
 * until their group is linked.
 */
#include "life/load.h"
#include "base/format.h"
#include "base/message.h"
#include "life/audit.h"
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

/*
 * A bare name that a search has answered may be asked for by somebody whose search would not find
 * it.  What was opened by its descriptor has none.
 */
static bool remember_search(struct object *object, const char *name)
{
	return !name || strchr(name, '/') || registry_add_name(object, name, NAME_SEARCHED);
}

static bool remember_soname(struct object *object)
{
	const char *soname = object->dynamic.soname;

	return !soname || strchr(soname, '/') || registry_add_name(object, soname, NAME_SONAME);
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
	struct object *object = map_file(file, path, MAP_LIBRARY, group->space, group->error);

	ld.stats.time_map += trace_clock() - begin;
	if (!object)
		return NULL;
	if (ld.process.started && object->dynamic.flags_1 & DF_1_NOOPEN) {
		error_set(group->error, "%s: it may not join a running program (DF_1_NOOPEN)",
			  path);
		discard(object);
		return NULL;
	}
	if (ld.process.started && object->image.stack_exec && !ld.process.stack_exec) {
		error_set(
			group->error,
			"%s: it wants an executable stack (PT_GNU_STACK), which is given at start "
			"only: link it with -z noexecstack, or the program with -z execstack",
			path);
		discard(object);
		return NULL;
	}
	object->group = group;
	object->search.loader = requester;
	registry_add_file(object);
	if (!remember_soname(object) || !remember_search(object, name) ||
	    (name && path[0] != '/' && !search_set_origin(object, path))) {
		group_no_memory(group);
		load_disconnect(object);
		discard(object);
		return NULL;
	}
	*group->tail = object;
	group->tail = &object->link_next;
	if (auditing()) {
		if (!group->announced)
			audit_activity(group->space, LA_ACT_ADD);
		group->announced = true;
		audit_mapped(object);
	}
	return object;
}

/* The object loaded from the file just found, or a new one. */
static struct object *load_file(struct group *group, struct file *file, const char *name,
				const char *path, struct object *requester)
{
	for (;;) {
		struct object *object =
			registry_by_file(group->space, file->stat.st_dev, file->stat.st_ino);
		enum use use = object ? may_use(group, object) : USE_FRESH;
		struct errno_room room;
		int result;

		if (use == USE_IT && remember_search(object, name))
			return object;
		if (use == USE_IT)
			group_no_memory(group);
		if (use != USE_FRESH)
			return NULL;
		if (group->mode & MODE_NOLOAD) {
			error_set(group->error, "%s: not loaded (RTLD_NOLOAD)", path);
			return NULL;
		}
		if (file->fd >= 0)
			return map_new(group, file, name, path, requester);
		/* What it was loaded from may not be what there is when it is opened. */
		result = file_open(file, path);
		if (result < 0) {
			error_set(group->error, "%s: %s", path, file_trouble(result, &room));
			return NULL;
		}
	}
}

/* Does an object answer to the name whatever files there are?  Else USE_FRESH. */
static enum use by_name(struct group *group, const char *name, enum name_kind kind,
			struct object **object)
{
	*object = registry_by_name(group->space, name, kind);
	return *object ? may_use(group, *object) : USE_FRESH;
}

/*
 * A path is what the file system makes of it now.  A bare name is the soname of an object, what the
 * search finds now, or else what it found for somebody earlier.
 */
static struct object *load_meaning(struct group *group, const char *name, bool required_setuid,
				   struct object *requester)
{
	/* No object's name has a slash. */
	bool bare = !strchr(name, '/');
	struct object *object = NULL;
	enum use use = USE_FRESH;
	struct file file;
	char *path;

	if (bare)
		use = by_name(group, name, NAME_SONAME, &object);
	if (use == USE_FRESH) {
		path = search_library(name, group->space, requester, &file, required_setuid,
				      auditing() ? audit_search : NULL, group->error);
		if (path) {
			object = load_file(group, &file, name, path, requester);
			if (file.fd >= 0)
				sys_close(file.fd);
			if (path != name)
				mem_free(path);
			return object;
		}
		if (bare)
			use = by_name(group, name, NAME_SEARCHED, &object);
		if (use == USE_IT && group->error)
			error_clear(group->error);
	}
	return use == USE_IT ? object : NULL;
}

struct object *load_object(struct group *group, const char *name, enum path_source source,
			   struct object *requester)
{
	char *meaning;
	struct object *object;

	wants_loader();
	if (search_is_plain(name))
		return load_meaning(group, name, false, requester);
	meaning = search_meaning(name, source, requester, group->error);
	if (!meaning)
		return NULL;
	object = load_meaning(group, meaning, source == PATH_PRELOAD && ld.options.secure,
			      requester);
	mem_free(meaning);
	return object;
}

struct object *load_descriptor(struct group *group, int fd, const char *name,
			       struct object *requester)
{
	struct file file = {.fd = fd};
	struct errno_room room;
	char path[PATH_MAX];
	int result = file_begin(&file);

	if (result < 0) {
		error_set(group->error, "%s: %s", name, file_trouble(result, &room));
		return NULL;
	}
	/* Not relative, so that nobody takes it for a path. */
	if (!file_path(&file, path))
		format_line(path, sizeof(path), FORMAT_PLAIN, "inode:%llu,device:0x%llx",
			    (unsigned long long)file.stat.st_ino,
			    (unsigned long long)file.stat.st_dev);
	return load_file(group, &file, NULL, path, requester);
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
	return (!object->dynamic.filters ||
		(need_all(group, object, DT_FILTER, EDGE_FILTER, false) &&
		 need_all(group, object, DT_AUXILIARY, EDGE_FILTER, true))) &&
	       (!object->dynamic.needs || need_all(group, object, DT_NEEDED, EDGE_NEEDED, false));
}

/* Symbol versions: is what an object wants from its dependencies there? */

struct version_check {
	struct group *group;
	struct object *object;
};

static bool answers_to(const struct object *object, const char *name)
{
	const struct name *alias;

	/* What it wants may be a path, or a soname with a slash or a token: no names to look up. */
	if ((object->dynamic.soname && !strcmp(object->dynamic.soname, name)) ||
	    !strcmp(object->map.l_name, name))
		return true;
	for (alias = object->names.first; alias; alias = alias->next_alias)
		if (!strcmp(alias->text, name))
			return true;
	return false;
}

const struct object *load_needed(const struct object *object, const char *name)
{
	const struct edge *edge = object->node.out;

	while (edge && !answers_to(object_of_node(edge->to), name))
		edge = edge->next_out;
	return edge ? object_of_node(edge->to) : NULL;
}

/* Add the versions that there are to the sentence. */
static void list_versions(struct error *error, const struct versions *versions)
{
	const struct symbol_version *entry = versions->entry, *end = entry + versions->count;
	const char *before = ", which has ";

	for (; error && error->text != error_no_memory && entry < end; entry++) {
		if (!entry->name || entry->file)
			continue;
		error_set(error, "%-s%-s%s", error->text, before, entry->name);
		before = ", ";
	}
}

static bool check_version(const char *file, const struct symbol_version *version, bool weak,
			  void *data)
{
	struct version_check *check = data;
	const struct object *to = load_needed(check->object, file);

	if (!to)
		return true;
	if (tracing(TRACE_VERSIONS))
		trace(TRACE_VERSIONS, "need %s version=%s from=%s", object_path(check->object),
		      version->name, object_path(to));
	if (weak || versions_defines(&to->dynamic, &to->versions, version))
		return true;
	error_set(check->group->error, "%s: version %s not found in %s", object_path(check->object),
		  version->name, object_path(to));
	list_versions(check->group->error, &to->versions);
	return false;
}

bool load_check_versions(struct group *group, struct object *object)
{
	struct version_check check = {group, object};

	return !object->dynamic.verneed.address ||
	       versions_needed(&object->dynamic, check_version, &check, group->error);
}
