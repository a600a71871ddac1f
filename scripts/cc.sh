# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The body of uclibc-cc, the same for every installation; make-cc puts the settings before it.
kind=pie link=yes input=no skip=no unwinder=shared
for arg; do
	if [ $skip = yes ]; then
		skip=no
		continue
	fi
	case $arg in
	-c | -S | -E | -M | -MM | -fsyntax-only) link=no ;;
	-shared) kind=shared ;;
	-static) [ $kind = shared ] || kind=static ;;
	-static-pie) kind=static-pie ;;
	-no-pie | -nopie) [ $kind != pie ] || kind=fixed ;;
	-static-libgcc) unwinder=static ;;
	-r) link=no ;;
	-o | -x | -I | -L | -D | -U | -T | -u | -z | -e | -h | -include | -imacros | -isystem | \
		-iquote | -idirafter | -MF | -MT | -MQ | -Xlinker | -Xassembler | -Xpreprocessor | \
		-soname | --param)
		skip=yes
		;;
	-l*) input=yes ;;
	-) input=yes ;;
	-*) ;;
	*) input=yes ;;
	esac
done

include=$($cc -print-file-name=include)
fixed=$($cc -print-file-name=include-fixed)
headers="-nostdinc -isystem $include"
[ ! -d "$fixed" ] || headers="$headers -isystem $fixed"
headers="$headers -isystem $root/usr/include -isystem $kernel"

if [ $link = no ] || [ $input = no ]; then
	exec $cc $headers "$@"
fi

gcc_file()
{
	$cc -print-file-name="$1"
}

lib=$root/usr/lib
mode='' pic='' libgcc='-lgcc -lgcc_eh' interp=''
case $kind in
pie)
	begin="$lib/Scrt1.o $lib/crti.o $(gcc_file crtbeginS.o)"
	end="$(gcc_file crtendS.o) $lib/crtn.o"
	mode=-pie pic=-fPIE
	;;
fixed)
	begin="$lib/crt1.o $lib/crti.o $(gcc_file crtbegin.o)"
	end="$(gcc_file crtend.o) $lib/crtn.o"
	pic=-fno-pie
	;;
shared)
	begin="$lib/crti.o $(gcc_file crtbeginS.o)"
	end="$(gcc_file crtendS.o) $lib/crtn.o"
	;;
static)
	begin="$lib/crt1.o $lib/crti.o $(gcc_file crtbeginT.o)"
	end="$(gcc_file crtend.o) $lib/crtn.o"
	mode=-no-pie pic=-fno-pie
	;;
static-pie)
	[ -f "$lib/rcrt1.o" ] || {
		echo "${0##*/}: $lib/rcrt1.o is not there: this uClibc-ng has no static PIE; use -static" >&2
		exit 1
	}
	begin="$lib/rcrt1.o $lib/crti.o $(gcc_file crtbeginS.o)"
	end="$(gcc_file crtendS.o) $lib/crtn.o"
	pic=-fPIE
	;;
esac
case $kind in
pie | fixed)
	interp="-Wl,-dynamic-linker,${UCLIBC_CC_INTERP:-$loader}"
	;;
esac

# Two unwinders in a process know nothing of each other: what libpthread opens when a thread is
# cancelled is the one of dynamic programs, as gcc has it.
case $kind-$unwinder in
static* | *-static) ;;
*)
	[ ! -f "$root/lib/libgcc_s.so.1" ] ||
		libgcc='-lgcc -Wl,--push-state,--as-needed -l:libgcc_s.so.1 -Wl,--pop-state'
	;;
esac

for arg; do
	case $arg in
	-nostdlib)
		exec $cc $headers $pic "$@" $mode $interp -L "$lib" -L "$root/lib"
		;;
	-nostartfiles)
		begin='' end=''
		;;
	esac
done

# -x of the caller must not apply to the start files: they are objects.
exec $cc $headers $pic -nostdlib $mode $interp $begin "$@" -x none \
	-L "$lib" -L "$root/lib" -Wl,-rpath-link,"$root/lib" \
	-Wl,--start-group $libgcc -lc -Wl,--end-group $end
