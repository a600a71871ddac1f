#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The page of dlreport in a real browser: what is in it, what a click does, that nothing is asked
# of the network, and how it does with ten thousand events.
. "$(dirname "$0")/../lib/tap.sh"
top=$(cd "$here/../.." && pwd)
if ! [ -x "$BIN/report/p" ] || ! have perl; then
	echo "1..0 # SKIP no built tests here, or no perl"
	exit 0
fi
if ! have chromium && ! have chromium-headless-shell; then
	echo "1..0 # SKIP no chromium here: the page of dlreport is tested without a browser only (apt-get install chromium)"
	exit 0
fi
browse() { $limit perl "$top/test/lib/browser.pl" "$@" >"$work/out" 2>&1; }
text='document.getElementById'

cd "$BIN/report" || exit
"$top/scripts/dlreport" -o "$work/page.html" -- ./p >/dev/null 2>&1
browse "$work/page.html" \
	eval 'document.title' \
	eval 'new Set([...document.querySelectorAll("rect.life")].map(e => e.dataset.life)).size' \
	eval '["open", "kept", "fini", "wait"].map(c => document.querySelectorAll("rect.life." + c).length > 0).join()' \
	eval 'document.querySelectorAll(".failed").length' \
	click 'rect.life.kept' \
	eval "$text('holders').innerText" eval "document.querySelector('#detail h2').innerText" \
	eval "$text('opened').innerText.replace(/[0-9a-f]+\$/, 'N')" \
	eval 'document.querySelectorAll("#graph rect.box").length > 2 && document.querySelectorAll("#graph path.edge").length > 1' \
	eval "[...document.querySelectorAll('#story li')].some(e => e.innerText.includes('It stays: ./colors.so is bound'))" \
	eval "$text('left').innerText.includes('never to be unloaded (NODELETE)')" \
	eval "$text('leaks').innerText.includes('load_twice+0x')" \
	eval "$text('fails').innerText.includes('./<i>no such.so')" \
	click '#left tr:nth-child(2) .link' eval "document.querySelector('#detail h2').innerText + ': ' + $text('holders').innerText" \
	key ArrowLeft eval "$text('where').innerText.split(' ')[0] < p.events.length" \
	click '#search' type 'shapes' \
	eval 'new Set([...document.querySelectorAll("text.name")].map(e => e.firstChild.data)).size' \
	eval "$text('found').innerText" \
	dark eval 'getComputedStyle(document.body).backgroundColor' \
	eval 'document.querySelectorAll("i, b").length > 0 && ![...document.querySelectorAll("i")].some(e => e.innerText)'
status=$?
line() { sed -n "${1}p" "$work/out"; }
is "the page opens" "$status $(line 1)" "0 dlreport: ./p"
is "a bar for each object's life" "$(line 2)" 7
is "handles, kept by others, destructors and waiting memory are there" "$(line 3)" "true,true,true,true"
is "a mark for each open that failed" "$(line 4)" 4
is "a click shows the holders of the object that was clicked, then" "$(line 5) of $(line 6)" "colors.so is bound to its symbol unit of shapes.so"
is "and who has opened it" "$(line 7)" "Opened by ./p main+0xN"
sed -n '8,$p' "$work/out" >"$work/rest"
line() { sed -n "${1}p" "$work/rest"; }
is "the graph then, the story, what is left, leaks, failures" "$(line 1) $(line 2) $(line 3) $(line 4) $(line 5)" "true true true true true"
is "a click on what is left shows why" "$(line 6)" "stubborn.so: 2 open handles"
is "an arrow key goes to the event before" "$(line 7)" true
is "the search leaves what was looked for" "$(line 8)" 2
like "and says how much it found" "$(line 9)" ' of '
is "dark colours where they are preferred" "$(line 10)" "rgb(20, 23, 27)"
is "no name became markup" "$(line 11)" true
is "nothing is asked of anybody else" "$(grep '^requests\|^errors' "$work/out" | tr '\n' ' ')" "requests 0 errors 0 "
[ "$status" -eq 0 ] || diag "$work/out"

# The page plays the events as the Perl does: the same holders of all objects, at every seventh event.
"$top/scripts/dlreport" -o "$work/page.html" --keep="$work/log" -- ./p >/dev/null 2>&1
log=$(ls "$work"/log.*)
browse "$work/page.html" eval 'p.events.flatMap((e, i) => i % 7 ? [] : p.lives.flatMap((l, o) =>
	!at(i).phase.has(o) ? [] : [e.l + " " + base(l.p) + ": " + (holders(at(i), o).map(h =>
		el("b", {}, ...holderWords(h)).textContent).sort().join("; ") || "nothing that the log tells")])).join("\n")'
sed '/^requests/,$d' "$work/out" | sort >"$work/played"
for line in $(sed 's/ .*//' "$work/played" | sort -un); do
	# An event after which nothing else is on the same line of the log.
	"$top/scripts/dlreport" --at="$line" "$log" | sed -n "s|^  \(.*\) ([a-z]*): |$line \1: |p"
done | perl -pe 's{[^ ;:]*/}{}g; s{^(\d+ .*?: )(.*)}{$1 . join "; ", sort split /; /, $2}e' | sort >"$work/told"
check "page and text tell the same holders at every moment" cmp "$work/played" "$work/told"
check "there was something to tell" test "$(grep -c 'bound to its symbol' "$work/played")" -ge 1
cmp -s "$work/played" "$work/told" || { diff "$work/played" "$work/told" >"$work/diff"; diag "$work/diff"; }

# Ten thousand events: 600 plug-ins, opened and closed one after the other, several times.
awk 'BEGIN {
	for (n = 0; n < 1250; n++) {
		name = "./plugin" n % 600 ".so"; at = sprintf("0x7f%06x000", n * 16)
		printf "7: files: map %s start=%s length=0x5000 bias=%s time=%d\n", name, at, at, n * 90
		printf "7: files: load %s id=%d time=%d\n7: files: hold ./base.so by=%s reason=needed time=%d\n", name, n + 9, n * 90 + 1, name, n * 90 + 2
		printf "7: files: open %s handles=1 mode=0x2 by=./host at=load+0x1c time=%d\n7: init: done %s time=%d\n", name, n * 90 + 10, name, n * 90 + 20
		printf "7: unload: close %s handles=0 time=%d\n7: unload: fini %s function=%s1 time=%d\n", name, n * 90 + 60, name, at, n * 90 + 61
		printf "7: unload: unmap %s start=%s length=0x5000 result=0 time=%d\n", name, at, n * 90 + 70
	}
}' >"$work/many"
"$top/scripts/dlreport" -o "$work/many.html" "$work/many" >/dev/null
browse "$work/many.html" eval 'p.events.length' \
	eval 'Math.round(performance.getEntriesByType("navigation")[0].domInteractive)' \
	eval 'const t = performance.now(); document.getElementById("search").value = "plugin77"; document.getElementById("search").dispatchEvent(new Event("input")); Math.round(performance.now() - t)' \
	eval 'const u = performance.now(); choose(5, 9000); choose(5, 100); Math.round(performance.now() - u)' \
	eval 'document.querySelectorAll("*").length'
is "ten thousand events are read" "$(sed -n 1p "$work/out")" 10000
echo "# $(sed -n 2p "$work/out") ms to open, $(sed -n 3p "$work/out") ms for a search, $(sed -n 4p "$work/out") ms for two moments"
check "the page is there in four seconds" test "$(sed -n 2p "$work/out")" -lt 4000
check "a search takes less than half a second" test "$(sed -n 3p "$work/out")" -lt 500
check "so do two moments" test "$(sed -n 4p "$work/out")" -lt 500
check "what is not seen is not drawn" test "$(sed -n 5p "$work/out")" -lt 3000
is "and nothing is asked of anybody else" "$(grep '^requests\|^errors' "$work/out" | tr '\n' ' ')" "requests 0 errors 0 "
finish
