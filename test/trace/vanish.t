#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Built without SUPPORT_LD_DEBUG, the linker has nothing of the trace in it.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
tree=$B/tree
if ! [ -f "$tree/include/bits/uClibc_config.h" ] || ! have nm || ! have size; then
	echo "1..0 # SKIP no configured uClibc-ng here"
	exit 0
fi

mkdir -p "$work/config/bits" "$work/with" "$work/without"
grep -v '__SUPPORT_LD_DEBUG__' "$tree/include/bits/uClibc_config.h" >"$work/config/bits/uClibc_config.h"
check "the build has the option" grep -q '^#define __SUPPORT_LD_DEBUG__ 1' "$tree/include/bits/uClibc_config.h"

# compile FILE COMMAND: without the option.
compile() {
	sh -c "cd $tree && ${CC_FOR_ARCH:-gcc} -I$work/config -c $2 -o $work/without/$(basename "$1").o" >>"$work/log" 2>&1
}

failed=0
for dep in "$tree"/ldso/ldso/[!a]*/.*.oS.dep "$tree"/ldso/ldso/api/.*.oS.dep; do
	# the command the build used, without its output
	command=$(sed -n 's/^cmd_[^ ]* := //p' "$dep" | tail -n 1 |
		sed -e 's/^[^ ]* -c //' -e 's/ -o [^ ]*//' -e 's/ -M[DP]//g' -e 's/ -M[TF] [^ ]*//g')
	file=${command%% *}
	[ -f "$tree/$file" ] || continue
	cp "$tree/${file%.*}.oS" "$work/with/$(basename "$file").o" || failed=$((failed + 1))
	compile "$file" "$command" || failed=$((failed + 1))
	case $file in
	*/standalone.c) alone=$command ;;
	esac
done
is "every file compiles without, and was compiled with it" "$failed" 0
head -n 20 "$work/log" >"$work/some"
[ "$failed" -eq 0 ] || diag "$work/some"

for what in trace trace_graph; do
	check "with it, $what is called" sh -c "nm -u $work/with/*.o | grep -qw $what"
	is "without it, nobody calls $what" "$(nm -u "$work"/without/*.o | grep -cw "$what\$")" 0
done
strings=$(cat "$work"/without/*.o | tr -c '[:print:]' '\n' | grep -c 'reason=%s\|unmap %s\|digraph\|LD_DEBUG takes')
is "without it, no text of the trace is left" "$strings" 0
text() { size "$@" | awk 'NR > 1 { sum += $1 } END { print sum }'; }
with=$(text "$work"/with/*.o)
without=$(text "$work"/without/*.o)
echo "# $with bytes of code and constants with the trace, $without without"
check "it is smaller by kilobytes" test $((${with:-0} - ${without:-0})) -gt 4096
# As a whole, as in the build (test/build/size.t has the size with the trace).
whole() {
	${CC_FOR_ARCH:-gcc} -shared -nostdlib -nostartfiles -Os -flto -flto-partition=one -Wl,-e,_start \
		-Wl,-Bsymbolic -Wl,-z,noseparate-code -o "$work/whole.so" "$work"/without/*.o \
		"$tree"/ldso/ldso/arch/*/*.oS >>"$work/log" 2>&1
}
most=91136
name="without it, the linker's text is at most $most bytes"
case $command in
*-flto*ldso/arch/x86_64\ *)
	whole
	size=$(size -A "$work/whole.so" 2>/dev/null | awk '$1 == ".text" { print $2 }')
	echo "# as a whole: .text has ${size:-no} bytes without the trace"
	if [ -n "${LDSO_CHECK:-}" ]; then
		skip "$name" "with LDSO_CHECK it has more in it"
	else
		check "$name" test "${size:-999999}" -le $most
	fi
	# Less still without the option that lets it run as a program.
	sed -i '/__LDSO_STANDALONE_SUPPORT__/d' "$work/config/bits/uClibc_config.h"
	compile "${alone%% *}" "$alone" && whole
	"$work/whole.so" --help >"$work/alone" 2>&1
	is "without LDSO_STANDALONE_SUPPORT, it is no program and says so" "$?:$(cat "$work/alone")" \
		"127:ld-uClibc.so: it was built without LDSO_STANDALONE_SUPPORT: programs name it as their interpreter"
	;;
*) skip "$name" "measured for gcc on x86_64 only" ;;
esac
finish
