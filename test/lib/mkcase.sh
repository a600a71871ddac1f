#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Build one test case: mkcase.sh CASE OUTDIR
#
# Reads CASE (its language is described in test/lib/README), writes everything a
# run of it needs into OUTDIR: shared objects, programs, the driver's script or the
# shell commands, the expected output.  Environment: CC (compiler driver), STOCK_CC
# (the same for a stock uClibc-ng, may be empty), ARCH (the CPU).

set -e
case=$1
out=$2
lib=$(cd "$(dirname "$0")" && pwd)
: "${CC:=cc}"

rm -rf "$out"
mkdir -p "$out"
cp "$case" "$out/case"

awk -v out="$out" -v lib="$lib" -v cpu="${ARCH:-}" '
function quote(s) { gsub(/\047/, "\047\\\047\047", s); return "\047" s "\047" }
function to(path) { if (sink != "" && sink != path) close(sink); sink = path }

# Header of an object or program: the command that builds it.
function unit(kind,    i, n, k, v, cc, ld, needs, parts, src, name, file, soname, rpath, plain, tool, deps) {
	name = $2; file = kind == "object" ? name ".so" : name
	soname = file; rpath = "$ORIGIN"; src = name ".c"; tool = "\"$CC\""
	for (i = 3; i <= NF; i++) {
		n = index($i, "="); k = n ? substr($i, 1, n - 1) : $i; v = n ? substr($i, n + 1) : ""
		if (k == "needs") needs = v
		else if (k == "cc") cc = cc " " quote(v)
		else if (k == "link") ld = ld " " quote(v)
		else if (k == "soname") soname = v
		else if (k == "rpath") rpath = v
		else if (k == "file") file = v
		else if (k == "plain") plain = 1
		else if (k == "quiet") cc = cc " -DQUIET"
		else if (k == "othertls") cc = cc " $OTHER_TLS"
		else if (k == "stock" && (stock = 1)) tool = "\"$STOCK_CC\""
		else { print FILENAME ": unknown option " k > "/dev/stderr"; failed = 1; exit 1 }
	}
	# Compilers for this CPU make programs at a fixed address without PLT and COPY, if not asked.
	if (cpu ~ /^mips/ && cc ~ /-fno-pie/) cc = cc " -mplt"
	n = needs == "" ? 0 : split(needs, parts, ",")
	for (i = 1; i <= n; i++) {
		deps = deps " " (parts[i] in built ? built[parts[i]] : "stub/" parts[i] ".so")
		if (!(parts[i] in built)) stubs[parts[i]] = 1
	}
	if (rpath != "none") ld = ld " " quote("-Wl,-rpath," rpath)
	if (file ~ /\//) { v = file; sub(/\/[^\/]*$/, "", v); line[++lines] = "mkdir -p " quote(v) }
	if (kind == "object") {
		if (soname != "none") ld = ld " " quote("-Wl,-soname," soname)
		line[++lines] = tool " -O1 -fPIC -shared -w -I" quote(lib) cc " -o " quote(file) " " src " -Wl,--no-as-needed" deps ld
		built[name] = quote(file)
	} else {
		line[++lines] = tool " -O1 -w -I" quote(lib) cc " -o " quote(file) " " src " -Wl,--no-as-needed" deps " -Wl,--allow-shlib-undefined" ld
		programs = programs " " file
	}
	to(out "/" src)
	if (kind == "object" && !plain) {
		head = "#define NAME \"" name "\"\n"
		pending_ctor = pending_dtor = ""
	} else head = ""
	body = ""; unit_open = 1
}
function finish_unit() {
	if (!unit_open) return
	printf "#include \"obj.h\"\n%s", before > sink
	if (head != "")
		printf "%s#define CTOR %s\n#define DTOR %s\n#include \"object.h\"\n", head, \
			pending_ctor == "" ? "(void)0" : "do { " pending_ctor "} while (0)", \
			pending_dtor == "" ? "(void)0" : "do { " pending_dtor "} while (0)" > sink
	printf "%s", body > sink
	pending_ctor = pending_dtor = before = ""; unit_open = 0
}
/^#/ || /^$/ { if ($0 == "" && section == "unit") body = body "\n"; next }
/^[^\t ]/ {
	finish_unit()
	section = "unit"
	if ($1 == "object" || $1 == "program") unit($1)
	else if ($1 == "title") { to(out "/title"); sub(/^title[: ]*/, ""); print > sink; section = "none" }
	else if ($1 == "cpus") { if (/ -/ ? index(" " $0 " ", " -" cpu " ") : !index(" " $0 " ", " " cpu " ")) other = 1; section = "none" }
	else if ($1 == "modes") { to(out "/modes"); $1 = ""; print > sink; section = "none" }
	else if ($1 == "skip") { to(out "/skip"); sub(/^skip /, ""); print > sink; section = "none" }
	else if ($1 == "build") { if (sub(/^build /, "")) line[++lines] = $0; section = "build" }
	else if ($1 == "script" || $1 == "run") { to(out "/" $1); printf "" > sink; section = "text" }
	else if ($1 == "expect") { to(out "/expect" (NF > 1 ? "." $2 : "")); printf "" > sink; section = "text" }
	else { print FILENAME ": unknown section " $1 > "/dev/stderr"; failed = 1; exit 1 }
	next
}
section == "text" { sub(/^\t/, ""); print > sink; next }
section == "build" { sub(/^\t/, ""); line[++lines] = $0; next }
section == "unit" {
	sub(/^\t/, "")
	if ($1 == "ctor") { sub(/^ctor /, ""); pending_ctor = pending_ctor $0 " " }
	else if ($1 == "dtor") { sub(/^dtor /, ""); pending_dtor = pending_dtor $0 " " }
	else if ($1 == "first") { sub(/^first /, ""); before = before $0 "\n" }
	else body = body $0 "\n"
	next
}
END {
	if (failed) exit 1
	finish_unit()
	to(out "/build.sh")
	print "set -e" > sink
	if (other) print "echo echo it is not about this CPU >skip; exit 0" > sink
	if (stock)
		print "[ -n \"$STOCK_CC\" ] || { echo \"echo no stock uClibc-ng was built\" >skip; exit 0; }" > sink
	for (s in stubs) {
		if (!stub_dir++) print "mkdir -p stub; : >stub/empty.c" > sink
		print "\"$CC\" -shared -nostdlib -nostartfiles -o stub/" s ".so stub/empty.c -Wl,-soname," s ".so" > sink
	}
	for (i = 1; i <= lines; i++) print line[i] > sink
}' "$case"

cd "$out"
export CC STOCK_CC
# Warnings are no news here: some objects are odd on purpose.
if ! LIB=$lib sh build.sh 2>messages; then
	echo "mkcase: $case:" >&2
	cat messages >&2
	exit 1
fi
rm -f messages
rm -rf stub
