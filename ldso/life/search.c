/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The search order (gABI "Shared Object Dependencies"; uClibc-ng's LDSO_* options).
 * Owns ld.search.library_path, ld.search.system_path, ld.search.cache and each object's rpath and
 * runpath.
 */
#include "life/search.h"
#include "base/config.h"
#include "base/message.h"
#include "tell/trace.h"
#include "world/registry.h"

/* The directories of the system, besides the linker's own, each with a NUL. */
#define LIBRARIES(name) UCLIBC_RUNTIME_PREFIX name "\0" UCLIBC_RUNTIME_PREFIX "usr/" name "\0"
#ifdef UCLIBC_MULTILIB_DIR
#define SYSTEM_PATH LIBRARIES(UCLIBC_MULTILIB_DIR) LIBRARIES("lib")
#else
#define SYSTEM_PATH LIBRARIES("lib")
#endif

/* All of them. */
enum { SYSTEM_DIRECTORIES = 5 };

/* Do the program's DT_RPATH and DT_RUNPATH serve objects that have a DT_RUNPATH of their own? */
#ifdef __LDSO_RUNPATH_OF_EXECUTABLE__
enum { PROGRAM_SERVES_ALL = 1 };
#else
enum { PROGRAM_SERVES_ALL = 0 };
#endif

bool search_set_origin(struct object *object, const char *path)
{
	char buffer[PATH_MAX];
	char *whole;

	if (path[0] == '/') {
		object->search.origin = path_directory(path);
		return object->search.origin != NULL;
	}
	if (sys_getcwd(buffer, sizeof(buffer)) < 0)
		return true;
	whole = path_join(buffer, path);
	object->search.origin = whole ? path_directory(whole) : NULL;
	mem_free(whole);
	return object->search.origin != NULL;
}

const char *search_origin(struct object *object)
{
	/* What does not depend on the moment is made when it is wanted. */
	if (!object->search.origin && object->map.l_name[0] == '/')
		object->search.origin = path_directory(object->map.l_name);
	return object->search.origin;
}

/* What a text of `object` is read with; NULL: of nobody, which is as if of the program. */
static struct path_context context_of(struct object *object)
{
	return (struct path_context){search_origin(object ? object : ld.program), ARCH_LIB,
				     ld.process.platform, ld.options.secure,
				     &ld.search.system_path};
}

static void add_system_directory(char *directory)
{
	static char *directories[SYSTEM_DIRECTORIES];

	ld.search.system_path.dir = directories;
	directories[ld.search.system_path.count++] = directory;
}

/* The directory the linker itself is in, and the others. */
static bool add_system_path(struct error *error)
{
	const char *next = SYSTEM_PATH;
#ifdef __LDSO_SEARCH_INTERP_PATH__
	char *directory = path_directory(ld.linker->map.l_name);

	if (!directory)
		return error_memory(error);
	if (directory[0] == '/')
		add_system_directory(directory);
	else
		mem_free(directory);
#else
	(void)error;
#endif
	for (; *next; next += strlen(next) + 1)
		add_system_directory((char *)(uintptr_t)next);
	return true;
}

static bool add_library_path(struct error *error)
{
	struct path_context context;

	if (!ld.options.library_path)
		return true;
	context = context_of(NULL);
	return path_append(&ld.search.library_path, ld.options.library_path, PATH_LIBRARY_PATH,
			   &context, error);
}

static bool prepare_system_path(struct error *error)
{
	unsigned char *known;
	bool done;

	if (ld.search.ready)
		return true;
	ld.search.ready = true;
	done = add_system_path(error) && add_library_path(error);
	known = mem_zalloc(ld.search.library_path.count + SYSTEM_DIRECTORIES);
	ld.search.library_path_known = known;
	if (known)
		ld.search.system_path_known = known + ld.search.library_path.count;
	return done && known;
}

bool search_is_plain(const char *name)
{
	return !ld.options.secure && !strchr(name, '$');
}

char *search_meaning(const char *name, enum path_source source, struct object *requester,
		     struct error *error)
{
	struct path_context context = {.secure = ld.options.secure};

	if (strchr(name, '$')) {
		/* They are the trusted ones. */
		if (!prepare_system_path(error))
			return NULL;
		context = context_of(requester);
	}
	return path_expand(name, source, &context, error);
}

static bool prepare_paths(struct object *object, struct error *error)
{
	struct path_context context;

	if (object->search.ready)
		return true;
	object->search.ready = true;
#ifdef __LDSO_RUNPATH__
	if (!object->dynamic.rpath && !object->dynamic.runpath)
		return true;
	context = context_of(object);
	return path_append(&object->search.rpath, object->dynamic.rpath, PATH_RPATH, &context,
			   error) &&
	       path_append(&object->search.runpath, object->dynamic.runpath, PATH_RUNPATH, &context,
			   error);
#else
	(void)context, (void)error;
	return true;
#endif
}

/* One attempt. */
struct attempt {
	const char *name;
	const struct space *space;
	struct file *file;
	struct object *requester;
	search_ask *ask;
	unsigned flag; /* where the directory comes from, LA_SER_*; 0: the name is a path */
	bool required_setuid;
	int worst; /* result of a failure that deserves mention */
	char *found;
	struct error *error; /* why a file was passed over */
};

static bool right_kind(struct attempt *attempt, const char *path)
{
	struct image_header header;
	struct error reason = {NULL};
	bool right = true;

	/*
	 * Only what marks a file as made for another machine lets the search go on: a broken
	 * file of the right kind is an error of its own, reported when it is mapped.
	 */
	if (attempt->file->length >= EI_NIDENT && !memcmp(attempt->file->bytes, ELFMAG, SELFMAG) &&
	    attempt->file->length >= sizeof(ElfW(Ehdr))) {
		const ElfW(Ehdr) *ehdr = (const void *)attempt->file->bytes;

		right = ehdr->e_ident[EI_CLASS] == ld.process.target.class &&
			ehdr->e_ident[EI_DATA] == ld.process.target.data &&
			ehdr->e_machine == ld.process.target.machine;
	}
	if (!right) {
		image_header(attempt->file->bytes, attempt->file->length,
			     (uint64_t)attempt->file->stat.st_size, &ld.process.target, &header,
			     &reason);
		error_set(attempt->error, "%s: %-s", path,
			  reason.text ? reason.text : "wrong kind");
		error_clear(&reason);
	}
	return right;
}

/* What is to be tried in place of the path, which is taken over. */
static char *ask_about(const struct attempt *attempt, char *path)
{
	char *answer = path ? attempt->ask(path, attempt->requester, attempt->flag) : NULL;

	mem_free(path);
	return answer;
}

/* A path that is not the name that was asked for is ours. */
static void free_path(const struct attempt *attempt, char *path)
{
	if (path != attempt->name)
		mem_free(path);
}

/* Try one path, which is taken over unless it is the name.  True: found. */
static bool try_path(struct attempt *attempt, char *path)
{
	struct errno_room room;
	bool loaded;
	int result;

	if (attempt->ask && attempt->flag && !(path = ask_about(attempt, path)))
		return false;
	if (!path) {
		attempt->worst = -SYS_ENOMEM;
		return false;
	}
	result = file_look(attempt->file, path);
	loaded = result == 0 && registry_by_file(attempt->space, attempt->file->stat.st_dev,
						 attempt->file->stat.st_ino);
	if (result == 0 && !loaded)
		result = file_open(attempt->file, path);
	if (tracing(TRACE_LIBS))
		trace(TRACE_LIBS, "try %s result=%s", path, file_result(result, &room));
	if (result == 0) {
		if ((loaded || right_kind(attempt, path)) &&
		    (!attempt->required_setuid || attempt->file->stat.st_mode & 04000)) {
			attempt->found = path;
			return true;
		}
		if (!loaded)
			sys_close(attempt->file->fd);
	} else if (result != -SYS_ENOENT &&
		   (result != -SYS_ENOTDIR || strchr(attempt->name, '/'))) {
		attempt->worst = result;
	}
	free_path(attempt, path);
	return false;
}

/* What is known of a directory during one open, or start. */
enum { DIRECTORY_NEW, DIRECTORY_MISSED, DIRECTORY_THERE, DIRECTORY_ABSENT };

/*
 * Something was not found there.  One miss costs nothing more; at the second it pays to ask whether
 * there is such a directory at all.
 */
static void note_miss(unsigned char *known, const char *directory)
{
	if (*known == DIRECTORY_NEW)
		*known = DIRECTORY_MISSED;
	else if (*known == DIRECTORY_MISSED)
		*known = sys_access(directory) == 0 ? DIRECTORY_THERE : DIRECTORY_ABSENT;
}

static bool try_list(struct attempt *attempt, const struct path_list *list, unsigned char *known)
{
	size_t i;

	attempt->flag = list == &ld.search.library_path	 ? LA_SER_LIBPATH
			: list == &ld.search.system_path ? LA_SER_DEFAULT
							 : LA_SER_RUNPATH;
	for (i = 0; i < list->count; i++) {
		if (known && known[i] == DIRECTORY_ABSENT)
			continue;
		if (try_path(attempt, path_join(list->dir[i], attempt->name)))
			return true;
		if (known)
			note_miss(&known[i], list->dir[i]);
	}
	return false;
}

void search_begin(void)
{
	if (ld.search.library_path_known)
		memset(ld.search.library_path_known, DIRECTORY_NEW,
		       ld.search.library_path.count + SYSTEM_DIRECTORIES);
	ld.search.cache_checked = false;
}

#ifdef __LDSO_CACHE_SUPPORT__
static bool same_file(const struct arch_stat *a, const struct arch_stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       !memcmp(a->modified, b->modified, sizeof(a->modified)) &&
	       !memcmp(a->changed, b->changed, sizeof(a->changed));
}

/* A copy: the file may be cut off or written to at any time. */
static void read_cache(void)
{
	struct error error = {NULL};
	enum cache_state state;
	struct file file;

	ld.search.cache = file_read(&file, CACHE_FILE, &ld.search.cache_size);
	if (!ld.search.cache)
		return;
	ld.search.cache_stat = file.stat;
	state = cache_check(ld.search.cache, ld.search.cache_size, &error);
	if (state == CACHE_CORRUPT)
		message("warning: %s: %-s", CACHE_FILE, error.text);
	error_clear(&error);
	if (state == CACHE_GOOD)
		return;
	mem_free(ld.search.cache);
	ld.search.cache = NULL;
}

/* What is read once serves until the file changes, which one call a search can tell. */
static void look_at_cache(void)
{
	struct arch_stat stat = {.st_dev = 0};

	if (ld.search.cache_checked)
		return;
	ld.search.cache_checked = true;
	if (ld.search.cache_stat.st_ino) {
		sys_stat(CACHE_FILE, &stat);
		if (same_file(&stat, &ld.search.cache_stat))
			return;
	}
	mem_free(ld.search.cache);
	memset(&ld.search.cache_stat, 0, sizeof(ld.search.cache_stat));
	read_cache();
}

static bool try_cache(struct attempt *attempt)
{
	/* ldconfig's kinds, best first: made for this libc, of unknown make, made long ago. */
	static const unsigned char kind[] = {4, 1, 2};
	const char *path = NULL;
	size_t i;

	if (ld.options.inhibit_cache)
		return false;
	attempt->flag = LA_SER_CONFIG;
	look_at_cache();
	for (i = 0; ld.search.cache && !path && i < sizeof(kind); i++)
		path = cache_find(ld.search.cache, ld.search.cache_size, attempt->name, kind[i]);
	return path && try_path(attempt, mem_strdup(path));
}
#else
static bool try_cache(struct attempt *attempt)
{
	(void)attempt;
	return false;
}
#endif

/* DT_RPATH of the requester, of its loader, and so on up to the program. */
static bool try_rpaths(struct attempt *attempt, struct object *requester)
{
	struct object *object;

	if (!requester || requester->dynamic.runpath)
		return false;
	for (object = requester; object; object = object->search.loader) {
		if (!prepare_paths(object, attempt->error))
			return false;
		if (!object->dynamic.runpath && try_list(attempt, &object->search.rpath, NULL))
			return true;
	}
	if (!prepare_paths(ld.program, attempt->error))
		return false;
	return requester != ld.program && !ld.program->dynamic.runpath &&
	       try_list(attempt, &ld.program->search.rpath, NULL);
}

static bool try_runpaths(struct attempt *attempt, struct object *requester)
{
	return requester && prepare_paths(requester, attempt->error) &&
	       try_list(attempt, &requester->search.runpath, NULL);
}

/* The program's DT_RPATH, which try_rpaths leaves out for who has a DT_RUNPATH. */
static bool try_program_rpath(struct attempt *attempt)
{
	return PROGRAM_SERVES_ALL && prepare_paths(ld.program, attempt->error) &&
	       !ld.program->dynamic.runpath && try_list(attempt, &ld.program->search.rpath, NULL);
}

/* The last resort. */
static bool try_program_runpath(struct attempt *attempt)
{
	return PROGRAM_SERVES_ALL && try_runpaths(attempt, ld.program);
}

static bool search(struct attempt *attempt, struct object *requester)
{
	if (!prepare_system_path(attempt->error))
		return false;
	return try_rpaths(attempt, requester) ||
	       try_list(attempt, &ld.search.library_path, ld.search.library_path_known) ||
	       try_runpaths(attempt, requester) || try_program_rpath(attempt) ||
	       try_cache(attempt) ||
	       try_list(attempt, &ld.search.system_path, ld.search.system_path_known) ||
	       try_program_runpath(attempt);
}

/* What helps when a library is nowhere. */
static const char *library_path_remedy(void)
{
#ifdef __LDSO_LD_LIBRARY_PATH__
	if (!ld.options.secure)
		return "; LD_LIBRARY_PATH can name its directory";
#endif
	return "";
}

static char *search_as(const char *name, const struct space *space, struct object *requester,
		       struct file *file, bool required_setuid, search_ask *ask,
		       struct error *error)
{
	struct error passed = {NULL};
	struct attempt attempt = {.name = name,
				  .space = space,
				  .file = file,
				  .requester = requester,
				  .ask = ask,
				  .required_setuid = required_setuid,
				  .error = &passed};
	const char *cause = "no such library", *remedy = library_path_remedy();
	struct errno_room room;
	bool found;

	wants_loader();
	found = strchr(name, '/') ? try_path(&attempt, (char *)(uintptr_t)name)
				  : search(&attempt, requester);
	if (found) {
		error_clear(&passed);
		return attempt.found;
	}
	if (attempt.worst)
		cause = file_trouble(attempt.worst, &room);
	else if (strchr(name, '/'))
		cause = "no such file";
	if (attempt.worst || strchr(name, '/'))
		remedy = "";
	if (passed.text)
		error_set(error, "%-s", passed.text);
	else if (requester && requester != ld.program && requester->map.l_name[0])
		error_set(error, "%s: %s (needed by %s)%-s", name, cause, object_path(requester),
			  remedy);
	else
		error_set(error, "%s: %s%-s", name, cause, remedy);
	error_clear(&passed);
	return NULL;
}

char *search_library(const char *name, const struct space *space, struct object *requester,
		     struct file *file, bool required_setuid, search_ask *ask, struct error *error)
{
	char *asked, *path;

	if (!ask)
		return search_as(name, space, requester, file, required_setuid, NULL, error);
	asked = ask(name, requester, LA_SER_ORIG);
	if (!asked) {
		error_set(error, "%s: an auditor does not want it", name);
		return NULL;
	}
	path = search_as(asked, space, requester, file, required_setuid, ask, error);
	if (path != asked)
		mem_free(asked);
	return path;
}

void search_directories(struct object *object,
			bool (*each)(const char *directory, unsigned kind, void *data), void *data)
{
	const struct path_list *list[4] = {&object->search.rpath, &ld.search.library_path,
					   &object->search.runpath, &ld.search.system_path};
	static const unsigned char kind[4] = {LA_SER_RUNPATH, LA_SER_LIBPATH, LA_SER_RUNPATH,
					      LA_SER_DEFAULT};
	struct error ignored = {NULL};
	unsigned i;
	size_t at;

	if (prepare_system_path(&ignored) && prepare_paths(object, &ignored))
		for (i = 0; i < 4; i++)
			for (at = 0; at < list[i]->count; at++)
				if (!each(list[i]->dir[at], kind[i], data))
					return;
	error_clear(&ignored);
}
