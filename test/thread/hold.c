/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * thread_local destructors hold, and keys delay, across threads; when the last one is over
 * the object goes by itself.
 */
#include "tap.h"

int hold_ended, hold_locals, hold_keys, hold_bad, hold_delete_key, hold_late_local;
void hold_in_key(void);

static void *handle;
static void (*use)(void);

static void reset(const char *function)
{
	hold_ended = hold_locals = hold_keys = hold_bad = hold_delete_key = hold_late_local = 0;
	handle = open_plug("hold.so", RTLD_LAZY);
	use = (void (*)(void))dlsym(handle, function);
}

struct one_user {
	pthread_t thread;
	volatile int state;
};

static void *use_and_wait(void *data)
{
	struct one_user *user = data;

	use();
	user->state = 1;
	while (user->state != 2)
		usleep(1000);
	return NULL;
}

static void users(struct one_user *user, int count)
{
	for (int i = 0; i < count; i++) {
		user[i].state = 0;
		user[i].thread = start(use_and_wait, &user[i]);
	}
	for (int i = 0; i < count; i++)
		wait_for(&user[i].state, 1);
}

static void end(struct one_user *user)
{
	user->state = 2;
	pthread_join(user->thread, NULL);
}

static void locals(void)
{
	struct one_user user[3];

	tap_begin("thread_local", 20);
	reset("hold_local");
	users(user, 3);
	tap_ok(!dlclose(handle) && is_mapped("hold.so") && !hold_ended,
	       "thread_local objects of three threads hold their plug-in");
	end(&user[0]);
	end(&user[1]);
	tap_ok(hold_locals == 2 && is_mapped("hold.so") && !hold_ended, "two are over");
	end(&user[2]);
	tap_ok(hold_locals == 3 && hold_ended == 1 && !hold_bad && goes("hold.so"),
	       "after the last it is closed and goes by itself");

	reset("hold_local");
	users(user, 3);
	for (int i = 0; i < 3; i++)
		end(&user[i]);
	tap_ok(hold_locals == 3 && !hold_ended, "threads end before the close");
	dlclose(handle);
	tap_ok(hold_ended == 1 && !hold_bad && !is_mapped("hold.so"), "then the close closes");

	reset("hold_local");
	users(user, 1);
	dlclose(handle);
	handle = open_plug("hold.so", RTLD_NOW);
	end(&user[0]);
	tap_ok(hold_locals == 1 && !hold_ended && is_mapped("hold.so"),
	       "opened again meanwhile: it is the same one, and stays");
	dlclose(handle);
	tap_ok(hold_ended == 1 && !is_mapped("hold.so"), "until its close");
}

static void keys(void)
{
	struct one_user user[3];

	tap_begin("keys", 20);
	reset("hold_key");
	users(user, 3);
	tap_ok(!dlclose(handle) && hold_ended == 1 && is_mapped("hold.so"),
	       "values of three threads under a key: closed, but mapped");
	end(&user[0]);
	end(&user[1]);
	tap_ok(hold_keys == 2 && is_mapped("hold.so"), "two are over");
	end(&user[2]);
	tap_ok(hold_keys == 3 && !hold_bad && goes("hold.so"), "after the last it goes by itself");
	tap_ok(!hold_bad, "the key's destructor found its thread-local variable as it left it");

	reset("hold_key");
	users(user, 2);
	end(&user[0]);
	end(&user[1]);
	tap_ok(!dlclose(handle) && hold_keys == 2 && hold_ended == 1 && !is_mapped("hold.so"),
	       "threads that end before the close delay nothing");

	reset("hold_key");
	hold_delete_key = 1;
	users(user, 2);
	tap_ok(!dlclose(handle) && hold_ended == 1 && !is_mapped("hold.so"),
	       "a key that the plug-in's destructor deletes delays nothing");
	end(&user[0]);
	end(&user[1]);
	tap_ok(!hold_keys, "and its destructor is not called any more");
}

/* What a key's destructor does; 1: wait in it until the state is 2, 3: use the linker. */
static volatile int in_key, in_key_state;

void hold_in_key(void)
{
	if (in_key == 1) {
		in_key_state = 1;
		wait_for(&in_key_state, 2);
	} else if (in_key == 3) {
		void *other = open_plug("leaf.so", RTLD_NOW);

		if (dlclose(other) || is_mapped("leaf.so"))
			hold_bad++;
	}
}

static void inside_keys(void)
{
	struct one_user user;
	void *other;

	tap_begin("inside a key's destructor", 20);
	reset("hold_key");
	in_key = 1;
	in_key_state = 0;
	users(&user, 1);
	dlclose(handle);
	user.state = 2;
	wait_for(&in_key_state, 1);
	other = open_plug("leaf.so", RTLD_NOW);
	dlclose(other);
	tap_ok(is_mapped("hold.so"), "a key's destructor that runs delays, too");
	in_key_state = 2;
	pthread_join(user.thread, NULL);
	tap_ok(hold_keys == 1 && !hold_bad && !is_mapped("hold.so"), "until it has returned");

	reset("hold_key");
	in_key = 3;
	users(&user, 1);
	dlclose(handle);
	end(&user);
	tap_ok(hold_keys == 1 && !hold_bad && !is_mapped("hold.so"),
	       "a destructor of a closed plug-in's key opens and closes");
	in_key = 0;
}

static void *close_it(void *data)
{
	return (void *)(intptr_t)(!dlclose(data) && hold_ended == 1 && is_mapped("hold.so"));
}

static void late_locals(void)
{
	struct one_user user;
	void *result;

	tap_begin("late thread_local", 20);
	reset("hold_local");
	hold_late_local = 1;
	pthread_join(start(close_it, handle), &result);
	tap_ok(result && hold_locals == 1 && !hold_bad && !is_mapped("hold.so"),
	       "a thread_local object made by the plug-in's destructor delays until its thread ends");

	reset("hold_key");
	hold_late_local = 2;
	users(&user, 1);
	end(&user);
	tap_ok(hold_locals == 1 && hold_keys == 1 && !hold_ended,
	       "one made by a key's destructor is destroyed, too");
	dlclose(handle);
	tap_ok(hold_ended == 1 && !is_mapped("hold.so"), "and holds nothing");

	reset("hold_key");
	hold_late_local = 2;
	users(&user, 1);
	dlclose(handle);
	end(&user);
	tap_ok(hold_locals == 1 && hold_keys == 1 && !hold_bad && !is_mapped("hold.so"),
	       "also when the plug-in has been closed before");
}

static void returns(void)
{
	int (*close_self)(int (*)(void *), void *);

	tap_begin("returns", 20);
	reset("hold_local");
	close_self = (int (*)(int (*)(void *), void *))dlsym(handle, "hold_close");
	tap_ok(close_self(dlclose, handle) && hold_ended == 1,
	       "a function that closes its own plug-in returns into it and finds its variables");
	dlerror();
	handle = open_plug("leaf.so", RTLD_NOW);
	dlclose(handle);
	tap_ok(!is_mapped("hold.so"), "later it is gone");
}

/* Main thread exits first; another one sees to the rest. */
static pthread_t main_thread;

static void *outlive(void *data)
{
	pthread_join(main_thread, NULL);
	_exit(hold_locals == 1 && hold_ended == 1 && !hold_bad && goes("hold.so") && !data ? 0 : 1);
}

static int main_exits(void)
{
	reset("hold_local");
	use();
	dlclose(handle);
	if (!is_mapped("hold.so") || hold_ended)
		return 2;
	main_thread = pthread_self();
	start(outlive, NULL);
	pthread_exit(NULL);
}

static void *outlive_key(void *data)
{
	pthread_join(main_thread, NULL);
	_exit(hold_keys == 1 && hold_ended == 1 && !hold_bad && goes("hold.so") && !data ? 0 : 1);
}

static int main_exits_key(void)
{
	reset("hold_key");
	use();
	dlclose(handle);
	if (!is_mapped("hold.so") || !hold_ended)
		return 2;
	main_thread = pthread_self();
	start(outlive_key, NULL);
	pthread_exit(NULL);
}

static int process_exits(void)
{
	reset("hold_local");
	use();
	dlclose(handle);
	exit(0);
}

int main(void)
{
	locals();
	keys();
	inside_keys();
	late_locals();
	returns();
	tap_begin("main thread exits", 20);
	tap_ok(in_child(main_exits) == 0, "the main thread's end is an end like others");
	tap_ok(in_child(main_exits_key) == 0, "also for keys");
	tap_ok(in_child(process_exits) == 0, "exit with a held plug-in");
	return tap_end();
}
