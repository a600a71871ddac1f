#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# packaging/, as far as this machine can: the Debian package in itself, by lintian and in use; the
# ebuild with the functions of portage stood in for; Buildroot's hooks, and a real Buildroot where
# BUILDROOT and BUILDROOT_DL name one.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1
top=$PWD
source=${UCLIBC_SRC:-/usr/src/uClibc-ng-1.0.35.tar.xz}

# Debian.
if have dpkg-deb && [ -d "$ROOT/lib" ]; then
	CC_FOR_ARCH=${CC_FOR_ARCH:-gcc} packaging/debian/make-deb "$work/deb" >"$work/log" 2>&1
	is "make deb: it says what it wrote" "$?:$(cat "$work/log")" "0:$(ls "$work"/deb/uclibc-ldso_*.deb)"
	deb=$(cat "$work/log")
	dpkg-deb -c "$deb" >"$work/list"
	for file in usr/bin/uclibc-cc usr/bin/uclibc-dlreport usr/share/man/man8/ld-uClibc.so.8.gz \
		usr/share/man/man1/uclibc-dlreport.1.gz usr/share/man/man3/dlclose.3uclibc.gz usr/lib/uclibc-ldso/root/lib/libc.so.0; do
		check "deb: has $file" grep -q " \./$file\( \|\$\)" "$work/list"
	done
	is "deb: nothing outside of /usr" "$(awk '{ print $6 }' "$work/list" | grep -cv '^\./$\|^\./usr/')" 0
	is "deb: all is root's" "$(awk '{ print $2 }' "$work/list" | sort -u)" "root/root"
	dpkg-deb -x "$deb" "$work/x"
	is "deb: no path of where it was made" "$(grep -rlF -e "$top" -e "$work" "$work/x/usr/bin" "$work/x/usr/lib/uclibc-ldso/bin" | head -n 3)" ""
	packaging=$(CC_FOR_ARCH=${CC_FOR_ARCH:-gcc} packaging/debian/make-deb "$work/again" 2>&1)
	check "deb: made again it is the same" cmp "$deb" "$packaging"
	if have lintian; then
		lintian --no-tag-display-limit --fail-on error "$deb" >"$work/lintian" 2>&1
		is "deb: lintian finds no error, nor a warning" "$(grep '^[EW]:' "$work/lintian")" ""
	else
		skip "deb: lintian" "no lintian here"
	fi
	# In use: where its /usr/lib/uclibc-ldso lies over this machine's /usr/lib, in a namespace.
	cat >"$work/hello.c" <<'HELLO'
#include <stdio.h>
int main(void) { puts("hello"); return 0; }
HELLO
	in_place() {
		unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=$1/usr/lib:/usr/lib" /usr/lib && shift && exec "$@"' sh "$work/x" "$@"
	}
	if in_place true 2>/dev/null; then
		check "deb: uclibc-cc compiles" in_place "$work/x/usr/lib/uclibc-ldso/bin/uclibc-cc" -o "$work/hello" "$work/hello.c"
		is "deb: what it compiles runs" "$(in_place "$work/hello" 2>&1)" hello
		like "deb: on the package's linker" "$(readelf -l "$work/hello" 2>/dev/null)" "interpreter: /usr/lib/uclibc-ldso/root/lib/ld"
		(cd "$work" && in_place perl "$work/x/usr/bin/uclibc-dlreport" --text -- ./hello) >"$work/out" 2>&1
		like "deb: uclibc-dlreport reads its trace" "$(cat "$work/out")" 'hello' 'Handles never closed'
	else
		skip "deb: in use" "no mount namespace with an overlay here"
	fi
else
	skip "deb" "no dpkg-deb here, or nothing is built"
fi
like "make deb: what is missing is named" "$(ROOT=$work/none packaging/debian/make-deb "$work/none.d" 2>&1)" "make deb: $work/none is not there"

# Gentoo: the ebuild as portage reads it, with portage's functions stood in for.
scripts/unpack "$source" "$work/pristine" >"$work/log" 2>&1
version=$(. scripts/lib.sh && tree_version "$work/pristine")
ebuild=$(ls packaging/gentoo/sys-libs/uclibc-ng/*.ebuild)
if have bash && [ "$version" = 1.0.35 ]; then
	cp -al "$work/pristine" "$work/grafted" && scripts/graft "$work/grafted" >"$work/log" 2>&1
	scripts/make-patch "$work/pristine" "$work/files" >"$work/log" 2>&1
	cp -al "$work/pristine" "$work/uClibc-ng-$version"
	cat >"$work/portage" <<'PORTAGE'
set -eu
PV=1.0.35 WORKDIR=$1 FILESDIR=$1/files ESYSROOT= D=$1/image CHOST=x86_64-pc-linux-gnu
inherit() { :; }
die() { echo "die: $*"; exit 1; }
use() { return 1; }
emake() { make "$@" || die "emake $*"; }
tc-getCC() { echo gcc; }
tc-arch-kernel() { echo x86_64; }
source "$2"
for word in EAPI DESCRIPTION HOMEPAGE SRC_URI LICENSE SLOT KEYWORDS; do
	[[ -n ${!word} ]] || die "$word"
done
cd "$S"
for patch in "${PATCHES[@]}"; do
	patch -p1 -f -g0 --no-backup-if-mismatch <"$patch" >/dev/null || die "$patch"
done
[[ $3 = patched ]] || { src_configure; grep -E '^(LDSO_DLCLOSE_MODE|UCLIBC_HAS_THREADS_NATIVE|SUPPORT_LD_DEBUG)=' .config; }
PORTAGE
	check "ebuild: its patch applies as portage does it" bash "$work/portage" "$work" "$top/$ebuild" patched
	check "ebuild: it gives the grafted tree" diff -r "$work/grafted" "$work/uClibc-ng-$version"
	rm -rf "$work/uClibc-ng-$version" && cp -al "$work/pristine" "$work/uClibc-ng-$version"
	bash "$work/portage" "$work" "$top/$ebuild" configured >"$work/log" 2>&1
	is "ebuild: what it chooses is configured" "$?:$(grep '^[LUS].*=' "$work/log" | sort | tr '\n' ' ')" \
		'0:LDSO_DLCLOSE_MODE="unmap" SUPPORT_LD_DEBUG=y UCLIBC_HAS_THREADS_NATIVE=y '
else
	skip "ebuild" "no bash here, or another uClibc-ng than its own"
fi

# Buildroot: its hooks run in the recipe that has patched the package.
cat >"$work/buildroot.mk" <<BUILDROOT
BR2_EXTERNAL_UCLIBC_LDSO_PATH := $top/packaging/buildroot
include $top/packaging/buildroot/external.mk
$work/br/.stamp_patched:
	\$(foreach hook,\$(UCLIBC_POST_PATCH_HOOKS),\$(call \$(hook)))
BUILDROOT
cp -al "$work/pristine" "$work/br"
check "buildroot: without its option nothing is done" make -f "$work/buildroot.mk" "$work/br/.stamp_patched"
check "buildroot: the tree is as it was" diff -r "$work/pristine" "$work/br"
check "buildroot: the hook grafts" make -f "$work/buildroot.mk" BR2_UCLIBC_LDSO=y "$work/br/.stamp_patched"
[ -d "$work/grafted" ] || { cp -al "$work/pristine" "$work/grafted" && scripts/graft "$work/grafted" >/dev/null; }
check "buildroot: as make graft does" diff -r "$work/grafted" "$work/br"
check "buildroot: the tree has a name" grep -qx 'name: UCLIBC_LDSO' packaging/buildroot/external.desc
if [ -n "${BUILDROOT:-}" ]; then
	export BR2_DL_DIR="${BUILDROOT_DL:-$BUILDROOT/dl}"
	unset ARCH B ROOT
	{
		make -C "$BUILDROOT" O="$work/output" BR2_EXTERNAL="$top/packaging/buildroot" allnoconfig &&
			printf '%s\n' BR2_x86_64=y BR2_TOOLCHAIN_BUILDROOT_UCLIBC=y >>"$work/output/.config" &&
			make -C "$work/output" olddefconfig &&
			make -C "$work/output" uclibc-patch ${BUILDROOT_ARGUMENTS:-}
	} >"$work/log" 2>&1 || diag "$work/log"
	check "make -C <buildroot> uclibc-patch: there is the linker" test -f "$(ls -d "$work"/output/build/uclibc-*)/ldso/ldso/GRAFT"
else
	skip "make -C <buildroot> uclibc-patch" "BUILDROOT names no Buildroot tree"
fi
finish
