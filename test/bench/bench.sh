#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# bench.sh DIRECTORY: measures all rows for each libc whose programs bench.mak has built there.
# Prints one line a row: for each libc the ratio to the floor, "-" where there is none, and what is to
# be reached (goals).  In nanoseconds: dladdr, dlsym of one name, opens of what is open.  Threads: a
# call when all are at it, to one when one is alone.  Dirty: pages that each library makes dirty beyond
# those it has relocations in.  musl never unloads: what it opens a second time and closes costs
# nothing.
set -eu
dir=$(cd "$1" && pwd)
repeat=${REPEAT:-40}
libs=$dir/lib
libcs=''
for libc in stock glibc musl ours; do
	[ ! -x "$dir/$libc/work" ] || libcs="$libcs $libc"
done

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

line()
{
	printf '%-24s' "$1"
	shift
	for word; do
		printf '%9s' "$word"
	done
	echo
}

# The files a program is made of, as the floor maps them: loader, libc, libraries.
files()
{
	case $1 in
	musl) readelf -lW "$dir/$1/start-0" | sed -n 's/.*interpreter: \(.*\)]/\1/p' ;;
	glibc) ldd "$dir/$1/start-0" | sed -n 's/[^\/]*\(\/[^ ]*\) .*/\1/p' ;;
	*) echo "$(sed -n "s/^loader='\(.*\)'/\1/p" "$dir/$1/driver") $(sed -n \
		"s/^root='\(.*\)'/\1/p" "$dir/$1/driver")/lib/libc.so.1" ;;
	esac
}

start_row()
{
	count=$1 setting=$2 name=$3 row=''
	case $count in
	0) own='' ;;
	20) own=$(ls "$libs"/lib040[01]?.so) ;;
	*) own=$(ls "$libs"/lib05[0-3]??.so) ;;
	esac
	for libc in $libcs; do
		all=$(echo $(files $libc) $own | tr ' ' ,)
		set -- $("$dir/start" "$repeat" "$setting,$dir/$libc/start-$count" \
			"$dir/start-static,map,$all" "$dir/start-static,prepare,$all" "$dir/start-static" 2>/dev/null)
		# What maps and what only looks at the files differ by the floor alone.
		row="$row $(ratio $(($1 - $4)) $(($2 - $3)))"
	done
	line "$name" $row "$(goal "$name")"
}

# What is to be reached in the row; "-": nothing is said.
goal()
{
	awk -v row="$1" -F '\t' '$1 == row { goal = $2 } END { print goal ? goal : "-" }' \
		"$(dirname "$0")/goals"
}

line "" $libcs goal
start_row 0 A=b "start, no libraries"
start_row 20 A=b "start, 20, lazy"
start_row 20 LD_BIND_NOW=1 "start, 20, now"
start_row 400 A=b "start, 400, lazy"
start_row 400 LD_BIND_NOW=1 "start, 400, now"
for libc in $libcs; do
	"$dir/$libc/work" "$libs" >"$dir/$libc/result" 2>/dev/null || :
	"$dir/$libc/threads" "$libs" >>"$dir/$libc/result" 2>/dev/null || :
done
cut -d' ' -f1 "$dir/ours/result" | while read -r name; do
	row=''
	for libc in $libcs; do
		set -- $(grep "^$name " "$dir/$libc/result" || echo - 0 0)
		case $libc-$name-$3 in
		musl-graph* | musl-leaf* | musl-ten* | musl-plug* | musl-rel* | musl-open* | musl-kinds*) row="$row -" ;;
		*-dirty*) row="$row $(awk -v a="$2" -v b="$3" 'BEGIN { printf "%+.2fp", (a - b) / 4096 }')" ;;
		*-0) row="$row $([ "$2" = 0 ] && echo - || echo "$2ns")" ;;
		*) row="$row $(ratio "$2" "$3")" ;;
		esac
	done
	line "$name" $row "$(goal "$name")"
done
