#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What `make demo` shows: demo.sh TESTS OUT, with the built tests below TESTS, files
# written to OUT.  Runs the seed example and the plug-in scan with the unload trace, then
# under strace, and sums up.
tests=$1
out=$2
logs=$out/demo
rm -rf "$logs"
mkdir -p "$logs"
logs=$(cd "$logs" && pwd)
unset LD_DEBUG LD_DEBUG_OUTPUT LD_DLCLOSE
failed=0

say() { printf '\n== %s\n' "$*"; }

# show FILE: all of it, or its beginning and its end.
show() {
	if [ "$(wc -l <"$1")" -le 40 ]; then
		cat "$1"
	else
		head -n 12 "$1"
		echo "   ($(($(wc -l <"$1") - 24)) lines more: $1)"
		tail -n 12 "$1"
	fi
}

# number PATTERN FILE: lines that match.
number() { grep -c -- "$1" "$2" || :; }

# demo NAME DIRECTORY COMMAND...
demo() {
	name=$1
	cd "$2" || exit
	shift 2
	say "$name, with LD_DEBUG=1"
	env LD_DEBUG=1 "$@" >"$logs/$name.out" 2>&1 || failed=1
	show "$logs/$name.out"

	trace=$logs/$name.trace
	calls=$logs/$name.strace
	if [ -z "${EMULATED:-}" ] && command -v strace >/dev/null; then
		say "$name, under strace -f -e trace=mmap,?mmap2,munmap"
		strace -f -e "trace=mmap,?mmap2,munmap" -E LD_DEBUG=unload,files -o "$calls" "$@" \
			>"$logs/$name.traced" 2>"$trace" || failed=1
		show "$calls"
	else
		say "$name: no strace here, or only of the emulator"
		env LD_DEBUG=unload,files "$@" >"$logs/$name.traced" 2>"$trace" || failed=1
		: >"$calls"
	fi

	closed=$(number ' unload: close ' "$trace")
	unmapped=$(number ' unload: unmap ' "$trace")
	mapped=$(number ' files: map ' "$trace")
	say "$name, summed up"
	finished=$(awk '/ unload: fini / { if ($4 != last) n++; last = $4 } END { print n + 0 }' "$trace")
	echo "objects opened           $mapped, libc among them"
	echo "handles closed           $closed"
	echo "destructors run          $(number ' unload: fini ' "$trace") functions of $finished objects"
	echo "munmap calls             $(number 'munmap(.*= ' "$calls"), of them for objects $unmapped"
	echo "munmap calls that failed $(number 'munmap(.*= -1' "$calls")"
	echo "objects still mapped     $((mapped - unmapped)), libc among them"
	if [ -s "$calls" ] && command -v perl >/dev/null; then
		if check=$(perl "$here/trace-check.pl" "$trace" "$calls"); then
			echo "trace and strace agree   ($check)"
		else
			echo "$check"
			failed=1
		fi
	fi
}

here=$(cd "$(dirname "$0")" && pwd)
tests=$(cd "$tests" && pwd)
out=$(cd "$out" && pwd)
(demo seed "$tests/tree/seed" ./program ./library.so && exit $failed) || failed=1
(demo scan "$tests/scan" ./scan plugins && exit $failed) || failed=1

if command -v dot >/dev/null; then
	say "the ownership graph of the scan, drawn"
	cd "$tests/scan" || exit
	env LD_DEBUG=graph LD_DEBUG_OUTPUT="$logs/graph" ./scan plugins >/dev/null 2>&1
	# one graph for each open and close: draw the fullest close
	cat "$logs"/graph* 2>/dev/null | awk '
		/^(strict )?digraph/ { text = ""; n = 0 }
		{ text = text $0 "\n"; n++ }
		/^digraph.*close/ { n += 1000 }
		/^}/ { if (n > most) { most = n; best = text } }
		END { printf "%s", best }' >"$logs/fullest.dot"
	if [ -s "$logs/fullest.dot" ] && dot -Tsvg -o "$out/demo.svg" "$logs/fullest.dot"; then
		echo "$out/demo.svg"
	else
		echo "no graph was written"
		failed=1
	fi
fi

if command -v perl >/dev/null; then
	say "the scan as a page: who opened what, who kept it, what is left"
	cd "$tests/scan" || exit
	"$here/../../scripts/dlreport" -o "$out/demo.html" -- ./scan plugins >"$logs/report.out" 2>&1 || failed=1
	tail -n 1 "$logs/report.out"
fi
exit $failed
