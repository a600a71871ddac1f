#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The unload trace names every holder of what stays, and nobody else; every object of a
# closure comes to one end.
. "$(dirname "$0")/../lib/tap.sh"
cd "$BIN/keep" || exit

# traced LINES: run the driver's script; the trace without numbers and directories to log.
traced() {
	printf "$1" >"$work/script"
	$limit env LD_DEBUG=unload "$RUN" "$work/script" >"$work/out" 2>"$work/err"
	# The edge of user.so is named by its first reference; which one comes first differs between CPUs.
	sed -n 's/^[0-9]*: unload: //p' "$work/err" |
		sed 's|[^ =]*/||g; s/by=user.so symbol=twice/by=user.so symbol=value/' >"$work/log"
}

# holders OBJECT: what the last keep line of the object says, one holder a line, sorted but
# for the first.
holders() {
	sed -n "s/^keep $1\.so //p" "$work/log" | tail -n 1 | sed 's/ reason=/\
reason=/g' | { head -n 1; sort; }
}

traced 'open top\nopen other\nopen leaf as one\nopen leaf as two\nclose top\nclose other\nclose one\nclose two\n'
sed -n '/^close top/,/^close other/p' "$work/log" >"$work/first"
is "handles and who needs it; not who is going" "$(sed -n 's/^keep leaf\.so //p' "$work/first")" \
	"reason=handle count=2 reason=needed by=other.so count=1"
is "the last of the needing ones gone: handles alone" "$(sed -n 's/^keep leaf\.so //p' "$work/log" | sed -n 2p)" \
	"reason=handle count=2"
is "a handle less is a handle less" "$(holders leaf)" "reason=handle count=1"
is "libc: why it stays, not for whom" "$(sed -n 's/^keep libc\.so\.[0-9]* //p' "$work/log" | sort -u)" \
	"reason=startup count=1"

# Each object of each closure has one outcome.
awk '
	/^close / { split("", seen); split("", unmapped); n++ }
	/^keep / { if (seen[$2]++) print "close " n ": " $0 " comes after another outcome" }
	/^fini / { if (seen[$2] && seen[$2] != "fini") print "close " n ": " $0 " comes after another outcome"; seen[$2] = "fini" }
	/^unmap / { if (unmapped[$2]++) print "close " n ": " $0 ", again"; if (seen[$2] != "fini") print "close " n ": " $0 " without its destructor" }
' "$work/log" >"$work/twice"
is "one outcome for each object of a close" "$(cat "$work/twice")" ""
is "an outcome for every object of the first close" "$(sed -n 's/^[a-z]* \([a-z.]*\.so\).*/\1/p' "$work/first" | sort -u | tr '\n' ' ')" \
	"leaf.so libc.so other.so top.so "

traced 'open data global\nopen data as again\nopen user\nopen second\nclose data\nclose again\nclose user\nclose second\n'
is "handles first, then every binding with its symbol and how many" "$(sed -n '/^close data.so handles=1/,/^close data.so handles=0/p' "$work/log" | sed -n 's/^keep data\.so //p' | sed 's/ reason=/\
/g' | sort)" "bound by=second.so symbol=value count=1
bound by=user.so symbol=value count=1
reason=handle count=1"
is "bindings alone keep it" "$(sed -n '/^close data.so handles=0/,/^close user/p' "$work/log" | grep -c 'keep data.so reason=bound by=[a-z]*.so symbol=value count=[12] reason=bound by=')" 1
is "one of the two users gone: the other is left" "$(sed -n '/^close user/,/^close second/p' "$work/log" | sed -n 's/^keep data\.so //p')" \
	"reason=bound by=second.so symbol=value count=1"
is "the last one takes it along" "$(sed -n '/^close second/,$p' "$work/log" | grep -c '^unmap data.so')" 1

traced 'open threads\ncall threads arm\nclose threads\n'
is "how many thread_local destructors" "$(holders threads)" "reason=tls-dtor count=3"
traced 'open sticky\nopen sticky as again\nclose sticky\nclose again\n'
is "NODELETE and a handle" "$(sed -n 's/^keep sticky\.so //p' "$work/log" | head -n 1)" "reason=handle count=1 reason=nodelete count=1"
is "NODELETE alone" "$(holders sticky)" "reason=nodelete count=1"
traced 'open weary\n'
like "a constructor now running" "$(sed -n 's/^keep weary\.so //p' "$work/log" | head -n 1)" "reason=running count="
is "and when it is over, nothing keeps what it has let go" "$(grep -c '^unmap weary\.so' "$work/log")" 1

# Many holders make a long line, and all of them are on it.
lines='open data global\n'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	mkdir -p "$work/a-directory-with-a-long-name-for-each-of-the-copies-that-are-made-$i"
	cp user.so "$work/a-directory-with-a-long-name-for-each-of-the-copies-that-are-made-$i/"
	ln -s "$work/a-directory-with-a-long-name-for-each-of-the-copies-that-are-made-$i/user.so" "$work/user$i.so"
	lines="${lines}open user$i\n"
done
cp data.so "$work/"
cd "$work" || exit
traced "${lines}close data\n"
is "twenty holders on one line" "$(grep '^keep data\.so' "$work/log" | tr ' ' '\n' | grep -c '^by=user')" 20
finish
