/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one linker state, what an object is, and what the linker's files offer each other.
 * Data flows one way: search -> map -> dynamic -> relocate -> init, and for
 * closing: plan -> fini -> retire -> unmap.
 *
 * Locking: `ld.lock` guards all of `struct ld` and of every object unless a field says
 * otherwise.  It is never held while foreign code runs.  `ld.threads_lock` (taken after ld.lock, or
 * alone) guards the list of threads and the table of TLS modules.  Fields marked
 * "readers" are read without a lock between reader_enter and reader_leave.
 */
#ifndef LDSO_LD_H
#define LDSO_LD_H

#include "base/base.h"
#include "arch.h"
#include "elf/cache.h"
#include "elf/dynamic.h"
#include "base/error.h"
#include "hold/graph.h"
#include "base/heap.h"
#include "elf/image.h"
#include "base/lock.h"
#include "base/memory.h"
#include "elf/path.h"
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
	struct activity *next; /* ld.activities, newest first */
	struct thread *thread;
	struct origin from;	/* the call that runs it */
	struct object *root;	/* what is opened (closing false) or closed */
	struct object *current; /* whose function is running now, or NULL */
	struct object *rest;	/* closing: what is still to be done, linked by link_next */
	struct object *done;	/* closing: destructor over, linked by link_next */
	struct object **list;	/* opening: whose constructors are to run; owned */
	struct group *group; /* opening: IFUNC resolvers run, it is not published yet; else NULL */
	uint64_t changes;    /* closing: ld.changes when it was planned */
	bool closing;
};

/* The life of an object (ARCHITECTURE.md). */
enum object_state {
	OBJECT_LOADING,	     /* mapped, being linked by `owner`; seen by nobody else */
	OBJECT_LINKED,	     /* ready, constructor not begun */
	OBJECT_INITIALISING, /* constructor running in `owner` */
	OBJECT_LIVE,
	OBJECT_CLOSING,	   /* its close is decided, its destructor has not begun: can be revived */
	OBJECT_FINALISING, /* destructor begun or over */
	OBJECT_RETIRED	   /* in no list; memory may wait for a delay */
};

struct scope;
struct scope_set;
struct dl_thread_hooks;

/* Where a module's blocks are.  Decided once: by what wants a fixed offset, or by a first touch. */
enum tls_place {
	TLS_UNDECIDED,
	TLS_STATIC, /* at a fixed offset from the thread pointer */
	TLS_DYNAMIC
};

/* A name the object answers to: a file name part, a soname or a path.  In ld.names. */
struct name {
	struct name *next;	 /* in its hash chain */
	struct name *next_alias; /* of the same object */
	struct object *object;
	uint32_t hash;
	char text[];
};

/* A level of the address map's skip list (addrmap.c). */
enum { ADDRMAP_LEVELS = 14 };

struct address_node {
	uintptr_t start, end;
	struct address_node *next[ADDRMAP_LEVELS]; /* readers */
};

struct object {
	/* The first 128 bytes, which an instruction reaches with one byte, are for what is used
	 * most. */
	union {
		struct link_map
			map;	/* what gdb, dlinfo and libc see; l_next: readers; l_name owned */
		uintptr_t bias; /* map.l_addr */
	};
	enum object_state state;  /* readers */
	struct object *link_next; /* next in the group being opened, or in a closing set */
	struct thread *owner;	  /* LOADING, INITIALISING, FINALISING: the thread at work */
	struct node node;	  /* in the ownership graph */

	/* Identity. */
	uint64_t device, inode;
	bool has_inode;
	struct name *aliases;	   /* owned */
	struct object *next_inode; /* chain of ld.inodes */
	char *origin;		   /* directory for $ORIGIN, made when first asked for; owned */
	struct object *loader; /* who caused the load, for DT_RPATH; NULL: dlopen or program; only
				  while LOADING */
	uint64_t id;	       /* never reused */

	/* Memory. */
	uintptr_t start; /* the reservation: what munmap gets; 0: not ours to unmap */
	size_t length;
	struct image image;
	ElfW(Phdr) * phdr_copy; /* owned, when the headers are not in memory */
	struct dynamic dynamic;
	struct versions versions;
	struct address_node address;
	struct path_list rpath, runpath; /* expanded; valid once has_paths */
	bool has_paths;

	/* Lookup. */
	struct scope_set *scopes; /* readers; owned */
	struct scope *local;	  /* searchlist of this object as a root, or NULL; owned */
	bool global;		  /* member of ld.global */
	bool symbolic;		  /* DF_SYMBOLIC */
	bool bind_now;
	bool is_program, is_linker;
	uint64_t bound_stamp; /* relocate.c: edge to it already considered in this run */

	/* TLS (tls.c).  map.l_tls_modid, l_tls_offset, ... hold the numbers. */
	enum tls_place tls_place;   /* atomic; readers */
	struct tls_range tls_range; /* what it takes of the surplus; size 0: a startup module */
	struct tlsdesc *tlsdescs; /* arguments of its dynamic TLS descriptors; owned (relocate.c) */

	/* Constructors and destructors (initfini.c). */
	struct object *next_init, *prev_init; /* ld.init_first.. in order of completion */
	bool in_init_list;
	bool finished; /* its destructor ran at exit: it stays mapped and can be bound to */

	/* Opening and closing. */
	const void *group;	  /* LOADING: the open it belongs to (open.c), else NULL */
	uint64_t visit;		  /* scratch: stamp of the last walk that met it */
	struct activity activity; /* of the close that began with this object */
	bool recheck;		  /* in ld.recheck: look again whether it still has a holder */
	struct object *next_recheck;
	struct object *next_visit;   /* scratch of a walk (close.c, searchlist.c) */
	struct edge *visit_edge;     /* scratch of a walk: the edge it goes on with */
	struct object *next_revived; /* in the list of the open that revived it (open.c) */
	uint64_t token;		     /* the handle's value; 0: never opened */
	struct object *next_token;
	const char *delay;	     /* retired: why the memory waits; NULL: for its turn only */
	bool parked;		     /* retired: only LD_DLCLOSE=defer or guard keeps it */
	bool guarded;		     /* retired: its pages are inaccessible */
	bool link_marked;	     /* scratch of stack.c: member of the set being retired */
	struct thread *stack_thread; /* retired: thread with a frame in it, else NULL */
	bool stack_owned;	     /* that frame is on the stack the thread began with */
	uintptr_t stack_slot;	     /* where that frame has its own return address; 0: not known */
	uintptr_t stack_word;	     /* what it is */
	unsigned long retire_epoch;
	struct object *next_retired;
	uintptr_t closed_by; /* return address of the dlclose */
	int64_t closed_at;   /* CLOCK_REALTIME seconds */

	/* Relocation facts kept for statistics and dladdr. */
	struct by_address *by_address; /* readers: symbols ordered by value, or NULL; owned */
	unsigned address_lookups;      /* readers: dladdr calls so far */
	size_t symbol_total;	       /* symbol_count, once counted; SIZE_MAX: not yet */
	bool relocated;
	bool textrel_open;
};

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
	bool bind_now;		  /* LD_BIND_NOW */
	bool trace_loaded;	  /* LD_TRACE_LOADED_OBJECTS: list and exit */
	bool verify;		  /* --verify */
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

struct ld {
	/* Process facts, set once. */
	size_t page_size;
	const char *platform;
	uintptr_t hwcap;
	int argc;
	char **argv, **envp;
	const ElfW(auxv_t) * auxv;
	uintptr_t stack_end; /* the word that holds argc */
	const char *program_name;
	uintptr_t program_entry;
	uint64_t random; /* skip list heights, guard values */
	struct options options;
	struct elf_target target;

	/* Locks and threads. */
	struct lock lock;
	int lock_cancel; /* the owner's cancellation type from before */
	bool forked;	 /* a child that has not looked after what its lost threads left */
	const struct dl_thread_hooks *hooks; /* what libpthread knows; NULL: no threads */
	struct lock threads_lock;
	bool threads_alone;	     /* its owner has not got `lock`, and blocks signals */
	arch_sigset threads_blocked; /* the signals the owner blocked before */
	struct thread *threads;	     /* threads_lock */
	struct thread boot_thread;   /* the main thread until it has a DTV */
	unsigned long epoch;	     /* readers; counts retirements, never 0 */
	struct deferred *deferred;   /* newest first */
	bool reap_wanted;	     /* readers: set by one that left and could not look itself */
	int init_change;	     /* futex: bumped at each end of an initialisation */
	unsigned init_waiters;	     /* threads that sleep on it */

	/* Objects. */
	struct object *first, *last; /* link map; readers follow l_next */
	struct object *program, *linker;
	struct object **inodes;			  /* hash of (device, inode) */
	struct name **names;			  /* hash of strings */
	struct object **tokens;			  /* hash of handle values */
	size_t inode_mask, name_mask, token_mask; /* sizes minus 1 */
	size_t inode_count, name_count, token_count;
	uint64_t next_token, next_id, next_stamp;
	size_t count;		       /* objects in the link map */
	unsigned long long adds, subs; /* readers */
	struct address_node addresses; /* head of the address map */
	struct scope *global;

	/* Ownership. */
	uint64_t changes; /* bumped whenever a hold goes; tells a close whether to look again */
	struct pending_binding *pending; /* atomic stack (bind.c) */
	struct unique **uniques; /* hash of STB_GNU_UNIQUE definitions in force (lookup.c) */
	size_t unique_mask, unique_count;

	/* Order. */
	uint64_t init_seq;
	struct object *init_first, *init_last;
	bool started;		     /* program's constructors may run: dlopen is in force */
	struct activity *activities; /* opens and closes whose foreign code is running */
	struct object *recheck; /* objects that lost a holder while it could not be looked at */

	/* Search (search.c). */
	struct path_list library_path, system_path;
	bool system_path_ready;
	signed char *library_path_seen, *system_path_seen; /* 0 not tried, 1 there, -1 not there */
	const void *cache;
	size_t cache_size;
	bool cache_tried;

	/* Retired objects, oldest first. */
	struct object *retired_first, *retired_last;
	size_t retired_count; /* readers; those that wait for a delay */
	size_t parked_count;
	enum close_mode close_mode;
	size_t close_keep; /* defer=N, guard=N; 0 with any other mode */

	/* TLS (threads_lock). */
	struct tls_module *modules;	      /* by module id; 0 unused; readers */
	size_t module_capacity, module_limit; /* ids below module_limit may be in use */
	size_t module_free;		      /* no free id below */
	size_t static_modules;		      /* static modules that are no startup modules */
	size_t static_size;		      /* whole static block with TCB */
	size_t static_align;
	struct tls_ranges free_ranges;
	bool tls_ready;

	/* LD_DLCLOSE=guard (guard.c). */
	struct guard *guards;		 /* atomic */
	struct arch_sigaction guard_old; /* what SIGSEGV did before */
	bool guard_enabled;

	struct statistics stats;
	unsigned trace_mask;
	int trace_fd;

	/* Memory (memory.c). */
	struct heap heap;
	struct lock heap_lock;
	int heap_cancel;    /* the owner's cancellation type from before */
	void *heap_orphans; /* atomic: blocks freed while their thread was inside it */
	char heap_arena[192 * 1024]
		__attribute__((aligned(64))); /* first pool; untouched pages cost nothing */
};

extern struct ld ld __attribute__((visibility("hidden")));

/* The calling thread's header. */
static inline struct thread *thread_self(void)
{
	if (unlikely(!ld.tls_ready))
		return &ld.boot_thread;
	return thread_of_dtv(THREAD_DTV());
}

static inline struct object *object_of_node(const struct node *node)
{
	return container_of(node, struct object, node);
}

static inline struct object *object_of_map(const struct link_map *map)
{
	return (struct object *)map;
}

/* States are read without a lock. */
static inline void object_set_state(struct object *object, enum object_state state)
{
	__atomic_store_n(&object->state, state, __ATOMIC_RELEASE);
}

static inline struct object *object_next(const struct object *object)
{
	return (struct object *)__atomic_load_n(&object->map.l_next, __ATOMIC_ACQUIRE);
}

#endif
