#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Each definition that the graft passes is read; each option that the linker reads is one of
# uClibc-ng's; each of uClibc-ng's that is about the linker is honoured, or README.md says that it is
# not; and options that the build here has not set do what they say.
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/compile.sh"
unset MAKEFLAGS MAKEOVERRIDES MFLAGS
cd "$here/../.." || exit 1
tree=$PWD/$B/tree
root=$PWD/$ROOT
config=$tree/extra/Configs/Config.in
if [ ! -f "$config" ] || [ ! -f "$tree/include/libc-symbols.h" ]; then
	echo "1..0 # SKIP no configured uClibc-ng here"
	exit 0
fi
sources=$(find ldso libdl include -name '*.[chS]')

# Definitions of the graft; uClibc-ng's own headers ask which part of it they are in.
for name in $(grep -ho -- '-D[A-Za-z_0-9]*' graft/*.in | sed 's/^-D//' | sort -u); do
	case $name in
	NOT_IN_libc | IS_IN_*) check "-D$name is read" grep -qw "$name" "$tree/include/libc-symbols.h" ;;
	*) check "-D$name is read" grep -qw "$name" $sources ;;
	esac
done

# Options by the names that the sources know them by.
known=$(sed -n 's/^config //p' "$config" "$tree"/extra/Configs/Config.*)
for name in $(grep -howE '__[A-Z][A-Z0-9_]*__' $sources | sed 's/^__//; s/__$//' | sort -u); do
	case $name in
	BYTE_ORDER | ORDER_* | VA_ARGS | ARM_ARCH_* | [A-Z] | GNUC*) continue ;; # the compiler's
	VDSO_SUPPORT | UCLIBC_USE_TIME64) continue ;;     # of newer versions
	esac
	check "__${name}__, which the linker reads, is an option" test "$(echo "$known" | grep -cx "$name")" -gt 0
done

# uClibc-ng's options against the table in README.md.
for name in $(echo "$known" | grep 'LDSO\|^SUPPORT_LD_\|^FORCE_SHAREABLE\|^MULTILIB_DIR\|^RUNTIME_PREFIX' |
	grep -v '^ARCH_' | sort -u); do
	row=$(grep "^| \`$name\` |" README.md)
	case $row in
	"| \`$name\` | yes"*)
		check "$name is honoured, as README.md says" \
			grep -qwE "__${name}__|\\\$\\($name\\)|UCLIBC_$name" $sources graft/ldso.in
		;;
	"| \`$name\` | no"*)
		is "$name is read by nobody, as README.md says" "$(cat $sources graft/*.in | grep -cw "__${name}__\|$name")" 0
		;;
	*) not_ok "$name is in README.md's table" ;;
	esac
done

# The version: one for --version and NEWS.
version=$(sed -n 's/^#define LDSO_VERSION "\(.*\)"/\1/p' ldso/base/config.h)
loader=$(find "$root/lib" -name 'ld*-uClibc.so.1')
is "--version says this linker's version and uClibc-ng's" "$("$loader" --version)" \
	"ld-uClibc.so $version for uClibc-ng $(. scripts/lib.sh && tree_version "$tree"), the dynamic linker that unloads"
is "NEWS begins with this version" "$(grep -m 1 '^## ' NEWS)" "## $version"

# What the makefile passes for MULTILIB_DIR.
passes() {
	printf 'include graft/ldso.in\nshow:\n\t@echo "$(filter -DUCLIBC_MULTILIB%%,$(ldso_flags))"\n' |
		make -s -f - show top_srcdir="$tree/" TARGET_ARCH="${ARCH:-x86_64}" MULTILIB_DIR="$1" 2>&1
}
is "MULTILIB_DIR=lib: nothing else is searched" "$(passes lib/)" ""
is "MULTILIB_DIR=lib32 is passed on" "$(passes lib32)" '-DUCLIBC_MULTILIB_DIR="lib32"'

# variant NAME FLAGS FILE...: the linker with these files compiled with FLAGS in addition.
compile_commands "$tree" >"$work/commands"
assembly=$(cd ldso && find arch/"$ARCH" -name '*.S' | sed 's|.*|ldso/ldso/&|; s/S$/oS/')
variant() {
	mkdir -p "$work/$1"
	variant_name=$1 variant_flags=$2
	shift 2
	for file; do
		command=$(grep "^ldso/ldso/$file " "$work/commands")
		(cd "$tree" && eval "${CC_FOR_ARCH:-gcc} -c $command -fno-lto $variant_flags" \
			-o "$work/$variant_name/$(basename "$file").o") >>"$work/log" 2>&1
	done
	# From the build: all but these.
	others=$(cut -d' ' -f1 "$work/commands" | grep '^ldso/ldso/' | sed 's/c$/oS/')
	for file; do
		others=$(echo "$others" | grep -v "/${file%.c}.oS\$")
	done
	(cd "$tree" && ${CC_FOR_ARCH:-gcc} -shared -nostdlib -nostartfiles -fno-lto -Wl,-e,_start \
		-Wl,-Bsymbolic -Wl,-z,now -Wl,-z,noseparate-code -Wl,--eh-frame-hdr -Wl,-z,defs \
		-Wl,-soname,"$(basename "$loader")" \
		-o "$work/$variant_name/ld.so" $others $assembly "$work/$variant_name"/*.o) >>"$work/log" 2>&1
}

# configured NAME EDIT: a directory of headers in which uClibc-ng's configuration is edited so.
configured() {
	mkdir -p "$work/config-$1/bits"
	sed "$2" "$tree/include/bits/uClibc_config.h" >"$work/config-$1/bits/uClibc_config.h"
}

# built NAME: says whether the variant is there.
built() {
	if [ -f "$work/$1/ld.so" ]; then
		ok "the linker $2"
	else
		not_ok "the linker $2"
		diag "$work/log"
	fi
}

# runs NAME LINKER PROGRAM EXPECTED: the output and status of PROGRAM under a variant.
runs() {
	got=$(cd "$work" && LD_LIBRARY_PATH=$root/lib $limit "$2" $3 2>&1)
	is "$1" "$got:$?" "$4"
}

# object NAME FLAGS...: a library that prints its name.
object() {
	mkdir -p "$(dirname "$work/$1")"
	printf '#include <unistd.h>\n__attribute__((constructor)) static void begin(void) { write(1, "%s\\n", %d); }\n' \
		"$1" $((${#1} + 1)) >"$work/object.c"
	object_name=$1
	shift
	$UCLIBC_CC -shared -fPIC "$@" -o "$work/$object_name" "$work/object.c" -Wl,-soname,"$(basename "$object_name")" >>"$work/log" 2>&1
}
echo 'int main(void) { return 0; }' >"$work/main.c"
cat >"$work/opens.c" <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
	puts(argc > 1 && dlopen(argv[1], RTLD_NOW) ? "opened" : dlerror());
	return 0;
}
END
# program NAME LIBRARY FLAGS...
program() {
	program_name=$1 library=$2
	shift 2
	$UCLIBC_CC -o "$work/$program_name" "$work/main.c" -Wl,--no-as-needed "$work/$library" "$@" >>"$work/log" 2>&1
}
$UCLIBC_CC -o "$work/opens" "$work/opens.c" -ldl >>"$work/log" 2>&1

remedy="; LD_LIBRARY_PATH can name its directory"

# FORCE_SHAREABLE_TEXT_SEGMENTS: text relocations are refused, by name.
configured strict "s/^#undef __FORCE_SHAREABLE_TEXT_SEGMENTS__/#define __FORCE_SHAREABLE_TEXT_SEGMENTS__ 1/"
variant strict "-I$work/config-strict" life/relocate.c
built strict "is built with FORCE_SHAREABLE_TEXT_SEGMENTS"
printf '%s\n' '__asm__(".text\n.globl table\ntable: .quad table\n.previous");' >"$work/text.c"
$UCLIBC_CC -shared -fPIC -Wl,-z,notext -o "$work/text.so" "$work/text.c" -Wl,-soname,text.so >>"$work/log" 2>&1
program textual text.so -Wl,-rpath,"$work"
refusal="$work/text.so: it has text relocations, which this system does not allow; built with -fPIC it has none"
if readelf -dW "$work/text.so" 2>/dev/null | grep -q TEXTREL; then
	runs "text relocations: accepted without the option" "$loader" "./opens $work/text.so" "opened:0"
	runs "text relocations: refused with it, in dlopen" "$work/strict/ld.so" "./opens $work/text.so" "$refusal:0"
	runs "text relocations: refused with it, at start" "$work/strict/ld.so" ./textual "./textual: $refusal:127"
else
	skip "text relocations" "this machine's ld makes none"
fi

# LDSO_SAFE_RUNPATH: only absolute directories in DT_RPATH and DT_RUNPATH.
configured safe "s/^#undef __LDSO_SAFE_RUNPATH__/#define __LDSO_SAFE_RUNPATH__ 1/"
variant safe "-I$work/config-safe" elf/path.c
built safe "is built with LDSO_SAFE_RUNPATH"
object sub/x.so
for tag in enable disable; do
	program relative sub/x.so -Wl,-rpath,sub:. -Wl,--$tag-new-dtags
	program absolute sub/x.so -Wl,-rpath,"$work/sub" -Wl,--$tag-new-dtags
	program origin sub/x.so -Wl,-rpath,'$ORIGIN/sub' -Wl,--$tag-new-dtags
	name="a relative directory, $tag-new-dtags"
	runs "$name: searched without the option" "$loader" ./relative "sub/x.so:0"
	runs "$name: not with it" "$work/safe/ld.so" ./relative "./relative: x.so: no such library$remedy:127"
	runs "an absolute one is searched with it, $tag-new-dtags" "$work/safe/ld.so" ./absolute "sub/x.so:0"
	runs "and \$ORIGIN, $tag-new-dtags" "$work/safe/ld.so" ./origin "sub/x.so:0"
done

# LDSO_REFUSE_WX: no segment is both writable and executable, in dlopen, at start, in the program.
configured wx "s/^#undef __LDSO_REFUSE_WX__/#define __LDSO_REFUSE_WX__ 1/"
variant wx "-I$work/config-wx" elf/image.c
built wx "is built with LDSO_REFUSE_WX"
object wx.so
mv "$work/wx.so" "$work/ordinary.so"
for file in ordinary.so:wx.so opens:itself; do
	perl test/lib/elfpoke.pl "$work/${file%:*}" "$work/${file#*:}" \
		'field("p_flags", $_, 7) for grep { field("p_type", $_) == 1 } @phdr' >>"$work/log" 2>&1
done
program starts wx.so -Wl,-rpath,"$work"
runs "segments writable and executable: accepted without the option" "$loader" "./opens ./wx.so" "wx.so
opened:0"
for how in "./opens ./wx.so" ./starts ./itself; do
	like "$how: refused with it" "$(cd "$work" && LD_LIBRARY_PATH=$root/lib $limit ./wx/ld.so $how 2>&1)" \
		"program header *: segment * is both writable and executable, which this system does not allow"
done

# LDSO_SEAL: off, a program may make its text writable.
configured unsealed "/__LDSO_SEAL__/d"
variant unsealed "-I$work/config-unsealed" start/startup.c
built unsealed "is built without LDSO_SEAL"
cat >"$work/rewrites.c" <<'END'
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
int main(void)
{
	void *page = (void *)((uintptr_t)main & -4096ul);
	puts(mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) ? "sealed" : "changed");
	return 0;
}
END
$UCLIBC_CC -o "$work/rewrites" "$work/rewrites.c" >>"$work/log" 2>&1
runs "LDSO_SEAL: text can be changed without it" "$work/unsealed/ld.so" ./rewrites "changed:0"

# LDSO_ARENA: a heap that begins small grows as well.
configured arena "s/^#define __LDSO_ARENA__ .*/#define __LDSO_ARENA__ 4/"
variant arena "-I$work/config-arena" base/memory.c start/startup.c
built arena "is built with LDSO_ARENA=4"
# The linker may move what is beside it by a cache line.
is "LDSO_ARENA: it has that much less data" $((($(size -A "$loader" | awk '$1 == ".bss" { print $2 }') - \
	$(size -A "$work/arena/ld.so" | awk '$1 == ".bss" { print $2 }') + 512) / 1024)) 188
like "LDSO_ARENA: and works" "$(cd "$work" && LD_LIBRARY_PATH=$root/lib $limit ./arena/ld.so ./rewrites 2>&1)" ed

# MULTILIB_DIR: that directory and usr/ with it come before lib and usr/lib.
prefix="-UUCLIBC_RUNTIME_PREFIX -DUCLIBC_RUNTIME_PREFIX=\\\"$work/system/\\\""
variant multilib "$prefix -DUCLIBC_MULTILIB_DIR=\\\"lib32\\\"" life/search.c
built multilib "is built with MULTILIB_DIR"
object system/lib/y.so
program usual system/lib/y.so
runs "MULTILIB_DIR: lib is searched" "$work/multilib/ld.so" ./usual "system/lib/y.so:0"
object system/usr/lib32/y.so
runs "MULTILIB_DIR: usr/ with it comes before" "$work/multilib/ld.so" ./usual "system/usr/lib32/y.so:0"
object system/lib32/y.so
runs "MULTILIB_DIR: itself comes first" "$work/multilib/ld.so" ./usual "system/lib32/y.so:0"

# LDSO_RUNPATH_OF_EXECUTABLE: the program's paths serve objects with a DT_RUNPATH, too.
configured executable "s/^#undef __LDSO_RUNPATH_OF_EXECUTABLE__/#define __LDSO_RUNPATH_OF_EXECUTABLE__ 1/"
variant executable "$prefix -I$work/config-executable" life/search.c
variant plain "$prefix" life/search.c
built executable "is built with LDSO_RUNPATH_OF_EXECUTABLE"
object own/z.so
object user.so -Wl,--enable-new-dtags -Wl,-rpath,/nowhere -Wl,--no-as-needed "$work/own/z.so"
for tag in enable disable; do
	program borrows user.so -Wl,-rpath,'$ORIGIN:$ORIGIN/own' -Wl,-rpath-link,"$work/own" -Wl,--$tag-new-dtags
	name="the program's path, $tag-new-dtags"
	runs "$name: only its own without the option" "$work/plain/ld.so" "$work/borrows" \
		"$work/borrows: z.so: no such library (needed by $work/user.so)$remedy:127"
	runs "$name: serves others with it" "$work/executable/ld.so" "$work/borrows" "own/z.so
user.so:0"
done
object system/lib/z.so
program borrows user.so -Wl,-rpath,'$ORIGIN:$ORIGIN/own' -Wl,-rpath-link,"$work/own" -Wl,--enable-new-dtags
runs "its DT_RUNPATH comes after the system's directories" "$work/executable/ld.so" "$work/borrows" "system/lib/z.so
user.so:0"

# All the options that only take something away.
taken='CACHE_SUPPORT\|PRELOAD_ENV_SUPPORT\|PRELOAD_FILE_SUPPORT\|RUNPATH\|LD_LIBRARY_PATH\|LDD_SUPPORT\|SEARCH_INTERP_PATH'
configured less "/__LDSO_\($taken\)__/d"
readers=$(cd ldso && grep -lE '__LDSO_[A-Z_]*__' */*.c | grep -v standalone)
variant less "-I$work/config-less $prefix" $readers
built less "is built without what can be left out"
UCLIBC_CC_INTERP=$work/less/ld.so program bare system/lib/y.so -Wl,-rpath,"$work/sub"
object sub/y.so
ln -s "$root"/lib/libc.so.* "$work/system/lib/"
# less NAME VARIABLE=VALUE EXPECTED
less() {
	is "$1" "$(cd "$work" && $limit env "$2" ./bare 2>&1):$?" "$3"
}
less "without LDSO_LD_LIBRARY_PATH and LDSO_RUNPATH: only the system's directories" \
	"LD_LIBRARY_PATH=$work/sub" "system/lib/y.so:0"
less "without LDSO_PRELOAD_ENV_SUPPORT: LD_PRELOAD is not for it" "LD_PRELOAD=$work/sub/x.so" "system/lib/y.so:0"
less "without LDSO_LDD_SUPPORT: the program runs" "LD_TRACE_LOADED_OBJECTS=1" "system/lib/y.so:0"
finish
