#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# C++ across plug-ins that come and go: a host in C++ and one in C, with STB_GNU_UNIQUE and without,
# in every mode of LD_DLCLOSE.
. "$(dirname "$0")/../lib/tap.sh"

# passes NAME COMMAND...: the command's own TAP is good; shown when it is not.
passes() {
	title=$1
	shift
	if $limit "$@" >"$work/tap" 2>&1 && ! grep -q '^not ok' "$work/tap"; then
		ok "$title ($(grep -c '^ok' "$work/tap") tests)$(sed -n 's/^# \(.* bytes lost .*\)/: \1/p' "$work/tap")"
	else
		not_ok "$title"
		diag "$work/tap"
	fi
}

# What a compiler for uClibc does, and others do not: the very arrangement in which an unwinder's list
# outlived the memory it led to.
if nm "$BIN/plain/frames.so" 2>/dev/null | grep -q __register_frame_info; then
	ok "crtbegin registers frames"
	export CXX_REGISTERS=yes
else
	skip "crtbegin registers frames" "this compiler's does not"
fi
for kind in plain unique; do
	[ $kind = plain ] || export CXX_UNIQUE=yes
	for mode in $MODES; do
		export LD_DLCLOSE="$mode"
		passes "a host in C++, $kind, $mode" "$BIN/$kind/host"
		passes "a host in C, $kind, $mode" "$BIN/$kind/chost" load
		passes "plug-ins with libgcc_s in all orders, $kind, $mode" "$BIN/$kind/chost" orders
	done
	unset LD_DLCLOSE
done
unset CXX_UNIQUE
passes "threads" "$BIN/threads/shared"
passes "threads, in a static program" "$BIN/threads/static"
passes "exceptions beside opens and closes" "$BIN/plain/host" "${STRESS_SECONDS:-20}"

finish
