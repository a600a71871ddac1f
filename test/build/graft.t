#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make graft: idempotent; refuses what it does not know and then changes nothing.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1
source=${UCLIBC_SRC:-/usr/src/uClibc-ng-1.0.35.tar.xz}

scripts/unpack "$source" "$work/pristine" >"$work/log"

# fresh NAME: another pristine tree.
fresh() {
	rm -rf "$work/$1"
	cp -a "$work/pristine" "$work/$1"
}

# refused NAME TREE PATTERN: make graft fails with that message and leaves the tree alone.
refused() {
	cp -a "$2" "$work/before"
	if make -s graft UCLIBC_SRC="$2" >"$work/out" 2>&1; then
		not_ok "$1: refused"
	else
		like "$1: refused, and it says why" "$(cat "$work/out")" "$3"
	fi
	check "$1: nothing was changed" diff -r "$work/before" "$2"
	rm -rf "$work/before"
}

fresh tree
check "make graft of a pristine tree" make -s graft UCLIBC_SRC="$work/tree"
check "it has this linker" cmp ldso/hold/graph.c "$work/tree/ldso/ldso/hold/graph.c"
check "and no file of the old one" test ! -e "$work/tree/ldso/ldso/dl-elf.c"
cp -a "$work/tree" "$work/once"
check "make graft again" make -s graft UCLIBC_SRC="$work/tree"
check "changes nothing" diff -r "$work/once" "$work/tree"
cp -a "$work/tree" "$work/configured"
check "a grafted tree can be configured" make -C "$work/configured" ARCH=x86_64 defconfig
rm -rf "$work/configured"
echo "/* old */" >"$work/tree/ldso/ldso/life/gone.c"
echo "/* changed */" >>"$work/tree/ldso/ldso/hold/graph.c"
make -s graft UCLIBC_SRC="$work/tree" >/dev/null 2>&1
check "a third time it mends what differs" diff -r "$work/once" "$work/tree"

mkdir "$work/empty"
refused "an empty directory" "$work/empty" "not a uClibc-ng tree"
fresh tree
sed -i 's/^SUBLEVEL .*/SUBLEVEL := 12/' "$work/tree/Rules.mak"
refused "an older version" "$work/tree" "older than"
fresh tree
sed -i 's/__nptl_deallocate_tsd ();/nothing ();/' "$work/tree/libpthread/nptl/pthread_create.c"
refused "a tree without an expected line" "$work/tree" "pthread_create.c: expected one line"
fresh tree
rm "$work/tree/ldso/ldso/ldso.c"
refused "a tree with another linker" "$work/tree" "neither uClibc-ng's own"
fresh tree
scripts/graft "$work/tree" >/dev/null
echo "edits of another day" >"$work/tree/ldso/ldso/GRAFT"
refused "a tree grafted with other patches" "$work/tree" "unpack a fresh"

fresh tree
sed -i 's/^SUBLEVEL .*/SUBLEVEL := 99/' "$work/tree/Rules.mak"
mkdir -p "$work/tree/include/sys"
echo "/* its own */" >"$work/tree/include/sys/auxv.h"
like "an unknown version is tried with a note" "$(scripts/graft "$work/tree" 2>&1)" \
	"1.0.99 is newer than" "trying"
is "and keeps its own <sys/auxv.h>" "$(cat "$work/tree/include/sys/auxv.h")" "/* its own */"
is "and gets no second getauxval" "$(ls "$work/tree/libc/misc/elf/getauxval.c" 2>/dev/null)" ""
# A line that this version alone has another way: an edit of its own takes the place of the common one.
mkdir "$work/home"
cp -a scripts patches ldso libdl include graft COPYING.LIB "$work/home/"
fresh tree
sed -i 's/^SUBLEVEL .*/SUBLEVEL := 98/' "$work/tree/Rules.mak"
sed -i 's/^weak_alias(__environ, environ)/weak_alias (__environ, environ)/' "$work/tree/libc/misc/internals/__uClibc_main.c"
like "a line written in another way: what is near, and what to do" "$("$work/home/scripts/graft" "$work/tree" 2>&1)" \
	"weak_alias (__environ, environ)" "patches/1.0.98/"
mkdir "$work/home/patches/1.0.98"
sed 's/^after \/^weak_alias/& /' patches/common/57-static-start.edit >"$work/home/patches/1.0.98/57-static-start.edit"
printf 'new later\n+%s\n' "edits of its own come last" >"$work/home/patches/1.0.98/05-later.edit"
check "with an edit for it, it fits" "$work/home/scripts/graft" "$work/tree"
check "the other edits were made, too" grep -q dl_hook_start "$work/tree/libc/misc/internals/__uClibc_main.c"
is "and one without a name in common" "$(cat "$work/tree/later")" "edits of its own come last"

# A tree made up to look like 1.0.52: __uClibc_main has another call, the header tells that.
fresh tree
sed -i 's/^SUBLEVEL .*/SUBLEVEL := 52/' "$work/tree/Rules.mak"
mkdir -p "$work/tree/include/sys" "$work/tree/libc/misc/auxvt"
echo "/* its own */" >"$work/tree/include/sys/auxv.h"
echo "/* its own */" >"$work/tree/libc/misc/auxvt/getauxval.c"
echo "/* its own */" >"$work/tree/ldso/include/dl-auxvt.h"
sed -i 's/_dl_aux_init (auxvt);/_dl_aux_init (start);/' "$work/tree/libc/misc/internals/__uClibc_main.c"
check "a version that keeps the auxiliary vector itself" scripts/graft "$work/tree"
is "and its own getauxval" "$(cat "$work/tree/libc/misc/auxvt/getauxval.c")" "/* its own */"
# All versions that a directory has.
export TRY_BUILD="$work/try"
case $source in
*.tar.*)
	mkdir "$work/tarballs"
	ln -s "$source" "$work/tarballs/uClibc-ng-1.0.35.tar.${source##*.}"
	is "try-versions: the table" "$(scripts/try-versions --graft UCLIBC_GIT="$work/tarballs" | tail -n 1)" \
		"| 1.0.35 | yes |"
	;;
esac
scripts/try-versions --graft 1.0.99 UCLIBC_GIT="$work/tarballs" >"$work/out" 2>&1
is "a version that is not there: the exit status" "$?" 1
like "and a sentence" "$(cat "$work/out")" "has no 1.0.99"
like "make graft without a tree" "$(make -s graft 2>&1)" "give the tree"
finish
