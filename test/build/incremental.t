#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Touching one file of the linker rebuilds and installs the linker alone, in under 15 seconds.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

loader=$(find "$ROOT/lib" -name 'ld*-uClibc-*.so' -type f)
libc=$(find "$ROOT/lib" -name 'libuClibc-*.so' -type f)
make -s all >/dev/null 2>&1
touch -d '2001-01-01' "$work/old"
touch -r "$work/old" "$loader" "$libc"
start=$(date +%s)
touch ldso/base/string.c
check "make after touching ldso/base/string.c" make -s all
seconds=$(($(date +%s) - start))
[ "$seconds" -lt 15 ] && ok "in under 15 seconds" || not_ok "in under 15 seconds, took $seconds"
check "the linker is new" test "$loader" -nt "$work/old"
check "libc is not" test ! "$libc" -nt "$work/old"
touch -r "$work/old" "$loader"
make -s all >/dev/null 2>&1
check "nothing changed, nothing is built" test ! "$loader" -nt "$work/old"
finish
