# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The body of uclibc-cc, the same for every installation; make-cc puts the settings before it.
# All that a specs file can say is said there; here is what gcc answers without asking it.

# The file that -print-file-name finds, or its name alone, as gcc has it.
file_name()
{
	for dir in "$files" "$root/lib" "$root/usr/lib"; do
		[ ! -e "$dir/$1" ] || { printf '%s\n' "$dir/$1"; return; }
	done
	case $1 in
	*.a | *.o | *.la | *.so | *.so.*) printf '%s\n' "$1" ;;
	*) $cc -print-file-name="$1" ;;
	esac
}

for arg; do
	case $arg in
	-print-file-name=* | --print-file-name=*) file_name "${arg#*=}" ;;
	-print-libgcc-file-name | --print-libgcc-file-name) file_name libgcc.a ;;
	-print-sysroot | --print-sysroot) printf '%s\n' "$root" ;;
	-print-multiarch | --print-multiarch) ;;
	-print-search-dirs | --print-search-dirs)
		$cc "$arg" | grep -v '^libraries:'
		printf 'libraries: =%s/:%s/lib/:%s/usr/lib/\n' "$files" "$root" "$root"
		;;
	-dumpmachine | --dump-machine) printf '%s\n' "$machine" ;;
	*) continue ;;
	esac
	exit
done

set -- --sysroot="$root" -B"$files/" -specs="$specs" "$@"
exec $cc "$@" ${UCLIBC_CC_INTERP:+-Wl,-dynamic-linker,"$UCLIBC_CC_INTERP"}
