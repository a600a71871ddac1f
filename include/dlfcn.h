/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Dynamic loading at run time: POSIX <dlfcn.h>, what glibc 2.36 documents beyond it, and
 * two extensions of this linker (dlholders, dlclose_mode).
 */
#ifndef _DLFCN_H
#define _DLFCN_H 1

#include <features.h>
#define __need_size_t
#include <stddef.h>

/* RTLD_LAZY, RTLD_NOW, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOLOAD, RTLD_NODELETE, which differ on some
 * CPUs. */
#include <bits/dlfcn.h>

#ifdef __USE_GNU

/* For dlopen: the object looks into its own dependencies before the program's global scope.  On all
 * CPUs it is the bit that follows RTLD_NOLOAD. */
#ifndef RTLD_DEEPBIND
#define RTLD_DEEPBIND (RTLD_NOLOAD << 1)
#endif

/* Handles for dlsym, dlvsym and dlfunc: the global scope; what follows the caller in its search
 * order; the caller, and then what follows it.  The last one is for dlinfo, too. */
#define RTLD_DEFAULT ((void *)0)
#define RTLD_NEXT ((void *)-1l)
#define RTLD_SELF ((void *)-3l)

/* What dlfunc returns: any function, to be cast to its own type. */
struct __dlfunc_arg;
typedef void (*dlfunc_t)(struct __dlfunc_arg);

/* Namespaces of dlmopen: the program's, and one that is yet to be made; others have numbers above
 * 0. */
typedef long int Lmid_t;
#define LM_ID_BASE 0
#define LM_ID_NEWLM (-1)

/* Calling through a pointer that dlsym gave; nothing more than the call here. */
#define DL_CALL_FCT(function, arguments) ((*(function))arguments)

/* What dladdr says about an address. */
typedef struct {
	const char *dli_fname; /* path of the object that contains it */
	void *dli_fbase;       /* where that object begins */
	const char *dli_sname; /* nearest symbol at or below the address, or NULL */
	void *dli_saddr;       /* that symbol's value, or NULL */
} Dl_info;

/* Flags of dladdr1. */
enum {
	RTLD_DL_SYMENT = 1, /* *extra: const ElfW(Sym) * of the symbol */
	RTLD_DL_LINKMAP = 2 /* *extra: struct link_map * of the object */
};

/* Requests of dlinfo; the type named is what `arg` points to. */
enum {
	RTLD_DI_LMID = 1,	/* Lmid_t */
	RTLD_DI_LINKMAP = 2,	/* struct link_map * */
	RTLD_DI_CONFIGADDR = 3, /* refused: there is no configuration */
	RTLD_DI_SERINFO = 4,	/* Dl_serinfo: directories searched for the object's dependencies */
	RTLD_DI_SERINFOSIZE =
		5, /* Dl_serinfo: only dls_size and dls_cnt, to know how much to allocate */
	RTLD_DI_ORIGIN = 6, /* char[]: what $ORIGIN stands for, long enough is up to the caller */
	RTLD_DI_PROFILENAME = 7, /* refused: there is no profiling */
	RTLD_DI_PROFILEOUT = 8,	 /* refused */
	RTLD_DI_TLS_MODID = 9,	 /* size_t: TLS module id, 0 when the object has no TLS */
	RTLD_DI_TLS_DATA = 10,	 /* void *: the calling thread's block, NULL when it has none yet */
	RTLD_DI_PHDR = 11,	 /* const ElfW(Phdr) *; dlinfo returns how many there are */
	RTLD_DI_MAX = 11
};

typedef struct {
	char *dls_name;		/* a directory */
	unsigned int dls_flags; /* where it comes from: LA_SER_* of <link.h> */
} Dl_serpath;

typedef struct {
	size_t dls_size;      /* bytes of the whole answer */
	unsigned int dls_cnt; /* entries of dls_serpath */
	Dl_serpath dls_serpath[1];
} Dl_serinfo;

/* CPUs whose unwinder wants more than the table's address. */
#ifdef __i386__
#define DLFO_STRUCT_HAS_EH_DBASE 1
#else
#define DLFO_STRUCT_HAS_EH_DBASE 0
#endif
#ifdef __arm__
#define DLFO_STRUCT_HAS_EH_COUNT 1
#else
#define DLFO_STRUCT_HAS_EH_COUNT 0
#endif
#ifdef __arm__
#define DLFO_EH_SEGMENT_TYPE 0x70000001 /* PT_ARM_EXIDX */
#else
#define DLFO_EH_SEGMENT_TYPE 0x6474e550 /* PT_GNU_EH_FRAME */
#endif

/* What _dl_find_object says about an address. */
struct dl_find_object {
	__extension__ unsigned long long int dlfo_flags; /* 0 */
	void *dlfo_map_start;
	void *dlfo_map_end; /* one past the last byte */
	struct link_map *dlfo_link_map;
	void *dlfo_eh_frame; /* the segment of type DLFO_EH_SEGMENT_TYPE, or NULL */
#if DLFO_STRUCT_HAS_EH_DBASE
	void *dlfo_eh_dbase; /* base of data-relative encodings */
	unsigned int __dlfo_eh_dbase_pad;
#endif
#if DLFO_STRUCT_HAS_EH_COUNT
	int dlfo_eh_count; /* entries of the table */
	unsigned int __dlfo_eh_count_pad;
#endif
	__extension__ unsigned long long int __dlfo_reserved[7];
};

/* This linker's extensions; test the macros before use. */
#define DLFCN_HOLDERS 1
#define DLFCN_CLOSE_MODE 1

/* One reason why an object is kept loaded. */
struct dl_holder {
	const char *dlh_object;	 /* path of the object that is held */
	const char *dlh_reason;	 /* handle, startup, needed, filter, bound, nodelete, unique,
				    tls-dtor or running */
	const char *dlh_by;	 /* path of the object that holds it, or NULL */
	const char *dlh_symbol;	 /* bound: the symbol, or NULL */
	unsigned long dlh_count; /* how many handles, thread_local destructors or edges */
};

#endif

__BEGIN_DECLS

/* Load the object `file` (NULL: the program itself) and give a handle of it; NULL: see dlerror. */
extern void *dlopen(const char *__file, int __mode);

/* Give a handle back; what nothing holds any more is finalized and unmapped.  0: fine. */
extern int dlclose(void *__handle) __nonnull((1));

/* The address of the symbol in the handle's search order; NULL may be a value, see dlerror. */
extern void *dlsym(void *__restrict __handle, const char *__restrict __name) __THROW __nonnull((2));

/* What went wrong last in this thread's use of these functions, once; NULL: nothing. */
extern char *dlerror(void) __THROW;

#ifdef __USE_GNU

/* As dlopen, in namespace `nsid`. */
extern void *dlmopen(Lmid_t __nsid, const char *__file, int __mode);

/* As dlsym, for the definition with that version. */
extern void *dlvsym(void *__restrict __handle, const char *__restrict __name,
		    const char *__restrict __version) __THROW __nonnull((2, 3));

/* As dlsym, for a function: no cast from an object's address is wanted. */
extern dlfunc_t dlfunc(void *__restrict __handle, const char *__restrict __name) __THROW
	__nonnull((2));

/* As dlopen, for the file that the descriptor `fd` is of, which stays open and is the caller's; -1:
 * the program itself. */
extern void *fdlopen(int __fd, int __mode);

/* Which object and symbol an address belongs to.  0: no object. */
extern int dladdr(const void *__address, Dl_info *__info) __THROW __nonnull((2));

/* As dladdr; *extra is set as `flags` asks. */
extern int dladdr1(const void *__address, Dl_info *__info, void **__extra, int __flags) __THROW
	__nonnull((2));

/* Facts about a loaded object.  0 (RTLD_DI_PHDR: a count): fine, -1: see dlerror. */
extern int dlinfo(void *__restrict __handle, int __request, void *__restrict __arg) __THROW
	__nonnull((1, 3));

/* The object that contains an address, for unwinders: no lock, usable in signal handlers.  0:
 * found. */
extern int _dl_find_object(void *__address, struct dl_find_object *__result) __THROW;

/*
 * Call `each` for everything that holds the handle's object now, until it returns something
 * else than 0, which is returned.  The strings are valid during the call only.  No lock is
 * held.  -1 and dlerror: no such handle, no memory.
 */
extern int dlholders(void *__handle, int (*__each)(const struct dl_holder *, void *), void *__data);

/*
 * When closed objects are unmapped from now on: "unmap", "defer[=N]", "guard[=N]", "keep" or
 * "noop"; NULL changes nothing.  0, or -1 and dlerror.
 */
extern int dlclose_mode(const char *__mode);

#endif

__END_DECLS

#endif
