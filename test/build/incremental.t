#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Touching one file of the linker rebuilds and installs the linker alone.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

loader=$(find "$ROOT/lib" -name 'ld*-uClibc-*.so' -type f)
libc=$(find "$ROOT/lib" -name 'libuClibc-*.so' -type f)
make -s all >/dev/null 2>&1
touch -d '2001-01-01' "$work/old"
touch -r "$work/old" "$loader" "$libc"
touch ldso/base/string.c
check "make after touching ldso/base/string.c" make all
# Not by the clock, which other work on the machine moves: by what was done.
is "one file is compiled" "$(grep -c '^  CC ' "$B/linker.log")" 1
check "the linker is new" test "$loader" -nt "$work/old"
check "libc is not" test ! "$libc" -nt "$work/old"
touch -r "$work/old" "$loader"
make -s all >/dev/null 2>&1
check "nothing changed, nothing is built" test ! "$loader" -nt "$work/old"
finish
