/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A plug-in with thread_local destructors (as a C++ compiler registers them), keys and a
 * thread-local variable.  It counts what happens in the program's variables.
 */
#include <pthread.h>
#include <stdlib.h>

extern void *__dso_handle;
int __cxa_thread_atexit_impl(void (*function)(void *), void *object, void *dso);

extern int hold_ended, hold_locals, hold_keys, hold_bad, hold_delete_key;
extern int hold_late_local; /* 1: the destructor registers a thread_local one, 2: the key's does */
void hold_in_key(void);

static __thread int mark = 321;
static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static int key_made;

void hold_local(void);
void hold_key(void);
int hold_close(int (*close)(void *), void *handle);

static void local_over(void *object)
{
	if (object != &mark || mark != 4321)
		__atomic_add_fetch(&hold_bad, 1, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&hold_locals, 1, __ATOMIC_SEQ_CST);
}

static void key_over(void *value)
{
	/* Its own thread-local variables are as they were, even when the plug-in has been closed.
	 */
	if (value != &mark || mark != 54321)
		__atomic_add_fetch(&hold_bad, 1, __ATOMIC_SEQ_CST);
	hold_in_key();
	if (hold_late_local == 2)
		hold_local();
	__atomic_add_fetch(&hold_keys, 1, __ATOMIC_SEQ_CST);
}

/* The calling thread has a thread_local object now. */
void hold_local(void)
{
	mark = 4321;
	__cxa_thread_atexit_impl(local_over, &mark, &__dso_handle);
}

static void make_key(void)
{
	key_made = !pthread_key_create(&key, key_over);
}

/* The calling thread has a value under the plug-in's key now. */
void hold_key(void)
{
	pthread_once(&key_once, make_key);
	mark = 54321;
	pthread_setspecific(key, &mark);
}

/* Returns into this object after it is closed, and uses what is its own. */
int hold_close(int (*close)(void *), void *handle)
{
	int result;

	mark = 99;
	result = close(handle);
	return result == 0 && mark == 99;
}

static void __attribute__((destructor)) end(void)
{
	if (hold_delete_key && key_made)
		pthread_key_delete(key);
	if (hold_late_local == 1)
		hold_local();
	__atomic_add_fetch(&hold_ended, 1, __ATOMIC_SEQ_CST);
}
