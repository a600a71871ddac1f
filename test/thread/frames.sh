# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For the tests in which threads are cancelled by a signal; sourced after tap.sh.  Where gcc's unwinder
# cannot pass the handler's frame under an emulator (frames.c), NO_FRAMES tells them to leave that out.
if [ -n "${EMULATED:-}" ] && ! sh -c '"$0"; exit $?' "$BIN/frames" 2>/dev/null; then
	export NO_FRAMES=yes
fi
