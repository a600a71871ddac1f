# SPDX-License-Identifier: LGPL-2.1-or-later
#
# TAP for shell scripts, and the running of test cases.  Sourced by every *.t file;
# needs nothing but a POSIX shell and the usual small tools, busybox will do.
#
# Environment: BIN     directory of built tests (build/<arch>/test, or the script's own folder in it)
#              LOADER  the loader to run programs with where a test names it explicitly
#              PLATFORM  what the kernel calls this CPU, which may be nothing; default: as it says
#              MODES   values of LD_DLCLOSE to try, default all

here=$(cd "$(dirname "$0")" && pwd)
part=$(basename "$here")
: "${BIN:=$here}"
[ -d "$BIN/$part" ] && BIN=$BIN/$part
BIN=$(cd "$BIN" && pwd)
TOP=$(dirname "$BIN")
RUN=$TOP/lib/run
: "${MODES:=unmap defer defer=2 guard keep noop}"
: "${LOADER:=/lib/ld64-uClibc.so.1}"
: "${ROOT:=}"
unset LD_DLCLOSE LD_DEBUG LD_DEBUG_OUTPUT LD_PRELOAD LD_LIBRARY_PATH LD_BIND_NOW LD_BIND_NOT LD_ORIGIN_PATH \
	LD_SHOW_AUXV LD_TRACE_LOADED_OBJECTS LD_VERBOSE LD_WARN
: "${PLATFORM=$("$RUN" --platform 2>/dev/null)}"

count=0
bad=0
work=$(mktemp -d "${TMPDIR:-/tmp}/target-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# A program may hang: give it three minutes, for the machine may be slow; an emulator has fifteen.
if timeout 5 true 2>/dev/null; then
	limit="timeout ${TEST_TIMEOUT:-$([ -n "${EMULATED:-}" ] && echo 900 || echo 180)}"
else
	limit=
fi

# Tools that look at another process see the emulator where there is one (scripts/emulate).
have() {
	case ${EMULATED:-}:$1 in
	yes:strace | yes:gdb | yes:valgrind) return 1 ;;
	esac
	command -v "$1" >/dev/null 2>&1
}

ok() {
	count=$((count + 1))
	echo "ok $count - $*"
}

not_ok() {
	count=$((count + 1))
	bad=$((bad + 1))
	echo "not ok $count - $*"
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# diag FILE: show a file as TAP comments.
diag() { sed 's/^/# /' "$1"; }

# check NAME COMMAND...: ok when the command succeeds.
check() {
	name=$1
	shift
	if "$@" >"$work/check.out" 2>&1; then
		ok "$name"
	else
		not_ok "$name"
		diag "$work/check.out"
	fi
}

# is NAME GOT EXPECTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		printf 'got:      %s\nexpected: %s\n' "$2" "$3" >"$work/is"
		diag "$work/is"
	fi
}

# like NAME TEXT PATTERN...: every shell pattern occurs in the text.
like() {
	like_name=$1
	like_text=$2
	shift 2
	for like_pattern; do
		case $like_text in
		*$like_pattern*) ;;
		*)
			not_ok "$like_name"
			printf 'got: %s\nwithout: %s\n' "$like_text" "$like_pattern" >"$work/like"
			diag "$work/like"
			return
			;;
		esac
	done
	ok "$like_name"
}

finish() {
	echo "1..$count"
	[ "$bad" -eq 0 ]
	exit
}

# matches GOT EXPECTED: compare an output with what a case expects.  Besides plain lines
# EXPECTED may hold
#	any WORD...	  the next lines are these words, one each, in any order
#	reverse WORD...   the next lines are WORD- each, in the reverse order of their WORD+
#	up WORD...	  the next lines are WORD+ each, in an order that respects the "edge A B"
#			  lines before: B+ comes before A+ where both are of this set
#	...		  any number of lines, up to a line equal to the next expected one
matches() {
	awk '
	FILENAME == ARGV[1] { got[++g] = $0; next }
	{ want[++w] = $0 }
	function fail(why) { print "line " p ": " why; bad = 1; exit 1 }
	END {
		if (bad) exit 1
		p = 1
		for (i = 1; i <= w; i++) {
			n = split(want[i], word, " ")
			if (word[1] == "any" && n > 1) {
				split("", left)
				for (k = 2; k <= n; k++) left[word[k]]++
				for (k = 2; k <= n; k++) {
					if (!(p in got) || left[got[p]]-- < 1) fail("expected " want[i] ", got \"" got[p] "\"")
					p++
				}
			} else if (word[1] == "reverse" && n > 1) {
				split("", at)
				for (k = 1; k < p; k++)
					if (got[k] ~ /\+$/) at[substr(got[k], 1, length(got[k]) - 1)] = k
				split("", left)
				for (k = 2; k <= n; k++) left[word[k]] = 1
				last = p
				for (k = 2; k <= n; k++) {
					who = substr(got[p], 1, length(got[p]) - 1)
					if (got[p] !~ /-$/ || !(who in left)) fail("expected one of " want[i] ", got \"" got[p] "\"")
					if (at[who] >= last) fail(who " is finished before something started after it")
					last = at[who]; delete left[who]; p++
				}
			} else if (word[1] == "edge" && n == 3) {
				edges++; above[edges] = word[2]; below[edges] = word[3]
			} else if (word[1] == "up" && n > 1) {
				split("", left); split("", at)
				for (k = 2; k <= n; k++) left[word[k]] = 1
				for (k = 2; k <= n; k++) {
					who = substr(got[p], 1, length(got[p]) - 1)
					if (got[p] !~ /\+$/ || !(who in left)) fail("expected one of " want[i] ", got \"" got[p] "\"")
					delete left[who]; at[who] = p++
				}
				for (k = 1; k <= edges; k++)
					if (above[k] in at && below[k] in at && at[above[k]] < at[below[k]])
						fail(above[k] " starts before " below[k] ", which it needs")
			} else if (want[i] == "...") {
				while (p <= g && got[p] != want[i + 1]) p++
			} else {
				if (!(p in got)) fail("output ends, expected \"" want[i] "\"")
				if (got[p] != want[i]) fail("expected \"" want[i] "\", got \"" got[p] "\"")
				p++
			}
		}
		if (p <= g) fail("unexpected \"" got[p] "\"")
	}' "$1" "$2"
}

# stays_loaded GOT: under LD_DLCLOSE=noop nothing is destroyed before the program ends, and
# then in the exact reverse of construction, each object once.
stays_loaded() {
	awk '
	/^[A-Za-z0-9_]+\+$/ {
		if (ending) { print "line " NR ": " $0 " after the first destructor"; bad = 1; exit 1 }
		up[++n] = substr($0, 1, length($0) - 1)
	}
	/^[A-Za-z0-9_]+-$/ {
		ending = 1
		who = substr($0, 1, length($0) - 1)
		if (n < 1 || up[n] != who) { print "line " NR ": " $0 " where " up[n] "- was due"; bad = 1; exit 1 }
		n--
	}
	END { if (!bad && n > 0) { print up[n] " was never destroyed"; exit 1 } if (bad) exit 1 }' "$1"
}

# run_case DIRECTORY [MODE]: run what mkcase built, print one TAP line.
run_case() {
	dir=$1
	mode=${2:-}
	name=$(basename "$dir")
	[ -f "$dir/title" ] && read -r title <"$dir/title" && name="$name: $title"
	[ -n "$mode" ] && name="$name ($mode)"
	if [ -f "$dir/skip" ] && reason=$(cd "$dir" && . ./skip; :) && [ -n "$reason" ]; then
		skip "$name" "$reason"
		return
	fi
	got=$work/got
	if [ -f "$dir/script" ]; then
		(
			cd "$dir" || exit
			[ -n "$mode" ] && LD_DLCLOSE=$mode && export LD_DLCLOSE
			exec $limit "$RUN" script
		) >"$got" 2>&1
		status=$?
	else
		(
			cd "$dir" || exit
			[ -n "$mode" ] && LD_DLCLOSE=$mode && export LD_DLCLOSE
			rm -rf "$work/case" && mkdir "$work/case" && work=$work/case
			export LOADER RUN ROOT PLATFORM work dir
			exec $limit sh ./run
		) >"$got" 2>&1
		status=$?
	fi
	# An emulator has a line of its own for a program that a signal ends.
	[ -z "${EMULATED:-}" ] || sed -i '/^qemu: uncaught target signal/d' "$got"
	# a shell's own 0 to 123 say nothing: a case prints what counts
	[ -f "$dir/script" ] || [ "$status" -ge 124 ] || status=0
	[ "$status" -ne 0 ] && echo "status $status" >>"$got"
	if [ -n "$mode" ] && [ -f "$dir/expect.$mode" ]; then
		matches "$got" "$dir/expect.$mode" >"$work/why"
	elif [ "$mode" = noop ]; then
		[ "$status" -eq 0 ] && stays_loaded "$got" >"$work/why"
	else
		matches "$got" "$dir/expect" >"$work/why"
	fi
	if [ $? -eq 0 ]; then
		ok "$name"
	else
		not_ok "$name"
		diag "$work/why"
		sed 's/^/#    /' "$got"
	fi
}

# run_family NAME: every case NAME-*, each in every mode it is meant for.
run_family() {
	for dir in "$BIN"/"$1"-*/; do
		dir=${dir%/}
		[ -f "$dir/expect" ] || continue
		if [ ! -f "$dir/script" ] && [ ! -f "$dir/modes" ]; then
			run_case "$dir"
			continue
		fi
		for mode in $MODES; do
			if [ -f "$dir/modes" ]; then
				case " $(cat "$dir/modes") " in
				*" $mode "*) ;;
				*) continue ;;
				esac
			fi
			run_case "$dir" "$mode"
		done
	done
}
