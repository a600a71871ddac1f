#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The installed tree, make install DESTDIR=, ldconfig and ldd.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

check "make install DESTDIR=" make -s install DESTDIR="$work/dest"
loader=$(basename "$(find "$ROOT/lib" -name 'ld*-uClibc.so.1')")
for file in lib/$loader lib/libc.so.1 lib/libc.so.0 lib/libgcc_s.so.1 usr/lib/libc.a usr/lib/crt1.o usr/include/dlfcn.h \
	usr/include/link.h usr/include/sys/auxv.h sbin/ldconfig usr/bin/ldd usr/bin/getconf; do
	check "has $file" test -f "$work/dest/$file"
done
like "the report of a trace is one command" "$(cd "$work" && perl dest/usr/bin/uclibc-dlreport --help)" 'usage: dlreport'
check "with its page in it" grep -q '^</html>' "$work/dest/usr/bin/uclibc-dlreport"
for page in dlclose.3 ld-uClibc.so.8 uclibc-dlreport.1; do
	check "has the page $page" test -s "$work/dest/usr/share/man/man${page##*.}/$page"
done
check "the public header is ours" grep -q DLFCN_HOLDERS "$work/dest/usr/include/dlfcn.h"
check "no header of the inside" test ! -e "$work/dest/usr/include/dl-api.h"
like "make install without DESTDIR" "$(make -s install 2>&1)" "give DESTDIR"

like "getconf works" "$("$work/dest/lib/$loader" "$work/dest/usr/bin/getconf" PAGE_SIZE 2>&1)" \
	"$(getconf PAGE_SIZE)"
like "ldd's interpreter is the installed one" "$(readelf -l "$work/dest/usr/bin/ldd")" \
	"interpreter: /lib/$loader]"
check "ldconfig writes a cache" "$work/dest/sbin/ldconfig" -r "$work/dest"
like "ldd lists what a program needs" \
	"$("$work/dest/lib/$loader" "$work/dest/usr/bin/ldd" "$work/dest/usr/bin/getconf" 2>&1)" \
	"libc.so.0 =>"
is "and does not complain about another libc's cache" \
	"$("$work/dest/lib/$loader" "$work/dest/usr/bin/ldd" "$work/dest/usr/bin/getconf" 2>&1 |
		grep cache)" ""
like "with libc in it" "$(strings "$work/dest/etc/ld.so.cache" 2>/dev/null ||
	tr '\0' '\n' <"$work/dest/etc/ld.so.cache")" "libc.so.0"
symbols=$(readelf --dyn-syms -W "$work/dest/lib/libc.so.1" | awk '$7 != "UND" { print $8 }')
linker=$(readelf --dyn-syms -W "$work/dest/lib/$loader" | awk '$7 != "UND" { print $8 }')
for symbol in dlopen dlclose dlsym dlvsym dlmopen dlerror dladdr dladdr1 dlinfo dl_iterate_phdr \
	dlholders dlclose_mode __cxa_thread_atexit_impl getauxval; do
	check "libc.so exports $symbol" sh -c "printf '%s\n' '$symbols' | grep -qx $symbol"
done
check "the loader exports _dl_find_object, for unwinders" sh -c "printf '%s\\n' '$linker' | grep -qx _dl_find_object"
for symbol in __call_tls_dtors __fork_running; do
	check "libc.so hides $symbol" sh -c "! printf '%s\n' '$symbols' | grep -qx $symbol"
done
finish
