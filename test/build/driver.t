#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# uclibc-cc: what it builds runs directly on the build machine.
. "$(dirname "$0")/../lib/tap.sh"
cc=$UCLIBC_CC
top=$(pwd)
cd "$work" || exit 1

cat >main.c <<'END'
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#ifndef __UCLIBC__
#error "not uClibc's headers"
#endif
static __thread int own = 40;
static void *thread(void *arg)
{
	own += 2;
	*(int *)arg = own;
	return NULL;
}
int main(int argc, char **argv)
{
	pthread_t id;
	int result = 0;
	(void)argv;
	pthread_create(&id, NULL, thread, &result);
	pthread_join(id, NULL);
	printf("%d %d %.0f\n", own, result, sqrt(argc * 16.0));
	return 0;
}
END
cat >lib.c <<'END'
int answer(void) { return 42; }
END
cat >use.c <<'END'
#include <stdio.h>
int answer(void);
int main(void) { printf("%d\n", answer()); return 0; }
END

# built NAME TYPE FLAGS...: compiles, is of that ELF type, runs and prints what it should.
built() {
	title=$1 type=$2
	shift 2
	rm -f main
	check "$title: compiles" $cc "$@" -o main main.c -pthread -lm -ldl -lrt -lpthread
	like "$title: $type" "$(readelf -hl main 2>&1)" "$type"
	is "$title: runs" "$(./main 2>&1)" "40 42 4"
}

built "default" "DYN (Position-Independent"
built "no-pie" "EXEC (Exec" -no-pie
built "static" "EXEC (Exec" -static
case $(readelf -l main) in
*INTERP*) not_ok "static: no interpreter" ;;
*) ok "static: no interpreter" ;;
esac
built "optimised" "DYN (Position-Independent" -O2 -g
check "-c, then link" sh -c "$cc -c main.c -o main.o && $cc main.o -o main -lm"
is "and it runs" "$(./main 2>&1)" "40 42 4"
check "-shared" $cc -shared -fPIC lib.c -o libanswer.so
check "a program with a library" $cc use.c -L. -lanswer -Wl,-rpath,"$work" -o use
is "and it runs" "$(./use 2>&1)" 42
check "-E passes through" sh -c "$cc -E lib.c | grep -q answer"
check "-S passes through" sh -c "$cc -S lib.c -o - | grep -q answer"
UCLIBC_CC_INTERP=/lib/some-loader.so $cc main.c -o main -lm
like "another interpreter" "$(readelf -l main)" "interpreter: /lib/some-loader.so]"
if $cc -static-pie main.c -o main -lm 2>err; then
	is "-static-pie" "$(./main 2>&1)" "40 42 4"
else
	like "-static-pie is refused with a reason" "$(cat err)" "no static PIE"
fi

# Whatever way gcc has of being told, it is understood.
library() {
	rm -f libanswer.so
	check "$1: links" "$cc" $2
	is "$1: has nothing of a program's in it" "$(readelf --dyn-syms -lW libanswer.so 2>&1 | grep -c ' _start$\|INTERP\| main$')" 0
	is "$1: works" "$(./use 2>&1)" 42
}
library --shared "--shared -fPIC lib.c -o libanswer.so"
echo '-shared -fPIC lib.c -o libanswer.so' >arguments
library @file @arguments
if $cc -nodefaultlibs main.c -o main 2>err; then
	not_ok "-nodefaultlibs leaves out libc"
else
	like "-nodefaultlibs leaves out libc" "$(cat err)" "undefined reference to"
fi
check "-nodefaultlibs, with libraries of one's own choice" $cc -nodefaultlibs main.c -o main -lm -lc
is "and it runs" "$(./main 2>&1)" "40 42 4"
check "-nostdlib, and libgcc" $cc -nostdlib -shared -fPIC lib.c -o libanswer.so -lgcc
check "-nostdinc -fsyntax-only" $cc -nostdinc -fsyntax-only lib.c
mkdir own
echo '#define MINE 1' >own/features.h
printf '#include <features.h>\n#if !MINE\n#error\n#endif\n' >mine.c
check "-isystem comes before libc's headers" $cc -isystem own -fsyntax-only mine.c
is "-print-sysroot" "$($cc -print-sysroot)" "$top/$ROOT"
is "-print-file-name: libc's" "$($cc -print-file-name=libc.a)" "$top/$ROOT/usr/lib/libc.a"
check "-print-file-name: the compiler's start files" test -f "$($cc -print-file-name=crtbeginS.o)"
check "-print-file-name: the compiler's headers" test -f "$($cc -print-file-name=include)/stddef.h"
like "-dumpmachine" "$($cc -dumpmachine)" "-linux-uclibc"
is "-print-multiarch" "$($cc -print-multiarch)" ""

# The build machine's libraries are not there.
case $(gcc -print-file-name=libc.so.6) in
/*)
	is "-print-file-name: not the build machine's" "$($cc -print-file-name=libc.so.6)" libc.so.6
	for name in libc.so.6 libm.so.6 libz.so.1; do
		if $cc main.c -o main -l:"$name" 2>err; then
			not_ok "-l:$name does not find the build machine's"
		else
			like "-l:$name does not find the build machine's" "$(cat err)" "cannot find -l:$name"
		fi
	done
	$cc -print-search-dirs | sed -n 's/^libraries: =//p' | tr : '\n' >places
	is "no place of -print-search-dirs has them" "$(while read -r dir; do ls "$dir/libc.so.6" 2>/dev/null; done <places)" ""
	;;
esac

cat >context.c <<'END'
#include <stdio.h>
#define _GNU_SOURCE
#include <ucontext.h>
static ucontext_t here, there;
static char stack[65536];
static void other(void) { puts("there"); }
int main(void)
{
	getcontext(&there);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	there.uc_link = &here;
	makecontext(&there, other, 0);
	swapcontext(&here, &there);
	return puts("back") < 0;
}
END
case ${ARCH:-x86_64} in
x86_64 | i386)
	check "ucontext: compiles" $cc context.c -o context
	is "ucontext: runs" "$(./context 2>&1)" "there
back"
	;;
esac
# C++: built by make toolchain, or not.
cxx=${cc%-cc}-c++
printf '#include <iostream>\nint main() { std::cout << "hello" << std::endl; }\n' >hello.cc
if $cxx hello.cc -o hello 2>err; then
	is "uclibc-c++" "$(./hello 2>&1)" hello
else
	like "uclibc-c++ says what it is waiting for" "$(cat err)" "make toolchain"
fi
echo 'int main(void) { return undefined_thing(); }' >bad.c
if $cc bad.c -o bad 2>/dev/null; then
	not_ok "an error is an error"
else
	ok "an error is an error"
fi
finish
