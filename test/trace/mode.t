#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dlclose_mode and LD_DLCLOSE: changing the mode, and what is no mode.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/mode" || exit

$limit ./p >"$work/got" 2>&1
cat >"$work/expected" <<'END'
a+
a-
a gone
mode defer=1: 0
a+
a-
a mapped
b+
b-
a gone, b mapped
mode NULL: 0
b mapped
mode unmap: 0
b gone
mode defer: 0
a+
a-
b+
b-
a mapped, b mapped
mode defer=1: 0
a gone, b mapped
mode guard: 0
mode unmap: 0
a gone, b gone
mode keep: 0
a+
a-
a mapped
mode unmap: 0
a mapped
mode noop: 0
b+
b live
b-
END
check "modes follow each other" diff "$work/expected" "$work/got"

# What is no mode: named, and the mode in force stays.
for wrong in '' bananas 'defer=' 'defer=x' 'defer=-1' 'unmap=1' 'keep=2' 'guard=1x' Keep ' keep' \
	'defer=99999999999999999999999999'; do
	$limit ./p keep "$wrong" >"$work/out" 2>&1
	like "mode \"$wrong\" is refused and named" "$(cat "$work/out")" "mode $wrong: -1, $wrong is not a way to close"
	like "mode \"$wrong\" changes nothing" "$(tail -n 1 "$work/out")" "a mapped"
	[ -n "$wrong" ] || continue
	LD_DLCLOSE=$wrong $limit ./p unmap unmap >"$work/out" 2>"$work/err"
	is "LD_DLCLOSE=\"$wrong\" is reported once, and nothing else" \
		"$(grep -c 'LD_DLCLOSE' "$work/err") $(wc -l <"$work/err" | tr -d ' ')" "1 1"
	like "LD_DLCLOSE=\"$wrong\" is named, and what is used instead" "$(cat "$work/err")" "./p: LD_DLCLOSE: $wrong " 'using '
done
LD_DLCLOSE=bananas $limit ./p 2>/dev/null >"$work/got"
check "with a bad LD_DLCLOSE the default is in force" diff "$work/expected" "$work/got"
LD_DLCLOSE='' $limit ./p >"$work/got" 2>&1
check "an empty LD_DLCLOSE means nothing" diff "$work/expected" "$work/got"
finish
