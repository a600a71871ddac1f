#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A start fails at any of its system calls in turn, or for want of address space, page by page: the
# program runs, or the linker says why not and ends with 127.  So do opens, of files that are cut, too.
. "$(dirname "$0")/../lib/tap.sh"

cd "$BIN/inject-start" || exit
if have strace; then
	strace -f -o "$work/calls" ./p >"$work/good" 2>&1 || diag "$work/good"
	for call in openat newfstatat fstat pread64 readlinkat mmap mprotect arch_prctl rt_sigprocmask mseal; do
		last=$(awk -v call="$call" '$2 ~ "^" call "\\(" { n++ } /write\(1, "begin/ { print n + 0; exit }' "$work/calls")
		faults= n=1
		while [ "$n" -le "${last:-0}" ]; do
			for fault in error=ENOMEM error=EACCES retval=20; do
				case $call:$fault in
				pread64:* | *:error=*) ;;
				*) continue ;;
				esac
				$limit strace -f -o /dev/null -e trace=$call -e inject=$call:$fault:when=$n ./p >"$work/got" 2>&1
				status=$?
				case $status in
				0) cmp -s "$work/good" "$work/got" || faults="$faults $n:$fault:output" ;;
				127) grep -q '[^ ]*: .*[a-z]' "$work/got" || faults="$faults $n:$fault:silent" ;;
				*) faults="$faults $n:$fault:status-$status" ;;
				esac
			done
			n=$((n + 1))
		done
		if [ "${last:-0}" -eq 0 ]; then
			continue
		elif [ -z "$faults" ]; then
			ok "$call: an error at each of $last calls"
		else
			not_ok "$call: an error at each of $last calls:$faults"
		fi
	done
else
	skip "starts that fail at each system call" "no strace here"
fi

run_family inject

# Below some limit the kernel cannot start the linker, and ends the process itself.
if [ "${EMULATED:-}" = yes ]; then
	skip "RLIMIT_AS, by page" "an emulator has its own idea of that limit"
	finish
fi
./p >"$work/good" 2>&1
kb=64 spoken=no faults= step=$(($(getconf PAGESIZE 2>/dev/null || echo 4096) / 1024)) good=0 tried=0
while [ "$good" -lt 20 ] && [ "$kb" -lt 100000 ]; do
	{
		(ulimit -v $kb && exec ./p) >"$work/got" 2>&1
		status=$?
	} 2>/dev/null # where the shell tells of the signal
	tried=$((tried + 1))
	if [ $status -eq 127 ] && [ -s "$work/got" ]; then
		spoken=yes
	elif [ $status -eq 0 ] && cmp -s "$work/good" "$work/got"; then
		good=$((good + 1))
	elif [ $spoken = yes ]; then
		faults="$faults $kb:$status"
	else
		kb=$((kb + 15 * step))
	fi
	kb=$((kb + step))
done
if [ -z "$faults" ] && [ "$good" -eq 20 ] && [ $spoken = yes ]; then
	ok "RLIMIT_AS, by page: $tried starts"
else
	not_ok "RLIMIT_AS, by page: $tried starts, $good good, refused with a sentence: $spoken, bad:$faults"
fi
finish
