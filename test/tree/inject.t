#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# An open fails at any of its system calls in turn: it runs no constructor and leaves no trace.
. "$(dirname "$0")/../lib/tap.sh"

if ! have strace; then
	skip "opens that fail at each system call" "no strace here"
	finish
fi
cd "$BIN/inject-open" || exit
cat >"$work/script" <<'END'
open x
close x
snapshot
say begin
open a
say end
drop a
compare
END

# the number of calls of one kind before the open and during it
calls_until() {
	strace -f -e trace="$1",write -o "$work/calls" "$RUN" "$work/script" >/dev/null 2>&1
	awk -v call="$1" -v word="$2" '$2 ~ "^" call "\\(" { n++ } /write\(1, "/ && index($0, word) { print n + 0; exit }' "$work/calls"
}

for call in openat open read pread64 fstat mmap mprotect; do
	first=$(calls_until $call '"begin')
	last=$(calls_until $call '"end')
	[ "$last" -gt "$first" ] || continue
	faults=
	n=$((first + 1))
	while [ "$n" -le "$last" ]; do
		strace -f -o /dev/null -e trace=$call -e inject=$call:error=ENOMEM:when=$n "$RUN" "$work/script" >"$work/got" 2>&1
		status=$?
		# either the open failed and no constructor ran, or the failure did not matter
		sed -n '/^begin/,/^end/p' "$work/got" >"$work/during"
		if grep -q '^open a: ' "$work/during"; then
			grep -q '^[a-d][+-]' "$work/got" && faults="$faults $call:$n:constructor"
			grep -v '^close a: ' "$work/got" >"$work/rest"
		else
			grep -q '^a+' "$work/during" || faults="$faults $call:$n:neither"
		fi
		[ $status -eq 0 ] || faults="$faults $call:$n:status-$status"
		tail -n 1 "$work/got" | grep -q '^as before' || faults="$faults $call:$n:trace"
		n=$((n + 1))
	done
	if [ -z "$faults" ]; then
		ok "$call: an error at each of $((last - first)) calls"
	else
		not_ok "$call: an error at each of $((last - first)) calls:$faults"
	fi
done

# An unmapping that the kernel refuses is reported, and the program goes on.
printf 'say begin\nopen a\nclose a\nsay end\nopen x\nclose x\nsay done\n' >"$work/script"
first=$(calls_until munmap '"begin')
strace -f -o /dev/null -e trace=munmap -e inject=munmap:error=ENOMEM:when=$((first + 1)) -E LD_DEBUG=unload \
	"$RUN" "$work/script" >"$work/got" 2>&1
is "munmap refused: the program goes on" "$? $(tail -n 1 "$work/got")" "0 done"
like "munmap refused: said with file and range" "$(grep -v 'unload: ' "$work/got")" 'munmap' '.so' '0x'
is "munmap refused: the trace has the result" "$(grep 'unload: unmap' "$work/got" | grep -cv 'result=0')" 1
finish
