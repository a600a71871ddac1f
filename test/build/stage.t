#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make stage without what takes its time: where the sources come from, that a step is done once, and what a
# command sees that runs in the stage.
. "$(dirname "$0")/../lib/tap.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1

# A machine whose places are these, with an apt that writes down what it is asked, and has of each package
# an old version, and in its lists alone a newer one.  No source can be unpacked: there the script ends.
mkdir -p "$work/bin" "$work/places/sources.list.d" "$work/toolchain/sysroot"
printf 'deb [arch=all] file:/one stable main\n# deb file:/not stable main\ndeb-src file:/two stable main\n' \
	>"$work/places/sources.list"
printf 'Types: deb\nURIs: file:/three\nSuites: stable\nComponents: main\n' >"$work/places/sources.list.d/three.sources"
cat >"$work/bin/apt-get" <<'END'
#!/bin/sh
for word; do :; done
echo "$word" >>"$APT_LOG"
case $word in
*=1.10-2) exit 100 ;;
esac
END
cat >"$work/bin/apt-cache" <<'END'
#!/bin/sh
printf 'Package: x\nVersion: 1.9-1\n\nPackage: x\nVersion: 1.10-2\n'
END
printf '#!/bin/sh\nexit 1\n' >"$work/bin/dpkg-source"
chmod +x "$work/bin/apt-get" "$work/bin/apt-cache" "$work/bin/dpkg-source"

# make_stage: as the Makefile does.
make_stage() {
	: >"$work/apt"
	PATH=$work/bin:$PATH APT_LOG=$work/apt APT_PLACES=$work/places scripts/make-stage "$work/toolchain" \
		"$work" /lib/ld64-uClibc.so.1 cpu-linux-uclibc "$work/stage" 2 "$work/source" >"$work/out" 2>&1
}
make_stage
is "it ends with the step that fails" "$?:$(grep -c 'sources: unpack: failed' "$work/out")" 1:1
is "the machine's places, asked for sources" "$(cat "$work"/stage/apt/places/* | grep '^deb\|^Types')" \
	"deb-src [arch=all] file:/one stable main
Types: deb-src"
check "apt is told of no others" grep -q 'Dir::Etc::SourceList "/dev/null"' "$work/stage/apt/conf"
is "lists first; the newest version, and where that is gone the one before" "$(head -n 3 "$work/apt")" "update
busybox=1.10-2
busybox=1.9-1"
like "the others, too" "$(cat "$work/apt")" make-dfsg=1.9-1
make_stage
is "what is done is not done again" "$?:$(cat "$work/apt")" 1:
rm -rf "$work/toolchain/sysroot"
make_stage
like "without a toolchain it says so" "$(cat "$work/out")" "no toolchain in"

# A stage that is busybox alone.
busybox=$(command -v busybox)
if [ -n "$busybox" ] && ! readelf -l "$busybox" 2>/dev/null | grep -q INTERP && [ "$(id -u)" -eq 0 ]; then
	root=$work/root
	mkdir -p "$root/bin" "$root/proc" "$root/dev"
	cp "$busybox" "$root/bin/busybox"
	for device in null zero full random urandom tty; do
		: >"$root/dev/$device"
	done
	inside() { SECRET=1 sh scripts/in-stage "$root" "$@" 2>&1; }
	is "a command gets its arguments" "$(inside /bin/busybox echo 'a b' c)" "a b c"
	is "nothing of the environment comes in" "$(inside /bin/busybox env | grep -c SECRET)" 0
	is "what is there is the stage" "$(inside /bin/busybox ls / | tr '\n' ' ')" "bin dev proc "
	check "with processes" inside /bin/busybox test -r /proc/self/maps
	check "and devices" inside /bin/busybox sh -c 'echo x >/dev/null && test ! -s /dev/null'
	inside /bin/busybox false
	is "its exit status is the command's" "$?" 1
	is "nothing stays mounted" "$(grep -c " $root/" /proc/mounts)" 0
else
	skip "commands in a stage" "no static busybox, or not root"
fi

check "make help: make stage" grep -q "^#: make stage " scripts/help.txt
check "HACKING.md: make stage" grep -q "make stage" HACKING.md
finish
