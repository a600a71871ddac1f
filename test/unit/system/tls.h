/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libpthread tells the linker about threads (its <tls.h>), in terms of threads of the build
 * machine: each has a TCB of its own beside the real one (linker.c).  A CPU of variant II.
 */
#ifndef TEST_SYSTEM_TLS_H
#define TEST_SYSTEM_TLS_H

#include <stdbool.h>
#include <stddef.h>

#define USE_TLS 1
#define TLS_TCB_AT_TP 1

typedef union dtv {
	size_t counter;
	struct {
		void *val;
		bool is_static;
	} pointer;
} dtv_t;

struct system_tcb {
	dtv_t *dtv;
};

extern __thread struct system_tcb *system_tcb; /* NULL: not a thread of the linker's */

#define TLS_TCB_SIZE sizeof(struct system_tcb)
#define TLS_TCB_ALIGN 64
#define THREAD_DTV() (system_tcb->dtv)
#define GET_DTV(tcb) (((struct system_tcb *)(tcb))->dtv)
#define INSTALL_DTV(tcb, vector) (((struct system_tcb *)(tcb))->dtv = (vector) + 1)
#define TLS_INIT_TP(tcb, again) ((system_tcb = (struct system_tcb *)(tcb)) == NULL)

#endif
