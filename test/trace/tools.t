#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Debuggers and their like at work on a program that runs on this linker: gdb finds its way
# through every frame of it, valgrind runs it, addr2line knows its functions.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/tools" || exit

# in_gdb COMMAND...: what gdb prints.
in_gdb() {
	set -- "$@" kill
	commands=
	for command; do
		printf '%s\n' "$command"
	done >"$work/commands"
	$limit gdb -nx -batch -ex 'set debuginfod enabled off' -ex 'set breakpoint pending on' \
		-ex 'set startup-with-shell off' -ex 'set confirm off' -x "$work/commands" ./p >"$work/gdb" 2>&1
}

# whole NAME FUNCTION...: the last backtrace begins with the first of these functions, goes through
# the others in this order, ends in the last one, and has no hole.
whole() {
	name=$1
	shift
	sed -n '/^#0 /{h;d;};H;${g;p;}' "$work/gdb" | grep '^#' >"$work/bt"
	awk -v want="$*" '
	BEGIN { n = split(want, function_of, " "); next_one = 1 }
	{
		line = $0; sub(/^#[0-9]+ +/, "", line); sub(/^0x[0-9a-f]+ in /, "", line); sub(/ .*/, "", line)
		if (line == "??" && $0 !~ /ld.*-uClibc/) { print "a frame in nowhere: " $0; bad = 1 }
		if (line == function_of[next_one]) next_one++
		else if (NR == 1) { print "begins with " $0; bad = 1 }
		last = line
	}
	END {
		if (next_one <= n) { print function_of[next_one] " is not in its place"; bad = 1 }
		if (n > 1 && last != function_of[n]) { print "ends in " last; bad = 1 }
		exit bad
	}' "$work/bt" >"$work/holes"
	head -n 30 "$work/holes" >"$work/some"
	tail -n 30 "$work/gdb" >"$work/end"
	if [ -s "$work/holes" ] || ! [ -s "$work/bt" ] || grep -q 'Backtrace stopped' "$work/gdb"; then
		not_ok "$name"
		diag "$work/some"
		diag "$work/end"
	else
		ok "$name"
	fi
}

if have gdb && gdb -nx -batch -ex 'set startup-with-shell off' -ex run /bin/true 2>&1 | grep -q 'exited normally'; then
	in_gdb 'break library_starts' run bt
	whole "gdb: a constructor at startup" library_starts
	like "gdb: and below it is the linker, up to its first instruction" "$(tail -n 1 "$work/bt")" 'ld' '-uClibc.so'
	in_gdb 'break plugin_starts' run bt
	whole "gdb: a constructor that dlopen calls" plugin_starts _dl_dlopen main
	in_gdb 'break inner_starts' run bt
	whole "gdb: an open in a constructor" inner_starts _dl_dlopen plugin_starts _dl_dlopen main
	in_gdb 'break plugin_ends' run bt
	whole "gdb: a destructor that dlclose calls" plugin_ends _dl_dlclose main
	in_gdb 'break inner_ends' run bt
	whole "gdb: a close in a destructor" inner_ends _dl_dlclose plugin_ends _dl_dlclose main
	in_gdb 'break inner_ends' run continue continue bt
	whole "gdb: the same breakpoint in what was opened again, the third time" inner_ends _dl_dlclose plugin_ends _dl_dlclose main
	# the linker's assembly: the call that binds a function, seen as it writes its trace
	in_gdb 'set environment LD_DEBUG bindings' 'break first_call' run 'catch syscall write' continue bt continue
	sed -n 's/^#0 .*/#0  bind ()/;p' "$work/gdb" >"$work/gdb.new" && mv "$work/gdb.new" "$work/gdb"
	whole "gdb: the first call of a function, while it is being bound" bind first_call main
	check "gdb: that is what it was doing" grep -q 'bind .*/p symbol=library to=' "$work/gdb"
	in_gdb 'break plugin_starts' run finish 'delete' continue
	check "gdb: out of a constructor, and on to the end" grep -q 'exited normally' "$work/gdb"
else
	skip "gdb: backtraces" "no gdb here, or it may not trace"
fi

if have valgrind; then
	$limit valgrind -q --tool=none ./p >"$work/out" 2>&1
	is "valgrind: runs it" $? 0
	is "valgrind: has nothing to say" "$(cat "$work/out")" ""
	$limit valgrind -q --error-exitcode=9 --suppressions="$here/valgrind.supp" ./p >"$work/out" 2>&1
	is "valgrind: memcheck runs it" $? 0
	is "valgrind: memcheck finds nothing, but for the stack" "$(cat "$work/out")" ""
	$limit valgrind -q --tool=none "$LOADER" ./p >"$work/out" 2>&1
	is "valgrind: runs the linker as a program" $? 0
else
	skip "valgrind" "no valgrind here"
fi

# The linker with its symbols, which a build keeps beside.
debug=$(ls "$TOP"/../ld*-uClibc.debug 2>/dev/null)
if [ -n "$debug" ] && have addr2line && have nm; then
	for name in close_unheld lookup_reference addrmap_find; do
		at=$(nm "$debug" | sed -n "s/ t $name\$//p")
		like "addr2line: $name" "$(addr2line -ife "$debug" "${at:-0}" | tr '\n' ' ')" "$name " '.c:'
	done
	if have readelf; then
		is "the debug file is the linker that runs: same code" \
			"$(readelf -SW "$debug" | sed -n 's/.* \.text  *PROGBITS  *//p' | cut -d' ' -f1-3)" \
			"$(readelf -SW "$LOADER" | sed -n 's/.* \.text  *PROGBITS  *//p' | cut -d' ' -f1-3)"
	fi
else
	skip "addr2line" "no linker with symbols here"
fi
finish
