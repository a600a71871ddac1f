#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What patches/ changes in the rest of libc: exit, fork handlers, thread stacks, thread exit.
. "$(dirname "$0")/../lib/tap.sh"
cd "$work" || exit 1

# prints NAME FLAGS EXPECTED: the program NAME.c, built with FLAGS, ends with status 0 and prints that.
prints() {
	rm -f "$1"
	if ! $UCLIBC_CC -D_GNU_SOURCE $2 "$1.c" -o "$1" -pthread >log 2>&1; then
		not_ok "$1 $2: compiles"
		diag log
		return
	fi
	got=$($limit "./$1" 2>&1)
	is "$1 $2" "$got:$?" "$3:0"
}

# Versions that have it, where it is configured.
echo 'int main(void) { return 0; }' >empty.c
static_pie=
! $UCLIBC_CC -static-pie empty.c -o empty 2>/dev/null || static_pie=-static-pie

cat >handlers.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* More handlers than the table had room for, registered while one runs; each runs once. */
static int calls;
static void one(void) { calls++; }
static void many(void) { for (int i = 0; i < 500; i++) atexit(one); }
static void report(void) { printf("%d calls\n", calls); }
/* A handler that waits for a thread that registers one: needs the lock to be free. */
static void late(void) { puts("late"); }
static void *thread(void *arg) { atexit(late); return arg; }
static void waits(void)
{
	pthread_t id;
	pthread_create(&id, NULL, thread, NULL);
	pthread_join(id, NULL);
	puts("waited");
}
static void status(int code, void *arg) { printf("%s %d\n", (char *)arg, code); }
int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	atexit(report);
	atexit(many);
	on_exit(status, "on_exit");
	atexit(waits);
	exit(0);
}
END
expect='waited
late
on_exit 0
500 calls'
prints handlers "" "$expect"
for flags in -static $static_pie; do
	prints handlers "$flags" "$expect"
done

cat >finalize.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int i = 0; i < 2; i++) {
		void *handle = dlopen("./libfinal.so", RTLD_NOW);
		if (!handle)
			return puts(dlerror());
		dlclose(handle);
		puts("closed");
	}
	return 0;
}
END
cat >libfinal.c <<'END'
#include <stdio.h>
#include <stdlib.h>
static void third(void) { puts("third"); }
static void second(void) { puts("second"); for (int i = 0; i < 50; i++) atexit(third + 0 * i); }
static void first(void) { puts("first"); }
__attribute__((constructor)) static void start(void) { atexit(first); atexit(second); }
END
$UCLIBC_CC -shared -fPIC libfinal.c -o libfinal.so
thirds=$(i=0; while [ $i -lt 50 ]; do echo third; i=$((i + 1)); done)
expect="second
$thirds
first
closed"
prints finalize "" "$expect
$expect"

cat >libfork.c <<'END'
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>
void *self;
static void prepare(void) { write(1, "prepare\n", 8); }
static void parent(void) { write(1, "parent\n", 7); }
static void child(void) { write(1, "child\n", 6); }
__attribute__((constructor)) static void start(void) { pthread_atfork(prepare, parent, child); }
END
$UCLIBC_CC -shared -fPIC libfork.c -o libfork.so
cat >forks.c <<'END'
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program's fork handler that closes a library which has some of its own. */
static void *handle;
static int when;
static void close_it(int now)
{
	if (handle && when == now) {
		dlclose(handle);
		handle = NULL;
		printf("closed %d\n", now);
	}
}
static void before(void) { close_it(0); }
static void after(void) { close_it(1); }
static void child(void) { close_it(2); }
static void *forking(void *arg)
{
	for (int i = 0; i < 30; i++) {
		int id = fork();
		if (id == 0)
			_exit(0);
		waitpid(id, NULL, 0);
	}
	return arg;
}
int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	pthread_atfork(before, after, child);
	for (when = 1; when < 3; when++) {
		handle = dlopen("./libfork.so", RTLD_NOW);
		int id = fork();
		if (id == 0) {
			id = fork();
			if (id == 0)
				_exit(0);
			waitpid(id, NULL, 0);
			_exit(0);
		}
		waitpid(id, NULL, 0);
		if (handle)
			dlclose(handle);
	}
	/* dlclose in one thread while others fork. */
	fclose(stdout);
	close(1);
	pthread_t id[2];
	when = -1;
	for (int i = 0; i < 2; i++)
		pthread_create(&id[i], NULL, forking, NULL);
	for (int i = 0; i < 200; i++) {
		void *one = dlopen("./libfork.so", RTLD_NOW);
		if (!one || dlclose(one) != 0)
			return 1;
	}
	for (int i = 0; i < 2; i++)
		pthread_join(id[i], NULL);
	return 0;
}
END
rm -f forks
$UCLIBC_CC -D_GNU_SOURCE forks.c -o forks -pthread
$limit ./forks >got 2>&1
is "dlclose in and beside fork handlers ends" "$?" 0
is "a library's handlers are not called once it is closed" "$(grep -c prepare got):$(grep -c closed got):$(grep -c parent got):$(grep -c child got)" "3:3:1:2"

cat >stacks.c <<'END'
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
static __thread struct { char c[64]; } __attribute__((aligned(4096))) big = { "big" };
static __thread struct { char c[64]; } __attribute__((aligned(512))) small = { "small" };
static void *thread(void *arg)
{
	char here[512];
	/* Nothing of the stack may lie in the TLS block. */
	uintptr_t stack = (uintptr_t)here, tls = (uintptr_t)&big;
	int bad = (uintptr_t)&big % 4096 != 0 || (uintptr_t)&small % 512 != 0 || big.c[0] != 'b' ||
		  small.c[0] != 's' || (stack < tls + 4096 && stack + sizeof(here) > tls);
	big.c[0] = 'x';
	small.c[0] = 'y';
	for (unsigned i = 0; i < sizeof(here); i++)
		((volatile char *)here)[i] = 1;
	return arg ? arg : (void *)(uintptr_t)bad;
}
int main(void)
{
	int bad = thread(NULL) != NULL;
	for (int i = 0; i < 100; i++) {
		pthread_t id[4];
		pthread_attr_t attr;
		pthread_attr_init(&attr);
		if (i & 1)
			pthread_attr_setstacksize(&attr, 65536);
		for (int k = 0; k < 4; k++)
			if (pthread_create(&id[k], &attr, thread, NULL) != 0)
				return 1;
		for (int k = 0; k < 4; k++) {
			void *result;
			pthread_join(id[k], &result);
			bad += result != NULL;
		}
	}
	printf("%d bad\n", bad);
	return 0;
}
END
prints stacks "" "0 bad"
prints stacks -no-pie "0 bad"

cat >ends.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void *__dso_handle;
static pthread_key_t key;
static void local(void *name) { printf("local %s\n", (char *)name); }
static void keyed(void *name) { printf("key %s\n", (char *)name); }
static void leave(void) { puts("atexit"); }
static void *thread(void *name)
{
	pthread_setspecific(key, name);
	__cxa_thread_atexit_impl(local, name, &__dso_handle);
	if (name)
		pthread_exit(NULL);
	return NULL;
}
static void *last(void *main_thread)
{
	pthread_join(*(pthread_t *)main_thread, NULL);
	puts("main is gone");
	return NULL;
}
int main(int argc, char **argv)
{
	static pthread_t self;
	pthread_t id;
	(void)argv;
	setvbuf(stdout, NULL, _IONBF, 0);
	pthread_key_create(&key, keyed);
	atexit(leave);
	pthread_create(&id, NULL, thread, "thread");
	pthread_join(id, NULL);
	self = pthread_self();
	pthread_setspecific(key, "main");
	__cxa_thread_atexit_impl(local, "main", &__dso_handle);
	if (argc > 1)
		exit(0);
	pthread_create(&id, NULL, last, &self);
	pthread_exit(NULL);
}
END
expect='local thread
key thread
local main
key main
main is gone
atexit'
prints ends "" "$expect"
is "ends, by exit" "$(./ends x 2>&1)" "local thread
key thread
local main
atexit"
for flags in -static $static_pie; do
	prints ends "$flags" "$expect"
done

# Enough rounds for a cancel that comes right before the cancellation point.
cat >cancel.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *rest(void *arg) { for (;;) usleep(1000); return arg; }
int main(void)
{
	int count = 0;
	for (int i = 0; i < 1500; i++) {
		pthread_t id;
		void *result;
		pthread_create(&id, NULL, rest, NULL);
		for (volatile int pause = 0; pause < i * 97 % 20000; pause++)
			;
		pthread_cancel(id);
		pthread_join(id, &result);
		count += result == PTHREAD_CANCELED;
	}
	printf("%d\n", count);
	return 0;
}
END
prints cancel "" 1500
for flags in -static $static_pie; do
	prints cancel "$flags" 1500
done

# Unwinding that begins in libpthread and goes through frames with cleanups of the program.
cat >unwind.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void bye(int *way) { printf("cleanup %d\n", *way); }
static void *leave(void *arg)
{
	__attribute__((cleanup(bye))) int way = arg ? 2 : 1;
	if (!arg)
		pthread_exit(NULL);
	for (;;)
		usleep(1000);
}
int main(void)
{
	pthread_t id;
	setvbuf(stdout, NULL, _IONBF, 0);
	pthread_create(&id, NULL, leave, NULL);
	pthread_join(id, NULL);
	pthread_create(&id, NULL, leave, &id);
	usleep(20000);
	pthread_cancel(id);
	pthread_join(id, NULL);
	puts("joined");
	return 0;
}
END
expect='cleanup 1
cleanup 2
joined'
prints unwind -fexceptions "$expect"
prints unwind "-fexceptions -no-pie" "$expect"

# The environment that constructors leave is the program's.
cat >libenv.c <<'END'
#include <stdlib.h>
__attribute__((constructor)) static void change(void)
{
	if (getenv("CLEAR"))
		clearenv();
	else
		setenv("FROM_LIBRARY", "yes", 1);
}
END
cat >environ.c <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv, char **envp)
{
	char *value = getenv("FROM_LIBRARY");
	(void)argc, (void)argv;
	printf("%s %d %d\n", value ? value : "no", envp == environ, getenv("HERE") != NULL);
	return 0;
}
END
$UCLIBC_CC -shared -fPIC libenv.c -o libenv.so
export HERE=1
for flags in "" -no-pie; do
	prints environ "$flags -Wl,--no-as-needed ./libenv.so" "yes 1 1"
	is "environ $flags, cleared" "$(CLEAR=1 ./environ 2>&1)" "no 1 0"
done
prints environ "" "no 1 1"
for flags in -static $static_pie; do
	prints environ "$flags" "no 1 1"
done

# How a static program starts.
cat >begin.c <<'END'
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
static int arguments;
static __attribute__((aligned(4096))) __thread char page = 1;
static __attribute__((aligned(64))) __thread char line;
static void check(int argc, char **argv, char **envp)
{
	arguments += argc == 1 && argv[0] && !argv[1] && envp[0];
}
__attribute__((section(".preinit_array"), used)) static void (*before)(int, char **, char **) = check;
__attribute__((section(".init_array"), used)) static void (*first)(int, char **, char **) = check;
static int found(void) { return 42; }
__attribute__((used)) static int (*resolver(void))(void) { return found; }
extern int chosen(void);
__asm__(".globl chosen\n.type chosen, %gnu_indirect_function\n.set chosen, resolver");
int (*volatile pointer)(void) = chosen;
static void *aligned(void *right)
{
	*(int *)right = !((uintptr_t)&page % 4096) && page == 1 && !((uintptr_t)&line % 64) && !line;
	return NULL;
}
int main(void)
{
	pthread_t id;
	int right, thread;
	aligned(&right);
	pthread_create(&id, NULL, aligned, &thread);
	pthread_join(id, NULL);
	printf("%d arguments, %d %d, aligned %d %d\n", arguments, chosen(), pointer(), right, thread);
	return 0;
}
END
expect='2 arguments, 42 42, aligned 1 1'
for flags in "" -no-pie -static $static_pie; do
	prints begin "$flags" "$expect"
done

# Versions that ask the clock through the kernel's vDSO, where it is configured (VDSO_SUPPORT).
cat >clock.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
int main(void)
{
	struct timespec first, last, real;
	struct timeval day;
	int bad = 0, error;
	clock_gettime(CLOCK_MONOTONIC, &first);
	for (int i = 0; i < 100; i++) {
		bad += clock_gettime(CLOCK_MONOTONIC, &last) != 0;
		bad += last.tv_sec < first.tv_sec ||
		       (last.tv_sec == first.tv_sec && last.tv_nsec < first.tv_nsec);
		bad += gettimeofday(&day, NULL) != 0 || clock_gettime(CLOCK_REALTIME, &real) != 0;
		bad += real.tv_sec < day.tv_sec || real.tv_sec > day.tv_sec + 60;
		/* The kernel's time may be some milliseconds late. */
		bad += time(NULL) + 1 < day.tv_sec;
		first = last;
	}
	error = clock_gettime(9999, &last) == -1 ? errno : 0;
	printf("%d bad, %d\n", bad, error == EINVAL);
	return 0;
}
END
for flags in "" -static $static_pie; do
	prints clock "$flags" "0 bad, 1"
done
printf '#include <features.h>\n#ifdef __VDSO_SUPPORT__\nconfigured\n#endif\n' >vdso.c
if ! $UCLIBC_CC -E vdso.c | grep -q '^configured'; then
	skip "the clock is asked through the vDSO" "this libc does not"
elif ! have strace; then
	skip "the clock is asked through the vDSO" "no strace here"
else
	prints clock "" "0 bad, 1"
	strace -o calls -e trace=clock_gettime,gettimeofday ./clock >/dev/null
	is "the clock is asked through the vDSO, but for one that it does not know" \
		"$(grep -c 'clock_gettime\|gettimeofday' calls)" 1
fi
finish
