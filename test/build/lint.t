#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# No tool that reads the source has anything to say (scripts/lint).
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1

# found PART: its findings as diagnostics, its status.
found()
{
	CC_FOR_ARCH=${CC_FOR_ARCH:-gcc} scripts/lint "$1" >"$work/found" 2>&1
	status=$?
	sed 's/^/# /' "$work/found"
	return $status
}

for part in clang cppcheck format externs names; do
	found "$part"
	status=$?
	if [ $status -eq 77 ]; then
		skip "lint: $part" "its tool is not here"
	else
		check "lint: $part" [ $status -eq 0 ]
	fi
done
finish
