/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one linker state, what an object is, and what the linker's files offer each other.
 * Data flows one way: search -> map -> dynamic -> relocate -> init, and for
 * closing: plan -> fini -> retire -> unmap.
 *
 * Locking: `ld.loader.lock` guards all of `struct ld` and of every object unless a field says
 * otherwise.  It is never held while foreign code runs.  `ld.threads.lock` (taken after
 * ld.loader.lock, or alone) guards the list of threads and the table of TLS modules.  Fields marked
 * "readers" are read without a lock between reader_enter and reader_leave.
 */
#ifndef LDSO_LD_H
#define LDSO_LD_H

#include "base/base.h"
#include "base/chain.h"
#include "base/config.h"
#include "arch.h"
#include "elf/cache.h"
#include "elf/dynamic.h"
#include "base/error.h"
#include "hold/graph.h"
#include "base/heap.h"
#include "elf/image.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/rule.h"
#include "elf/path.h"
#include "base/pool.h"
#include "hold/plan.h"
#include "elf/symtab.h"
#include "thread/ranges.h"
#include "thread/thread.h"

/* Something readers may still look at; freed when the last of them has left (reader.c). */
struct deferred {
	struct deferred *next;
	unsigned long epoch;
};

/* A call of the dlopen family, known by two values taken in the exported function. */
struct origin {
	uintptr_t caller; /* its return address: whose scope and search path count; 0: nobody's */
	uintptr_t frame;  /* its frame: once the stack is back there or above, the call is over */
};

/*
 * An open or close whose constructors, destructors or IFUNC resolvers are running.  When one of
 * them leaves by longjmp or an exception, nobody comes back to it: activity.c finds it and brings
 * it to its end.
 */
struct activity {
	struct activity *next; /* ld.closing.activities, newest first */
	struct thread *thread;
	struct origin from;	/* the call that runs it */
	struct object *root;	/* what is opened (closing false) or closed */
	struct object *current; /* whose function is running now, or NULL */
	struct object *rest;	/* closing: what is still to be done, linked by link_next */
	struct object *done;	/* closing: destructor over, linked by link_next */
	struct group *group; /* opening: IFUNC resolvers run, it is not published yet; else NULL */
	uint64_t changes;    /* closing: ld.closing.changes when it was planned */
	bool closing;
};

/* The life of an object (ARCHITECTURE.md). */
enum object_state {
	OBJECT_LOADING,	     /* mapped, linked by `owner`; who meets it in a scope passes over it */
	OBJECT_LINKED,	     /* ready, constructor not begun */
	OBJECT_INITIALISING, /* constructor running in `owner` */
	OBJECT_LIVE,
	OBJECT_CLOSING,	   /* its close is decided, its destructor has not begun: can be revived */
	OBJECT_FINALISING, /* destructor begun or over */
	OBJECT_RETIRED	   /* in no list; memory may wait for a delay */
};

struct audit_call;
struct audited;
struct auditor;
struct scope;
struct space;
struct scope_set;
struct dl_thread_hooks;

/* Where a module's blocks are.  Decided once: by what wants a fixed offset, or by a first touch. */
enum tls_place {
	TLS_UNDECIDED,
	TLS_STATIC, /* at a fixed offset from the thread pointer */
	TLS_DYNAMIC
};

/* Why an object answers to a name. */
enum name_kind {
	NAME_SONAME,  /* it says so itself */
	NAME_SEARCHED /* a search for it found the object's file */
};

/* A name the object answers to, without a slash: a path is the file system's.  In ld.names.
 */
struct name {
	struct chain_link link;	 /* in ld.names, by gnu_hash */
	struct name *next_alias; /* of the same object */
	struct object *object;
	enum name_kind kind;
	char text[];
};

/* A level of the address map's skip list (addrmap.c). */
enum { ADDRMAP_LEVELS = 14 };

struct address_node {
	uintptr_t start, end;
	int height;
	struct address_node *next[]; /* readers; as many as it is high */
};

/*
 * An object.  Its fields are grouped by who writes them, which the group's comment says; a test
 * (test/build/layers.t) reads these comments.  What has no group is written by map.c when the
 * object is made, or as its comment says.
 */
struct object {
	/* The first 128 bytes, which an instruction reaches with one byte, are for what is used
	 * most. */
	union {
		struct link_map map; /* what gdb, dlinfo and libc see; l_next: readers; l_name lies
				      * behind `address` and the first `scopes` */
		uintptr_t bias;	     /* map.l_addr */
	};
	enum object_state state;  /* readers; by object_set_state only */
	struct object *link_next; /* next in the group being opened, or in a closing set */
	struct thread *owner;	  /* LOADING, INITIALISING, FINALISING: the thread at work */
	struct space *space;	  /* readers; the namespace, of which it is a user */
	struct node node;	  /* in the ownership graph */
	const void *group;	  /* LOADING: the open it belongs to (group.h), else NULL */
	uint64_t id;		  /* never reused; 1 and up */
	unsigned long bound_by; /* readers, written by: life/bind.c; the `id` of one whose bindings
				   hold this one, or need not; 0: of none that is known */

	/* Memory. */
	uintptr_t start; /* the reservation: what munmap gets; 0: not ours to unmap */
	size_t length;
	struct image image;
	ElfW(Phdr) * phdr_copy; /* owned, when the headers are not in memory */
	struct dynamic dynamic;
	struct arch_got got; /* words of the GOT that have no relocations, where there are such */
	struct versions versions;

	/* Lookup. */
	struct scope_set *scopes; /* readers; owned, unless in their room (scope.h) */
	struct scope *local;	  /* searchlist of this object as a root, or NULL; owned */
	bool global;		  /* member of the global scope */
	bool symbolic;		  /* DF_SYMBOLIC */
	bool bind_now;
	bool is_program, is_linker;
	bool relocated;
	bool textrel_open;
	uintptr_t plt_word; /* GOT[1], by which its PLT names it; 0: not bound lazily (pltword.c) */

	struct { /* written by: world/registry.c life/map.c start/startup.c */
		uint64_t device, inode;
		bool known;
		struct chain_link link; /* in ld.files */
	} file;

	struct {		    /* written by: world/registry.c */
		struct name *first; /* what it answers to; owned */
	} names;

	struct {		 /* written by: world/registry.c */
		uintptr_t token; /* the handle's value; 0: never opened */
	} handle;

	struct { /* written by: life/search.c life/load.c life/map.c life/open.c start/preload.c */
		char *origin;	       /* directory for $ORIGIN; owned */
		struct object *loader; /* who caused the load, for DT_RPATH; NULL: dlopen or
					  program; only while LOADING */
		struct path_list rpath, runpath; /* expanded; valid once ready */
		bool ready;
	} search;

	struct {			/* written by: thread/tls.c life/relocate.c */
		enum tls_place place;	/* atomic; readers */
		struct tls_range range; /* what it takes of the surplus; size 0: a startup module */
		struct tlsdesc *descriptors; /* arguments of its dynamic TLS descriptors; owned */
	} tls; /* map.l_tls_modid, l_tls_offset, ... hold the numbers */

	struct {				/* written by: life/initfini.c */
		struct object *next, *previous; /* ld.order, in order of completion */
		bool listed;
		bool half;   /* its constructor was left in the middle */
		bool frames; /* so was it, and an unwinder may have its frames: they stay mapped */
		bool bindable; /* its destructor ran at exit: it stays mapped and can be bound to */
		size_t begun;  /* destructors begun; DT_FINI is the last */
	} init;

	struct {			     /* written by: life/load.c life/open.c */
		struct object *next_revived; /* in the list of the open that revived it */
	} open;

	struct {			  /* written by: life/close.c life/activity.c */
		struct activity activity; /* of the close that began with this object */
		struct object *next_recheck;
		bool recheck; /* in ld.closing.recheck: look again whether it still has a holder */
		unsigned marking; /* readers: ld.bind.marking when it was last marked as closing */
	} close;

	struct {		   /* written by: life/retire.c world/retired.c life/guard.c */
		const char *delay; /* why the memory waits; NULL: for its turn only */
		bool parked;	   /* only LD_DLCLOSE=defer or guard keeps it */
		bool guarded;	   /* its pages are inaccessible */
		bool shown;	   /* in ld.retired.shown */
		unsigned long epoch;
		struct object *next;
		struct object *next_shown; /* readers */
		uintptr_t closed_by;	   /* return address of the dlclose */
		int64_t closed_at;	   /* CLOCK_REALTIME seconds */
	} retire;

	struct {		    /* written by: life/linger.c */
		const char *reason; /* why its code may run when it is closed; NULL: it will not */
		struct object *after;	/* what else runs on and reaches it, or NULL */
		struct object *sibling; /* the next one that runs on of the same close, or NULL */
	} linger;

	struct {	     /* written by: stack/stack.c life/linger.c life/retire.c life/fork.c */
		bool marked; /* scratch: member of the set being retired */
		bool owned;  /* the frame is on the stack the thread began with */
		struct thread *thread; /* retired: thread with a frame in it, else NULL */
		uintptr_t slot; /* where that frame has its own return address; 0: not known */
		uintptr_t word; /* what it is */
		uintptr_t end;	/* the outermost frame of the walk that found it */
	} stack;

	struct audited *audit; /* written by: life/audit.c world/audited.c; NULL: not known to them;
				  owned */

	struct { /* written by: world/info.c world/scope.c life/map.c */
		struct by_address *by_address; /* readers: ordered by value, or NULL; owned */
		unsigned lookups;	       /* readers: dladdr calls so far */
		size_t total;		       /* how many, once counted; SIZE_MAX: not yet */
	} symbols;

	struct {		      /* written by: life/opened.c */
		struct opener *first; /* who made its handles; owned; LD_DEBUG=leaks only */
	} openers;

	struct { /* scratch of a walk: whoever has the loader lock and took walk_stamp */
		uint64_t stamp; /* of the last walk that met it */
		uint64_t bound; /* relocate.c: edge to it already considered in this run;
				   survive.c, linger.c: is being retired */
		struct object *next;
		struct edge *edge; /* the edge the walk goes on with */
	} walk;

	struct address_node address; /* the last, as its height is its own */
};

/* How many tables of PLTs' words there may be, each twice as long as the one before (pltword.c). */
enum { PLTWORD_TABLES = 20 };

/* A binding made by the lazy resolver, waiting to become an edge (bind.c). */
struct pending_binding {
	struct pending_binding *next;
	struct object *from, *to;
	const char *symbol;
};

/* The environment as far as the linker cares (environment.c). */
struct options {
	const char *library_path; /* LD_LIBRARY_PATH; NULL: none */
	const char *preload;	  /* LD_PRELOAD */
	const char *debug;	  /* LD_DEBUG */
	const char *debug_output; /* LD_DEBUG_OUTPUT */
	const char *close_mode;	  /* LD_DLCLOSE */
	const char *origin_path;  /* LD_ORIGIN_PATH */
	const char *audit;	  /* LD_AUDIT */
	bool bind_now;		  /* LD_BIND_NOW */
	bool bind_not;		  /* LD_BIND_NOT: lazy binding stores nothing */
	bool show_auxv;		  /* LD_SHOW_AUXV */
	bool trace_loaded;	  /* LD_TRACE_LOADED_OBJECTS: list and exit */
	bool verbose;		  /* LD_VERBOSE: with that, versions */
	bool warn;		  /* LD_WARN: with that, what is missing */
	bool verify;		  /* --verify */
	bool inhibit_cache;	  /* --inhibit-cache */
	bool secure;		  /* set-id */
};

enum close_mode { CLOSE_UNMAP, CLOSE_DEFER, CLOSE_GUARD, CLOSE_KEEP, CLOSE_NOOP };

/* Objects by TLS module id. */
struct tls_module {
	struct deferred deferred;
	struct object *at[]; /* readers; NULL: free */
};

struct statistics {
	unsigned long opens, closes, mapped, unmapped, deferred, relocations, lookups, constructors;
	/* Nanoseconds, only with LD_DEBUG=statistics; lookups are part of relocating and of dlsym.
	 */
	uint64_t time_map, time_relocate, time_lookup, time_init;
};

/* The link map, in order of loading. */
struct link_list {
	struct object *first, *last; /* readers follow l_next */
	size_t count;
	unsigned long adds, subs; /* readers; words, which every CPU reads at once */
};

/* The order in which constructors completed. */
struct init_order {
	uint64_t completed;
	struct object *first, *last;
};

/*
 * A namespace (dlmopen): a world of objects that see each other and nobody else.  The linker alone
 * is in all of them.  Names and files are told apart by their object's namespace.
 */
struct space {
	struct deferred deferred;
	struct link_list map; /* readers; written by: world/linkmap.c */
	struct scope *global; /* written by: start/preload.c world/space.c; owned */

	struct space *next; /* the one with the next number; written by: world/space.c */
	long number;	    /* Lmid_t; written by: world/space.c */
	size_t users;	    /* objects, and opens at work; written by: world/space.c */
	char field[32];	    /* what traces add to a line about its objects; the base: nothing */
	bool auditing;	    /* an auditor's, with all it needs; written by: life/audit.c */
	uintptr_t hooks;    /* struct dl_thread_hooks of its libc, mangled (base/hooks.h), or 0;
			       written by: api/api.c life/registered.c */
	struct r_debug_extended debug; /* the base has its own (world/space.h) */
};

/* The CPU's capabilities, as IFUNC resolvers may ask for them. */
struct capabilities {
	unsigned long size, hwcap, hwcap2;
};

struct ld {
	struct { /* written by: start/startup.c start/standalone.c */
		size_t page_size;
		const char *platform;
		uintptr_t hwcap; /* the first argument of IFUNC resolvers, and the second */
		struct capabilities capabilities;
		int argc;
		char **argv, **envp;
		const ElfW(auxv_t) * auxv;
		uintptr_t stack_end; /* the word that holds argc */
		const char *program_name;
		uintptr_t program_entry;
		uint64_t random; /* skip list heights, guard values */
		struct elf_target target;
		bool stack_exec; /* stacks are executable: somebody who was there at start wants it
				  */
		bool started;	 /* program's constructors may run: dlopen is in force */
	} process;

	struct options
		options; /* written by: start/environment.c start/standalone.c start/startup.c */

	struct { /* written by: life/loader.c life/fork.c life/guard.c life/open.c */
		struct lock lock;
		int cancel;	  /* the owner's cancellation type from before */
		bool forked;	  /* a child that has not looked after what its lost threads left */
		int change;	  /* futex: bumped at each end of an initialisation */
		unsigned waiters; /* threads that sleep on it */
		bool reap_wanted; /* readers: set by one that left and could not look itself */
	} loader;

	struct {		 /* written by: thread/thread.c api/api.c */
		uintptr_t hooks; /* what libpthread knows, mangled (base/hooks.h); 0: no threads */
		struct lock lock;
		bool alone;	     /* its owner has not got the loader lock, and blocks signals */
		arch_sigset blocked; /* the signals the owner blocked before */
		struct thread *list; /* threads.lock */
		unsigned count;	     /* readers: how many are in it */
		struct thread boot;  /* the main thread until it has a DTV */
	} threads;

	struct {			   /* written by: thread/reader.c start/startup.c */
		unsigned long epoch;	   /* readers; counts retirements, never 0 */
		struct deferred *deferred; /* newest first */
		unsigned walks;		   /* atomic: threads that have `reading` */
	} reader;

	struct space space;	  /* the base namespace, first of all */
	struct object *linker;	  /* written by: start/startup.c */
	struct object *program;	  /* written by: start/startup.c start/standalone.c */
	struct chain_table names; /* written by: world/registry.c */
	struct chain_table files; /* written by: world/registry.c */
	struct init_order order;  /* of all namespaces; written by: life/initfini.c */

	struct {			    /* written by: world/registry.c */
		struct handle_table *table; /* readers */
		size_t count, used;	    /* handles; slots, with those of dropped ones */
		uint64_t next;
	} handles;
	uint64_t next_id;				/* written by: life/map.c */
	uint64_t next_stamp;				/* written by: ld.h (walk_stamp) */
	struct address_node *addresses[ADDRMAP_LEVELS]; /* readers; written by: world/addrmap.c; the
							   heads of the address map */
	int address_levels; /* readers; written by: world/addrmap.c; how many levels of it have ever
			       been in use */

	struct {		  /* written by: life/close.c life/activity.c api/api.c */
		uint64_t changes; /* bumped whenever a hold goes: tells a close whether to look
				     again */
		struct object *recheck; /* that lost a holder while it could not be looked at */
		struct activity *activities; /* opens and closes whose foreign code is running */
	} closing;

	struct {				 /* written by: life/bind.c */
		struct pending_binding *pending; /* atomic stack */
		unsigned settling;		 /* readers: closers that wait for bindings */
		int change;	    /* futex: bumped where such a one has to look again */
		unsigned marking;   /* readers: odd while a close's marks may be taken back */
		unsigned undecided; /* `marking`, as long as a handler of the closer may bind to
				       what it has marked; else 0 */
	} bind;

	struct {				  /* written by: world/pltword.c */
		uintptr_t *table[PLTWORD_TABLES]; /* readers; owned; NULL: not there */
		uintptr_t *free[PLTWORD_TABLES];  /* the first free place; NULL: none */
		size_t used[PLTWORD_TABLES];
	} pltwords;

	struct chain_table unique; /* written by: world/lookup.c; definitions in force */

	struct { /* written by: life/search.c */
		struct path_list library_path, system_path;
		bool ready;
		/* What is known of each directory during one open. */
		unsigned char *library_path_known, *system_path_known;
		char *cache; /* a copy of the file, or NULL */
		size_t cache_size;
		struct arch_stat cache_stat; /* of that file; 0: there was none */
		bool cache_checked;	     /* during this open */
	} search;

	struct {			     /* written by: life/retire.c world/retired.c */
		struct object *first, *last; /* oldest first */
		struct object *shown; /* readers; those whose code may run, or be returned to */
		size_t waiting;	      /* readers; those that wait for a delay */
		size_t parked;
		enum close_mode mode;
		size_t keep; /* defer=N, guard=N; 0 with any other mode */
	} retired;

	struct {		       /* written by: life/audit.c */
		struct auditor *first; /* readers; in the order of loading; never fewer */
		unsigned count;
		bool calls; /* one of them wants to be told of calls */
	} audit;

	struct {			    /* written by: thread/tls.c; threads.lock */
		struct tls_module *modules; /* by module id; 0 unused; readers */
		size_t capacity, limit;	    /* ids below limit may be in use */
		size_t lowest_free;	    /* no free id below */
		size_t static_modules;	    /* static modules that are no startup modules */
		size_t static_size;	    /* whole static block with TCB */
		size_t static_align;
		struct tls_ranges free_ranges;
		bool ready;
	} tls;

	struct {			   /* written by: life/guard.c */
		struct guard *list;	   /* atomic */
		struct arch_sigaction old; /* what SIGSEGV did before; its handler is... */
		uintptr_t handler;	   /* ... here, mangled (base/mangle.h) */
		bool enabled;
	} guard;

	struct statistics stats; /* counted where the work is done */

	struct { /* written by: tell/trace.c start/startup.c */
		unsigned mask;
		int fd;			/* where lines of process `pid` go */
		char *output;		/* LD_DEBUG_OUTPUT as an absolute path, or NULL */
		int pid;		/* that opened it */
		uint64_t device, inode; /* the file, once it is open */
		int refused;		/* the process that has been told that it has no file */
	} trace;

	struct {			/* written by: thread/block.c; memory.lock */
		struct block_pool pool; /* of small blocks that first touches have made */
		struct note *notes;	/* atomic: blocks that could not be given back yet */
	} blocks;

	struct { /* written by: base/memory.c */
		struct heap heap;
		struct lock lock;
		int cancel;    /* the owner's cancellation type from before */
		void *orphans; /* atomic: blocks freed while their thread was inside it */
		char arena[__LDSO_ARENA__ * 1024] __attribute__((aligned(64))); /* first pool */
	} memory;
};

extern struct ld ld __attribute__((visibility("hidden")));

/* The calling thread's header (base/self.c). */
struct thread *thread_self(void);

/*
 * There is no thread but the calling one: what is asked about all of them is asked about this one.
 * Who would make another one is this one.
 */
static inline bool thread_is_alone(void)
{
	return load_ordered(&ld.threads.count) <= 1;
}

/* What the resolver of an IFUNC, which is foreign code, answers. */
static inline uintptr_t ask_resolver(uintptr_t resolver)
{
	return ((uintptr_t(*)(uintptr_t, const void *))resolver)(ld.process.hwcap,
								 &ld.process.capabilities);
}

static inline struct object *object_of_node(const struct node *node)
{
	return container_of(node, struct object, node);
}

static inline struct object *object_of_map(const struct link_map *map)
{
	return (struct object *)map;
}

/*
 * What contracts say of locks.  Before the program runs there is one thread, and not all is locked.
 */
#define wants_loader() \
	RULE(!ld.process.started || lock_mine(&ld.loader.lock), "it wants the loader lock")
#define wants_no_loader() \
	RULE(!lock_mine(&ld.loader.lock), "foreign code runs without the loader lock")
#define wants_threads() \
	RULE(!ld.process.started || lock_mine(&ld.threads.lock), "it wants threads.lock")

/* A number for a walk over objects: those it has met carry it.  Wants the loader lock. */
static inline uint64_t walk_stamp(void)
{
	return ++ld.next_stamp;
}

/*
 * The one place where an object's state changes (world/state.c); a checking build knows the steps
 * that there are.  States are read without a lock: whoever marks an object as closing looks at
 * bindings after that (bind.c).  Wants the loader lock.
 */
void object_set_state(struct object *object, enum object_state state);

/* It is not on its way out. */
static inline bool object_stays(const struct object *object)
{
	return object->state < OBJECT_CLOSING;
}

/* In the world, and not on its way out. */
static inline bool object_is_open(const struct object *object)
{
	return object->state >= OBJECT_LINKED && object->state < OBJECT_CLOSING;
}

/* Its constructors have not all run. */
static inline bool object_is_raw(const struct object *object)
{
	return object->state < OBJECT_LIVE;
}

static inline struct object *object_next(const struct object *object)
{
	return (struct object *)load_acquire(&object->map.l_next);
}

#endif
