#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make patch: applied to a pristine tree the patch gives the grafted tree byte for byte.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1
source=${UCLIBC_SRC:-/usr/src/uClibc-ng-1.0.35.tar.xz}

scripts/unpack "$source" "$work/pristine" >"$work/log"
cp -al "$work/pristine" "$work/grafted"
check "graft of a pristine tree" scripts/graft "$work/grafted"
check "make patch" make -s patch UCLIBC_SRC="$work/pristine"
patch=$(ls -t build/uclibc-ng-*-ldso.patch | head -n 1)
like "the patch is named after the version" "$patch" \
	"build/uclibc-ng-$(. scripts/lib.sh && tree_version "$work/pristine")-ldso.patch"

# applied WHO OPTIONS: so patched, a pristine tree is the grafted one, with no line at another place.
# patch puts new files in place of old ones: links will do for a copy.
applied() {
	cp -al "$work/pristine" "$work/patched"
	check "$1: applies" sh -c "cd '$work/patched' && patch $2 <'$PWD/$patch' >'$work/log' 2>&1"
	is "$1: without fuzz" "$(grep -i 'fuzz\|offset\|reject' "$work/log")" ""
	check "$1: it gives the grafted tree byte for byte" diff -r "$work/grafted" "$work/patched"
	rm -rf "$work/patched"
}
applied "patch -p1" "-p1 -F0"
applied "as portage applies a user's patch" "-p1 -f -g0 --no-backup-if-mismatch"
applied "as Buildroot applies one" "-g0 -p1 -E --no-backup-if-mismatch -t -N"
scripts/make-patch "$work/pristine" "$work" >/dev/null
check "making it again gives the same patch" cmp "$patch" "$work/${patch#build/}"
finish
