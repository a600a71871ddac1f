#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The example the project started from.
. "$(dirname "$0")/../lib/tap.sh"

cd "$BIN/seed" || exit
expected="Global initialization!
Doing it!
Global cleanup!
Closed."
is "opened, called, closed" "$($limit ./program ./library.so 2>&1)" "$expected"
is "found by its name alone, through the search path of the program" "$($limit ./program 2>&1)" "$expected"
finish
