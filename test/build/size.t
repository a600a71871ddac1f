#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How large the linker is, with everything on.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
most=98304

# The limit is of a compiler that sees the linker as a whole, for one CPU.
loader=$(ls "$B"/root/lib/ld*-uClibc-*.so 2>/dev/null | head -n 1)
flags=$(cat "$B"/tree/ldso/ldso/life/.open.oS.dep 2>/dev/null)
case $flags in
*-flto*ldso/arch/x86_64\ *) ;;
*)
	echo "1..0 # SKIP measured for gcc on x86_64 only"
	exit 0
	;;
esac
if [ -n "${LDSO_CHECK:-}" ]; then
	echo "1..0 # SKIP with LDSO_CHECK it has its rules in it, too"
	exit 0
fi
if [ -z "$loader" ] || ! have size; then
	echo "1..0 # SKIP no linker here, or no size"
	exit 0
fi

size=$(size -A "$loader" | awk '$1 == ".text" { print $2 }')
echo "# .text of $loader: $size bytes of $most"
check "its text is at most $most bytes" test "${size:-999999}" -le "$most"
finish
