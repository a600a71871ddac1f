/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names by which libc and libpthread know the dynamic linker.  The dynamic linker itself
 * does not include this.  The _dl_tls_* variables at the end exist in the static libc only
 * (libpthread/nptl/sysdeps/generic).
 */
#ifndef _LDSODEFS_H
#define _LDSODEFS_H 1

#include <bits/kernel-features.h>
#include <features.h>
#include <stdbool.h>
#include <stddef.h>
#include <link.h>
#include <tls.h>

/* libpthread writes GL(dl_x) for the variable _dl_x. */
#define GL(name) _##name
#define GLRO(name) _##name

/* Namespaces that room is kept for. */
#ifdef SHARED
#define DL_NNS 16
#else
#define DL_NNS 1
#endif

struct link_map;

/* The top of the main thread's stack: the word that holds argc, or near it. */
extern void *__libc_stack_end;

/* Reserve what a thread's TLS needs beside `mem`, its static block and TCB (NULL: allocate both).
 */
extern void *_dl_allocate_tls(void *mem) internal_function;
/* Bring a static block and DTV into the state of a new thread.  Returns its argument. */
extern void *_dl_allocate_tls_init(void *tcb) internal_function;
/* Free a thread's TLS; with `dealloc_tcb` also what _dl_allocate_tls(NULL) gave. */
extern void _dl_deallocate_tls(void *tcb, bool dealloc_tcb) internal_function;
/* Size and alignment of the static TLS block with the TCB. */
extern void _dl_get_tls_static_info(size_t *size, size_t *align) internal_function;

/* Set by libpthread: writes a module's initial image into the static blocks of all threads. */
extern void (*_dl_init_static_tls)(struct link_map *map);
/* Set by libpthread: where a thread keeps dlerror's state. */
extern void **(*_dl_error_catch_tsd)(void)__attribute__((const));

/* The static libc. */
extern size_t _dl_next_tls_modid(void) internal_function attribute_hidden;
extern void _dl_determine_tlsoffset(void) internal_function attribute_hidden;
extern int _dl_tls_setup(void) internal_function;
extern void _dl_allocate_static_tls(struct link_map *map) internal_function attribute_hidden;
extern void *_dl_allocate_tls_storage(void) internal_function attribute_hidden;
extern void _dl_nothread_init_static_tls(struct link_map *map) attribute_hidden;

struct dtv_slotinfo_list {
	size_t len; /* entries of slotinfo */
	struct dtv_slotinfo_list *next;
	/* One TLS module, by its id. */
	struct dtv_slotinfo {
		size_t gen;	/* generation it came with */
		bool is_static; /* in the static TLS block */
		struct link_map *map;
	} slotinfo[0];
};

extern struct dtv_slotinfo_list *_dl_tls_dtv_slotinfo_list;
extern size_t _dl_tls_max_dtv_idx, _dl_tls_generation, _dl_tls_static_nelem;
extern size_t _dl_tls_static_size, _dl_tls_static_used, _dl_tls_static_align;
extern bool _dl_tls_dtv_gaps;
extern void *_dl_initial_dtv;

/* Spare entries of the module list and of a DTV. */
#define TLS_SLOTINFO_SURPLUS 62
#define DTV_SURPLUS 14

#endif
