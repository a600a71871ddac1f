#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$here/signals.sh"
. "$here/frames.sh"
$limit "$BIN/cancel"
