#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Build the plug-in scan: build.sh SOURCE OUTDIR PROGRAM.  Forty plug-ins, five common
# libraries, ten private ones, and the registry, in OUTDIR/plugins.  Environment: CC.
set -e
src=$1
out=$2/plugins
: "${CC:=cc}"
rm -rf "$out"
mkdir -p "$out"
so="-O1 -fPIC -shared -I$src -Wl,--no-as-needed"

$CC $so -o "$out/registry.so" "$src/registry.c" -Wl,-soname,registry.so
i=0
while [ $i -lt 5 ]; do
	$CC $so -DNUMBER=$i -DPART_NAME=common_$i -o "$out/common$i.so" "$src/part.c" -Wl,-soname,common$i.so
	i=$((i + 1))
done
i=0
while [ $i -lt 40 ]; do
	n=$(printf %02d $i)
	common=$((i % 5))
	needs="$out/common$common.so"
	private=common_$common
	if [ $((i % 4)) -eq 0 ]; then
		private=private_$n
		$CC $so -DNUMBER=$i -DPART_NAME=$private -o "$out/private$n.so" "$src/part.c" \
			-Wl,-soname,private$n.so
		needs="$needs $out/private$n.so"
	fi
	weak=
	if [ $i -ge 30 ]; then
		weak=-DNEEDS_REGISTRY
		needs="$needs $out/registry.so"
	fi
	$CC $so $weak -DNUMBER=$i -DCOMMON=common_$common -DPRIVATE=$private \
		-o "$out/plugin$n.so" "$src/plugin.c" $needs '-Wl,-rpath,$ORIGIN' -Wl,-soname,plugin$n.so
	i=$((i + 1))
done
