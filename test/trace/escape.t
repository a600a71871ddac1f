#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Text from outside, as names of files, cannot forge a line of the trace, of a message or of a dot file.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/escape" || exit

esc=$(printf '\033')
newline='
'
name="$work/a b${newline}1: unload: close x handles=0${esc}[1m\"];\\x.so"
cp plugin.so "$name"
cp broken.so "$name.broken"
escaped='a\\x20b\\n1:\\x20unload:\\x20close\\x20x\\x20handles=0\\x1b\[1m"\];\\\\x\.so'

$limit env LD_DEBUG=unload,files,libs LD_DEBUG_OUTPUT="$work/trace" ./p "$name" >"$work/out" 2>"$work/err"
cat "$work"/trace.* >"$work/log"
is "the trace has no line but its own" "$(grep -cv '^[0-9]*: [a-z]*: [a-z]* [^ ]*\( [a-z]*=[^ ]*\)*$' "$work/log")" 0
is "a name is one field, with its strange characters escaped" \
	"$(grep -c "^[0-9]*: unload: unmap [^ ]*/$escaped start=" "$work/log")" 1
is "nor any control character" "$(tr -d '\n' <"$work/log" | LC_ALL=C grep -c '[[:cntrl:]]')" 0
checker=$here/../lib/trace-check.pl
if have perl && [ -f "$checker" ]; then
	is "the checker takes it" "$(perl "$checker" "$work/log" | tail -n 1)" \
		"$(perl "$checker" "$work/log" | tail -n 1 | sed 's/faults .*/faults 0/')"
	line=$(grep -n 'unload: close' "$work/log" | cut -d: -f1)
	is "and knows the name" "$(perl "$checker" --mapped "$line" "$work/log" | grep -cxF 'a b' | tr -d ' ')$(
		perl "$checker" --mapped "$line" "$work/log" | grep -c "handles=0$esc.*x\\.so\$")" "01"
	printf '1: unload: close a\\q handles=0\n' >"$work/bad"
	is "it does not take an escape that is none" "$(perl "$checker" "$work/bad" | grep -c 'like an escape')" 1
else
	skip "the checker takes it" "no perl here"
fi

$limit ./p "$name.none" "$name.broken" ./nothere >"$work/out" 2>"$work/err"
is "errors: a line each" "$(grep -c . "$work/out")" 3
is "errors: escaped, with their blanks" "$(grep -c 'a b\\n1: unload: close x handles=0\\x1b\[1m"\];\\\\x\.so' "$work/out")" 2
LD_PRELOAD=$esc[7m ./p >"$work/out" 2>"$work/err"
is "messages, too" "$(grep -c 'ignored: \\x1b\[7m: no such library' "$work/err")" 1

$limit env LD_DEBUG=graph ./p "$name" >"$work/out" 2>"$work/dot"
is "dot files: every line is one of theirs" \
	"$(grep -cv '^digraph ".*" {$\|^	[a-z]*=".*";$\|^	node \[.*\];$\|^	n[0-9]* .*\];$\|^}$' "$work/dot")" 0
if have dot; then
	is "dot draws them" "$(dot -Tsvg "$work/dot" 2>&1 >"$work/svg"; grep -c 'handles=0\\x1b' "$work/svg" | sed 's/^[1-9].*/some/')" some
else
	skip "dot draws them" "no graphviz here"
fi
finish
