#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The rooms of ldso/ are layers: what calls what, who includes what, who writes what (layers.pl).
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
if ! ls "$B"/tree/ldso/ldso/base/*.oS >/dev/null 2>&1 || ! have nm; then
	echo "1..0 # SKIP no built linker here, or no nm"
	exit 0
fi
exec perl test/build/layers.pl "$B/tree/ldso/ldso" "$ARCH"
