#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Damaged files by every way into the linker: see mutants.c.  MUTANTS=N tries N each way,
# FUZZ_SECONDS=N goes on for N seconds each way.

dir=$BIN/fuzz
[ -x "$dir/mutants" ] && [ -f "$dir/seeds/gnu.so" ] || {
	echo "1..0 # SKIP not built"
	exit 0
}
amount=${MUTANTS:-300}
[ -z "$FUZZ_SECONDS" ] || amount=${FUZZ_SECONDS}s
cd "$dir/seeds" || exit
exec ../mutants "$amount" "$LOADER" "$PWD/opener" "$PWD/work" *.so pie fixed
