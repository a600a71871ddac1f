# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The choices of the build: which uClibc-ng, for which CPU, configured how.
# Each may be given on make's command line.

# uClibc-ng: an unpacked tree or a tarball.
UCLIBC_SRC ?= /usr/src/uClibc-ng-1.0.35.tar.xz

# A .config of one's own in place of the choices below.
UCLIBC_CONFIG ?=

# The CPU, in uClibc-ng's names, and the tools' prefix when it is another one than this machine's.
HOST_ARCH := $(shell uname -m | sed -e 's/^i.86$$/i386/' -e 's/^arm.*/arm/' -e 's/^ppc.*/powerpc/' \
	-e 's/^mips64$$/mips/' -e 's/^mips64el$$/mipsel/')
ARCH ?= $(HOST_ARCH)

# Debian's name for each CPU's tools, and the packages that bring them.
tools-i386 := i686-linux-gnu
packages-i386 := gcc-i686-linux-gnu linux-libc-dev-i386-cross
tools-aarch64 := aarch64-linux-gnu
packages-aarch64 := gcc-aarch64-linux-gnu linux-libc-dev-arm64-cross
tools-riscv64 := riscv64-linux-gnu
packages-riscv64 := gcc-riscv64-linux-gnu linux-libc-dev-riscv64-cross
tools-arm := arm-linux-gnueabihf
packages-arm := gcc-arm-linux-gnueabihf linux-libc-dev-armhf-cross
tools-powerpc := powerpc-linux-gnu
packages-powerpc := gcc-powerpc-linux-gnu linux-libc-dev-powerpc-cross
tools-mips := mips-linux-gnu
packages-mips := gcc-mips-linux-gnu linux-libc-dev-mips-cross
tools-mipsel := mipsel-linux-gnu
packages-mipsel := gcc-mipsel-linux-gnu linux-libc-dev-mipsel-cross

# One CPU of uClibc-ng's may have either byte order.
TREE_ARCH := $(ARCH:mipsel=mips)

CPUS := $(patsubst tools-%,%,$(filter tools-%,$(.VARIABLES)))

cross := $(filter-out $(HOST_ARCH),$(ARCH))
CROSS_COMPILE ?= $(if $(cross),$(tools-$(ARCH):%=%-))

JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 2 ] && echo $$n || echo 2)

# Keep the linker's symbols and debug information in the installed file: LDSO_DEBUG=1.
LDSO_DEBUG ?=
export LDSO_DEBUG

# Let the linker check its own rules as it runs: LDSO_CHECK=1.
LDSO_CHECK ?=
export LDSO_CHECK

# What the build and the tests need on a Debian system, and the tools that show it is there.
DEB_PACKAGES := uclibc-source gcc libc6-dev binutils make patch xz-utils linux-libc-dev perl \
	strace gdb libcmocka-dev clang clang-format cppcheck busybox-static \
	$(if $(cross),$(packages-$(ARCH)) qemu-user-static)
TOOLS := gcc ld ar make patch xz tar awk sed cmp perl prove strace gdb
# make toolchain, and TOOLCHAIN=full.
TOOLCHAIN_PACKAGES = gcc-$(shell gcc -dumpversion)-source g++ xz-utils
TOOLCHAIN_PACKAGES_full := binutils-source bison flex libgmp-dev libmpfr-dev libmpc-dev
# make stage: what unpacks and configures Debian's sources.
STAGE_PACKAGES := dpkg-dev autoconf automake libtool autopoint gettext pkg-config bzip2 \
	binutils-source bison flex
# Where the machine's own compiler makes uClibc programs, and nothing is built: what the tests need, and
# what some are skipped without.
NATIVE_TOOLS := make awk perl prove
NATIVE_OPTIONAL := strace gdb valgrind

# More of uClibc-ng's options than those below, with spaces between: UCLIBC_EXTRA="VDSO_SUPPORT=y STATIC_PIE=y".
UCLIBC_EXTRA ?=
define newline


endef

# What only some CPUs have, or want to be told.
options-x86_64 := UCLIBC_HAS_FENV=y
options-i386 := UCLIBC_HAS_FENV=y
options-aarch64 := ARCH_WANTS_LITTLE_ENDIAN=y
# Unwind tables, which its compilers do not make by themselves.
options-riscv64 := UCLIBC_EXTRA_CFLAGS="-fasynchronous-unwind-tables"
define options-arm
CONFIG_ARM_EABI=y
ARCH_WANTS_LITTLE_ENDIAN=y
UCLIBC_EXTRA_CFLAGS="-fasynchronous-unwind-tables"
endef

define options-mips
ARCH_WANTS_BIG_ENDIAN=y
UCLIBC_EXTRA_CFLAGS="-fasynchronous-unwind-tables"
endef
define options-mipsel
ARCH_WANTS_LITTLE_ENDIAN=y
UCLIBC_EXTRA_CFLAGS="-fasynchronous-unwind-tables"
endef

# Where the psABI orders symbols in a way that the hash table of GNU cannot have.
sysv_hash := $(filter mips mipsel,$(ARCH))

# uClibc-ng's configuration where it differs from uClibc-ng's defaults.  An option
# that a version does not have is left out with a note.
define UCLIBC_OPTIONS
DO_C99_MATH=y
DO_XSI_MATH=y
$(options-$(ARCH))
$(if $(filter x86_64 i386,$(ARCH)),UCLIBC_HAS_CONTEXT_FUNCS=y)
UCLIBC_HAS_THREADS_NATIVE=y
# HAS_NO_THREADS is not set
PTHREADS_DEBUG_SUPPORT=y

LDSO_LDD_SUPPORT=y
LDSO_CACHE_SUPPORT=y
LDSO_PRELOAD_ENV_SUPPORT=y
LDSO_PRELOAD_FILE_SUPPORT=y
LDSO_STANDALONE_SUPPORT=y
$(if $(sysv_hash),# LDSO_GNU_HASH_SUPPORT is not set,LDSO_GNU_HASH_SUPPORT=y)
LDSO_RUNPATH=y
# LDSO_SAFE_RUNPATH is not set
LDSO_SEARCH_INTERP_PATH=y
LDSO_LD_LIBRARY_PATH=y
LDSO_DLCLOSE_MODE="unmap"
LDSO_TLS_SURPLUS=1664
LDSO_ARENA=192
SUPPORT_LD_DEBUG=y
UCLIBC_STATIC_LDCONFIG=y
UCLIBC_CTOR_DTOR=y
UCLIBC_DYNAMIC_ATEXIT=y
UCLIBC_HAS_SSP=y
UCLIBC_BUILD_RELRO=y
UCLIBC_BUILD_NOEXECSTACK=y
UCLIBC_HAS_BACKTRACE=y

UCLIBC_HAS_UTMPX=y
UCLIBC_HAS_UTMP=y
UCLIBC_SUSV2_LEGACY=y
UCLIBC_SUSV3_LEGACY=y
UCLIBC_SUSV3_LEGACY_MACROS=y
UCLIBC_SUSV4_LEGACY=y
UCLIBC_HAS_STUBS=y
UCLIBC_HAS_PROGRAM_INVOCATION_NAME=y
UCLIBC_HAS_GETPT=y
UCLIBC_HAS_LIBUTIL=y
UCLIBC_SV4_DEPRECATED=y
UCLIBC_HAS_CRYPT_IMPL=y
UCLIBC_HAS_SHA256_CRYPT_IMPL=y
UCLIBC_HAS_SHA512_CRYPT_IMPL=y
UCLIBC_HAS_IPV6=y
UCLIBC_USE_NETLINK=y
UCLIBC_SUPPORT_AI_ADDRCONFIG=y
UCLIBC_HAS_BSD_RES_CLOSE=y
UCLIBC_HAS_RESOLVER_SUPPORT=y
UCLIBC_HAS_WCHAR=y
UCLIBC_HAS_LIBICONV=y
UCLIBC_HAS_LIBINTL=y
# UCLIBC_HAS_LOCALE is not set
UCLIBC_HAS_HEXADECIMAL_FLOATS=y
UCLIBC_HAS_GLIBC_CUSTOM_PRINTF=y
UCLIBC_HAS_GLIBC_CUSTOM_STREAMS=y
UCLIBC_HAS_FOPEN_LARGEFILE_MODE=y
UCLIBC_HAS_FOPEN_EXCLUSIVE_MODE=y
UCLIBC_HAS_FOPEN_CLOSEEXEC_MODE=y
UCLIBC_HAS_PRINTF_M_SPEC=y
UCLIBC_HAS_SYS_ERRLIST=y
UCLIBC_HAS_SYS_SIGLIST=y
UCLIBC_HAS_ARGP=y
UCLIBC_HAS_WORDEXP=y
UCLIBC_HAS_NFTW=y
UCLIBC_HAS_FTW=y
UCLIBC_HAS_FTS=y
UCLIBC_HAS_GNU_GLOB=y

RUNTIME_PREFIX="/"
DEVEL_PREFIX="/usr/"
MULTILIB_DIR="lib"
# HARDWIRED_ABSPATH is not set
$(subst $() ,$(newline),$(strip $(UCLIBC_EXTRA)))
endef
