/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thread-local storage: access models and dialects, threads made before and after an open, ids and
 * static space used again, alignment, many modules, first touches in signal handlers, memory given
 * back.
 */
#include "tap.h"
#include <sys/stat.h>

struct api {
	void *handle;
	int (*check)(void);
	void (*spoil)(int);
	int (*is)(int);
	void *(*place)(void);
};

static bool api_open(struct api *api, const char *path)
{
	api->handle = dlopen(path, RTLD_LAZY);
	if (!api->handle)
		return false;
	api->check = (int (*)(void))dlsym(api->handle, "tls_check");
	api->spoil = (void (*)(int))dlsym(api->handle, "tls_spoil");
	api->is = (int (*)(int))dlsym(api->handle, "tls_is");
	api->place = (void *(*)(void))dlsym(api->handle, "tls_place");
	return true;
}

static void api_need(struct api *api, const char *name)
{
	if (!api_open(api, plug(name))) {
		printf("Bail out! %s\n", dlerror());
		exit(1);
	}
}

static size_t module_id(const struct api *api)
{
	size_t id = 0;

	dlinfo(api->handle, RTLD_DI_TLS_MODID, &id);
	return id;
}

/* A thread that does one job after another; the main thread waits for each. */
struct worker {
	pthread_t thread;
	sem_t begin, done;
	int (*job)(struct api *api, int number);
	struct api *api;
	int number, result;
};

enum { WORKERS = 4 };
static struct worker workers[WORKERS];

static void *serve(void *data)
{
	struct worker *worker = data;

	for (;;) {
		while (sem_wait(&worker->begin))
			;
		if (!worker->job)
			return NULL;
		worker->result = worker->job(worker->api, worker->number);
		sem_post(&worker->done);
	}
}

/* The job in each worker, one after another: how many say yes. */
static int in_workers(int (*job)(struct api *, int), struct api *api)
{
	int good = 0;

	for (int i = 0; i < WORKERS; i++) {
		workers[i].job = job;
		workers[i].api = api;
		workers[i].number = i + 1;
		sem_post(&workers[i].begin);
		while (sem_wait(&workers[i].done))
			;
		good += workers[i].result;
	}
	return good;
}

static int fresh(struct api *api, int number)
{
	if (api->check())
		return 0;
	api->spoil(number);
	return api->is(number);
}

static int still(struct api *api, int number)
{
	return api->is(number);
}

static void *fresh_thread(void *data)
{
	return (void *)(intptr_t)fresh(data, 77);
}

/* Main thread, threads from before and a thread from after the open each have their own. */
static bool everywhere(struct api *api)
{
	void *result;

	if (!fresh(api, 100) || in_workers(fresh, api) != WORKERS)
		return false;
	pthread_join(start(fresh_thread, api), &result);
	return result && in_workers(still, api) == WORKERS && api->is(100);
}

static void models(void)
{
	static const char *const names[] = {"tls-gd.so",   "tls-gd2.so",   "tls-ld.so",
					    "tls-ld2.so",  "tls-ie.so",	   "tls-ie2.so",
					    "tls-page.so", "tls-page2.so", "tls-large.so"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct api api;
		size_t first;
		int good = 0;

		tap_begin(names[i], 20);
		api_need(&api, names[i]);
		first = module_id(&api);
		tap_ok(everywhere(&api), "%s: own values in all threads", names[i]);
		dlclose(api.handle);
		tap_ok(!is_mapped(names[i]), "%s: gone", names[i]);
		for (int round = 0; round < 100; round++) {
			api_need(&api, names[i]);
			good += everywhere(&api) && module_id(&api) == first;
			dlclose(api.handle);
		}
		tap_ok(good == 100, "%s: the same id and initial values 100 times over", names[i]);
	}
}

/* Of another size each time: what one left behind must not show in the next. */
static void taking_turns(void)
{
	static const char *const names[] = {"tls-gd.so", "tls-page.so", "tls-ie.so", "tls-large.so",
					    "tls-ld2.so"};
	int good = 0;

	tap_begin("taking turns", 20);
	for (int round = 0; round < 300; round++) {
		struct api one, two;

		api_need(&one, names[round % 5]);
		api_need(&two, names[(round * 3 + 1) % 5]);
		good += everywhere(&one) && (one.handle == two.handle || everywhere(&two));
		dlclose(one.handle);
		dlclose(two.handle);
	}
	tap_ok(good == 300, "different modules under the same ids see initial values");
}

static __thread char startup_page[4096] __attribute__((aligned(4096))) = {5};
static __thread int startup_int = 6;

static int startup_right(struct api *api, int number)
{
	(void)api;
	(void)number;
	return (uintptr_t)startup_page % 4096 == 0 && startup_page[0] == 5 && startup_int == 6 &&
	       startup_page[4095] == 0;
}

static void *startup_thread(void *data)
{
	bool good = startup_right(NULL, 0);

	(void)data;
	memset(startup_page, 99, sizeof(startup_page));
	startup_int = 99;
	return (void *)(intptr_t)good;
}

static void startup(void)
{
	int good = 0;
	void *result;

	tap_begin("startup", 10);
	tap_ok(startup_right(NULL, 0), "startup TLS aligned to a page in the main thread");
	tap_ok(in_workers(startup_right, NULL) == WORKERS, "and in others");
	for (int i = 0; i < 300; i++) {
		pthread_join(start(startup_thread, NULL), &result);
		good += result != NULL;
	}
	tap_ok(good == 300, "and on stacks used again");
}

/* Copies of a plug-in under other names are other objects. */
static char directory[] = "/tmp/thread-tls.XXXXXX";

static const char *copy_name(int number)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%d.so", directory, number);
	return path;
}

static bool make_copies(const char *name, int count)
{
	int in = open(plug(name), O_RDONLY);
	struct stat stat;
	char *text;
	bool good = true;

	if (in < 0 || fstat(in, &stat) || !(text = malloc((size_t)stat.st_size)))
		return false;
	good = read(in, text, (size_t)stat.st_size) == stat.st_size;
	for (int i = 0; i < count && good; i++) {
		int out = open(copy_name(i), O_WRONLY | O_CREAT | O_TRUNC, 0700);

		good = write(out, text, (size_t)stat.st_size) == stat.st_size;
		close(out);
	}
	close(in);
	free(text);
	return good;
}

static void remove_copies(int count)
{
	for (int i = 0; i < count; i++)
		unlink(copy_name(i));
}

enum { MANY = 1000, HANDLED = 100 };
static struct api many[MANY];

static int many_fresh(struct api *api, int number)
{
	int good = 0;

	for (int i = 0; i < MANY; i++)
		good += fresh(&api[i], number * 1000 + i);
	for (int i = 0; i < MANY; i++)
		good += still(&api[i], number * 1000 + i);
	return good == 2 * MANY;
}

static void *many_thread(void *data)
{
	return (void *)(intptr_t)many_fresh(data, 50);
}

static void thousand(void)
{
	int opened = 0, rest = 0;
	void *result;

	tap_begin("1,000 modules", 60);
	if (!tap_ok(make_copies("tls-gd.so", MANY), "copies"))
		return;
	for (int round = 0; round < 2; round++) {
		opened = 0;
		for (int i = 0; i < MANY; i++)
			opened += api_open(&many[i], copy_name(i));
		if (!tap_ok(opened == MANY, "%d modules with TLS at once", opened))
			return;
		tap_ok(many_fresh(many, 40), "each with its own values in the main thread");
		tap_ok(in_workers(many_fresh, many) == WORKERS, "in older threads");
		pthread_join(start(many_thread, many), &result);
		tap_ok(result != NULL, "in a younger one");
		/* In another order than they came. */
		for (int i = 0; i < MANY; i++)
			rest += dlclose(many[i * 7 % MANY].handle);
		tap_ok(!rest && !is_mapped(directory), "all gone");
	}
	remove_copies(MANY);
}

static void surplus(void)
{
	struct api api[200];
	int opened[2] = {0, 0};
	const char *text = "";

	tap_begin("surplus", 20);
	make_copies("tls-ie.so", 200);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 200 && api_open(&api[i], copy_name(i)); i++)
			opened[round]++;
		if (opened[round] < 200)
			text = dlerror();
		printf("# %d; %s\n", opened[round], text);
		tap_ok(opened[round] > 2 && opened[round] < 200 && strstr(text, directory) &&
			       strstr(text, "static thread-local storage"),
		       "the end of the room for static TLS has a name");
		tap_ok(everywhere(&api[0]) && everywhere(&api[opened[round] - 1]),
		       "what fitted in works");
		/* Leave gaps first. */
		for (int i = 0; i < opened[round]; i += 2)
			dlclose(api[i].handle);
		for (int i = 1; i < opened[round]; i += 2)
			dlclose(api[i].handle);
	}
	tap_ok(opened[0] == opened[1] && !is_mapped(directory), "the room is all there again");
	remove_copies(200);
}

/* First touch in a signal handler, at any moment of a first touch outside. */
static struct api *handler_api;
static volatile int handler_runs, handler_bad, handler_count;

static void handler(int signal_number)
{
	struct api *api = __atomic_load_n(&handler_api, __ATOMIC_SEQ_CST);

	(void)signal_number;
	if (!api)
		return;
	api += handler_runs++ % handler_count;
	if (api->place() != api->place() || api->check())
		handler_bad++;
}

static int in_handler(struct api *api, int number)
{
	(void)api;
	(void)number;
	raise(SIGUSR1);
	return 1;
}

static int outside(struct api *api, int number)
{
	(void)number;
	return api->check() == 0;
}

/* Signals for one thread, as fast as they go. */
static volatile int pester_end;

static void *pester(void *data)
{
	while (!pester_end) {
		pthread_kill(*(pthread_t *)data, SIGUSR2);
		usleep(20);
	}
	return NULL;
}

static void handlers(const char *name)
{
	pthread_t self = pthread_self(), thread;
	int good = 0, rounds = 0, i;
	struct api api;

	tap_begin("handlers", 20);
	signal(SIGUSR1, handler);
	signal(SIGUSR2, handler);
	handler_runs = handler_bad = 0;
	handler_count = 1;
	for (i = 0; i < 200; i++) {
		api_need(&api, name);
		__atomic_store_n(&handler_api, &api, __ATOMIC_SEQ_CST);
		if (i & 1)
			in_workers(in_handler, &api);
		good += in_workers(outside, &api) == WORKERS;
		__atomic_store_n(&handler_api, NULL, __ATOMIC_SEQ_CST);
		dlclose(api.handle);
	}
	tap_ok(good == 200 && handler_runs == 100 * WORKERS && !handler_bad,
	       "%s: first touch in signal handlers", name);
	make_copies(name, HANDLED);
	pester_end = handler_runs = 0;
	handler_count = HANDLED;
	thread = start(pester, &self);
	/* A second is enough on most machines; the slowest has a minute. */
	for (double begin = now(), end = begin + 1;
	     now() < end || (handler_runs <= 10 && now() < begin + 60); rounds++) {
		for (i = 0; i < HANDLED; i++)
			handler_bad += !api_open(&many[i], copy_name(i));
		__atomic_store_n(&handler_api, many, __ATOMIC_SEQ_CST);
		for (i = HANDLED; i--;)
			handler_bad += many[i].check() != 0;
		__atomic_store_n(&handler_api, NULL, __ATOMIC_SEQ_CST);
		for (i = 0; i < HANDLED; i++)
			handler_bad += dlclose(many[i].handle);
	}
	pester_end = 1;
	pthread_join(thread, NULL);
	remove_copies(HANDLED);
	tap_ok(!handler_bad && rounds && handler_runs > 10,
	       "%s: and while signals arrive (%d rounds, %d times)", name, rounds, handler_runs);
}

static void *touch_and_end(void *data)
{
	struct api *api = data;

	return (void *)(intptr_t)fresh(api, 3);
}

static void memory(void)
{
	static const char *const names[] = {"tls-large.so", "tls-gd.so"};
	struct api api;
	long before, after;
	void *result;

	for (int which = 0; which < 2; which++) {
		int good = 0;

		tap_begin("memory", 30);
		for (int i = -10; i < 300; i++) {
			if (!i)
				before = resident();
			api_need(&api, names[which]);
			good += fresh(&api, 5) && in_workers(fresh, &api) == WORKERS;
			dlclose(api.handle);
		}
		after = resident();
		tap_ok(good == 310 && after - before < 600,
		       "%s: blocks of idle threads go at the close (%ld kB more after 300 times)",
		       names[which], after - before);
		api_need(&api, names[which]);
		for (int i = -10; i < 300; i++) {
			if (!i)
				before = resident();
			pthread_join(start(touch_and_end, &api), &result);
			good += result != NULL;
		}
		after = resident();
		tap_ok(good == 620 && after - before < 600,
		       "%s: blocks go with their threads (%ld kB more after 300 threads)",
		       names[which], after - before);
		dlclose(api.handle);
	}
}

/* One that has been touched through descriptors or calls cannot become static any more. */
static void late_static(void)
{
	void *user;
	struct api api;

	tap_begin("late static", 10);
	api_need(&api, "tls-gd.so");
	user = dlopen(plug("tls-user.so"), RTLD_NOW);
	tap_ok(user && everywhere(&api),
	       "a module nobody has touched becomes static when asked to");
	if (user)
		dlclose(user);
	dlclose(api.handle);
	tap_ok(!is_mapped("tls-gd.so"), "gone");
	api_need(&api, "tls-gd.so");
	in_workers(fresh, &api);
	user = dlopen(plug("tls-user.so"), RTLD_NOW);
	tap_ok(!user && strstr(dlerror(), "cannot become static") &&
		       in_workers(still, &api) == WORKERS,
	       "one in use does not");
	dlclose(api.handle);
}

/* Threads that touch it for the first time just when it is to become static. */

enum { RACERS = 1, RACES = 150 };

static struct {
	void (*spoil)(int);
	int (*is)(int), (*user)(void);
	pthread_barrier_t begin, opened, done;
	volatile bool go;
	bool over;
	int wrong;
} race;

static void *racer(void *number)
{
	int own = (int)(intptr_t)number;

	for (unsigned turn = 0;; turn++) {
		pthread_barrier_wait(&race.begin);
		if (race.over)
			return NULL;
		while (!race.go)
			;
		for (volatile unsigned i = 0; i < turn * 7919 % 100000; i++)
			;
		race.spoil(own);
		pthread_barrier_wait(&race.opened);
		if (!race.is(own) || (race.user && race.user() != own))
			__atomic_add_fetch(&race.wrong, 1, __ATOMIC_SEQ_CST);
		pthread_barrier_wait(&race.done);
	}
}

static void becoming_static(void)
{
	pthread_t thread[RACERS];
	int opened = 0;

	tap_begin("becoming static", 60);
	pthread_barrier_init(&race.begin, NULL, RACERS + 1);
	pthread_barrier_init(&race.opened, NULL, RACERS + 1);
	pthread_barrier_init(&race.done, NULL, RACERS + 1);
	for (int i = 0; i < RACERS; i++)
		thread[i] = start(racer, (void *)(intptr_t)(i + 1));
	for (int i = 0; i < RACES; i++) {
		void *owner = open_plug("tls-gd.so", RTLD_NOW), *user;

		race.spoil = (void (*)(int))dlsym(owner, "tls_spoil");
		race.is = (int (*)(int))dlsym(owner, "tls_is");
		pthread_barrier_wait(&race.begin);
		race.go = true;
		user = dlopen(plug("tls-user.so"), RTLD_NOW);
		race.user = user ? (int (*)(void))dlsym(user, "tls_user") : NULL;
		opened += user != NULL;
		pthread_barrier_wait(&race.opened);
		pthread_barrier_wait(&race.done);
		race.go = false;
		if (user)
			dlclose(user);
		dlclose(owner);
		race.wrong += is_mapped("tls-gd.so");
	}
	race.over = true;
	pthread_barrier_wait(&race.begin);
	for (int i = 0; i < RACERS; i++)
		pthread_join(thread[i], NULL);
	tap_ok(!race.wrong,
	       "touched while it becomes static: one block a thread, whoever is first (%d of %d opened, "
	       "%d wrong)",
	       opened, RACES, race.wrong);
}

int main(void)
{
	if (!mkdtemp(directory))
		return 1;
	for (int i = 0; i < WORKERS; i++) {
		sem_init(&workers[i].begin, 0, 0);
		sem_init(&workers[i].done, 0, 0);
		workers[i].thread = start(serve, &workers[i]);
	}
	startup();
	models();
	taking_turns();
	surplus();
	late_static();
	becoming_static();
	handlers("tls-gd.so");
	handlers("tls-gd2.so");
	handlers("tls-large.so");
	memory();
	thousand();
	for (int i = 0; i < WORKERS; i++) {
		workers[i].job = NULL;
		sem_post(&workers[i].begin);
		pthread_join(workers[i].thread, NULL);
	}
	rmdir(directory);
	return tap_end();
}
