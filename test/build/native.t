#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A machine whose own compiler targets uClibc is tested as it is.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

host=$(command -v gcc)
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s -D__UCLIBC__=1 "$@"\n' "$host" >"$work/bin/fake-gcc"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/broken-gcc"
chmod +x "$work/bin/fake-gcc" "$work/bin/broken-gcc"

is "a compiler that predefines __UCLIBC__" "$(scripts/native "$work/bin/fake-gcc")" yes
is "a compiler that does not work" "$(scripts/native "$work/bin/broken-gcc")" no
if [ "$NATIVE" = yes ]; then
	is "this machine's" "$(scripts/native "$UCLIBC_CC")" yes
	finish
fi
is "this machine's" "$(scripts/native gcc)" no
is "the one built here" "$(scripts/native "$UCLIBC_CC")" yes

unset NATIVE
plan=$(PATH=$work/bin:$PATH make -n all CROSS_COMPILE="$work/bin/fake-" 2>&1)
like "there, make builds nothing" "$plan" "nothing is built"
case $plan in
*build-tree* | *unpack*) not_ok "and does not touch uClibc-ng's sources" ;;
*) ok "and does not touch uClibc-ng's sources" ;;
esac
plan=$(PATH=$work/bin:$PATH make -n check CROSS_COMPILE="$work/bin/fake-" 2>&1)
like "make check still runs the target tests" "$plan" "prove" "test/tree/"
case $plan in
*build/patch.t* | *chroot*) not_ok "and leaves out what is about building" ;;
*) ok "and leaves out what is about building" ;;
esac
like "with that very compiler" "$(PATH=$work/bin:$PATH make -p -n help \
	CROSS_COMPILE="$work/bin/fake-" 2>/dev/null | grep '^UCLIBC_CC')" "$work/bin/fake-gcc"
finish
