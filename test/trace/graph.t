#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# LD_DEBUG=graph: a Graphviz text for each open and close, with every object and edge.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/keep" || exit

printf 'open data global\nopen user\nopen top\nclose top\nclose data\nclose user\n' >"$work/script"
$limit env LD_DEBUG=graph LD_DEBUG_OUTPUT=$work/trace "$RUN" "$work/script" >"$work/out" 2>"$work/err"
is "nothing on stderr" "$(cat "$work/err")" ""
set -- "$work"/trace*
is "one file, FILE.PID.dot" "$#" 1
like "its name" "${1##*/}" 'trace.' '.dot'
cp "$1" "$work/graphs"
is "one graph for each open and close" "$(sed -n 's/^digraph "\([a-z]* [a-z.]*\)" {$/\1/p' "$work/graphs" | tr '\n' ',')" \
	"open data.so,open user.so,open top.so,close top.so,close data.so,close user.so,"
is "as many ends" "$(grep -c '^}$' "$work/graphs")" 6
if have dot; then
	dot -Tsvg "$work/graphs" >"$work/svg" 2>"$work/err"
	is "dot draws them, status" $? 0
	is "dot has nothing to say" "$(cat "$work/err")" ""
	is "dot has drawn all six" "$(grep -c '<svg' "$work/svg")" 6
	is "dot has drawn edges and objects" "$(grep -c 'class="edge"' "$work/svg" | grep -c '^[1-9]') $(grep -c 'class="node"' "$work/svg" | grep -c '^[1-9]')" "1 1"
else
	skip "dot draws them" "no graphviz here"
fi

# graph EVENT OBJECT: the text of that graph, with objects' names instead of numbers.
graph() {
	sed -n "/^digraph \"$1 $2\"/,/^}/p" "$work/graphs" | awk '
		match($0, /^\tn[0-9]+ \[label="[^\\]*/) {
			id = $1; name = $0; sub(/.*label="/, "", name); sub(/\\n.*/, "", name); names[id] = name
			rest = $0; sub(/^\tn[0-9]+ /, "", rest); print name " " rest; next
		}
		$2 == "->" { from[++n] = $1; to[n] = $3; $1 = $2 = $3 = ""; what[n] = $0 }
		END { for (i = 1; i <= n; i++) print names[from[i]] " -> " names[to[i]] what[i] }'
}

graph close top.so >"$work/close"
like "an edge by need" "$(grep '^top.so -> leaf.so' "$work/close")" 'color=black' 'label=""'
like "an edge by binding, with the symbol" "$(grep '^user.so -> data.so' "$work/close" | sed 's/label="twice"/label="value"/')" 'color=orange' 'style=dashed' 'label="value"'
like "what needs libc points to it" "$(grep '^top.so -> ' "$work/close" | tr '\n' ' ')" 'libc'
like "what goes: the closed one" "$(grep '^top.so \[' "$work/close")" 'style=dashed' 'color=red' 'handles 0'
like "what goes: what it alone needed" "$(grep '^leaf.so \[' "$work/close")" 'style=dashed' 'color=red'
like "what is held by a handle" "$(grep '^user.so \[' "$work/close")" 'style=solid' 'color=darkgreen' 'handles 1'
like "what stays for ever" "$(grep '^libc.so[.0-9]* \[' "$work/close")" 'style=solid' 'color=gray'
graph close data.so >"$work/close"
like "what a binding alone holds" "$(grep '^data.so \[' "$work/close")" 'style=solid' 'color=black' 'handles 0'
is "what has gone is no more" "$(grep -c 'top.so\|leaf.so' "$work/close")" 0
graph open top.so >"$work/open"
is "at the open they were there" "$(grep -c '^top.so \[\|^leaf.so \[' "$work/open")" 2
is "and nothing was going" "$(grep -c 'color=red' "$work/open")" 0

# Without a file it goes where every trace goes.
$limit env LD_DEBUG=graph "$RUN" "$work/script" >"$work/out" 2>"$work/err"
is "to stderr without LD_DEBUG_OUTPUT" "$(grep -c '^digraph' "$work/err")" 6
$limit env LD_DEBUG=unload,graph LD_DEBUG_OUTPUT=$work/both "$RUN" "$work/script" >"$work/out" 2>"$work/err"
is "lines and graphs in files of their own" "$(cd "$work" && ls -d both* | sed 's/[0-9][0-9]*/PID/' | tr '\n' ' ')" "both.PID both.PID.dot "
finish
