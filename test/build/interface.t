#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# test/INTERFACE, the headers, the sources and the manual pages name the same things, and each of them
# has a test that is about it.
. "$(dirname "$0")/../lib/tap.sh"
cd "$here/../.." || exit 1
table=test/INTERFACE
pages="man/dlopen.3 man/dlclose.3 man/ld-uClibc.so.8"

# listed KIND: the names of that kind in the table.
listed() { awk -v kind="$1" '$1 == kind { print $2 }' $table | sort; }

# same KIND WHERE: what is in the file `raw` is what the table has.
same() {
	sort -u "$work/raw" >"$work/there"
	listed "$1" >"$work/listed"
	check "$1: the table has what $2 has, and nothing else" diff "$work/listed" "$work/there"
	check "$1: there are some" test -s "$work/there"
}

sed -n 's/^extern [A-Za-z_0-9 ]*[ *]\([a-z_0-9]*\)(.*/\1/p' include/dlfcn.h include/link.h ldso/arch/*/bits/link.h >"$work/raw"
same function "the headers"
grep -v '^ *[/*]' include/dlfcn.h | grep -oE '\bRTLD_(LAZY|NOW|GLOBAL|LOCAL|NOLOAD|NODELETE|DEEPBIND)\b' |
	cat - "$B"/root/usr/include/bits/dlfcn.h 2>/dev/null | grep -oE '\bRTLD_(LAZY|NOW|GLOBAL|LOCAL|NOLOAD|NODELETE|DEEPBIND)\b' >"$work/raw"
same flag "the headers"
sed -n 's/^#define \(RTLD_[A-Z]*\) ((void \*).*/\1/p' include/dlfcn.h >"$work/raw"
same handle "<dlfcn.h>"
sed -n 's/^#define \(LM_ID_[A-Z]*\) .*/\1/p' include/dlfcn.h >"$work/raw"
same namespace "<dlfcn.h>"
grep -oE '^	RTLD_D[IL]_[A-Z_]* ?=' include/dlfcn.h | tr -d '\t =' | grep -v _MAX >"$work/raw"
same request "<dlfcn.h>"
grep -o 'LA_SER_[A-Z]\+\>' include/link.h >"$work/raw"
same source "<link.h>"
grep -oE '\bLA(V|_ACT|_FLG|_SYMB)_[A-Z]+\b' include/link.h >"$work/raw"
same audit "<link.h>"
# Tags: what the linker's code asks for; a rule names the tag of the size by that of the table.
grep -hE '^[^*]*\b(DT|DF)_' -r ldso --include='*.[ch]' | sed 's,/\*.*,,; s/"[^"]*"//g' | grep -v '^ \*\|^#\|^//' |
	grep -oE '\b(DT|DF)_[A-Z0-9_]+' | grep -v '_$' >"$work/raw"
sed -n 's/.*RULE_FOR(\(DT_[A-Z_]*\),.*/\1SZ/p' ldso/elf/dynamic.c >>"$work/raw"
same tag "the code"
sed -n 's/^	\(TEXT\|FLAG\)(\([A-Z_]*\), .*/LD_\2/p' ldso/start/environment.c >"$work/raw"
same variable environment.c
sed -n '/words\[OPTIONS\]/,/};/p' ldso/start/standalone.c | grep -o '"--[a-z0-9-]*"' | tr -d '"' >"$work/raw"
same option standalone.c
{ sed -n 's/^\t{"\([a-z]*\)", ".*/\1/p' ldso/tell/trace.c; echo all; echo help; } >"$work/raw"
same word trace.c
sed -n 's/.*{"\([a-z]*\)", CLOSE_[A-Z]*}.*/\1/p' ldso/life/retire.c >"$work/raw"
same mode retire.c
grep -oE 'word, "-[a-z]"|word, "--linker=' patches/common/45-ldd.edit | sed 's/word, "//; s/"//; s/=//' >"$work/raw"
same ldd 45-ldd.edit

# The pages.
while read -r kind name test word; do
	case $kind in
	'#'* | '') continue ;;
	function) grep -qE "^\.(It )?(Nm|Fn|Fo) $name\b" $pages ;;
	flag | handle | namespace | request) grep -q "Dv $name\b" $pages ;;
	source | audit) grep -qw "$name" $pages ;;
	variable) grep -qx "\.It Ev $name" $pages ;;
	option) grep -qE "^\.It (Fl [a-z0-9-]+ , )?Fl -${name#--}( |$)" $pages ;;
	word | mode) grep -qE "^\.It Cm $name( |$)" $pages ;;
	ldd) [ "$name" = --linker ] || grep -q "ldd $name" $pages ;;
	*) true ;;
	esac && said=yes || said=no
	is "$kind $name: a page has it" "$said" yes
	check "$kind $name: $test is about it" grep -qF -e "${word:-$name}" "$test"
done <$table
is "no name stands there twice" "$(awk '!/^#/ && NF { print $1, $2 }' $table | sort | uniq -d)" ""
is "each line has a kind, a name and a test" "$(awk '!/^#/ && NF && NF < 3' $table)" ""
finish
