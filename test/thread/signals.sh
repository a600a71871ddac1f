# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For the tests in which handlers of signals return; sourced after tap.sh.  Not every emulator gets that
# right (pointer.c), and nothing that comes after it means anything then.
if [ -n "${EMULATED:-}" ] && ! "$BIN/pointer"; then
	echo "1..0 # SKIP this emulator changes the thread pointer when a signal handler returns"
	exit 0
fi
