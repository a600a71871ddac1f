#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# generate.sh DIRECTORY [quick]
#
# The libraries of the benchmark: lib<number>.so in DIRECTORY, made from library.c.
# 00000 stands alone, 01001-02000 stand alone, too; 03000 is the root of a graph of 500;
# 04000-04019 and 05000-05399 are what programs are linked with; 06000 needs the next ten.
# kinds.so has thread-local storage and two constructors,
# many.so has 10,000 symbols, relative.so and relr.so have a million relative relocations.
# quick: only 00000 and 01001-02000.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
CC=${CC:-gcc}
LD=$($CC -print-prog-name=ld)
export LC_ALL=C

for n in 0 1 2 3 10; do
	$CC -O1 -fPIC -DDEPENDENCIES=$n -c -o "$dir/mould-$n.o" \
		"$here/library.c"
done

# library NUMBER DEPENDENCY...: the dependencies are there already
library()
{
	number=$1
	shift
	edit="s/_00000_/_${number}_/g" needed='' mould=0
	for dependency; do
		edit="$edit;s/_dep0${mould}_/_${dependency}_/g"
		needed="$needed $dir/lib$dependency.so"
		mould=$((mould + 1))
	done
	sed "$edit" "$dir/mould-$#.o" >"$dir/$number.o"
	$LD -shared -z relro --hash-style=both --eh-frame-hdr -soname "lib$number.so" -rpath "$dir" \
		--no-as-needed -o "$dir/lib$number.so" "$dir/$number.o" $needed
	rm "$dir/$number.o"
}

# number BASE OFFSET
number()
{
	printf %05d $(($1 + $2))
}

# Each needs the next two.
chain()
{
	i=$2
	while [ $i -gt 0 ]; do
		i=$((i - 1))
		case $(($2 - i)) in
		1) library "$(number "$1" $i)" ;;
		2) library "$(number "$1" $i)" "$(number "$1" $((i + 1)))" ;;
		*) library "$(number "$1" $i)" "$(number "$1" $((i + 1)))" "$(number "$1" $((i + 2)))" ;;
		esac
	done
}

# A binary tree with cross links.
graph()
{
	i=$2
	while [ $i -gt 0 ]; do
		i=$((i - 1)) needs=''
		for next in $((2 * i + 1)) $((2 * i + 2)) $((i + 7)); do
			[ $next -ge "$2" ] || needs="$needs $(number "$1" $next)"
		done
		library "$(number "$1" $i)" $needs
	done
}

alone()
{
	i=0
	while [ $i -lt "$2" ]; do
		library "$(number "$1" $i)"
		i=$((i + 1))
	done
}

alone 0 1
alone 1001 1000
[ -z "${2:-}" ] || {
	rm -f "$dir"/*.o
	exit 0
}
alone 6001 10
library 06000 06001 06002 06003 06004 06005 06006 06007 06008 06009 06010
chain 4000 20
chain 5000 400
graph 3000 500

cat >"$dir/kinds.c" <<'SOURCE'
static __thread int counter = 1;
static int ran;
static void __attribute__((constructor)) first(void)
{
	ran++;
}
static void __attribute__((constructor)) second(void)
{
	ran++;
}
int *kinds_counter(void)
{
	return &counter;
}
int kinds_ran(void)
{
	return ran;
}
SOURCE
$CC -O1 -fPIC -shared -nostdlib -Wl,-soname,kinds.so -o "$dir/kinds.so" "$dir/kinds.c"

awk 'BEGIN { for (i = 0; i < 10000; i++) printf "int many_%d(void) { return %d; }\n", i, i }' \
	>"$dir/many.c"
$CC -O1 -fPIC -shared -nostdlib -o "$dir/many.so" "$dir/many.c"

cat >"$dir/relative.c" <<'SOURCE'
#define R1 (void *)place,
#define R10 R1 R1 R1 R1 R1 R1 R1 R1 R1 R1
#define R100 R10 R10 R10 R10 R10 R10 R10 R10 R10 R10
#define R1000 R100 R100 R100 R100 R100 R100 R100 R100 R100 R100
#define R10000 R1000 R1000 R1000 R1000 R1000 R1000 R1000 R1000 R1000 R1000
#define R100000 R10000 R10000 R10000 R10000 R10000 R10000 R10000 R10000 R10000 R10000
static char place[16];
void *relative_table[] = {R100000 R100000 R100000 R100000 R100000 R100000 R100000 R100000
				  R100000 R100000};
SOURCE
$CC -O0 -fPIC -c -o "$dir/relative.o" "$dir/relative.c"
$CC -shared -nostdlib -o "$dir/relative.so" "$dir/relative.o"
$CC -shared -nostdlib -Wl,-z,pack-relative-relocs -o "$dir/relr.so" "$dir/relative.o" 2>/dev/null ||
	rm -f "$dir/relr.so"
rm -f "$dir"/*.o "$dir"/*.c
