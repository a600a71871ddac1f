#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dlreport without a browser: what it makes of a program, of logs, and of what is none.
. "$(dirname "$0")/../lib/tap.sh"
top=$(cd "$here/../.." && pwd)
report=$top/scripts/dlreport
if ! [ -x "$BIN/report/p" ] || ! have perl; then
	echo "1..0 # SKIP no built tests here, or no perl"
	exit 0
fi
cd "$BIN/report" || exit

# part TITLE: the lines of a part of the text.
part() { sed -n "/^$1/,/^\$/p" "$work/text" | sed '1d; /^$/d; s/^ *//'; }

$limit "$report" --text --keep="$work/log" -- ./p >"$work/all" 2>"$work/err"
is "a program: status, and nothing on stderr" "$?:$(cat "$work/err")" "0:"
is "the program's own output comes through" "$(grep -c '^left = 1$' "$work/all")" 1
sed -n '/^\.\/p$/,$p' "$work/all" >"$work/text"
like "opens, closes, what was unmapped" "$(cat "$work/text")" '8 opens, 6 closes, 5 objects unmapped'
is "a line for each object that was opened" "$(part Lives | sed 's/[^ ]*\/\(math\)/\1/; s/^\([^ ]*\).*/\1/' | tr '\n' ' ')" \
	"./shapes.so math.so ./colors.so ./stubborn.so ./an ./selfish.so ./sticky.so "
like "its life: loading, constructor, open, closed, kept, gone" "$(part Lives | grep shapes)" '.((' '==x-' ')|'
is "what is still loaded, and why" "$(part 'Still loaded' | sed 's/^[0-9]* KiB *//')" \
	"./sticky.so: it is never to be unloaded (NODELETE)
./stubborn.so: 2 open handles"
is "handles that were never closed, with who opened them" "$(part 'Handles never' | sed 's/+0x[0-9a-f]*/+N/')" \
	"./stubborn.so: 2 handles of 3 that were opened
opened by ./p load_twice+N
opened by ./p load_twice+N
opened by ./p main+N"
part 'Opens that' >"$work/fails"
is "opens that failed, by whom and why" "$(grep -v '^tried' "$work/fails" | sed 's/+0x[0-9a-f]*/+N/')" \
	"libnowhere.so.7, by ./p main+N: libnowhere.so.7: no such library; LD_LIBRARY_PATH can name its directory
./<i>no such.so, by ./p main+N: ./<i>no such.so: no such file
./lonely.so, by ./p main+N: vanished.so: no such library (needed by ./lonely.so); LD_LIBRARY_PATH can name its directory
./math.so, by ./p main+N: dlopen: mode 0x0: neither RTLD_LAZY nor RTLD_NOW"
is "what was tried, each under its own open" \
	"$(sed 's|: .*libnowhere.so.7: no such.*|:|; s|, by.*||; s|tried .*/\(libnowhere.so.7\): |\1 |; s|tried .*/\(vanished.so\): |\1 |' "$work/fails" | uniq)" \
	"libnowhere.so.7
libnowhere.so.7 ENOENT
./<i>no such.so
tried ./<i>no such.so: ENOENT
./lonely.so
tried ./lonely.so: found
vanished.so ENOENT
./math.so"

# The log that was kept says the same.
log=$(ls "$work"/log.*)
"$report" --text "$log" | sed 1d >"$work/again"
is "a log says what the run said" "$(cat "$work/again")" "$(sed 1d "$work/text")"
"$report" --text - <"$log" | sed 1d >"$work/again"
is "so does standard input" "$(cat "$work/again")" "$(sed 1d "$work/text")"
"$report" --object=selfish.so "$log" >"$work/story"
length=$(sed -n 's|.*files: map \./selfish\.so .*length=\(0x[0-9a-f]*\).*|\1|p' "$log" | head -n 1)
size="$((length / 1024)) KiB"
like "the story of an object, in sentences" "$(cat "$work/story")" './selfish.so (object ' "It is mapped, $size at 0x" \
	'Opened by ./p main+0x' 'Its constructors have ended.' 'The last handle is given back.' \
	'its memory waits: a function of it is on the stack' "Its memory is given back, $size."
"$report" --object=shapes.so "$log" >"$work/story"
like "who keeps it, in a sentence" "$(cat "$work/story")" 'It stays: ./colors.so is bound to its symbol unit.'

# Moments.
line=$(grep -n 'unload: keep ./shapes.so' "$log" | head -n 1 | sed 's/:.*//')
moment() { "$report" --at="$1" "$log" | sed -n "s|.*/*\($2\) ([a-z ]*): |: |p"; }
is "before its close shapes has a handle, and colors is bound to it" "$(moment $((line - 3)) shapes.so)" \
	": 1 open handle; ./colors.so is bound to its symbol unit"
is "after it only the binding is left" "$(moment "$line" shapes.so)" ": ./colors.so is bound to its symbol unit"
is "what both need has two holders" "$(moment "$line" math.so)" \
	": ./shapes.so needs it (DT_NEEDED); ./colors.so needs it (DT_NEEDED)"
end=$(grep -n 'unload: unmap ./colors.so' "$log" | sed 's/:.*//')
is "then all three are gone" "$("$report" --at="$end" "$log" | grep -c 'shapes\|colors\|math')" 0

# Logs with less in them.
grep ' unload: ' "$log" | sed 's/ time=.*//' >"$work/unload"
"$report" --text "$work/unload" >"$work/text"
like "unload alone: lives, and a note about what is missing" "$(cat "$work/text")" 'note: The log says nothing about opens' './shapes.so ' '6 closes'
is "unload alone: what keep lines say of the end" "$(part 'Still loaded' | sed 's/^[^ ]* *//')" \
	"./sticky.so: it is never to be unloaded (NODELETE)
./stubborn.so: 2 open handles"
LD_DEBUG=graph ./p 2>"$work/graph" >/dev/null
"$report" --text "$work/graph" >"$work/text"
like "graph alone: opens and closes" "$(cat "$work/text")" '8 opens, 6 closes'
is "graph alone: what is left" "$(part 'Still loaded' | sed 's/^[^ ]* *//' | grep -o 'stubborn.so: 2 open handles')" "stubborn.so: 2 open handles"
line=$(grep -n 'close \./shapes.so' "$work/graph" | head -n 1 | sed 's/:.*//')
end=$(awk -v from="$line" 'NR > from && /^}/ { print NR; exit }' "$work/graph")
is "graph alone: who held whom then" "$("$report" --at="$end" "$work/graph" | sed -n 's/.*shapes.so ([a-z]*): //p')" "./colors.so is bound to its symbol unit"
(LD_DEBUG=unload,files ./p; echo) >"$work/mixed" 2>&1
like "a log among a program's output" "$("$report" --text "$work/mixed")" '8 opens, 6 closes, 5 objects unmapped'

# The page, as a file.
"$report" -o "$work/page.html" "$log" >"$work/out"
is "the name of the page is said" "$(cat "$work/out")" "$work/page.html"
check "it is one page" sh -c "head -n 1 '$work/page.html' | grep -q '^<!DOCTYPE html>' && grep -q '^</html>' '$work/page.html'"
is "nothing in it leads out" "$(grep -cE '(src|href)="?(https?:)?//|url\([^#]|@import|@@' "$work/page.html")" 0
is "names are text, not markup" "$(grep -c '<i>no such\|odd <b>' "$work/page.html")" 0
"$report" --svg -o "$work/picture.svg" "$log" >"$work/out"
check "the picture is there" grep -q '</svg>' "$work/picture.svg"
! have xmllint || check "the picture is well-formed" xmllint --noout "$work/picture.svg"

# Installed, it is one file.
{ cat "$report" "$top/scripts/dlreport-page.html"; } >"$work/uclibc-dlreport"
chmod +x "$work/uclibc-dlreport"
"$work/uclibc-dlreport" -o "$work/dlreport.html" "$log" >"$work/out"
check "as one file it makes the same page" cmp "$work/page.html" "$work/dlreport.html"

# The demo ends with the name of its page.
if [ -x "$BIN/../scan/scan" ]; then
	mkdir "$work/demo"
	sh "$top/test/lib/demo.sh" "$BIN/.." "$work/demo" >"$work/out" 2>&1
	is "make demo: its last line names the page" "$?:$(tail -n 1 "$work/out")" "0:$work/demo/demo.html"
	check "make demo: which is there" grep -q '^</html>' "$work/demo/demo.html"
else
	skip "the page of the demo" "no scan here"
fi

# What cannot be done gets a sentence.
refused() {
	name=$1 want=$2
	shift 2
	(cd "$work" && rm -f dlreport.html && "$report" "$@") >"$work/out" 2>"$work/err"
	is "$name" "$?:$(cat "$work/err"):$(ls "$work" | grep -c '^dlreport')" "$want:0"
}
echo 'hello, world' >"$work/none"
: >"$work/empty"
refused "no such log" "1:dlreport: nowhere: No such file or directory" nowhere
refused "a directory" "1:dlreport: .: it is a directory, not a log" .
refused "a file without a trace" "1:dlreport: none: there is no line in it that LD_DEBUG=unload or files writes" none
refused "an empty file" "1:dlreport: empty: there is no line in it that LD_DEBUG=unload or files writes" empty
refused "no such program" "127:dlreport: ./nowhere: No such file or directory" -- ./nowhere
refused "no such object" "1:dlreport: no object has \"zebra\" in its path" --object=zebra "$log"
like "another libc's program" "$("$report" --text -- true 2>&1)" 'dlreport: true: no trace came of it' 'its dynamic linker, /'
"$report" >"$work/out" 2>&1
is "without arguments it says how it is used" "$?:$(head -n 1 "$work/out" | cut -c1-6)" "2:usage:"
head -c 3000 "$log" >"$work/cut"
check "a log that was cut off is read as far as it goes" "$report" --text "$work/cut"
printf '%s\n' '1: unload: keep' '1: unload: keep x' '1: unload: close x' '1: unload: unmap x' '1: files: map y' '1: files: hold y by=z' \
	'1: unload: fini x function=' '1: files: fail' '1: leaks: open x' '1: statistics: held x' '1: unload: keep x reason=bound' >"$work/odd"
"$report" --text "$work/odd" >"$work/out" 2>"$work/err"
is "lines that are not whole do no harm" "$?:$(cat "$work/err")" "0:"
finish
