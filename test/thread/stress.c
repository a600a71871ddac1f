/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Everything at once: 2 to 16 threads that open, call, look up, iterate, unwind and close, under a
 * signal a millisecond whose handler reads, with forks whose children do the same.  In the end
 * nothing may be left mapped.  STRESS_SECONDS: how long, default 20.
 */
#include "tap.h"
#include <sys/time.h>
#include <unwind.h>

/*
 * Where start files register frames, libgcc has a lock around the list of them, for unwinding, too:
 * nobody can unwind in a handler that has interrupted it, nor in a child of fork whose parent had
 * it.
 */
#ifndef FRAMES_ARE_REGISTERED
#define FRAMES_ARE_REGISTERED 0
#endif

/* The tables of arm are right at calls alone: nobody can unwind from where a signal has struck. */
#ifdef __arm__
enum { UNWINDS_INTERRUPTED = 0 };
#else
enum { UNWINDS_INTERRUPTED = !FRAMES_ARE_REGISTERED };
#endif

void hook(const char *who, int begin);

static volatile int stop;
static unsigned long done[8], signals;

enum { OPENED, CALLED, FOUND, ITERATED, UNWOUND, FORKED, TOUCHED, THREADS };

static void bad(int line, const char *what)
{
	printf("not ok - stress.c:%d: %s\n", line, what);
	fflush(stdout);
	abort();
}

#define NEED(condition, what)                \
	do {                                 \
		if (!(condition))            \
			bad(__LINE__, what); \
	} while (0)

static void did(int what)
{
	__atomic_add_fetch(&done[what], 1, __ATOMIC_RELAXED);
}

void hook(const char *who, int begin)
{
	void *handle;

	/* Constructors and destructors use the linker, too. */
	if (*who != 'w')
		return;
	handle = dlopen(plug("pair.so"), RTLD_LAZY);
	NEED(handle, dlerror());
	NEED(dlsym(handle, "leaf_value") && !dlclose(handle), begin ? "begin" : "end");
}

static int each(struct dl_phdr_info *info, size_t size, void *data)
{
	unsigned long sum = 0;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		sum += info->dlpi_phdr[i].p_memsz;
	*(unsigned long *)data += sum + strlen(info->dlpi_name);
	return 0;
}

static _Unwind_Reason_Code frame(struct _Unwind_Context *context, void *data)
{
	Dl_info info;
	void *address = (void *)_Unwind_GetIP(context);

	if (address)
		dladdr(address, &info);
	++*(int *)data;
	return _URC_NO_REASON;
}

static int unwind(void *data)
{
	_Unwind_Backtrace(frame, data);
	return 0;
}

static bool unwinds; /* can a handler? */

static void handler(int signal_number)
{
	struct dl_find_object object;
	unsigned long sum = 0;
	int saved = errno, frames = 0;
	Dl_info info;

	(void)signal_number;
	if (!dladdr((void *)handler, &info) || _dl_find_object((void *)handler, &object))
		bad(__LINE__, "handler");
	dl_iterate_phdr(each, &sum);
	/* From wherever the signal has struck, the linker included. */
	if (unwinds)
		unwind(&frames);
	__atomic_add_fetch(&signals, 1, __ATOMIC_RELAXED);
	errno = saved;
}

static void use_leaf(const char *name)
{
	void *handle = open_plug(name, RTLD_LAZY);
	int (*call)(int) = (int (*)(int))dlsym(handle, "leaf_call"), frames = 0;
	int (*walk)(int (*)(void *), void *) =
		(int (*)(int (*)(void *), void *))dlsym(handle, "leaf_walk");
	struct dl_find_object object;
	Dl_info info;

	did(OPENED);
	NEED(call && call(1) == 47, "a call");
	did(CALLED);
	NEED(dladdr((void *)call, &info) && strstr(info.dli_fname, name) &&
		     !strcmp(info.dli_sname, "leaf_call"),
	     "dladdr");
	NEED(!_dl_find_object((void *)call, &object) &&
		     (void *)object.dlfo_map_start == info.dli_fbase,
	     "_dl_find_object");
	did(FOUND);
	NEED(walk(unwind, &frames) == 1 && frames >= 4, "unwinding");
	did(UNWOUND);
	NEED(!dlclose(handle), "dlclose");
}

static void use_tls(const char *name)
{
	void *handle = open_plug(name, RTLD_LAZY);
	int (*check)(void) = (int (*)(void))dlsym(handle, "tls_check");

	did(OPENED);
	NEED(check && !check(), "TLS");
	did(TOUCHED);
	NEED(!dlclose(handle), "dlclose");
}

static void use_hook(const char *name)
{
	void *handle = open_plug(name, RTLD_NOW);

	did(OPENED);
	NEED(!dlclose(handle), "dlclose");
}

static void iterate(void)
{
	unsigned long sum = 0;

	dl_iterate_phdr(each, &sum);
	did(ITERATED);
}

static int child(void)
{
	alarm(20);
	signal(SIGALRM, SIG_DFL);
	use_leaf("leaf.so");
	use_tls("tls-gd.so");
	use_hook("worker.so");
	return 0;
}

static void one(unsigned what)
{
	switch (what % 16) {
	case 0:
	case 1:
	case 2:
		use_leaf("leaf.so");
		break;
	case 3:
		use_leaf("pair.so");
		break;
	case 4:
		use_leaf("above.so");
		break;
	case 5:
	case 6:
		use_tls("tls-gd.so");
		break;
	case 7:
		use_tls("tls-gd2.so");
		break;
	case 8:
		use_tls("tls-ie.so");
		break;
	case 9:
		use_tls("tls-page.so");
		break;
	case 10:
	case 11:
		use_hook("worker.so");
		break;
	case 12:
		if (FRAMES_ARE_REGISTERED || what / 16 % 16)
			break;
		NEED(in_child(child) == 0, "a child");
		did(FORKED);
		break;
	default:
		iterate();
	}
}

static void *work(void *data)
{
	unsigned seed = (unsigned)(uintptr_t)data;
	int left = (int)(seed % 400) + 100;

	while (!stop && left--) {
		seed = seed * 1103515245 + 12345;
		one(seed >> 12);
	}
	did(THREADS);
	return NULL;
}

/* Threads that come and go, `count` at a time. */
static void round_of(int count, double end, unsigned seed)
{
	pthread_t thread[16];

	stop = 0;
	for (int i = 0; i < count; i++)
		thread[i] = start(work, (void *)(uintptr_t)(seed += 7919));
	while (now() < end) {
		for (int i = 0; i < count && now() < end; i++) {
			pthread_join(thread[i], NULL);
			thread[i] = start(work, (void *)(uintptr_t)(seed += 7919));
		}
	}
	stop = 1;
	for (int i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
}

int main(void)
{
	static const char *const names[] = {"leaf.so",	  "pair.so",   "above.so",
					    "slow.so",	  "worker.so", "tls-gd.so",
					    "tls-gd2.so", "tls-ie.so", "tls-page.so"};
	static const int counts[] = {2, 4, 8, 16};
	struct itimerval often = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
	const char *text = getenv("STRESS_SECONDS");
	double seconds = text && *text ? atof(text) : 20, begin = now();
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	int left = 0;

	unwinds = UNWINDS_INTERRUPTED && !getenv("NO_FRAMES");
	tap_begin("stress", (unsigned)seconds + 60);
	/* libgcc does something once, with a lock: a handler that strikes in there waits for
	 * itself. */
	unwind(&left);
	left = 0;
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &often, NULL);
	for (int i = 0; i < 4; i++) {
		round_of(counts[i], begin + seconds * (i + 1) / 4, (unsigned)i);
		tap_ok(true, "%d threads", counts[i]);
	}
	setitimer(ITIMER_PROF, &never, NULL);
	printf("# %lu opens, %lu calls, %lu TLS blocks, %lu lookups, %lu iterations, %lu unwindings, "
	       "%lu forks, %lu threads, %lu signals\n",
	       done[OPENED], done[CALLED], done[TOUCHED], done[FOUND], done[ITERATED],
	       done[UNWOUND], done[FORKED], done[THREADS], signals);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		left += !goes(names[i]);
	tap_ok(!left, "nothing is left mapped");
	return tap_end();
}
