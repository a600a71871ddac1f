#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Static programs: libc.a's share of libdl, and thread_local destructors.
. "$(dirname "$0")/../lib/tap.sh"
cd "$work" || exit 1

cat >main.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
static __thread int own = 5;

static void dtor(void *name)
{
	printf("dtor %s %d\n", (char *)name, own);
}
static int each(struct dl_phdr_info *info, size_t size, void *data)
{
	char *block = info->dlpi_tls_data;
	int here = 0;

	++*(int *)data;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];

		here += segment->p_type == PT_LOAD &&
			(ElfW(Addr))each - info->dlpi_addr - segment->p_vaddr < segment->p_memsz;
	}
	printf("phdr \"%s\" %d %d %d\n", info->dlpi_name, size == sizeof(*info), here,
	       block && block <= (char *)&own && (char *)&own < block + 4096);
	return 0;
}
static void *thread(void *arg)
{
	int count = 0;

	own = 6;
	__cxa_thread_atexit_impl(dtor, "thread", NULL);
	dl_iterate_phdr(each, &count);
	return arg;
}
static void second(void) { puts("second"); }
static void first(void) { puts("first"); atexit(second); }
int main(void)
{
	struct dl_find_object found;
	Dl_info info;
	pthread_t id;
	int count = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("dlopen %p\n", dlopen("libx.so", RTLD_NOW));
	printf("%s\n", dlerror());
	printf("again %p\n", (void *)dlerror());
	printf("dlsym %p\n", dlsym(RTLD_DEFAULT, "main"));
	printf("%s\n", dlerror());
	printf("fdlopen %p\n", fdlopen(-1, RTLD_NOW));
	printf("%s\n", dlerror());
	printf("dlfunc %d\n", dlfunc(RTLD_SELF, "main") != NULL);
	printf("%s\n", dlerror());
	printf("dladdr %d\n", dladdr((void *)main, &info));
	printf("find %d %d\n", _dl_find_object((void *)main, &found),
	       _dl_find_object(&count, &found));
	dl_iterate_phdr(each, &count);
	printf("objects %d\n", count);
	printf("page %d\n", getauxval(AT_PAGESZ) == (unsigned long)getpagesize());
	atexit(first);
	__cxa_thread_atexit_impl(dtor, "main", NULL);
	pthread_create(&id, NULL, thread, NULL);
	pthread_join(id, NULL);
	return 0;
}
END
cat >expect <<'END'
dlopen (nil)
dlopen: libx.so: this program is statically linked and can load nothing: a library would bring a second libc, and there is no dynamic linker to keep the two apart; link the program without -static
again (nil)
dlsym (nil)
dlsym: main: this program is statically linked and can load nothing: a library would bring a second libc, and there is no dynamic linker to keep the two apart; link the program without -static
fdlopen (nil)
fdlopen: the program itself: this program is statically linked and can load nothing: a library would bring a second libc, and there is no dynamic linker to keep the two apart; link the program without -static
dlfunc 0
dlfunc: main: this program is statically linked and can load nothing: a library would bring a second libc, and there is no dynamic linker to keep the two apart; link the program without -static
dladdr 0
find 0 -1
phdr "" 1 1 1
objects 1
page 1
phdr "" 1 1 1
dtor thread 6
dtor main 5
first
second
END
for kind in -static -static-pie; do
	rm -f main
	if [ $kind = -static-pie ] && ! $UCLIBC_CC $kind main.c -o main -pthread 2>log && grep -q 'no static PIE' log; then
		skip "$kind" "this libc has none"
		continue
	fi
	check "$kind: compiles" $UCLIBC_CC $kind main.c -o main -pthread
	./main >got 2>&1
	is "$kind: exit status" "$?" 0
	check "$kind: dlopen and its like refuse with a reason; the rest works" diff -u expect got
done
echo 'int main(void) { return 0; }' >tiny.c
$UCLIBC_CC -static -Os -s tiny.c -o tiny
like "an empty program does not pull in thread_local destructors" \
	"$($UCLIBC_CC -static -Wl,-t tiny.c -o tiny 2>&1 | grep -c static_tls_dtor)" 0
finish
