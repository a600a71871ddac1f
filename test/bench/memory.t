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
# The first page of each segment that is touched, and what the linker's own memory grows by.
most_faults=480
libraries=1000
echo 'int f(void) { return 1; }' >"$work/library.c"
"$UCLIBC_CC" -Os -fPIC -shared -o "$work/1.so" "$work/library.c" &&
	"$UCLIBC_CC" -O1 -Wall -o "$work/memory" "$here/memory.c" -ldl
i=1
while [ "$i" -lt "$libraries" ]; do
	i=$((i + 1))
	echo "$i"
done | sed "s,.*,$work/&.so," | xargs -n 1 cp "$work/1.so"
# shellcheck disable=SC2046 # two numbers
set -- $("$work/memory" "$work" $libraries)
bytes=${1:-} faults=${2:-}
echo "# ${bytes:-not measured} bytes of $most, ${faults:-not measured} faults of $most_faults"
check "one of $libraries small libraries costs at most $most bytes" test "${bytes:-999999}" -le "$most"
check "a hundred of them have at most $most_faults page faults" \
	test "${faults:-999999}" -le "$most_faults"
finish
