/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cancellation, deferred or not, never leaves the linker locked. */
#include "tap.h"

static volatile int cleaned;
static int rounds;

static void clean(void *data)
{
	(void)data;
	__atomic_add_fetch(&cleaned, 1, __ATOMIC_SEQ_CST);
}

static int each(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	++*(int *)data;
	return 0;
}

static void *open_and_close(void *type)
{
	int old, count = 0;

	pthread_cleanup_push(clean, NULL);
	pthread_setcanceltype(type ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED, &old);
	for (;;) {
		void *leaf = dlopen(plug("leaf.so"), RTLD_LAZY);
		void *tls = dlopen(plug("tls-gd.so"), RTLD_LAZY);
		int (*call)(int) = leaf ? (int (*)(int))dlsym(leaf, "leaf_call") : NULL;
		int (*check)(void) = tls ? (int (*)(void))dlsym(tls, "tls_check") : NULL;
		Dl_info info;

		if (!call || !check || call(1) != 47 || check()) {
			const char *text = dlerror();

			printf("not ok - %p %p %p %p: %s, %d, %d\n", leaf, tls, (void *)call,
			       (void *)check, text ? text : "no error", call ? call(1) : 0,
			       check ? check() : -1);
			fflush(stdout);
			_exit(1);
		}
		dladdr((void *)call, &info);
		dl_iterate_phdr(each, &count);
		dlsym(leaf, "there is no such symbol");
		dlerror();
		if (dlclose(leaf) || dlclose(tls))
			abort();
		__atomic_add_fetch(&rounds, 1, __ATOMIC_SEQ_CST);
		if (!type)
			pthread_testcancel();
	}
	pthread_cleanup_pop(0);
	return NULL;
}

static void cancel(bool asynchronous, int threads)
{
	int good = 0, wrong = 0;

	if (asynchronous && tap_cannot_cancel(1))
		return;
	tap_begin(asynchronous ? "asynchronous cancellation" : "deferred cancellation", 60);
	rounds = cleaned = 0;
	for (int i = 0; i < 200; i++) {
		pthread_t thread[4];
		void *result, *handle;

		for (int k = 0; k < threads; k++)
			thread[k] = start(open_and_close, asynchronous ? &rounds : NULL);
		usleep((unsigned)(200 + i * 37 % 3000));
		for (int k = 0; k < threads; k++)
			pthread_cancel(thread[k]);
		for (int k = 0; k < threads; k++) {
			pthread_join(thread[k], &result);
			good += result == PTHREAD_CANCELED;
		}
		/* All of it still works. */
		handle = dlopen(plug("pair.so"), RTLD_LAZY);
		if (!handle || !dlsym(handle, "leaf_value") || dlclose(handle) ||
		    is_mapped("pair.so"))
			wrong++;
	}
	tap_ok(good == 200 * threads && cleaned == good && !wrong && rounds > 100,
	       "%d threads cancelled %s %d times (%d rounds)", threads,
	       asynchronous ? "at any moment" : "between calls", 200, rounds);
}

/* What cancelled threads left open is all that may be left, and closes. */
static void rest(void)
{
	static const char *const names[] = {"leaf.so", "tls-gd.so"};

	tap_begin("closing what is left", 20);
	for (int i = 0; i < 2; i++) {
		void *handle = open_plug(names[i], RTLD_LAZY);

		for (int k = 0; k < 10000 && is_mapped(names[i]) && !dlclose(handle); k++)
			;
		tap_ok(!is_mapped(names[i]), "%s closes", names[i]);
	}
}

/* Where each close unloads: destructors take locks of libc. */
static void *open_and_unload(void *data)
{
	const char *leaf = plug("leaf.so");
	int old;

	(void)data;
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
	for (;;) {
		void *handle = dlopen(leaf, RTLD_LAZY);

		if (!handle || dlclose(handle))
			abort();
		__atomic_add_fetch(&rounds, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void destructors(void)
{
	int good = 0, threads = 0;

	if (tap_cannot_cancel(1))
		return;
	tap_begin("cancelled in destructors", 30);
	rounds = 0;
	/* On a slow machine more threads are wanted for as many rounds. */
	for (; threads < 500 || (rounds <= 1000 && threads < 5000); threads++) {
		pthread_t thread = start(open_and_unload, NULL);
		void *result, *handle;

		usleep((unsigned)(100 + threads * 37 % 1000));
		pthread_cancel(thread);
		pthread_join(thread, &result);
		/* Cancelled behind the dlopen: its handle is left. */
		handle = open_plug("leaf.so", RTLD_LAZY);
		for (int k = 0; k < 2 && is_mapped("leaf.so"); k++)
			dlclose(handle);
		good += result == PTHREAD_CANCELED && !is_mapped("leaf.so");
	}
	printf("# %d of %d threads were cancelled and left nothing, in %d rounds\n", good, threads,
	       rounds);
	tap_ok(good == threads && rounds > 1000,
	       "a thread cancelled in a destructor leaves no lock");
}

/* Cancelled inside a constructor. */
static volatile int in_slow, slow_ended;
void hook(const char *who, int begin);

static void slow_clean(void *data)
{
	(void)data;
	slow_ended++;
}

void hook(const char *who, int begin)
{
	if (strcmp(who, "slow") || !begin)
		return;
	in_slow++;
	if (in_slow > 1)
		return;
	pthread_cleanup_push(slow_clean, NULL);
	pause();
	pthread_cleanup_pop(0);
}

static void *open_slow(void *data)
{
	(void)data;
	return dlopen(plug("slow.so"), RTLD_NOW);
}

static void constructor(void)
{
	pthread_t thread;
	void *result, *handle;

	if (tap_cannot_cancel(3))
		return;
	tap_begin("cancelled in a constructor", 10);
	thread = start(open_slow, NULL);
	wait_for(&in_slow, 1);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	tap_ok(result == PTHREAD_CANCELED && slow_ended == 1, "a constructor can be cancelled");
	tap_ok(!is_mapped("slow.so"), "what it belonged to goes");
	handle = open_plug("slow.so", RTLD_NOW);
	tap_ok(in_slow == 2 && !dlclose(handle) && !is_mapped("slow.so"),
	       "and can be opened again");
}

int main(void)
{
	cancel(false, 1);
	cancel(false, 4);
	cancel(true, 1);
	cancel(true, 4);
	rest();
	destructors();
	constructor();
	return tap_end();
}
