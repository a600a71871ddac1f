#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What this project began with: thirteen small loaders, some of which need libgcc_s, opened and closed
# without end, built with a crtbegin.o that registers their frames.  The program has a watchdog of its own.
: "${TEST_TIMEOUT:=900}"
. "$(dirname "$0")/../lib/tap.sh"

for order in fifo lifo pair random; do
	$limit env LD_DEBUG=unload LD_DEBUG_OUTPUT="$work/trace" "$BIN/story/story" $order 1000 >"$work/out" 2>&1
	is "1,000 rounds, $order: nothing stays, no memory more" "$?" 0
	read -r opened <"$work/out"
	cat "$work"/trace.* >"$work/all"
	rm -f "$work"/trace.*
	is "all $opened are unmapped, and all munmap succeed" \
		"$(grep ': unload: unmap .*/loader' "$work/all" | grep -c 'result=0$') $(grep -c 'result=[^0]' "$work/all")" "$opened 0"
	check "libgcc_s comes and goes with them" test "$(grep -c ': unload: unmap .*/libgcc_s' "$work/all")" -gt 0
done
finish
