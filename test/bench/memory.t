#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a small library costs the linker in memory, its name, scopes, edges and handle included.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1

if [ "$ARCH" != x86_64 ]; then
	echo "1..0 # SKIP measured on x86_64 only"
	exit 0
fi
most=1536
libraries=1000
echo 'int f(void) { return 1; }' >"$work/library.c"
"$UCLIBC_CC" -Os -fPIC -shared -o "$work/1.so" "$work/library.c" &&
	"$UCLIBC_CC" -O1 -Wall -o "$work/memory" "$here/memory.c" -ldl
i=1
while [ "$i" -lt "$libraries" ]; do
	i=$((i + 1))
	echo "$i"
done | sed "s,.*,$work/&.so," | xargs -n 1 cp "$work/1.so"
bytes=$("$work/memory" "$work" $libraries)
echo "# ${bytes:-not measured} bytes of $most"
check "one of $libraries small libraries costs at most $most bytes" test "${bytes:-999999}" -le "$most"
finish
