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

__END_DECLS

#endif

#endif
