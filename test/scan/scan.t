#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The plug-in scan, one by one and all at once, in every close order and every mode.
. "$(dirname "$0")/../lib/tap.sh"

cd "$BIN" || exit
i=0
while [ $i -lt 40 ]; do
	n=$(printf %02d $i)
	common=$((3 * 31 + i % 5))
	private=$common
	[ $((i % 4)) -eq 0 ] && private=$((3 * 31 + i))
	echo "plugin$n.so: \"format $n\", check $((common + private))"
	i=$((i + 1))
done >"$work/found"

# scan_in MODE NAME MOST [ORDER...]
scan_in() {
	mode=$1
	name=$2
	most=$3
	shift 3
	LD_DLCLOSE=$mode $limit ./scan plugins "$@" >"$work/out" 2>"$work/err"
	status=$?
	left='[0-9]*'
	[ "$mode" = unmap ] && left=0
	cp "$work/found" "$work/expected"
	sed '$d' "$work/out" >"$work/list"
	last=$(tail -n 1 "$work/out")
	case $last in
	"40 plug-ins, at most $most registered, 41 opened, 41 closed, "$left" files still mapped") right=yes ;;
	*) right=no ;;
	esac
	if [ $status -eq 0 ] && [ $right = yes ] && cmp -s "$work/list" "$work/found" && [ ! -s "$work/err" ]; then
		ok "$name ($mode)"
	else
		not_ok "$name ($mode): status $status, $last"
		diag "$work/err"
	fi
}

for mode in $MODES; do
	most=1
	# without unloading all that was opened stays in the list
	[ "$mode" = noop ] && most=40
	[ "$mode" = noop ] || scan_in "$mode" "each opened and closed" $most
	scan_in "$mode" "registry closed first, then forward" 40 forward
	scan_in "$mode" "registry closed first, then in reverse" 40 reverse
	for seed in 1 2 3 4 5; do
		scan_in "$mode" "registry closed first, then at random ($seed)" 40 random $seed
	done
done
finish
