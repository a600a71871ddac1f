#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make deps: as root, as somebody else, and without apt.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

# A machine made of stand-ins: who we are, what is installed, and apt-get that only writes down.
mkdir "$work/bin" "$work/plain"
for tool in sh sed grep date sleep wc tail cat mkdir kill dirname printf; do
	ln -s "$(command -v $tool)" "$work/bin/$tool"
	ln -s "$(command -v $tool)" "$work/plain/$tool"
done
cat >"$work/bin/dpkg-query" <<'END'
#!/bin/sh
for package; do :; done
case " $INSTALLED " in
*" $package "*) echo installed ;;
*) exit 1 ;;
esac
END
cat >"$work/bin/apt-get" <<'END'
#!/bin/sh
echo "$@" >>"$APT_LOG"
END
printf '#!/bin/sh\necho $FAKE_UID\n' >"$work/bin/id"
chmod +x "$work/bin/dpkg-query" "$work/bin/apt-get" "$work/bin/id"
export APT_LOG="$work/apt" INSTALLED FAKE_UID

# deps PATH PACKAGES TOOLS SOURCE [OPTIONAL]
deps() {
	: >"$APT_LOG"
	PATH=$1 sh scripts/deps "$2" "$3" "$4" ${5:+"$5"} >"$work/out" 2>&1
	status=$?
	out=$(cat "$work/out")
}

FAKE_UID=1000 INSTALLED="gcc make"
deps "$work/bin" "gcc make" "" ""
is "all there: nothing to do" "$status:$(cat "$work/apt")" "0:"
deps "$work/bin" "gcc strace make gdb" "" ""
is "not root: fails" "$status" 1
like "not root: prints the one command" "$out" "apt-get install --no-install-recommends strace gdb"
is "not root: does not try" "$(cat "$work/apt")" ""
FAKE_UID=0
deps "$work/bin" "gcc strace make gdb" "" ""
is "root: works" "$status" 0
like "root: installs by name what is missing" "$(cat "$work/apt")" \
	"install --no-install-recommends strace gdb"
deps "$work/bin" "gcc make uclibc-source" "" "$work/plain"
is "another source: Debian's is not wanted" "$status:$(cat "$work/apt")" "0:"
deps "$work/bin" "gcc make uclibc-source" "" /nowhere/u.tar.xz
like "no source: Debian's is installed" "$(cat "$work/apt")" "uclibc-source"
deps "$work/plain" "gcc" "sed grep" ""
is "no apt, all tools there: goes on" "$status:$out" "0:"
deps "$work/plain" "gcc" "sed frobnicate grep twiddle" ""
is "no apt, tools missing: fails" "$status" 1
like "no apt, tools missing: names them" "$out" "missing: frobnicate twiddle"
deps "$work/plain" "gcc" "sed" /nowhere/u.tar.xz
like "no apt, no source: says so" "$out" "/nowhere/u.tar.xz is not there"
deps "$work/bin" "" "sed grep" "" "frobnicate grep"
is "no package wanted: apt is not asked" "$status:$(cat "$work/apt")" "0:"
like "what only some tests want is said" "$out" "skipped: frobnicate"
deps "$work/bin" "" "sed twiddle" "" "frobnicate"
is "no package wanted, a tool missing: fails" "$status" 1
like "and names it" "$out" "these tools are missing: twiddle"
for goal in all demo check; do
	like "$goal calls it first" "$(make -n $goal NATIVE=no 2>/dev/null | grep -v '^echo' |
		sed -n 's/.*\(scripts\/[a-z-]*\).*/\1/p' | head -n 1)" "scripts/deps"
done
finish
