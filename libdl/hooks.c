/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the linker asks of libc and libpthread.  Of the key table: does a destructor of
 * pthread_key_create lie in an object that has been closed, and may it still be called?  Reads
 * the table and the threads' values; writes only destructors that would be dangling.  Of
 * cancellation: to be off while the linker's lists are open.  Where a thread's stack begins.
 * And of exit and fork handlers: to run those that an object has still registered.
 */
#include <pthreadP.h>
#include <fork.h>
#include <dl-api.h>

extern void *__exit_handlers_of(uintptr_t start, uintptr_t end) attribute_hidden;
extern void __cxa_finalize(void *dso_handle);

struct key_search {
	uintptr_t start, end;
	unsigned users;
};

/* A key in use has an odd sequence number. */
static int key_lies_in(const struct key_search *search, unsigned key)
{
	uintptr_t destructor = (uintptr_t)__pthread_keys_in_use[key].destr;

	return !KEY_UNUSED(__pthread_keys_in_use[key].seq) && destructor >= search->start &&
	       destructor < search->end;
}

/*
 * The keys from here on have never been created: libpthread takes the lowest free one, and a
 * key that was ever in use does not get back the sequence number 0.
 */
static unsigned keys_end(void)
{
	unsigned key = 0;

	while (key < PTHREAD_KEYS_MAX && __pthread_keys_in_use[key].seq)
		key++;
	return key;
}

static int has_value(struct pthread *thread, unsigned key)
{
	struct pthread_key_data *block = thread->specific[key / PTHREAD_KEY_2NDLEVEL_SIZE];

	if (!block)
		return 0;
	block += key % PTHREAD_KEY_2NDLEVEL_SIZE;
	return block->data != NULL && block->seq == __pthread_keys_in_use[key].seq;
}

/* Where a thread's blocks are above its TCB, its descriptor is below. */
#if TLS_DTV_AT_TP
enum { DESCRIPTOR_BELOW = TLS_PRE_TCB_SIZE };
#else
enum { DESCRIPTOR_BELOW = 0 };
#endif

static void search_thread(void *tcb, void *data)
{
	struct key_search *search = data;
	struct pthread *thread = (struct pthread *)((char *)tcb - DESCRIPTOR_BELOW);
	unsigned key, end = keys_end();

	/* A stack that waits to be used again belongs to no thread. */
	if (thread->tid <= 0)
		return;
	for (key = 0; key < end; key++)
		if (key_lies_in(search, key) && has_value(thread, key))
			search->users++;
}

static unsigned key_users(uintptr_t start, uintptr_t end, int clear)
{
	struct key_search search = {start, end, 0};
	unsigned key, last = keys_end(), found = 0;

	for (key = 0; key < last; key++) {
		if (!key_lies_in(&search, key))
			continue;
		found++;
		if (clear)
			__pthread_keys_in_use[key].destr = NULL;
	}
	if (found && !clear)
		_dl_for_each_thread(search_thread, &search);
	return search.users;
}

static int set_cancel(int type)
{
	int old = PTHREAD_CANCEL_DEFERRED;

	/* Nearly always it is, and stays. */
	if (type == old && !(THREAD_GETMEM(THREAD_SELF, cancelhandling) & CANCELTYPE_BITMASK))
		return old;
	/* Not by its public name: that would be bound lazily, by the linker that is asking. */
	__pthread_setcanceltype(type, &old);
	return old;
}

static uintptr_t stack_low(void)
{
	return (uintptr_t)THREAD_GETMEM(THREAD_SELF, stackblock);
}

/* The handle of an object in [start, end) with fork handlers, or NULL. */
static void *fork_handlers_of(uintptr_t start, uintptr_t end)
{
	struct fork_handler *handler;
	void *found = NULL;

	lll_lock(__fork_lock, LLL_PRIVATE);
	for (handler = __fork_handlers; handler && !found; handler = handler->next)
		if ((uintptr_t)handler->dso_handle >= start && (uintptr_t)handler->dso_handle < end)
			found = handler->dso_handle;
	lll_unlock(__fork_lock, LLL_PRIVATE);
	return found;
}

static void finalize(uintptr_t start, uintptr_t end)
{
	void *handle;

	while ((handle = __exit_handlers_of(start, end)) || (handle = fork_handlers_of(start, end)))
		__cxa_finalize(handle);
}

static void __attribute__((constructor)) register_hooks(void)
{
	static const struct dl_thread_hooks hooks = {key_users, set_cancel, stack_low, finalize,
						     __pthread_keys};

	_dl_set_thread_hooks(&hooks);
}
