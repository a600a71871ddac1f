# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Shell functions that the scripts of this directory share: messages, and long
# steps that show progress and keep a log.  Sourced, never run.

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

now()
{
	date +%s
}

# stage NAME LOG COMMAND...
# Run COMMAND with its output in LOG.  Prints one line at the end with the
# seconds it took; while it runs, a count of the lines logged so far (in place
# on a terminal, else every 20 seconds).  On failure: the end of the log, exit 1.
stage()
{
	stage_name=$1 stage_log=$2
	shift 2
	stage_start=$(now)
	"$@" >"$stage_log" 2>&1 </dev/null &
	stage_pid=$!
	stage_shown=$stage_start
	trap 'kill $stage_pid 2>/dev/null; exit 130' INT TERM
	while kill -0 $stage_pid 2>/dev/null; do
		stage_now=$(now)
		if [ -t 1 ]; then
			printf '\r%-34s %4ds %6d lines' "$stage_name" \
				$((stage_now - stage_start)) "$(wc -l <"$stage_log")"
		elif [ $((stage_now - stage_shown)) -ge 20 ]; then
			printf '%-34s %4ds %6d lines\n' "$stage_name" \
				$((stage_now - stage_start)) "$(wc -l <"$stage_log")"
			stage_shown=$stage_now
		fi
		sleep 0.2
	done
	stage_status=0
	wait $stage_pid || stage_status=$?
	trap - INT TERM
	[ ! -t 1 ] || printf '\r%60s\r' ''
	if [ $stage_status -ne 0 ]; then
		say "$stage_name: failed after $(($(now) - stage_start))s; the end of $stage_log:"
		grep -n 'error\|Error\|warning: .*undefined' "$stage_log" | tail -n 15
		say '----'
		tail -n 25 "$stage_log"
		exit 1
	fi
	printf '%-34s %4ds done\n' "$stage_name" $(($(now) - stage_start))
}

# Print the version of the uClibc-ng tree $1 (MAJOR.MINOR.SUBLEVEL); fails when it is no such tree.
tree_version()
{
	[ -f "$1/Rules.mak" ] || return 1
	awk '
		$1 == "MAJOR_VERSION" && $2 == ":=" { major = $3 }
		$1 == "MINOR_VERSION" && $2 == ":=" { minor = $3 }
		$1 == "SUBLEVEL" && $2 == ":=" { level = $3 }
		END {
			if (major == "" || minor == "" || level == "")
				exit 1
			print major "." minor "." level
		}' "$1/Rules.mak"
}
