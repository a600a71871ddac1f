#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What is loaded already must not make opening, closing or looking up dearer: both are measured
# in one process, with bounds that only another order of growth breaks.  Memory is exact.
. "$(dirname "$0")/../lib/tap.sh"

bench=${B:-build/x86_64}/bench
program=$bench/ours/work
[ -x "$program" ] || {
	echo "1..0 # SKIP the benchmark programs are not built"
	exit 0
}
result=$("$program" "$bench/quick" quick) || result=failed
echo "$result" | sed 's/^/# /'

# value ROW COLUMN
value()
{
	echo "$result" | awk -v row="$1" -v column="$2" '$1 == row { print $column }'
}

# at_most ROW PERCENT OTHER-ROW
at_most()
{
	[ -n "$(value "$1" 2)" ] && [ "$(value "$1" 2)" -le $(($(value "$3" 2) * $2 / 100)) ]
}

check "open and close with 1000 others loaded: at most twice as long as alone" \
	at_most leaf-K1000 200 leaf-K0
check "open and close alone: at most three times its system calls" \
	sh -c "[ $(value leaf-K0 2) -le $((3 * $(value leaf-K0 3))) ]"
check "dlsym with 1000 libraries in scope: at most six times one probe" \
	sh -c "[ $(value dlsym-1000 2) -le $((6 * $(value dlsym-1000 3))) ]"
check "a small library: at most one page dirty besides those it has relocations in" \
	sh -c "[ $(value dirty-small 2) -le $(($(value dirty-small 3) + 4096)) ]"
finish
