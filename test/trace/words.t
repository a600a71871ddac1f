#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# LD_DEBUG and LD_DEBUG_OUTPUT: the words, where the lines go, who says what.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/words" || exit
categories="unload files libs init bindings symbols reloc versions scopes tls statistics"

# traced WORDS [ARGUMENT]: run the program; its output to out, what it traces to err.
traced() {
	words=$1
	shift
	$limit env LD_DEBUG="$words" ./p "$@" >"$work/out" 2>"$work/err"
}

# help
traced help
is "help: status 0" $? 0
is "help: the program does not run" "$(grep -c 'work = 2' "$work/out")" 0
is "help: nothing on stderr" "$(cat "$work/err")" ""
for word in $categories graph leaks unused time all help; do
	is "help: one sentence about $word" "$(grep -c "^ *$word: [a-z].*[a-z]$" "$work/out")" 1
done
is "help: nothing else is listed" "$(grep -c '^ *[a-z]*: ' "$work/out")" 17

# Words.
for word in 1 y yes unload; do
	traced $word
	like "$word: the unload trace" "$(cat "$work/err")" 'unload: close ./plugin.so handles=0' 'unload: unmap ./plugin.so'
	is "$word: and nothing else" "$(grep -cv '^[0-9]*: unload: ' "$work/err")" 0
done
traced ''
is "an empty value traces nothing" "$(cat "$work/err")" ""
traced bananas
is "an unknown word is named, once" "$(grep -c 'LD_DEBUG.*bananas' "$work/err")" 1
like "an unknown word alone means unload" "$(cat "$work/err")" 'unload: close'
traced tls,apples,init,pears
is "every unknown word is named" "$(grep -c 'unknown word "\(apples\|pears\)"' "$work/err")" 2
is "the known words between them count" \
	"$(sed -n 's/^[0-9]*: \([a-z]*\): .*/\1/p' "$work/err" | sort -u | tr '\n' ' ')" "init tls "

# Each category.
for word in $categories; do
	traced $word
	is "$word: the program works as ever" "$(cat "$work/out")" "base+
plugin+
work = 2
plugin-
base-"
	check "$word: says something" grep -q "^[0-9][0-9]*: $word: " "$work/err"
	is "$word: says nothing else" "$(grep -cv "^[0-9][0-9]*: $word: " "$work/err")" 0
done
traced all
is "all: every category but graph, unused and time, and no leaks where there are none" "$(sed -n 's/^[0-9]*: \([a-z]*\): .*/\1/p' "$work/err" | sort -u | tr '\n' ' ')" \
	"$(printf '%s\n' $categories | sort | tr '\n' ' ')"
is "all: whole lines only" "$(grep -cv '^[0-9][0-9]*: [a-z]*: [a-z][a-z]* ' "$work/err")" 0

# What single categories are for.
# A caller without a symbol is an offset; main has one where crt1.o goes through the GOT to it (riscv64).
callers() { sed 's/ at=main+0x/ at=+0x/' "$work/err"; }
traced files
like "files: where an object is mapped" "$(cat "$work/err")" 'map ./plugin.so start=0x' ' length=0x' ' bias=0x'
like "files: what is in the world, who needs whom" "$(cat "$work/err")" 'load ./plugin.so id=' 'hold ./p reason=startup' \
	'base.so by=./plugin.so reason=needed'
like "files: an open, with its caller" "$(callers)" 'open ./plugin.so handles=1 mode=0x1 by=./p at=+0x'
traced libs
like "libs: each place that is tried, and what came of it" "$(cat "$work/err")" 'try ' 'base.so result=0'
LD_LIBRARY_PATH=/nowhere traced libs
like "libs: errors have their names" "$(cat "$work/err")" 'try /nowhere/libc.so.' ' result=ENOENT'
traced init
like "init: each function with its address, and the end" "$(cat "$work/err")" 'init ./plugin.so function=0x' 'done ./plugin.so'
traced bindings
like "bindings: a reference and where it went" "$(cat "$work/err")" 'bind ./plugin.so symbol=base to='
like "bindings: a call is bound when it is first made" "$(cat "$work/err")" 'bind ./p symbol=dlclose to=' ' lazy=1'
LD_BIND_NOW=1 traced bindings
is "bindings: nothing is bound late with LD_BIND_NOW" "$(grep -c 'lazy=1' "$work/err")" 0
traced symbols
like "symbols: what was found where, and what was not" "$(cat "$work/err")" \
	'found ./plugin.so symbol=base version=BASE_1 in=' 'missing '
traced versions
like "versions: what is needed of whom" "$(cat "$work/err")" 'need ./plugin.so version=BASE_1 from='
traced tls
like "tls: the module" "$(cat "$work/err")" 'module ./plugin.so id=' ' size=0x10 '

# Statistics, at exit.
traced statistics
is "statistics: the last thing of all" "$(tail -n 1 "$work/out")" 'base-'
for key in map relocate lookups constructors; do
	check "statistics: time of $key" grep -q "statistics: time .*$key=[0-9]*us" "$work/err"
done
counts=$(grep 'statistics: count ' "$work/err")
like "statistics: counts" "$counts" ' opened=1 ' ' closed=1 ' ' unmapped=2 ' ' deferred=0 ' ' waiting=0'
for key in mapped relocations lookups constructors; do
	check "statistics: $key are counted" sh -c 'echo "$1" | grep -q " $2=[1-9]"' sh "$counts" $key
done
is "statistics: nothing is left mapped" "$(grep -c 'statistics: mapped ' "$work/err")" 0
LD_DLCLOSE=keep traced statistics
like "statistics: what keep has kept" "$(grep 'statistics: count ' "$work/err")" ' deferred=2 ' ' unmapped=0 '
LD_DLCLOSE=noop traced statistics
like "statistics: what is still mapped, and who holds it" "$(cat "$work/err")" 'mapped ./plugin.so start=0x' \
	'held ./plugin.so reason=nodelete count=1' 'base.so reason=needed count=1 by=./plugin.so'

# Handles that nobody has closed, opens that have failed, and when.
cd "$BIN/report" || exit
traced leaks
is "leaks: which handles, and who opened them; nothing else" \
	"$(callers | sed 's/^[0-9]*: //; s/+0x[0-9a-f]*/+N/')" "leaks: handle ./stubborn.so count=2
leaks: open ./stubborn.so count=1 by=./p at=+N
leaks: open ./stubborn.so count=1 by=./p at=+N
leaks: open ./stubborn.so count=1 by=./p at=+N"
traced files
like "files: an open that failed, with its caller and the sentence" "$(callers)" \
	'fail libnowhere.so.7 mode=0x2 by=./p at=+0x' ' error=libnowhere.so.7:\\x20no\\x20such\\x20library'
like "files: what is never unloaded" "$(cat "$work/err")" 'hold ./sticky.so reason=nodelete'
traced time,unload
is "time: at the end of each line" "$(grep -cv '^[0-9]*: unload: [a-z]* .* time=[0-9]*$' "$work/err")" 0
is "time: never goes back" "$(sed 's/.*time=//' "$work/err" | sort -cn 2>&1)" ""
traced time
like "time alone means unload" "$(cat "$work/err")" 'unload: close ./shapes.so handles=0 time='
cd "$BIN/words" || exit

# LD_DEBUG_OUTPUT: each process has a file of its number, and only it writes there.
mkdir "$work/there"
LD_DEBUG_OUTPUT=$work/there/trace traced 1 fork
is "LD_DEBUG_OUTPUT: stderr stays clean" "$(cat "$work/err")" ""
is "LD_DEBUG_OUTPUT: a file for each process, FILE.PID" "$(ls "$work/there" | sed 's/[0-9]*$//' | tr '\n' ' ')" "trace. trace. "
for file in "$work"/there/trace.*; do
	pid=${file##*.}
	is "LD_DEBUG_OUTPUT: PID is the one who writes there" \
		"$(sed -n 's/: unload: close .*//p' "$file" | sort -u)" "$pid"
done
rm -r "$work/there"
mkdir "$work/there"
cp -r . "$work/moving"
(cd "$work/moving" && LD_DEBUG_OUTPUT=../there/trace traced 1 daemon)
is "LD_DEBUG_OUTPUT: a relative path is of the start, and a closed descriptor is not written to" \
	"$(cat "$work/there"/trace.* | grep -c 'unload: close') $(cat "$work/err") $(cat "$work/moving/mine")" "2  mine"
LD_DEBUG_OUTPUT=$work/no/such/place traced 1
like "LD_DEBUG_OUTPUT: a file that cannot be made is named, and stderr used" "$(cat "$work/err")" \
	"$work/no/such/place" 'unload: close'

# trap_for MAKE: the program's file is there already, made by the command with the name as $1.
trap_for() {
	rm -rf "$work/there" && mkdir "$work/there" && echo precious >"$work/victim"
	$limit sh -c "$1"'
		LD_DEBUG=1 LD_DEBUG_OUTPUT=$2 exec ./p' sh "$work/victim" "$work/there/o" >"$work/out" 2>"$work/err"
}
trap_for 'ln -s "$1" "$2.$$"'
is "LD_DEBUG_OUTPUT: a link leads nowhere" "$(cat "$work/victim") $(grep -c 'something else by this name' "$work/err") $(grep -c 'unload: close' "$work/err")" "precious 1 1"
trap_for 'ln "$1" "$2.$$"'
is "LD_DEBUG_OUTPUT: nor does a second name" "$(cat "$work/victim") $(grep -c 'something else by this name' "$work/err")" "precious 1"
trap_for 'mkfifo "$2.$$"'
is "LD_DEBUG_OUTPUT: a FIFO is not waited for" "$(grep -c 'LD_DEBUG_OUTPUT' "$work/err") $(grep -c 'unload: close' "$work/err")" "1 1"
trap_for 'echo before >"$2.$$"'
is "LD_DEBUG_OUTPUT: to a file of the user's own is added" \
	"$(cat "$work/err"; sed -n 1p "$work"/there/o.*) $(grep -c 'unload: close' "$work"/there/o.*)" "before 1"
finish
