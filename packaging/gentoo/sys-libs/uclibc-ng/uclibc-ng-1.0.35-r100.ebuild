# SPDX-License-Identifier: LGPL-2.1-or-later
#
# An example, for an overlay: uClibc-ng 1.0.35 with the dynamic linker that unloads.  `make patch` in
# the linker's tree makes the patch; it belongs into files/ beside this.  Copy the configuration of
# the machine's own uClibc-ng ebuild where that does more than src_configure here.

EAPI=8

inherit toolchain-funcs

DESCRIPTION="C library for small systems, with a dynamic linker that unloads"
HOMEPAGE="https://www.uclibc-ng.org/"
SRC_URI="https://downloads.uclibc-ng.org/releases/${PV}/uClibc-ng-${PV}.tar.xz"
S="${WORKDIR}/uClibc-ng-${PV}"

LICENSE="LGPL-2.1+"
SLOT="0"
KEYWORDS="~amd64 ~x86"
IUSE="debug"

PATCHES=( "${FILESDIR}/uclibc-ng-${PV}-ldso.patch" )

src_configure() {
	# Choices are appended; the last one of an option counts, and what is not chosen has its default.
	emake ARCH="$(tc-arch-kernel)" defconfig
	cat >> .config <<-CONFIG || die
		UCLIBC_HAS_THREADS_NATIVE=y
		LDSO_LDD_SUPPORT=y
		LDSO_CACHE_SUPPORT=y
		LDSO_PRELOAD_ENV_SUPPORT=y
		LDSO_RUNPATH=y
		LDSO_DLCLOSE_MODE="unmap"
		SUPPORT_LD_DEBUG=y
		KERNEL_HEADERS="${ESYSROOT}/usr/include"
		RUNTIME_PREFIX="/"
		DEVEL_PREFIX="/usr/"
	CONFIG
	use debug && { echo 'DODEBUG=y' >> .config || die ; }
	yes '' 2>/dev/null | emake -s oldconfig > /dev/null
}

src_compile() {
	emake CC="$(tc-getCC)" CROSS_COMPILE="${CHOST}-"
}

src_install() {
	emake DESTDIR="${D}" CC="$(tc-getCC)" CROSS_COMPILE="${CHOST}-" install
	dodoc README
}
