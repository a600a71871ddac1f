# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by the build part of cases: make damaged copies of an object.

# poke FILE NAME OFFSET BYTES: NAME.so is FILE with BYTES (printf escapes) written at OFFSET.
poke() {
	cp "$1" "$2.so"
	printf "$4" | dd of="$2.so" bs=1 seek="$3" conv=notrunc 2>/dev/null
}
