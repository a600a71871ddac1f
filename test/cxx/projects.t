#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A small project, a library and a program that opens it, built by autoconf, CMake and meson, each told
# of the toolchain in its own way; and a package that pkg-config knows.
. "$(dirname "$0")/../lib/tap.sh"
bin=$(dirname "$(command -v "$CXX_CC")")
tools=$(dirname "$bin")
target=$("$CXX_CC" -dumpmachine)
sysroot=$("$CXX_CC" -print-sysroot)
if [ ! -f "$tools/toolchain.cmake" ]; then
	echo "1..0 # SKIP not about a machine's own compiler"
	exit 0
fi
export PATH="$bin:$PATH"

mkdir "$work/project"
cd "$work/project" || exit 1
cat >greet.cc <<'XX'
#include <stdexcept>
extern "C" int greet(int n) { if (n) throw std::runtime_error("greeted"); return 0; }
XX
cat >main.cc <<'XX'
#include <dlfcn.h>
#include <iostream>
#include <stdexcept>
#ifndef __UCLIBC__
#error "not uClibc's headers"
#endif
int main(int argc, char **argv)
{
	void *handle = dlopen(argv[argc - 1], RTLD_NOW);
	if (!handle) {
		std::cout << dlerror() << std::endl;
		return 1;
	}
	try {
		reinterpret_cast<int (*)(int)>(dlsym(handle, "greet"))(1);
	} catch (const std::runtime_error &e) {
		std::cout << e.what() << std::endl;
	}
	return dlclose(handle);
}
XX

# runs NAME DIRECTORY LIBRARY
runs() {
	is "$1: the program runs here, and opens the library" "$("$2/main" "$2/$3" 2>&1)" greeted
	like "$1: on this linker" "$(readelf -lW "$2/main" 2>&1)" "interpreter: $sysroot/lib/ld"
}

if have cmake && have make; then
	cat >CMakeLists.txt <<-'XX'
		cmake_minimum_required(VERSION 3.10)
		project(greet CXX)
		find_library(TINFO NAMES tinfo z)
		if(TINFO)
			message(FATAL_ERROR "the build machine's ${TINFO}")
		endif()
		add_library(greet MODULE greet.cc)
		add_executable(main main.cc)
	XX
	check "cmake: configures" cmake -S . -B cmake -G "Unix Makefiles" -DCMAKE_TOOLCHAIN_FILE="$tools/toolchain.cmake"
	check "cmake: builds" make -C cmake
	runs cmake "$PWD/cmake" libgreet.so
else
	skip "a project of CMake's" "no cmake here"
fi

if have meson && have ninja; then
	cat >meson.build <<-'XX'
		project('greet', 'cpp')
		if meson.get_compiler('cpp').find_library('tinfo', required: false).found() or dependency('zlib', required: false, method: 'pkg-config').found()
			error('a library of the build machine')
		endif
		shared_module('greet', 'greet.cc')
		executable('main', 'main.cc')
	XX
	check "meson: configures" meson setup meson --cross-file "$tools/meson.ini"
	check "meson: builds" ninja -C meson
	runs meson "$PWD/meson" libgreet.so
else
	skip "a project of meson's" "no meson here"
fi

if have autoconf; then
	cat >configure.ac <<-'XX'
		AC_INIT([greet], [1])
		AC_PROG_CXX
		AC_LANG([C++])
		AC_SEARCH_LIBS([tgetent], [tinfo ncurses], [AC_MSG_ERROR([a library of the build machine])])
		AC_CONFIG_FILES([Makefile])
		AC_OUTPUT
	XX
	printf 'all: main greet.so\nmain: main.cc\n\t@CXX@ @CXXFLAGS@ -o $@ @srcdir@/main.cc @LIBS@\ngreet.so: greet.cc\n\t@CXX@ @CXXFLAGS@ -fPIC -shared -o $@ @srcdir@/greet.cc\n' >Makefile.in
	check "autoconf: makes configure" autoconf
	check "autoconf: configures" ./configure --host="$target" --build="$(gcc -dumpmachine)"
	check "autoconf: builds" make -f Makefile
	runs autoconf "$PWD" greet.so
else
	skip "a project of autoconf's" "no autoconf here"
fi

if have pkg-config; then
	mkdir -p "$sysroot/usr/lib/pkgconfig"
	printf 'prefix=/usr\nName: greet-test\nDescription: a test\nVersion: 1\nLibs: -L${prefix}/lib -lgreet\nCflags: -I${prefix}/include/greet\n' \
		>"$sysroot/usr/lib/pkgconfig/greet-test.pc"
	like "pkg-config: a package of the sysroot" "$("$target-pkg-config" --cflags greet-test 2>&1)" "-I$sysroot/usr/include/greet"
	rm -f "$sysroot/usr/lib/pkgconfig/greet-test.pc"
	is "pkg-config: none of the build machine's" "$("$target-pkg-config" --list-all 2>&1)" ""
else
	skip "pkg-config" "no pkg-config here"
fi
finish
