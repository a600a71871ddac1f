#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The linker and libdl have no warnings under clang either (gcc's are errors in the build).
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
command -v clang >/dev/null || {
	echo "1..0 # SKIP no clang here"
	exit 0
}

tree=$B/tree
gcc_include=$(dirname "$(gcc -print-file-name=include)")
include=$(clang -print-resource-dir)/include
for object in "$tree"/ldso/ldso/[!a]*/.*.oS.dep "$tree"/ldso/ldso/api/.*.oS.dep "$tree"/ldso/libdl/.*.oS.dep "$tree"/ldso/libdl/.*.os.dep; do
	[ -f "$object" ] || continue
	# The command that gcc was given, without what only gcc knows and without its output.
	command=$(sed -n 's/^cmd_[^ ]* := //p' "$object" | tail -n 1 |
		sed -e 's/^[^ ]* -c //' -e 's/ -o [^ ]*//' -e 's/ -M[DP]//g' -e 's/ -M[TF] [^ ]*//g' \
			-e 's/ -fmerge-all-constants//' \
			-e 's/ -fno-tree-loop-distribute-patterns//' \
			-e 's/ -f\(no-\)*\(caller-saves\|ipa-sra\|partial-inlining\|shrink-wrap\|tree-loop-im\|tree-vrp\)//g' \
			-e 's/ -ffat-lto-objects//; s/ -flto-partition=one//' -e "s| -isystem $gcc_include/[a-z-]*||g")
	file=${command%% *}
	[ -f "$tree/$file" ] || continue
	check "$file" sh -c "cd $tree && clang -fsyntax-only $command -Wno-ignored-optimization-argument \
		-Wno-unknown-warning-option -isystem $include"
done
finish
