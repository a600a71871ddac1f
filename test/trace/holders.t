#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dlholders: who keeps an object loaded.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/holders" || exit
$limit ./p >"$work/out" 2>&1
is "status" $? 0

told() { sed -n "s/^$1: //p" "$work/out" | sort; }

is "handles and who needs it" "$(told needed)" "leaf.so handle by=- symbol=- count=2
leaf.so needed by=top.so symbol=- count=1"
is "after a close" "$(told 'one handle less')" "leaf.so handle by=- symbol=- count=1
leaf.so needed by=top.so symbol=- count=1"
is "a binding with who and what" "$(told bound)" "data.so bound by=user.so symbol=value count=1
data.so handle by=- symbol=- count=1"
is "thread_local destructors" "$(told thread_local)" "threads.so handle by=- symbol=- count=1
threads.so tls-dtor by=- symbol=- count=2"
is "NODELETE" "$(told sticky)" "sticky.so handle by=- symbol=- count=1
sticky.so nodelete by=- symbol=- count=1"
is "a callback's answer ends it and is returned" "$(grep -c '^5$' "$work/out") $(grep -c '^in a callback' "$work/out")" "2 2"
is "a callback may close the object, and its text stays" "$(grep -c 'in a callback: handle as before' "$work/out")" "2"
for what in NULL 'a wild handle' 'a handle closed before' 'an address'; do
	is "$what: refused" "$(told "$what")" "-1, dlerror names it"
done
is "all of it was there" "$(grep -c 'no DLFCN_HOLDERS\|cannot' "$work/out")" 0
finish
