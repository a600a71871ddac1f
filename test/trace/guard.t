#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# LD_DLCLOSE=guard: the one clear report on a stray access, and what is not reported.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/guard" || exit

# stray MODE ARGUMENTS...
stray() {
	mode=$1
	shift
	{
		(
			[ -z "$mode" ] || export LD_DLCLOSE="$mode"
			exec $limit ./p "$@" >"$work/out" 2>"$work/report"
		)
		status=$?
	} 2>/dev/null # where the shell tells of the signal
	# An emulator says so, too.
	[ -z "${EMULATED:-}" ] || sed -i '/^qemu: uncaught target signal/d' "$work/report"
	address=$(sed -n 's/^address //p' "$work/out")
	thread=$(sed -n 's/^thread //p' "$work/out")
	now=$(sed -n 's/^now //p' "$work/out")
}

# reported NAME KIND PLACE: the report on one line, with everything a reader needs.
reported() {
	is "$1: the program ends by SIGSEGV" $status 139
	is "$1: one line" "$(wc -l <"$work/report" | tr -d ' ')" 1
	like "$1: kind and address" "$(cat "$work/report")" "./p: $2 at $address, which was "
	like "$1: object and symbol with offset" "$(cat "$work/report")" ", which was ./a.so: $3 ("
	like "$1: thread" "$(cat "$work/report")" "(thread $thread, at pc 0x"
	like "$1: who closed it" "$(cat "$work/report")" " by ./p: close_the_plugin+0x"
	when=$(sed -n 's/.*it was closed \([0-9-]* [0-9:]*\) UTC by .*/\1/p' "$work/report")
	early=$(date -u -d "@$((now - 3))" '+%Y-%m-%d %H:%M:%S')
	late=$(date -u -d "@$((now + 3))" '+%Y-%m-%d %H:%M:%S')
	is "$1: when, to the second" "$(printf '%s\n' "$early" "$when" "$late" | sort | sed -n 2p)" "$when"
	check "$1: that is a time" test -n "$when"
}

stray guard c
reported "call" call stray+0x0
stray guard t
reported "call in a thread, into the middle" call stray+0x4
stray guard r
reported "read" access data+0x14
stray guard w
reported "write" access data+0x18
stray guard=1 c
reported "guard=1" call stray+0x0
stray '' c guard
reported "guard by dlclose_mode" call stray+0x0
stray '' c before
reported "a handler the program had before" call stray+0x0

stray '' o before
is "every other fault goes to that handler" "$status $(tail -n 1 "$work/out")" "5 own handler"
stray guard o
is "every other fault, with no handler: ended by the signal" "$status" 139
is "and not a word about it" "$(cat "$work/report")" ""
stray '' c after
is "a handler set after guard gets all of them" "$status $(tail -n 1 "$work/out")" "5 own handler"
is "and then there is no report" "$(cat "$work/report")" ""
stray guard a
is "a fresh copy beside the guarded one works" "$status $(grep again "$work/out")" "0 again 4"
finish
