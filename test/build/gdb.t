#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# gdb's commands for the linker: they come with its .debug file, and say what the trace says.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
top=$PWD
debug=$(ls "$PWD/$B"/ld*-uClibc.debug 2>/dev/null | head -n 1)
program=$PWD/$B/test/trace/report/p
if [ ! -f "$debug" ] || [ ! -x "$program" ] || ! have gdb; then
	echo "1..0 # SKIP no .debug file, no built tests or no gdb here"
	exit 0
fi
if ! gdb -nx -batch -ex 'python print(1)' 2>&1 | grep -qx 1; then
	echo "1..0 # SKIP this gdb has no Python"
	exit 0
fi
cd "${program%/*}" || exit

# in_gdb COMMAND...: at the first dlclose of the program, without the debugger's own talk.
in_gdb() {
	set -- "$@" ''
	while [ -n "$1" ]; do
		set -- "$@" -ex "$1"
		shift
	done
	shift
	$limit gdb -nx -batch "$@" ./p >"$work/out" 2>&1
}
to_close() {
	in_gdb 'set debuginfod enabled off' 'set startup-with-shell off' 'set breakpoint pending on' 'break dlclose' run "$@"
}
# after MARK: what was printed after it, without the directories.
after() { sed -n "/^$1\$/,/^end\$/p" "$work/out" | sed '1d; $d; s|[^ =]*/||g'; }

to_close "add-auto-load-safe-path ${debug%/*}" "source $top/scripts/uClibc-ldso-gdb.py" "dlsymbols $debug" \
	'echo holders\n' 'info dlholders shapes' 'echo end\n' 'echo objects\n' 'info dlobjects math' 'echo end\n' \
	'echo waits\n' 'info dldelays' 'echo end\n'
is "info dlholders: in the words of the trace" "$(after holders)" "shapes.so (live)
  reason=handle count=1
  reason=bound by=colors.so symbol=unit count=1"
is "info dlobjects: state, handles, memory" "$(after objects | sed 's/id=[0-9]*/id=N/; s/0x[0-9a-f]*/0xN/g')" \
	"math.so id=N state=live handles=0 memory=0xN+0xN"
is "info dldelays: nothing" "$(after waits)" "Nothing waits."

# At the third dlclose, the first two have closed three objects, whose memory the mode keeps.
to_close "source $top/scripts/uClibc-ldso-gdb.py" "dlsymbols $debug" 'continue 2' 'echo waits\n' 'info dldelays' 'echo end\n' \
	'echo holders\n' 'info dlholders shapes' 'echo end\n'
is "without a mode nothing waits" "$(after waits)" "Nothing waits."
is "what is closed is not there" "$(after holders)" ""
to_close 'set environment LD_DLCLOSE defer' kill run "source $top/scripts/uClibc-ldso-gdb.py" "dlsymbols $debug" 'continue 2' \
	'echo waits\n' 'info dldelays' 'echo end\n'
is "info dldelays: what waits, and why" "$(after waits | sed 's/0x[0-9a-f]*/0xN/g' | sort)" \
	"colors.so reason=LD_DLCLOSE memory=0xN+0xN
math.so reason=LD_DLCLOSE memory=0xN+0xN
shapes.so reason=LD_DLCLOSE memory=0xN+0xN"

# From the .debug file alone.
in_gdb "add-auto-load-safe-path ${debug%/*}" "file $debug" 'info dlholders'
like "the .debug file brings them" "$(cat "$work/out")" 'has not loaded anything yet'
in_gdb "file $debug" 'info dlholders'
like "unless gdb may not run what lies there" "$(cat "$work/out")" 'Undefined info command: "dlholders"'

# What cannot be done gets a sentence.
in_gdb "source $top/scripts/uClibc-ldso-gdb.py" 'info dlholders'
like "without the linker's symbols" "$(cat "$work/out")" "The dynamic linker's symbols are not here: dlsymbols FILE loads them"
in_gdb "source $top/scripts/uClibc-ldso-gdb.py" dlsymbols
like "without a file" "$(cat "$work/out")" 'dlsymbols FILE: which file?'
finish
