/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads: their headers, the list of them, their errors.  Owns ld.threads.list, ld.threads.lock
 * and struct thread, but for the fields that readers and bindings keep in it.  What libpthread
 * calls is at the end.
 */
#include "ld.h"
#include "base/export.h"
#include "base/sys.h"
#include "thread/reader.h"
#include "thread/tls.h"

void threads_lock(void)
{
	arch_sigset blocked = {{0}};
	/* Before the program has started there are no handlers. */
	bool alone = ld.process.started && !lock_mine(&ld.loader.lock);

	if (alone)
		blocked = sys_block_signals();
	lock_acquire(&ld.threads.lock);
	ld.threads.blocked = blocked;
	ld.threads.alone = alone;
}

void threads_unlock(void)
{
	arch_sigset blocked = ld.threads.blocked;
	bool alone = ld.threads.alone;

	lock_release(&ld.threads.lock);
	if (alone)
		sys_set_signals(blocked);
}

/* Put `text` in the place of *old.  A fork may lose the thread at any step: never freed twice. */
static void replace_text(char **old, char *text)
{
	char *freed = __atomic_exchange_n(old, text, __ATOMIC_RELAXED);

	if (freed != error_no_memory)
		mem_free(freed);
}

void thread_set_error(struct thread *thread, char *text)
{
	replace_text(&thread->error, text);
}

char *thread_take_error(struct thread *thread)
{
	replace_text(&thread->shown, __atomic_exchange_n(&thread->error, NULL, __ATOMIC_RELAXED));
	return thread->shown;
}

void thread_free_errors(struct thread *thread)
{
	replace_text(&thread->error, NULL);
	replace_text(&thread->shown, NULL);
}

void thread_list(struct thread *thread)
{
	wants_threads();
	thread->next = ld.threads.list;
	thread->back = &ld.threads.list;
	if (thread->next)
		thread->next->back = &thread->next;
	ld.threads.list = thread;
	store_ordered(&ld.threads.count, ld.threads.count + 1);
}

struct thread *thread_new(void *tcb)
{
	size_t size = sizeof(struct thread) + (1 + DTV_FLAT) * sizeof(dtv_t);
	struct thread *thread = mem_zalloc(size);

	if (!thread)
		return NULL;
	thread->tcb = tcb;
	thread_dtv(thread)[-1].counter = DTV_FLAT - 1;
	return thread;
}

static void thread_free(struct thread *thread)
{
	unsigned i;

	for (i = 0; i < DTV_SEGMENTS; i++)
		mem_free(thread->segment[i]);
	mem_free(thread);
}

void thread_reset(struct thread *thread)
{
	reader_stop_walk(thread);
	thread->reader_depth = thread->binding = thread->activities = 0;
	thread->asking = false;
	thread->waiting = NULL;
	thread->key_dtor = 0;
	store_ordered(&thread->reader_epoch, 0);
}

/* What libpthread calls. */

EXPORT_INTERNAL void _dl_get_tls_static_info(size_t *size, size_t *align)
{
	*size = ld.tls.static_size;
	*align = ld.tls.static_align;
}

EXPORT_INTERNAL void *_dl_allocate_tls_init(void *tcb)
{
	struct thread *thread;

	if (!tcb)
		return NULL;
	thread = thread_of_dtv(GET_DTV(tcb));
	threads_lock();
	/* A stack used again comes with the vector of the thread that is gone. */
	tls_clear_thread(thread);
	thread_reset(thread);
	thread->gone = false;
	thread->id = 0;
	tls_fill_thread(thread);
	if (!thread->back)
		thread_list(thread);
	threads_unlock();
	return tcb;
}

EXPORT_INTERNAL void *_dl_allocate_tls(void *tcb)
{
	struct thread *thread;

	if (!tcb)
		return NULL;
	thread = thread_new(tcb);
	if (!thread)
		return NULL;
	INSTALL_DTV((char *)tcb, thread_dtv(thread) - 1);
	return _dl_allocate_tls_init(tcb);
}

EXPORT_INTERNAL void _dl_deallocate_tls(void *tcb, bool free_tcb)
{
	struct thread *thread = thread_of_dtv(GET_DTV(tcb));

	(void)free_tcb; /* libpthread's threads bring their own memory */
	threads_lock();
	tls_clear_thread(thread);
	if (thread->back) {
		*thread->back = thread->next;
		if (thread->next)
			thread->next->back = thread->back;
		store_ordered(&ld.threads.count, ld.threads.count - 1);
	}
	threads_unlock();
	thread_free(thread);
}

EXPORT void _dl_for_each_thread(void (*each)(void *tcb, void *data), void *data)
{
	struct thread *thread;

	threads_lock();
	for (thread = ld.threads.list; thread; thread = thread->next)
		if (!thread->gone)
			each(thread->tcb, data);
	threads_unlock();
}

void thread_end(struct thread *thread)
{
	thread_free_errors(thread);
	threads_lock();
	tls_clear_thread(thread);
	threads_unlock();
}
