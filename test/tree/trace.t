#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The unload trace against strace, or what an emulator tells of system calls: the same unmappings, an
# outcome for every object of a close, and the mapped objects known at any line.
. "$(dirname "$0")/../lib/tap.sh"

checker=$here/../lib/trace-check.pl
if ! have perl || ! { [ -n "${EMULATED:-}" ] || have strace; }; then
	skip "traces agree with strace" "no strace or no perl here"
	finish
fi

# calls MODE COMMAND...: run it, its trace in $work/trace.*, and its system calls in $work/calls.
calls() {
	mode=$1
	shift
	if [ -n "${EMULATED:-}" ]; then
		QEMU_STRACE=1 QEMU_LOG_FILENAME=$work/calls LD_DLCLOSE=$mode LD_DEBUG=unload,files \
			LD_DEBUG_OUTPUT=$work/trace "$@"
	else
		strace -f -e "trace=mmap,?mmap2,munmap" -E LD_DLCLOSE="$mode" -E LD_DEBUG=unload,files \
			-E LD_DEBUG_OUTPUT="$work/trace" -o "$work/calls" "$@"
	fi >/dev/null 2>"$work/err"
}

# traced NAME MODE COMMAND...
traced() {
	name=$1
	mode=$2
	shift 2
	calls "$mode" "$@"
	cat "$work"/trace.* >"$work/log" 2>/dev/null
	rm -f "$work"/trace.*
	perl "$checker" $graph "$work/log" "$work/calls" >"$work/verdict" 2>&1
	verdict=$?
	if [ $verdict -eq 0 ] && grep -q 'close [1-9]' "$work/verdict" && grep -q 'map [1-9]' "$work/verdict"; then
		ok "$name ($mode)"
	else
		not_ok "$name ($mode)"
		head -n 20 "$work/verdict" >"$work/some"
		diag "$work/some"
		head -n 5 "$work/err" >"$work/some"
		diag "$work/some"
	fi
}

graph=
for mode in unmap defer=2 guard=3 keep noop; do
	cd "$TOP/scan" || exit
	[ $mode = noop ] || traced "plug-in scan" $mode ./scan plugins
	traced "plug-in scan, registry first" $mode ./scan plugins random 4
	for dir in "$BIN"/random-*; do
		cd "$dir" || exit
		if [ ! -f script ]; then
			traced "$(basename "$dir")" $mode ./p 400 3
			continue
		fi
		# what is deferred leaves at later closes, which are not of its closure
		[ $mode = unmap ] && graph='--case case'
		traced "$(basename "$dir")" $mode "$RUN" script
		graph=
	done
	for name in bind-chain reentry-nested-close self-direct key-value-in-thread share-overlap nodelete-dependency; do
		[ $mode = noop ] && continue
		# Two threads' calls may stand in one line of an emulator's.
		[ -n "${EMULATED:-}" ] && [ $name = key-value-in-thread ] && continue
		cd "$BIN/$name" || exit
		traced $name $mode "$RUN" script
	done
done

# What is mapped in the middle of a trace, from the trace alone.
cd "$BIN/share-two-plugins" || exit
printf 'open a\nopen b\nclose a\nmapped a b c\nclose b\n' >"$work/script"
LD_DEBUG=unload,files LD_DEBUG_OUTPUT=$work/trace "$RUN" "$work/script" >"$work/got" 2>&1
cat "$work"/trace.* >"$work/log" 2>/dev/null
line=$(grep -n 'unload: close .*b\.so' "$work/log" | head -n 1 | cut -d: -f1)
perl "$checker" --mapped "${line:-1}" "$work/log" | sed -n 's|.*/\([abc]\)\.so$|\1|p' | sort | tr '\n' ' ' >"$work/rebuilt"
is "objects mapped before the second close, rebuilt from the trace" "$(cat "$work/rebuilt")" "b c "

# What an object already needs is not held once more by its bindings.
cd "$BIN/scope-grandchild" || exit
LD_DEBUG=bindings "$RUN" script >"$work/got" 2>&1
is "a binding into own dependencies holds nothing" "$(grep -c 'bindings: hold .*c\.so' "$work/got")" 0
cd "$BIN/bind-data" || exit
LD_DEBUG=bindings "$RUN" script >"$work/got" 2>&1
like "a binding elsewhere holds" "$(grep 'bindings: hold ' "$work/got")" 'a.so' 'by=' 'b.so' 'symbol=value'

# The reasons of what stays.
cd "$BIN/bind-data" || exit
printf 'open a global\nopen b\nclose a\n' >"$work/script"
LD_DEBUG=unload "$RUN" "$work/script" >"$work/got" 2>&1
like "a binding is given as reason, with holder and symbol" "$(grep 'unload: keep .*a\.so' "$work/got")" \
	'reason=bound' 'by=' 'b.so' 'symbol=value'
cd "$BIN/share-two-plugins" || exit
LD_DEBUG=unload "$RUN" script >"$work/got" 2>&1
like "a dependency stays for who needs it" "$(grep 'unload: keep .*c\.so' "$work/got")" 'reason=needed' 'by=' 'b.so'
cd "$BIN/nodelete-flag" || exit
LD_DEBUG=y "$RUN" script >"$work/got" 2>&1
like "NODELETE is a reason" "$(grep 'unload: keep .*a\.so' "$work/got")" 'reason=nodelete'
cd "$BIN/order-handles" || exit
LD_DEBUG=yes "$RUN" script >"$work/got" 2>&1
like "a handle left is a reason" "$(grep 'unload: keep .*a\.so' "$work/got")" 'reason=handle'
cd "$BIN/unique-own" || exit
LD_DEBUG=1 "$RUN" script >"$work/got" 2>&1
like "a unique definition is a reason" "$(grep 'unload: keep .*a\.so' "$work/got")" 'reason=unique'
cd "$BIN/threadlocal-thread" || exit
LD_DEBUG=1 "$RUN" script >"$work/got" 2>&1
like "a thread_local destructor is a reason" "$(grep 'unload: keep .*a\.so' "$work/got")" 'reason=tls-dtor'
cd "$BIN/self-direct" || exit
LD_DEBUG=1 "$RUN" script >"$work/got" 2>&1
like "a frame on the stack delays" "$(grep 'unload: defer .*a\.so' "$work/got")" 'reason=on-stack'
cd "$BIN/key-value-in-thread" || exit
LD_DEBUG=1 "$RUN" script >"$work/got" 2>&1
like "a key delays" "$(grep 'unload: defer .*a\.so' "$work/got")" 'reason=key-dtor'
cd "$BIN/order-chain" || exit
LD_DLCLOSE=defer LD_DEBUG=1 "$RUN" script >"$work/got" 2>&1
like "a mode delays" "$(grep 'unload: defer .*a\.so' "$work/got")" 'reason=LD_DLCLOSE'

# The words of LD_DEBUG.
cd "$BIN/order-chain" || exit
LD_DEBUG=help "$RUN" script >"$work/got" 2>&1
is "help ends with status 0" $? 0
like "help lists the categories" "$(cat "$work/got")" unload files libs init bindings symbols reloc versions \
	scopes tls statistics graph all help
LD_DEBUG=unload,nonsense "$RUN" script >"$work/got" 2>&1
like "an unknown word is named" "$(cat "$work/got")" nonsense 'unload: close'
LD_DEBUG=statistics "$RUN" script >"$work/got" 2>&1
like "statistics are printed at exit" "$(cat "$work/got")" 'statistics: '
LD_DEBUG=all "$RUN" script >"$work/got" 2>&1
is "all: the program works as ever" "$(grep -c '^[a-d][+-]$' "$work/got")" 8
for category in files libs init bindings symbols reloc scopes; do
	LD_DEBUG=$category "$RUN" script >"$work/got" 2>&1
	like "category $category says something" "$(cat "$work/got")" "$category: "
	others=$(grep '^[0-9]*: ' "$work/got" | grep -cv "^[0-9]*: $category: ")
	is "category $category says nothing else" "$others" 0
done
LD_DEBUG=graph LD_DEBUG_OUTPUT=$work/graph "$RUN" script >"$work/got" 2>&1
cat "$work"/graph* >"$work/graphs" 2>/dev/null
like "graphs are written" "$(head -c 2000 "$work/graphs")" digraph 'a.so'
if have dot; then
	check "graphviz reads them" dot -Tsvg -o "$work/graph.svg" "$work/graphs"
else
	skip "graphviz reads them" "no graphviz here"
fi
finish
