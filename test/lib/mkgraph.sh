#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Make up a test case: mkgraph.sh SHAPE OBJECTS SEED
#
# Writes a case to stdout: a random graph of objects (SHAPE dag: no cycles, cyclic: any
# edges), twenty random opens and closes, and the output they must give, worked out by
# plain reachability from the open handles.  SHAPE walk: a graph with cycles and a program that
# opens, closes and binds at random thousands of times and compares with such a model itself.

awk -v shape="$1" -v n="$2" -v seed="$3" '
function random(limit) { seed = (seed * 1103 + 12345) % 1000003; return int(seed / 7) % limit }
function mark(i,   j) {
	if (i in seen) return
	seen[i] = 1
	for (j = 1; j <= n; j++) if ((i, j) in edge) mark(j)
}
function settle(   i, up, down) {
	split("", seen)
	for (i = 1; i <= n; i++) if (handles[i]) mark(i)
	for (i = 1; i <= n; i++) {
		if (i in seen && !(i in alive)) { up = up " o" i; alive[i] = 1 }
		if (!(i in seen) && i in alive) { down = down " o" i; delete alive[i] }
	}
	if (up != "") expect = expect "\tup" up "\n"
	if (down != "") expect = expect "\treverse" down "\n"
}
function look(   i) {
	for (i = 1; i <= n; i++) {
		script = script "\t" (i in alive ? "held" : "gone") " o" i "\n"
		expect = expect "\to" i (i in alive ? " held" : " gone") "\n"
	}
}
# Objects that report to the program, and test/lib/walk.h with the table of edges.
function walk(   i, j, needs, table) {
	print "title " n " objects opened, closed and bound at random, thousands of times"
	for (i = 0; i < n; i++) {
		needs = table = ""
		for (j = 0; j < n; j++) {
			if ((i + 1, j + 1) in edge) needs = needs (needs == "" ? " needs=" : ",") "o" j
			table = table ((i + 1, j + 1) in edge ? "1," : "0,")
		}
		print "object o" i needs " quiet\n\t#define NUMBER " i "\n\t#include \"walker.h\""
		print "\tint f_" i "(void) { return " i "; }"
		rows = rows "\t\t{" table "},\n"
	}
	print "program p link=-rdynamic\n\t#define OBJECTS " n
	printf "\tstatic const char needs[OBJECTS][OBJECTS] = {\n%s\t};\n", rows
	print "\t#include \"walk.h\"\nrun\n\t./p ${WALKS:-3000} " n
	print "\tLD_DLCLOSE=defer=3 ./p 500 1\n\tLD_DLCLOSE=guard=3 ./p 500 2\nexpect\n\tno fault\n\tno fault\n\tno fault"
}
BEGIN {
	for (i = 0; i < 10; i++) random(2)
	for (i = 1; i <= n; i++)
		for (k = random(shape == "walk" ? 3 : 4); k > 0; k--) {
			j = shape == "dag" ? i - 1 - random(i) : 1 + random(n)
			if (j >= 1) edge[i, j] = 1
		}
	if (shape == "walk") { walk(); exit }
	print "title a random graph of " n " objects" (shape == "dag" ? "" : " with cycles") ", opened and closed at random"
	for (i = 1; i <= n; i++) {
		needs = ""
		for (j = 1; j <= n; j++) if ((i, j) in edge) needs = needs (needs == "" ? " needs=" : ",") "o" j
		print "object o" i needs
	}
	script = "\tsnapshot\n"
	for (i = 1; i <= n; i++) {
		split("", seen); mark(i)
		for (j = 1; j <= n; j++) reaches[i, j] = j in seen
	}
	for (i = 1; i <= n; i++)
		for (j = 1; j <= n; j++)
			if ((i, j) in edge && !reaches[j, i]) expect = expect "\tedge o" i " o" j "\n"
	for (step = 1; step <= 20; step++) {
		i = 1 + random(n)
		if (handles[i] && random(3)) { handles[i]--; script = script "\tclose o" i "\n" }
		else if (random(2)) { handles[i]++; script = script "\topen o" i "\n" }
		else continue
		settle()
		look()
	}
	for (i = 1; i <= n; i++)
		while (handles[i]) { handles[i]--; script = script "\tclose o" i "\n"; settle() }
	look()
	printf "script\n%s\tcompare\nexpect\n%s\tas before\n", script, expect
}'
