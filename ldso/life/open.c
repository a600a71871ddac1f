/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening: search -> map -> link -> relocate -> publish -> init.  Owns objects in state
 * OBJECT_LOADING.  What one open loads is a group; until it is published nobody else can
 * reach it, and undoing it leaves no trace.
 */
#include "life/open.h"
#include "life/activity.h"
#include "world/addrmap.h"
#include "life/bind.h"
#include "life/close.h"
#include "base/config.h"
#include "life/debugger.h"
#include "base/fatal.h"
#include "life/initfini.h"
#include "base/lock.h"
#include "world/lookup.h"
#include "life/map.h"
#include "hold/order.h"
#include "thread/reader.h"
#include "world/registry.h"
#include "life/retire.h"
#include "world/scope.h"
#include "life/search.h"
#include "thread/tls.h"
#include "tell/trace.h"

enum {
	MODE_LAZY = 1,
	MODE_NOW = 2,
	MODE_NOLOAD = 4,
	MODE_DEEPBIND = 8,
	MODE_GLOBAL = 0x100,
	MODE_NODELETE = 0x1000
};

struct group {
	struct object *first, **tail; /* loaded by this open, breadth-first, linked by link_next */
	struct object *root;
	struct object *wait_for;  /* another thread is loading it: undo, wait, begin again */
	struct object *revived;	  /* brought back to life for this open, linked by next_revived */
	struct object **promoted; /* already there, made global by this open; owned */
	size_t promoted_count;
	bool made_local; /* the root's searchlist is this open's work */
	struct relocation_run run;
	unsigned *missing; /* startup with LD_TRACE_LOADED_OBJECTS: count, do not fail */
	int mode;
	struct error *error;
	struct activity activity; /* while its IFUNC resolvers run */
};

static bool no_memory(struct group *group)
{
	return error_memory(group->error);
}

void publish_object(struct object *object)
{
	object->map.l_prev = ld.last ? &ld.last->map : NULL;
	object->map.l_next = NULL;
	addrmap_insert(&object->address);
	if (ld.last)
		__atomic_store_n(&ld.last->map.l_next, &object->map, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&ld.first, object, __ATOMIC_RELEASE);
	ld.last = object;
	ld.count++;
	__atomic_store_n(&ld.adds, ld.adds + 1, __ATOMIC_RELEASE);
}

struct object *caller_object(uintptr_t caller)
{
	struct object *object = addrmap_find(caller);

	return object ? object : ld.program;
}

/* Searchlists. */

static bool searchlist_add(struct scope *list, struct object *object, uint64_t stamp)
{
	struct edge *edge;

	if (object->visit == stamp)
		return true;
	object->visit = stamp;
	/* What a filter stands for is searched before the filter itself. */
	for (edge = object->node.out; edge; edge = edge->next_out)
		if (edge->kind == EDGE_FILTER &&
		    !searchlist_add(list, object_of_node(edge->to), stamp))
			return false;
	return scope_add(list, object);
}

static bool searchlist_dependencies(struct scope *list, struct object *object, uint64_t stamp)
{
	struct edge *edge;

	for (edge = object->node.out; edge; edge = edge->next_out)
		if (edge->kind == EDGE_NEEDED &&
		    !searchlist_add(list, object_of_node(edge->to), stamp))
			return false;
	return true;
}

struct scope *make_searchlist(struct object *root)
{
	uint64_t stamp = ++ld.next_stamp;
	struct scope *list = scope_new();
	bool done = list && searchlist_add(list, root, stamp);
	size_t i;

	for (i = 0; done && i < list->count; i++)
		done = searchlist_dependencies(list, list->members->at[i], stamp);
	if (done)
		return list;
	scope_free(list);
	return NULL;
}

/* Finding and loading one object. */

/* May the group use an object that is there already?  False with wait_for or an error, or neither:
 * load a copy. */
static bool usable(struct group *group, struct object *object, bool *fail)
{
	*fail = false;
	switch (object->state) {
	case OBJECT_LOADING:
		if (object->group == group)
			return true;
		*fail = true;
		if (init_waits_for_us(object, thread_self()))
			return error_set(group->error,
					 "%s: it is just being loaded, and waits for this thread",
					 object_path(object));
		group->wait_for = object;
		return false;
	case OBJECT_CLOSING:
		if (close_revive(object)) {
			object->next_revived = group->revived;
			group->revived = object;
			return true;
		}
		registry_forget(object);
		return false;
	case OBJECT_FINALISING:
		/* At exit: what belongs to the program from its start is all there will be. */
		if (object->node.startup)
			return true;
		registry_forget(object);
		return false;
	default:
		return object->state != OBJECT_RETIRED;
	}
}

/* Whether a name means the same file whoever asks, so that it may be remembered. */
static bool lasting_name(const char *name)
{
	return !strchr(name, '$') && (name[0] == '/' || !strchr(name, '/'));
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

/* Take one object of a failed group out of everything that others look at. */
static void disconnect(struct object *object)
{
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
	if (ld.started && object->dynamic.flags_1 & DF_1_NOOPEN) {
		error_set(group->error, "%s: it may not join a running program (DF_1_NOOPEN)",
			  path);
		discard(object);
		return NULL;
	}
	object->group = group;
	object->loader = requester;
	registry_add_file(object);
	if (!remember_names(object, name, path)) {
		no_memory(group);
		disconnect(object);
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
	bool fail = false;

	if (object && usable(group, object, &fail)) {
		if (!remember_names(object, name, path)) {
			no_memory(group);
			return NULL;
		}
		return object;
	}
	if (fail)
		return NULL;
	if (group->mode & MODE_NOLOAD) {
		error_set(group->error, "%s: not loaded (RTLD_NOLOAD)", path);
		return NULL;
	}
	return map_new(group, file, name, path, requester);
}

static struct object *load(struct group *group, const char *name, struct object *requester,
			   bool required_setuid)
{
	struct object *object = registry_by_name(name);
	struct file file;
	bool fail = false;
	char *path;

	if (object && usable(group, object, &fail))
		return object;
	if (fail)
		return NULL;
	path = search_library(name, requester, &file, required_setuid, group->error);
	if (!path)
		return NULL;
	object = load_file(group, &file, name, path, requester);
	sys_close(file.fd);
	mem_free(path);
	return object;
}

/* Loading what an object needs. */

static bool need(struct group *group, struct object *object, const char *name, enum edge_kind kind,
		 bool optional)
{
	struct object *needed = load(group, name, object, false);

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
	return graph_link(&object->node, &needed->node, kind, NULL) || no_memory(group);
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

static bool load_dependencies(struct group *group, struct object *object)
{
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

	for (alias = object->aliases; alias; alias = alias->next_alias)
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

static bool check_versions(struct group *group, struct object *object)
{
	struct version_check check = {group, object};

	return !object->dynamic.verneed.address ||
	       versions_needed(&object->dynamic, check_version, &check, group->error);
}

/* Linking the group. */

/* Every member of the root's searchlist sees what the root has brought, behind what it saw before.
 */
static bool extend_scopes(struct group *group, struct scope *local)
{
	bool deep = group->mode & MODE_DEEPBIND;
	size_t i;

	for (i = 0; i < local->count; i++) {
		struct object *object = local->members->at[i];
		bool fresh = object->group == group;

		if (object->node.startup || object->is_linker)
			continue;
		if (fresh && !scopes_add(object, ld.global, false))
			return no_memory(group);
		if (!scopes_add(object, local, fresh && deep))
			return no_memory(group);
	}
	return true;
}

/* Give the root its searchlist, once. */
static bool link_root(struct group *group)
{
	struct object *root = group->root;

	if (root->local)
		return true;
	root->local = make_searchlist(root);
	if (!root->local)
		return no_memory(group);
	group->made_local = true;
	if (tracing(TRACE_SCOPES))
		trace(TRACE_SCOPES, "local %s objects=%zu", object_path(root), root->local->count);
	return extend_scopes(group, root->local);
}

/* RTLD_GLOBAL: the root and its dependencies join the global scope. */
static bool promote(struct group *group)
{
	struct scope *local = group->root->local;
	size_t i;

	if (!(group->mode & MODE_GLOBAL))
		return true;
	group->promoted = mem_alloc(local->count * sizeof(*group->promoted));
	if (!group->promoted)
		return no_memory(group);
	for (i = 0; i < local->count; i++) {
		struct object *object = local->members->at[i];

		if (object->global)
			continue;
		if (!scope_add(ld.global, object))
			return no_memory(group);
		object->global = true;
		group->promoted[group->promoted_count++] = object;
		if (tracing(TRACE_SCOPES))
			trace(TRACE_SCOPES, "global %s", object_path(object));
	}
	return true;
}

/* Dependencies first, so that a COPY or an IFUNC resolver finds its source relocated. */
static bool relocate_group(struct group *group)
{
	struct object *object, *reversed = NULL, *next;
	uint64_t begin = trace_clock();
	bool now = group->mode & MODE_NOW || ld.options.bind_now, done = true;

	for (object = group->first; object; object = next) {
		next = object->link_next;
		object->link_next = reversed;
		reversed = object;
	}
	group->first = NULL;
	group->tail = &group->first;
	for (object = reversed; object; object = next) {
		next = object->link_next;
		done = done && relocate_object(object, now, &group->run);
		/* Put the list back in its order. */
		object->link_next = group->first;
		group->first = object;
	}
	for (object = group->first; object; object = object->link_next)
		group->tail = &object->link_next;
	ld.stats.time_relocate += trace_clock() - begin;
	return done;
}

/* What remains to be done and checked once every word has its value. */
static bool complete_group(struct group *group)
{
	struct object *object;

	for (object = group->first; object; object = object->link_next)
		if (!init_check(object, group->first, group->error) ||
		    !relocate_protect(object, group->error))
			return false;
	return true;
}

static bool resolve_indirect(struct group *group)
{
	struct object *object;
	int cancel;

	if (!group->run.count)
		return true;
	for (object = group->first; object; object = object->link_next)
		tls_fill_static(object);
	group->activity.group = group;
	activity_begin(&group->activity, group->root, false);
	cancel = loader_leave();
	relocate_indirect(&group->run);
	loader_return(cancel);
	activity_end(&group->activity);
	return relocate_bind_results(&group->run);
}

static bool link_group(struct group *group)
{
	struct object *object;

	for (object = group->first; object; object = object->link_next)
		if (!check_versions(group, object) || !tls_add_module(object, group->error))
			return false;
	return link_root(group) && promote(group) && relocate_group(group) &&
	       resolve_indirect(group) && complete_group(group);
}

/* Who waits for a member of the group looks again; by then the member may be gone. */
static void release_waiters(const struct group *group)
{
	struct thread *thread;

	if (!ld.init_waiters)
		return;
	threads_lock();
	for (thread = ld.threads; thread; thread = thread->next)
		if (thread->waiting && thread->waiting->group == group)
			thread->waiting = NULL;
	threads_unlock();
	announce_change();
}

static void publish_group(struct group *group)
{
	struct object *object, *next;

	if (!group->first)
		return;
	debugger_notify(DEBUGGER_ADD);
	release_waiters(group);
	for (object = group->first; object; object = next) {
		next = object->link_next;
		object->link_next = NULL;
		object->loader = NULL;
		object->owner = NULL;
		object_set_state(object, OBJECT_LINKED);
		__atomic_store_n(&object->group, NULL, __ATOMIC_RELEASE);
		publish_object(object);
		tls_fill_static(object);
		if (tracing(TRACE_FILES))
			trace(TRACE_FILES, "load %s id=%lu", object_path(object),
			      (unsigned long)object->id);
	}
	group->first = NULL;
	debugger_notify(DEBUGGER_CONSISTENT);
}

static void undo_scopes(struct group *group)
{
	struct scope *local = group->root ? group->root->local : NULL;
	size_t i;

	for (i = 0; i < group->promoted_count; i++) {
		scope_remove(ld.global, group->promoted[i]);
		group->promoted[i]->global = false;
	}
	group->promoted_count = 0;
	if (!local || !group->made_local)
		return;
	for (i = 0; i < local->count; i++)
		if (local->members->at[i]->group != group)
			scopes_remove(local->members->at[i], local);
	group->root->local = NULL;
	group->made_local = false;
	scope_free(local);
}

static void undo_group(struct group *group)
{
	struct object *object, *next;

	/* A resolver may have called through a PLT of the group. */
	bind_drain();
	release_waiters(group);
	undo_scopes(group);
	for (object = group->first; object; object = object->link_next)
		disconnect(object);
	for (object = group->first; object; object = next) {
		next = object->link_next;
		retire_undone(object);
	}
	group->first = NULL;
	group->tail = &group->first;
	while ((object = group->revived)) {
		group->revived = object->next_revived;
		close_unheld(object, 0);
	}
}

static void free_group(struct group *group)
{
	relocation_run_free(&group->run);
	mem_free(group->promoted);
	mem_free(group);
}

void open_abandon(struct group *group)
{
	activity_end(&group->activity);
	group->error = NULL;
	undo_group(group);
	free_group(group);
}

/* An object that a thread lost in a fork was loading, or NULL. */
static struct object *find_orphan(void)
{
	const struct thread *self = thread_self();
	struct object *object;
	size_t i;

	for (i = 0; i <= ld.inode_mask; i++)
		for (object = ld.inodes[i]; object; object = object->next_inode)
			if (object->group && object->owner != self)
				return object;
	return NULL;
}

void open_adopt(void)
{
	struct object *orphan, *object;

	while ((orphan = find_orphan())) {
		struct group *group = (struct group *)orphan->group;

		while ((object = group->revived)) {
			group->revived = object->next_revived;
			close_later(object);
		}
		open_abandon(group);
	}
}

static bool load_group(struct group *group, const char *name, struct object *requester)
{
	struct object *object;

	group->root = load(group, name, requester, false);
	if (!group->root)
		return false;
	for (object = group->first; object; object = object->link_next)
		if (!load_dependencies(group, object))
			return false;
	return link_group(group);
}

/* Undo, wait until the other thread is through with the object, say whether to try again. */
static bool wait_and_retry(struct group *group)
{
	struct thread *self = thread_self();
	struct object *wait_for = group->wait_for;
	bool revived = group->revived != NULL;
	int cancel = ld.lock_cancel;

	if (!wait_for)
		return false;
	group->wait_for = NULL;
	undo_group(group);
	if (group->error)
		error_clear(group->error);
	/* Destructors have run without the lock: it may be there by now. */
	if (revived)
		return true;
	/* Who is cancelled while waiting leaves the rest of the group. */
	ld.lock_cancel = CANCEL_DEFERRED;
	self->waiting = wait_for;
	wait_for_change();
	self->waiting = NULL;
	ld.lock_cancel = cancel;
	return true;
}

/* The members of the root's searchlist whose constructors have to run or be waited for. */
static bool list_constructors(struct object *root, struct object ***out, size_t *count)
{
	struct scope *local = root->local;
	struct node **list;
	size_t i, kept = 0;

	/* What an initialised object needs is initialised, or in a circle with it. */
	if (root->state == OBJECT_LIVE)
		return true;
	list = mem_alloc((local->count + 1) * sizeof(*list));
	if (!list)
		return false;
	for (i = 0; i < local->count; i++)
		list[i] = &local->members->at[i]->node;
	order_constructors(list, local->count);
	*out = (struct object **)list;
	for (i = 0; i < local->count; i++) {
		struct object *object = object_of_node(list[i]);

		if (object->state <= OBJECT_INITIALISING)
			(*out)[kept++] = object;
	}
	*count = kept;
	return true;
}

/* Published and held: run constructors, then hand out the handle. */
static void *initialise(struct object *root, struct activity *activity, struct object **list,
			size_t count)
{
	void *handle = registry_handle(root);
	int cancel;

	activity->list = list;
	activity_begin(activity, root, false);
	root->node.running++;
	cancel = loader_leave();
	init_objects(list, count, activity);
	loader_return(cancel);
	root->node.running--;
	activity_end(activity);
	mem_free(list);
	mem_free(activity);
	/* A constructor may have closed the handle that is about to be handed out. */
	if (!node_held(&root->node))
		close_unheld(root, 0);
	retire_look_again();
	loader_unlock();
	return handle;
}

/* Everything that can fail is behind us when this returns true; the root has one more handle. */
static bool open_locked(struct group *group, const char *name, struct object *requester,
			struct activity **activity, struct object ***list, size_t *count)
{
	bool done;

	do {
		done = load_group(group, name, requester);
	} while (!done && wait_and_retry(group));
	*activity = done ? mem_zalloc(sizeof(**activity)) : NULL;
	if (done && (!*activity || !list_constructors(group->root, list, count))) {
		mem_free(*activity);
		done = no_memory(group);
	}
	if (!done) {
		undo_group(group);
		return false;
	}
	/* Held before it is seen: the debugger's hook runs without the lock. */
	group->root->node.handles++;
	if (group->mode & MODE_NODELETE)
		group->root->node.nodelete = true;
	ld.stats.opens++;
	publish_group(group);
	return true;
}

static void *open_named(const char *name, int mode, uintptr_t caller, struct error *error)
{
	/* Not on the stack: a resolver may leave it by longjmp. */
	struct group *group = mem_zalloc(sizeof(*group));
	struct activity *activity = NULL;
	struct object **list = NULL, *root;
	size_t count = 0;
	void *handle = NULL;
	bool done;

	if (!group) {
		error_memory(error);
		return NULL;
	}
	group->mode = mode;
	group->error = group->run.error = error;
	group->tail = &group->first;
	loader_lock();
	activity_resume(false);
	bind_drain();
	done = open_locked(group, name, caller_object(caller), &activity, &list, &count);
	root = group->root;
	free_group(group);
	if (done && tracing(TRACE_GRAPH))
		trace_graph("open", root);
	if (done && !count) {
		handle = registry_handle(root);
		mem_free(list);
		mem_free(activity);
	} else if (done) {
		return initialise(root, activity, list, count);
	}
	retire_look_again();
	loader_unlock();
	return handle;
}

/* dlopen(NULL): the program itself. */
static void *open_program(void)
{
	void *handle;

	loader_lock();
	activity_resume(false);
	ld.program->node.handles++;
	handle = registry_handle(ld.program);
	retire_look_again();
	loader_unlock();
	return handle;
}

void *open_object(const char *name, int mode, uintptr_t caller, struct error *error)
{
	const int known =
		MODE_LAZY | MODE_NOW | MODE_NOLOAD | MODE_DEEPBIND | MODE_GLOBAL | MODE_NODELETE;

	if (!(mode & (MODE_LAZY | MODE_NOW)) || mode & ~known) {
		error_set(error, "dlopen: mode 0x%x: %s", (unsigned)mode,
			  mode & ~known ? "unknown bits" : "neither RTLD_LAZY nor RTLD_NOW");
		return NULL;
	}
	if (!name || !*name)
		return open_program();
	return open_named(name, mode, caller, error);
}

/* Startup. */

static bool load_preloads(struct group *group, const char *list, unsigned split, bool secure,
			  const char *source)
{
	struct path_list names = {NULL, 0};
	struct error error = {NULL}, *outer = group->error;
	size_t i;

	if (!list)
		return true;
	if (!path_append(&names, list, split, NULL, NULL, outer))
		return false;
	group->error = &error;
	for (i = 0; i < names.count; i++) {
		struct object *object = NULL;

		/* In a set-id program only names in the trusted directories count. */
		if (!secure || !strchr(names.dir[i], '/'))
			object = load(group, names.dir[i], NULL, secure);
		if (object && !graph_link(&ld.program->node, &object->node, EDGE_NEEDED, NULL))
			error_memory(&error);
		if (error.text)
			message("%s: ignored: %s", source, error.text);
		error_clear(&error);
	}
	group->error = outer;
	path_free(&names);
	return true;
}

#ifdef __LDSO_PRELOAD_FILE_SUPPORT__
#define PRELOAD_FILE UCLIBC_RUNTIME_PREFIX "etc/" __LDSO_BASE_FILENAME__ ".preload"

/* The whole text of a small file, NUL-terminated (mem_alloc); NULL: none. */
static char *read_text(const char *path)
{
	int fd = sys_open(path, SYS_RDONLY | SYS_CLOEXEC, 0);
	struct arch_stat stat;
	char *text = NULL;
	size_t have = 0;
	long got = 1;

	if (fd < 0)
		return NULL;
	if (sys_fstat(fd, &stat) == 0 && stat.st_size > 0)
		text = mem_alloc((size_t)stat.st_size + 1);
	while (text && have < (size_t)stat.st_size && got > 0) {
		got = sys_pread(fd, text + have, (size_t)stat.st_size - have, have);
		have += got > 0 ? (size_t)got : 0;
	}
	if (text)
		text[have] = '\0';
	sys_close(fd);
	return text;
}

static bool load_preload_file(struct group *group)
{
	char *text = read_text(PRELOAD_FILE);
	bool done = load_preloads(group, text, PATH_SPACE | PATH_COLON, false, PRELOAD_FILE);

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

	ld.global = make_searchlist(ld.program);
	if (!ld.global)
		return no_memory(group);
	for (i = 0; i < ld.global->count; i++) {
		object = ld.global->members->at[i];
		object->global = true;
		object->node.startup = true;
		if (!scopes_add(object, ld.global, false))
			return no_memory(group);
	}
	return true;
}

/* The link map gets the searchlist's order: program, then what it caused; the linker last if nobody
 * needs it. */
static void publish_startup(struct group *group)
{
	struct object *object;
	size_t i;

	for (i = 1; i < ld.global->count; i++) {
		object = ld.global->members->at[i];
		object->link_next = NULL;
		object->group = NULL;
		object->loader = NULL;
		object->owner = NULL;
		object->state = OBJECT_LINKED;
		publish_object(object);
	}
	if (!ld.linker->global)
		publish_object(ld.linker);
	group->first = NULL;
}

bool open_startup(unsigned *missing, struct error *error)
{
	struct group group = {.error = error, .missing = missing};
	struct object *object;

	group.tail = &group.first;
	if (!load_preloads(&group, ld.options.preload, PATH_SPACE | PATH_COLON, ld.options.secure,
			   "LD_PRELOAD") ||
	    !load_preload_file(&group) || !load_dependencies(&group, ld.program))
		return false;
	for (object = group.first; object; object = object->link_next)
		if (!load_dependencies(&group, object))
			return false;
	if (!check_versions(&group, ld.program))
		return false;
	for (object = group.first; object; object = object->link_next)
		if (!check_versions(&group, object))
			return false;
	if (!link_startup(&group))
		return false;
	publish_startup(&group);
	return true;
}
