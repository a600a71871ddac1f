#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What each kind of work costs in instructions, against what test/bench/budget allows.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1

bench=$B/bench
case $(uname -m)-$ARCH-${LDSO_CHECK:+check} in
x86_64-x86_64-) ;;
*)
	echo "1..0 # SKIP counted on x86_64 only, without LDSO_CHECK"
	exit 0
	;;
esac
if ! have valgrind || [ ! -x "$bench/ours/count" ]; then
	echo "1..0 # SKIP no valgrind, or the programs are not built"
	exit 0
fi
mkdir -p "$bench/quick/only"
ln -sfn ../../ours "$bench/quick/only/ours"
grep -v '^#' test/bench/budget >"$bench/quick/budget"
# shellcheck disable=SC2046 # the rows are words
sh test/bench/count.sh "$bench/quick/only" "$bench/quick" $(cut -d' ' -f1 "$bench/quick/budget") \
	>"$bench/quick/counted"
while read -r row most; do
	cost=$(awk -v row="$row" '$1 == row { print $2 }' "$bench/quick/counted")
	echo "# $row: ${cost:-not counted} instructions of $most"
	check "$row costs at most $most instructions" test "${cost:-999999999}" -le "$most"
done <"$bench/quick/budget"
finish
