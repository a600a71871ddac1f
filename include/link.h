/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What programs and debuggers see of loaded ELF objects: the debugger's rendezvous, the link
 * map, and dl_iterate_phdr.  Inside libc the link map shows the TLS fields that libpthread
 * reads, too.
 */
#ifndef _LINK_H
#define _LINK_H 1

#include <features.h>
#include <elf.h>
#include <stdint.h>
#ifdef __HAVE_SHARED__
#include <dlfcn.h>
#endif
#include <sys/types.h>
#if defined _LIBC && defined __UCLIBC_HAS_TLS__
#include <tls.h>
#endif

/* ElfW(Sym) is Elf32_Sym or Elf64_Sym, by this CPU's word size. */
#define ElfW(type) _ElfW(Elf, __ELF_NATIVE_CLASS, type)
#define _ElfW(e, w, t) _ElfW_1(e, w, _##t)
#define _ElfW_1(e, w, t) e##w##t

#include <bits/elfclass.h> /* __ELF_NATIVE_CLASS */

struct link_map;

/*
 * The debugger's rendezvous.  The program's DT_DEBUG entry points to it.  A debugger puts a
 * breakpoint at r_brk, which the linker calls before and after it changes the list.
 */
struct r_debug {
	int r_version;		/* 1; 2: it is an r_debug_extended */
	struct link_map *r_map; /* first object */
	ElfW(Addr) r_brk;
	enum {
		RT_CONSISTENT, /* the list is complete */
		RT_ADD,	       /* objects are about to be added */
		RT_DELETE      /* objects are about to be removed */
	} r_state;
	ElfW(Addr) r_ldbase; /* load bias of the linker */
};

/* The same with what comes with namespaces (dlmopen): _r_debug is the base's, if its version is 2.
 */
struct r_debug_extended {
	struct r_debug base;
	struct r_debug_extended *r_next; /* the next namespace's, or NULL */
};

extern struct r_debug _r_debug;

/* The dynamic section of the object that says so. */
extern ElfW(Dyn) _DYNAMIC[];

/* One loaded object.  The first five members are what debuggers count on. */
struct link_map {
	ElfW(Addr) l_addr; /* load bias: run-time minus link-time addresses */
	char *l_name;	   /* path; "" for the program */
	ElfW(Dyn) * l_ld;  /* dynamic section */
	struct link_map *l_next, *l_prev;
#ifdef _LIBC
#if defined USE_TLS && USE_TLS
	void *l_tls_initimage;	       /* what a new block starts with */
	size_t l_tls_initimage_size;   /* bytes of it; the rest of the block is zero */
	size_t l_tls_blocksize;	       /* bytes of a block */
	size_t l_tls_align;	       /* power of two */
	size_t l_tls_firstbyte_offset; /* p_vaddr modulo the alignment */
#ifndef NO_TLS_OFFSET
#define NO_TLS_OFFSET 0
#endif
	ptrdiff_t l_tls_offset; /* place in the static TLS block; NO_TLS_OFFSET: not in it */
	size_t l_tls_modid;	/* 0: no TLS */
	unsigned int l_need_tls_init : 1;
#endif
#endif
};

#ifdef __USE_GNU

/* Where a directory of Dl_serinfo comes from. */
enum {
	LA_SER_ORIG = 0x01,
	LA_SER_LIBPATH = 0x02, /* LD_LIBRARY_PATH */
	LA_SER_RUNPATH = 0x04, /* DT_RPATH or DT_RUNPATH */
	LA_SER_CONFIG = 0x08,  /* ld.so.cache */
	LA_SER_DEFAULT = 0x40, /* built in */
	LA_SER_SECURE = 0x80
};

/*
 * Auditors: libraries that LD_AUDIT names are loaded into namespaces of their own, and have some of
 * the functions below called by the linker.  A cookie is the auditor's own word for an object; it
 * begins as the address of its link_map.
 */
#define LAV_CURRENT 2

/* What la_activity is told: objects are added, or removed; the list is complete again. */
enum { LA_ACT_CONSISTENT, LA_ACT_ADD, LA_ACT_DELETE };

/* What la_objopen answers: tell of bindings to the object, and from it. */
enum { LA_FLG_BINDTO = 1, LA_FLG_BINDFROM = 2 };

/* Flags of la_symbind32 and la_symbind64, and of what is told of calls (<bits/link.h>). */
enum {
	LA_SYMB_NOPLTENTER = 1, /* answers: do not tell when this object calls it, */
	LA_SYMB_NOPLTEXIT = 2,	/* or when it returns */
	LA_SYMB_STRUCTCALL = 4,
	LA_SYMB_DLSYM = 8,    /* dlsym asks */
	LA_SYMB_ALTVALUE = 16 /* an auditor before has changed the value */
};

/* What dl_iterate_phdr's callback gets; `size` tells how much of it there is. */
struct dl_phdr_info {
	ElfW(Addr) dlpi_addr;  /* load bias */
	const char *dlpi_name; /* path; "" for the program */
	const ElfW(Phdr) * dlpi_phdr;
	ElfW(Half) dlpi_phnum;
	__extension__ unsigned long long int dlpi_adds; /* objects loaded so far */
	__extension__ unsigned long long int dlpi_subs; /* objects removed so far */
	size_t dlpi_tls_modid;				/* 0: no TLS */
	void *dlpi_tls_data;				/* this thread's block; NULL: none (yet) */
};

__BEGIN_DECLS

/*
 * Call `callback` for each loaded object until it returns something else than 0,
 * which is returned.  No lock is held meanwhile.
 */
extern int dl_iterate_phdr(int (*__callback)(struct dl_phdr_info *, size_t, void *), void *__data);

/* Auditors define them.  The version of this interface that it knows, of those up to `version`; 0:
 * none. */
extern unsigned int la_version(unsigned int __version);
/* Another name to look for, the same, or NULL: this one is not to be looked at.  Flag: LA_SER_*. */
extern char *la_objsearch(const char *__name, uintptr_t *__cookie, unsigned int __flag);
extern void la_activity(uintptr_t *__cookie, unsigned int __flag);
extern unsigned int la_objopen(struct link_map *__map, long int __namespace, uintptr_t *__cookie);
extern unsigned int la_objclose(uintptr_t *__cookie);
extern void la_preinit(uintptr_t *__cookie);
/* Where the reference goes that would go to st_value of `symbol`, which is a copy. */
extern uintptr_t la_symbind32(Elf32_Sym *__symbol, unsigned int __index, uintptr_t *__from,
			      uintptr_t *__to, unsigned int *__flags, const char *__name);
extern uintptr_t la_symbind64(Elf64_Sym *__symbol, unsigned int __index, uintptr_t *__from,
			      uintptr_t *__to, unsigned int *__flags, const char *__name);

__END_DECLS

#include <bits/link.h>

#endif

#endif
