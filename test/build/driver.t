#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# uclibc-cc: what it builds runs directly on the build machine.
. "$(dirname "$0")/../lib/tap.sh"
cc=$UCLIBC_CC
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
echo 'int main(void) { return undefined_thing(); }' >bad.c
if $cc bad.c -o bad 2>/dev/null; then
	not_ok "an error is an error"
else
	ok "an error is an error"
fi
finish
