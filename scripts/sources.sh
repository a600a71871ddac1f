# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Shell functions for who builds from Debian's packages of sources: make-toolchain and
# make-stage.  Sourced after lib.sh, never run.  They want of whoever sources them:
# `src`, where sources are unpacked; `build`, where they are built; `work`, with log/ in it.

# newest NAME GIVEN: the tarball GIVEN, or else the newest that Debian's package NAME-source has put into
# /usr/src.  Prints nothing where there is none.
newest()
{
	[ -z "$2" ] || { printf '%s\n' "$2"; return; }
	find /usr/src -name "$1-[0-9]*.tar.*" 2>/dev/null | sort | tail -n 1
}

# unpack TARBALL: into src, without what is not built; sets source.
unpack()
{
	mkdir -p "$src"
	source=$src/$(basename "$1" | sed 's/\.tar.*//; s/-dfsg$//')
	[ ! -f "$source/.unpacked" ] || return 0
	rm -rf "$source"
	stage "unpack ${source##*/}" "$work/log/unpack.log" tar -C "$src" -xf "$1" \
		--exclude='*/gcc/testsuite/[!s]*' --exclude='*/gcc/ada' --exclude='*/gcc/go' \
		--exclude='*/gcc/jit' --exclude='*/libgo' --exclude='*/libphobos' --exclude='*/libada'
	[ ! -f "$source/libgcc/gthr.h" ] || threads_in_libc
	touch "$source/.unpacked"
}

# What C++ wants of threads is in libc itself.  Referred to weakly, as gcc does where it is in a library
# beside libc, a static program would get what something else needs, and call NULL for the rest.
threads_in_libc()
{
	[ ! -e "$root/lib/libpthread.so.0" ] || return 0
	sed -i 's/^#define GTHREAD_USE_WEAK 1/#define GTHREAD_USE_WEAK 0/' "$source/libgcc/gthr.h"
	grep -q '^#define GTHREAD_USE_WEAK 0' "$source/libgcc/gthr.h" ||
		die "$source/libgcc/gthr.h: no place to say GTHREAD_USE_WEAK 0"
}

# in_build DIRECTORY COMMAND...: run COMMAND in build/DIRECTORY, which begins anew with its configure.
in_build()
{
	case $2 in
	*/configure) rm -rf "${build:?}/$1" ;;
	esac
	mkdir -p "$build/$1"
	(cd "$build/$1" && shift && exec "$@")
}
