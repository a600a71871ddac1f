#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ldd and ldconfig of the build, used from the build directory: uclibc-ldd and uclibc-ldconfig.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
bin=$(cd "$B/bin" && pwd)
if [ ! -x "$bin/uclibc-ldd" ] || ! "$bin/uclibc-ldd" --help >/dev/null 2>&1; then
	echo "1..0 # SKIP no built ldd that runs here"
	exit 0
fi
root=$(cd "$ROOT" && pwd)
cd "$work" || exit 1

# make_library NAME FLAGS...: NAME.so of stdin.
make_library() {
	name=$1
	shift
	$UCLIBC_CC -shared -fPIC -Wl,-soname,"$name.so" -o "$name.so" -x c - -x none -Wl,-rpath,'$ORIGIN' \
		-Wl,--no-as-needed "$@" || echo "$name.so cannot be made"
}
echo 'int data, f(void); int f(void) { return 1; }' | make_library full
echo 'V { global: v; };' >map
echo 'int v(void); int v(void) { return 2; }' | make_library versioned -Wl,--version-script=map
echo 'int idle(void); int idle(void) { return 2; }' | make_library idle
echo 'extern int data, f(void), v(void); int *a = &data; int use(void); int use(void) { return f() + v(); }' |
	make_library user ./full.so ./versioned.so -Wl,-z,lazy
echo 'extern int use(void); int main(void) { return use(); }' |
	$UCLIBC_CC -o p -x c - -x none -Wl,--no-as-needed ./user.so ./idle.so -Wl,-rpath,'$ORIGIN'

# says NAME EXPECTED WORD...: what ldd prints that is none of the list.
says() {
	name=$1 expected=$2
	shift 2
	"$bin/uclibc-ldd" "$@" >"$work/out" 2>&1
	is "$name" "$(grep -v ' => .*(0x' "$work/out" | sed 's,\([[:space:](]\)[^[:space:](]*/,\1,g')" "$expected"
}
status() {
	name=$1 expected=$2
	shift 2
	"$bin/uclibc-ldd" "$@" >"$work/out" 2>&1
	is "$name" "$?" "$expected"
}

says "a program: nothing but the list" "" ./p
check "it has the libraries of this build" grep -q "libc\.so\.[01] => $root/lib/libc\.so\.[01] (0x" out
check "and the program's own" grep -q "full\.so => .*/full\.so (0x" out
says "a library: the same" "" ./user.so
check "with what it needs" grep -q "full\.so => .*/full\.so (0x" out
status "its status is 0" 0 ./p
status "-r, nothing missing: 0" 0 -r ./p
says "-u: what nothing is bound to" "Unused direct dependencies:
	idle.so" -u ./p
says "-v: versions" "
	Version information:
	user.so:
		versioned.so (V) => versioned.so" -v ./p
: >empty.c && $UCLIBC_CC -shared -fPIC -Wl,-soname,full.so -o full.so empty.c
says "-d: data that nobody has" "undefined symbol: data	(user.so)" -d ./p
status "-d: 1" 1 -d ./p
says "-r: functions, too" "undefined symbol: data	(user.so)
undefined symbol: f	(user.so)" -r ./p
status "-r: 1" 1 -r ./p
status "without them: 0" 0 ./p
status "long names: -d" 1 --data-relocs ./p
status "long names: -r" 1 --function-relocs ./p
status "long names: -u" 0 --unused ./p
status "long names: -v" 0 --verbose ./p
rm versioned.so
says "a library that is missing" "	versioned.so => not found" ./p
status "then: 1" 1 ./p
is "it is listed once" "$("$bin/uclibc-ldd" ./p | grep -c 'versioned\|checking')" 1
status "an option that there is not: 1" 1 -x ./p
like "and it is named" "$(cat out)" "-x: unknown option"
status "a file that there is not: 1" 1 ./nothing
is "two files: each under its name" "$("$bin/uclibc-ldd" ./p ./full.so | grep -c '^\./[a-z.]*:$')" 2
is "in order, through a pipe" "$("$bin/uclibc-ldd" ./full.so ./p | sed -n '1p')" "./full.so:"
status "another linker: asked" 0 --linker="$(find "$root/lib" -name 'ld*-uClibc.so.1')" ./full.so
like "LD_LIBRARY_PATH counts" "$(mkdir other && cp idle.so other/versioned.so && LD_LIBRARY_PATH=$work/other "$bin/uclibc-ldd" ./p)" \
	"$work/other/versioned.so"
echo 'int main(void) { return 0; }' | $UCLIBC_CC -static -o static -x c -
like "a static program" "$("$bin/uclibc-ldd" ./static 2>&1)" "not a dynamic executable"

# ldconfig: for the root of the build, here for a copy of its libraries.
if "$bin/uclibc-ldconfig" -h 2>&1 | grep -q 'chroot'; then
	is "uclibc-ldconfig prints the cache of the root" "$("$bin/uclibc-ldconfig" -N -X -v 2>&1 | grep -c "libc.so.[01] => libuClibc")" 1
	check "in which there is none before it is asked for one" test ! -e "$root/etc/ld.so.cache"
	"$bin/uclibc-ldconfig" -C /etc/test.cache >out 2>&1
	check "it makes one" test -s "$root/etc/test.cache"
	rm -f "$root/etc/test.cache"
else
	skip "uclibc-ldconfig" "it does not run here"
fi
finish
