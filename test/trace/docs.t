#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# README.md, ARCHITECTURE.md and the manual pages say what is so: commands, paths, words and
# examples in them are tried or looked for.
. "$(dirname "$0")/../lib/tap.sh"
top=$(cd "$here/../.." && pwd)
cd "$top" || exit
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
linker=man/ld-uClibc.so.8
close=man/dlclose.3
report=man/uclibc-dlreport.1
open=man/dlopen.3
trouble=man/uclibc-dltrouble.7
driver=man/uclibc-cc.1

# README.md
for goal in $(grep -o 'make [a-z][a-z-]*' README.md | sort -u | sed 's/make //'); do
	case $goal in
	uclibc* | help) continue ;; # Buildroot's; what is asked here
	esac
	grep -q "^    make.*$goal\|\`make $goal" README.md || continue # a sentence with the word
	check "README: make $goal is a goal" grep -q "^#: make.* $goal\b" scripts/help.txt
	check "README: make $goal can be made" grep -q "^\(\.PHONY:.* \)\{0,1\}$goal\b.*" Makefile
done
sed -n 's/^    \([A-Za-z./-]*\)  .*/\1/p' README.md | grep '[/.]' >"$work/paths"
check "README: there is a layout" test "$(wc -l <"$work/paths")" -ge 10
while read -r path; do
	check "README: $path is there" test -e "$path"
done <"$work/paths"
for directory in */ test/*/; do
	case $directory in
	build/ | test/ | test/lib/) continue ;;
	esac
	check "README: $directory is in the layout" grep -q "^    $directory " README.md
done
for mode in unmap defer guard keep noop; do
	check "README: mode $mode" grep -q "^| \`$mode\`" README.md
done

# plain FILE: a trace without numbers, addresses and directories.
plain() {
	sed -n 's/.*\(unload: .*\)/\1/p' "$1" | sed 's/0x[0-9a-f]*/0xN/g; s|=[^ ]*/|=|g; s|\(unload: [a-z]* \)[^ ]*/|\1|'
}

# block FIRST LAST FILE: the lines of an example, folded ones in one piece.
block() {
	sed -n "/$1/,/$2/p" "$3" | awk '
		/^ *reason=/ { sub(/^ */, " "); line = line $0; next }
		{ if (line != "") print line; line = $0 }
		END { print line }' | grep 'unload: '
}

if [ -x "$BIN/../tree/seed/program" ]; then
	(cd "$BIN/../tree/seed" && LD_DEBUG=1 ./program ./library.so) >"$work/seed" 2>&1
	sed -n '/== seed, with/,/Closed\./p' README.md | sed '1d; s/^    //' >"$work/quoted"
	is "README: the demo prints what it says" "$(plain "$work/quoted")" "$(plain "$work/seed")"
	is "README: in that order" "$(sed 's/.*unload: \([a-z]*\).*/\1/' "$work/quoted")" "$(sed 's/.*unload: \([a-z]*\).*/\1/' "$work/seed")"
	(cd "$BIN/example" && LD_DEBUG=1 ./p) >"$work/example" 2>&1
	plain "$work/example" | grep -v ' keep libc' >"$work/plain"
	block 'close .\/shapes.so' 'unmap .\/colors.so' README.md >"$work/block"
	is "README: the example of the trace is a real one" "$(plain "$work/block")" "$(cat "$work/plain")"
	block '51: unload: close .\/shapes.so' 'unmap .\/colors.so' $linker >"$work/block"
	is "ld-uClibc.so(8): the example of the trace is a real one" "$(plain "$work/block")" "$(cat "$work/plain")"
else
	skip "examples of the trace" "nothing is built here"
fi

if [ -x "$BIN/../scan/scan" ] && have perl; then
	(cd "$BIN/../scan" && "$top/scripts/dlreport" --svg --rows=22 -o "$work/scan.svg" -- ./scan plugins) >"$work/log" 2>&1
	check "README: the picture is drawn from a run like this one" cmp doc/scan.svg "$work/scan.svg"
	check "README: it is in the text" grep -q '](doc/scan.svg)' README.md
else
	skip "README: the picture" "no scan or no perl here"
fi

# README's ways into other systems, with the places of those systems elsewhere and what is not on this
# machine stood in for: emerge looks whether its patch is there, Buildroot unpacks.
source=${UCLIBC_SRC:-/usr/src/uClibc-ng-1.0.35.tar.xz}
readme() { sed -n "/$1/,/$2/s/^    //p" README.md; }
if [ -e "$source" ] && have patch; then
	mkdir -p "$work/bin" "$work/buildroot"
	cat >"$work/bin/emerge" <<EMERGE
#!/bin/sh
test -s "$work/portage/patches/sys-libs/uclibc-ng-1.0.35/uclibc-ng-1.0.35-ldso.patch"
EMERGE
	chmod +x "$work/bin/emerge"
	printf 'uclibc-patch:\n\t@%s/scripts/unpack %s output/build/uclibc-1.0.35 >/dev/null\n' "$top" "$source" >"$work/buildroot/Makefile"
	mkdir -p "$work/buildroot/output/build"
	elsewhere() {
		sed "s|/var/cache/distfiles/uClibc-ng-1.0.35.tar.xz|$source|; s|/etc/portage|$work/portage|; s|board/patches|$work/board/patches|
			s|\.\./buildroot|$work/buildroot|"
	}
	readme 'A Gentoo stage3' 'On such a machine' | elsewhere >"$work/commands"
	is "README: Gentoo, four commands" "$(wc -l <"$work/commands" | tr -d ' ')" 4
	check "README: they do what they say" sh -ec "PATH=$work/bin:\$PATH; . $work/commands"
	readme 'A Buildroot tree' 'make graft. may be repeated\|or give it' | elsewhere >"$work/commands"
	is "README: Buildroot, five commands" "$(wc -l <"$work/commands" | tr -d ' ')" 5
	check "README: they do, too" sh -ec ". $work/commands"
	check "README: the patch is where Buildroot looks" test -s "$work/board/patches/uclibc/1.0.35/uclibc-ng-1.0.35-ldso.patch"
	check "README: the tree has the linker" test -f "$work/buildroot/output/build/uclibc-1.0.35/ldso/ldso/GRAFT"
else
	skip "README: into other systems" "no uClibc-ng source or no patch here"
fi
if [ -x "$BIN/../tree/seed/program" ] && have perl; then
	command=$(sed -n 's|^    scripts/dlreport|"$top/scripts/dlreport"|p' README.md)
	(cd "$BIN/../tree/seed" && cp program library.so "$work/" && cd "$work" && eval "$command ./library.so") >"$work/out" 2>&1
	is "README: dlreport of a program writes its page" "$?:$(tail -n 1 "$work/out")" "0:dlreport.html"
fi
# Every line that is a command has been run, here or by the test of its own.
sed -n 's|^    ||p' README.md | grep -E '^(make|scripts/[a-z]|mkdir|cp|emerge|LD_|perl|\./[^ :]*( |$))' | sort -u >"$work/commands"
while read -r line; do
	case $line in
	'make demo' | 'make check' | 'make deb' | make\ install* | make\ toolchain* | scripts/dlreport*) ;; # above, dlreport.t, packages.t, ...
	'make patch '* | 'make graft '* | 'mkdir -p '* | 'cp build/'* | 'emerge '* | 'make -C ../buildroot '*) ;; # above
	'make BR2_EXTERNAL=<here>'*) ;; # packages.t, with BUILDROOT
	*) not_ok "README: a command that no test runs: $line" ;;
	esac
done <"$work/commands"
check "README: commands were looked at" test "$(wc -l <"$work/commands")" -ge 8

# No text leads out of the repository.
for text in README.md ARCHITECTURE.md $linker $close $report $open $trouble $driver; do
	is "$text: no path of one machine" "$(grep -cE '(^|[^a-z])/(home|root|tmp)/' "$text")" 0
	check "$text: lines of a hundred columns, but for tables and quoted output" \
		awk 'length > 100 && !/^\|/ && !/^    / { exit 1 }' "$text"
done

# ARCHITECTURE.md
for path in $(grep -o '`[a-zA-Z0-9_/.-]*`' ARCHITECTURE.md | tr -d '`' | grep '[a-z]\.[a-zA-Z]*$\|/$' | sort -u); do
	case $path in
	*/*) check "ARCHITECTURE: $path is there" test -e "$path" ;;
	*.[chS]) check "ARCHITECTURE: $path is there" test -n "$(find ldso libdl include -name "$path")" ;;
	esac
done
for name in $(sed -n 's/^\(enum object_state {\)/\1/;/^enum object_state/,/^};/s/^\t\(OBJECT_[A-Z]*\).*/\1/p' ldso/ld.h); do
	check "ARCHITECTURE: state $name" grep -q "$name" ARCHITECTURE.md
done
for name in $(grep -oh '\bARCH_[A-Z_]*\|\barch_[a-z_]*' ldso/[!a]*/*.[ch] ldso/api/*.[ch] | grep -v '_$' | sort -u); do
	check "ARCHITECTURE: $name, which a CPU provides" grep -q "\`$name" ARCHITECTURE.md
done

# The manual pages.
if have mandoc; then
	for page in $linker $close $report $open $trouble $driver; do
		# which other pages are installed is not these pages' matter
		mandoc -Tlint "$page" 2>/dev/null | grep -v 'referenced manual not found' >"$work/lint"
		is "$page: mandoc has nothing to say" "$(cat "$work/lint")" ""
		check "$page: mandoc formats it" mandoc -Tutf8 "$page"
	done
else
	skip "mandoc" "no mandoc here"
fi
for word in $(sed -n 's/^\t{"\([a-z]*\)", ".*/\1/p' ldso/tell/trace.c) all help; do
	check "ld-uClibc.so(8): LD_DEBUG=$word" grep -qx ".It Cm $word" $linker
done
for variable in $(sed -n 's/^\t\(TEXT\|FLAG\)(\([A-Z_]*\), .*/LD_\2/p' ldso/start/environment.c); do
	check "ld-uClibc.so(8): $variable" grep -qx ".It Ev $variable" $linker
done
for option in $(grep -o '^	"  --[a-z0-9-]*' ldso/start/standalone.c | sed 's/.*--//'); do
	check "ld-uClibc.so(8): --$option" grep -q "^\.It .*Fl -$option" $linker
done
# Lines of the trace: every verb that the linker writes.
for line in $(grep -rhoE 'trace\(TRACE_[A-Z]+,[^"]*"[a-z]+ ' ldso | tr -d '\t\n ' | sed 's/trace(TRACE_/ /g'); do
	word=$(echo "${line%%,*}" | tr A-Z a-z)
	verb=${line##*\"}
	case $word in
	scopes | reloc) continue ;; # for who works on the linker
	esac
	check "ld-uClibc.so(8): $word: $verb" grep -q "^$word: $verb" $linker
done
for option in $(sed -n "s/.*GetOptions(.%option, \(.*\)) or.*/\1/p" scripts/dlreport | tr -d "'," | sed 's/=[a-z]//g; s/|o//'); do
	check "uclibc-dlreport(1): --$option" grep -q "^\.It .*Fl -$option" $report
done
for reason in $(sed -n '/^const char \*hold_reason_name/,/^}/p' ldso/hold/plan.c | grep -o '"[a-z-]*"' | tr -d '"' | grep -v '^none$'); do
	check "ld-uClibc.so(8): holder $reason" grep -q "^\.It Cm $reason\$" $linker
	check "dlclose(3): holder $reason" grep -q "^\.Qq $reason" $close
done
for reason in $(grep -o 'return "[a-z-]*"' ldso/life/retire.c | sed 's/.*"\(.*\)"/\1/') LD_DLCLOSE; do
	check "ld-uClibc.so(8): delay $reason" grep -q "^\.It Cm $reason\$" $linker
done
for mode in unmap defer guard keep noop; do
	check "ld-uClibc.so(8): mode $mode" grep -q "^\.It Cm $mode" $linker
	check "dlclose(3): mode $mode" grep -q "^\.It Cm $mode" $close
done
for field in $(grep -o 'dlh_[a-z]*;' include/dlfcn.h | tr -d ';'); do
	check "dlclose(3): $field" grep -qx ".It Fa $field" $close
done
for function in dlclose dlholders dlclose_mode; do
	check "dlclose(3): $function" grep -q "^\.F[no] $function" $close
	check "dlfcn.h: $function" grep -q "extern int $function(" include/dlfcn.h
done

# The program in dlopen(3).
awk '/^#include <dlfcn.h>/ { on = 1 } /^\.Ed/ { on = 0 } on' $open | sed 's/\\e/\\/g' >"$work/play.c"

# Commands in the pages are run where there are such a player and such plug-ins, one after the other;
# what they print is what the page shows, but for numbers, directories and what "..." stands for.
run_page() {
	rm -rf "$work/run" && cp -r "$BIN/trouble" "$work/run" && mkdir -p "$work/bin" || return
	cp "$work/play.c" "$work/run/" && echo 'int play(void) { return 2; }' >"$work/run/new.c"
	ln -sf "$top/scripts/dlreport" "$work/bin/uclibc-dlreport"
	ln -sf "$UCLIBC_CC" "$work/bin/uclibc-cc"
	ln -sf "${UCLIBC_CC%-cc}-ldd" "$work/bin/ldd"
	awk -v out="$work/run/.page" '
		/^\.Bd -literal/ { on = 1; next }
		/^\.Ed/ { on = 0; if (n) close(out n ".want"); next }
		on { sub(/^\\&/, ""); gsub(/\\e/, "\\") }
		on && /^\$ / { n++; print substr($0, 3) >(out n ".command"); close(out n ".command"); printf "" >(out n ".want"); seen = 1; next }
		on && n && seen { print >(out n ".want") }
		/^\.(Pp|It|Sh|Ss)/ { seen = 0 }' "$1"
	n=1
	while [ -f "$work/run/.page$n.command" ]; do
		command=$(sed 's/log\.4711/log.[0-9]*/g' "$work/run/.page$n.command")
		case $command in
		*dot\ -*) have dot || { skip "$1: $command" "no graphviz here"; n=$((n + 1)); continue; } ;;
		esac
		(cd "$work/run" && PATH=$work/bin:$PATH $limit sh -c "$command") >"$work/got" 2>&1
		status=$?
		if [ -s "$work/run/.page$n.want" ]; then
			same "$work/run/.page$n.want" >"$work/want"
			same "$work/got" >"$work/is.got"
			grep -qx '\.\.\.' "$work/want" && echo '(end)' >>"$work/is.got" && echo '(end)' >>"$work/want"
			check "$1: $command" matches "$work/is.got" "$work/want"
		else
			is "$1: $command" "$status:$(grep -c 'not found\|No such\|usage' "$work/got")" "0:0"
		fi
		n=$((n + 1))
	done
	check "$1: has commands" test "$n" -gt 1
}

# same FILE: without what differs from run to run, and the guard's line in one piece.
same() {
	awk '/, which was .*[^)]$/ || line != "" { line = line (line == "" ? "" : " ") $0; if (/ by /) { print line; line = "" } next } { print }' "$1" |
		sed 's/^[0-9][0-9]*: /PID: /; s/0x[0-9a-f][0-9a-f]*/0xN/g; s/thread [0-9]*/thread N/; s/ closed [-0-9]* [:0-9]* UTC/ closed then/
		s|try /[^ ]*/|try |'
}
if [ -x "$BIN/trouble/player" ] && have perl; then
	for page in $linker $report $trouble $driver; do
		run_page "$page"
	done
else
	skip "commands in the pages" "no built player or no perl here"
fi

if [ -f "$BIN/trouble/sound.so" ] && $UCLIBC_CC -Wall -Wextra -Werror -o "$work/play" "$work/play.c" >"$work/log" 2>&1; then
	is "dlopen(3): the example plays" "$(cd "$BIN/trouble" && "$work/play" ./sound.so 2>&1)" "./sound.so plays 1"
	is "dlopen(3): and says what it cannot" "$(cd "$BIN/trouble" && "$work/play" ./lonely.so 2>&1):$("$work/play" 2>&1)" \
		"./lonely.so: undefined symbol: nobody_has_this:usage: play PLUGIN"
else
	not_ok "dlopen(3): the example compiles"
	diag "$work/log"
fi
for flag in $(sed -n 's/^#define \(RTLD_[A-Z]*\)[ \t].*0x.*/\1/p' include/dlfcn.h) RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NOLOAD RTLD_NODELETE; do
	check "dlopen(3): $flag" grep -q "^\.It Dv $flag\$" $open
done

# Sentences in the pages are the linker's.
sed -n 's/^\.It \([a-z].*\)/\1/p' $trouble | sed -n '/^no such file/,$p' >"$work/sentences"
while read -r sentence; do
	# What is between numbers, and without them.
	plain=$(echo "$sentence" | sed 's/\.\.\..*//; s/[,:] *$//; s/[0-9].*//; s/, arm.*//; s/: *$//; s/ *$//')
	check "$(basename $trouble): $sentence" sh -c 'cat ldso/*/*.c | tr -d "\n\t" | sed "s/\"  *\"//g; s/\"\"//g" | grep -qF "$1"' sh "$plain"
done <"$work/sentences"

# The program in dlclose(3).
awk '/^#define _GNU_SOURCE/ { on = 1 } /^\.Ed/ { on = 0 } on' $close | sed 's/\\e/\\/g' >"$work/host.c"
if $UCLIBC_CC -Wall -Wextra -Werror -o "$work/host" "$work/host.c" >"$work/log" 2>&1; then
	ok "dlclose(3): the example compiles"
	is "dlclose(3): the example says who holds" "$(cd "$BIN/holders" && "$work/host" ./leaf.so | grep -v 'leaf[+-]')" "./leaf.so is held by
  handle (1)
closed, and gone"
	is "dlclose(3): the example says who does not let go" \
		"$(cd "$BIN/holders" && "$work/host" ./sticky.so | grep -v 'sticky[+-]')" "./sticky.so is held by
  handle (1)
  nodelete (1)
closed, and still there
  handle (1)
  nodelete (1)"
else
	not_ok "dlclose(3): the example compiles"
	diag "$work/log"
fi
finish
