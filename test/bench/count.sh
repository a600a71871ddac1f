#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# count.sh DIRECTORY LIBRARIES [ROW...]: thousand instructions, as valgrind counts them, that each
# kind of work costs under each libc whose programs bench.mak has built in DIRECTORY.  They do not
# depend on what else the machine does.  In rows of their own, starts of programs without libraries,
# with 20 and with 400 (in all of them, that of the library which valgrind preloads).
set -eu
dir=$(cd "$1" && pwd)
# Each byte of a path costs: its length is to be the same wherever this tree lies.
short=$(mktemp -d /tmp/count.XXXXXX)
trap 'rm -rf "$short"' EXIT
ln -s "$(cd "$2" && pwd)" "$short/lib"
libs=$short/lib
shift 2
[ $# -gt 0 ] || set -- start start-20 start-400 leaf-K0 leaf-K1000 ten-K0 again dlsym-first dlsym-missing dlsym-1000 graph-500
libcs=''
for libc in stock glibc musl ours; do
	[ ! -x "$dir/$libc/count" ] || libcs="$libcs $libc"
done

# instructions PROGRAM ARGUMENT...
instructions()
{
	env -i PATH="$PATH" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		awk '/Collected/ { print $NF }'
}

# cost LIBC ROW: what one round more costs
cost()
{
	case $2 in
	start*)
		[ "$2" != start ] || set -- "$1" start-0
		[ ! -x "$dir/$1/$2" ] || instructions "$dir/$1/$2"
		return
		;;
	*-1000 | graph* | ten*) few=2 many=7 ;;
	*) few=10 many=110 ;;
	esac
	a=$(instructions "$dir/$1/count" "$libs" "$2" $few)
	b=$(instructions "$dir/$1/count" "$libs" "$2" $many)
	[ -z "$a" ] || [ -z "$b" ] || echo $(((b - a) / (many - few)))
}

printf '%-16s' instructions
for libc in $libcs; do
	printf '%10s' "$libc"
done
echo
for row; do
	printf '%-16s' "$row"
	for libc in $libcs; do
		case $libc-$row in
		musl-leaf* | musl-ten* | musl-graph*) printf '%10s' - ;; # it never unloads
		*) printf '%10s' "$(cost "$libc" "$row")" ;;
		esac
	done
	echo
done
