#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# scripts/edit.awk: each directive, and its refusals.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1

mkdir -p "$work/tree/d"

# edit SCRIPT-TEXT: apply it to a file of known lines; the result, or the message.
edit() {
	rm -rf "$work/out" "$work/out.failed"
	printf 'one\nint f(void)\n{\n\tsame\n}\nint g(void)\n{\n\tsame\n}\nlast\n' >"$work/tree/d/file"
	printf '%s\n' "$1" >"$work/script"
	awk -v tree="$work/tree" -v out="$work/out" -f scripts/edit.awk "$work/script" 2>&1 || return
	[ -f "$work/out/d/file" ] && tr '\n' '|' <"$work/out/d/file"
}

rest='int f(void)|{|	same|}|int g(void)|{|	same|}|last|'
is "before" "$(edit 'file d/file
before /^one/
+zero')" "zero|one|$rest"
is "after, two lines" "$(edit 'file d/file
after /^one/
+a
+b')" "one|a|b|$rest"
is "replace" "$(edit 'file d/file
replace /^one/
+1')" "1|$rest"
is "replace by nothing" "$(edit 'file d/file
replace /^one/')" "$rest"
is "replace a range" "$(edit 'file d/file
replace /^int f/ to /^}/
+f')" "one|f|int g(void)|{|	same|}|last|"
is "in one function" "$(edit 'file d/file
in /^int g/
replace /^\tsame/
+	other
all
replace /^last/
+end')" "one|int f(void)|{|	same|}|int g(void)|{|	other|}|end|"
is "an optional line that is not there" "$(edit 'file d/file
replace /^nowhere/?
+x
replace /^one/
+1')" "1|$rest"
is "unless" "$(edit 'file d/file
unless /^last/
replace /^one/')" ""
is "if" "$(edit 'file d/file
if /^last/
replace /^one/')" "$rest"
edit 'new d/new
+first
+second' >/dev/null
is "a new file" "$(cat "$work/out/d/new")" "first
second"
is "missing: stops when the file is there" "$(edit 'missing d/file
file d/file
replace /^one/')" ""
like "a line that is there twice" "$(edit 'file d/file
before /^.same/
+x')" "d/file: expected one line that matches" "found 2"
like "a line that is not there" "$(edit 'file d/file
before /^nowhere/
+x')" "found 0"
like "it shows what is near" "$(edit 'file d/file
before /^int g\(int\)/
+x')" "d/file:6: int g(void)" "patches/README"
like "or all that match" "$(edit 'file d/file
before /^.same/
+x')" "d/file:4:" "d/file:8:"
like "or what is near the end of a range" "$(edit 'file d/file
replace /^one/ to /^int h\(void\)/
+x')" "d/file:6: int g(void)" "script:2: d/file: no line after 1 "
printf 'file d/file\nafter /^one/\n+two\nafter /^three/\n' >"$work/first"
printf '# Stands on the first.\nfile d/file\nafter /^two/\n+three\n' >"$work/second"
rm -f "$work/out.failed"
like "what an edit to a version is called" "$(awk -v tree="$work/tree" -v out="$work/out" -v version=1.0.99 \
	-f scripts/edit.awk "$work/first" 2>&1)" "first:4:" "patches/1.0.99/"
like "an edit after one that has failed" "$(awk -v tree="$work/tree" -v out="$work/out" -f scripts/edit.awk \
	"$work/second" 2>&1)" "second:3:" "has failed before"
like "a file that is not there" "$(edit 'file d/nowhere
before /x/
+x')" "d/nowhere: not in this tree"
like "an unknown directive" "$(edit 'file d/file
insert /^one/')" "not a directive"
finish
