# SPDX-License-Identifier: LGPL-2.1-or-later
#
# How uClibc-ng's build compiled each file of linker and libdl, from the .dep files it leaves behind.
# Sourced by tests that run another tool over the same files, or build a variant of them.  The
# commands are to be run in the tree by sh, which takes the quotes in them away.

# compile_commands TREE [meaning]: a line for each file, its path in the tree and the flags gcc was
# given for it; with "meaning" only those that say what the source means, which other tools know,
# too: language, warnings, definitions, places of headers (without gcc's own).
compile_commands() {
	find "$1/ldso/ldso" "$1/ldso/libdl" -name '.*.oS.dep' -o -name '.*.os.dep' 2>/dev/null | sort |
		xargs -r awk -v meaning="$2" -v tree="$1" '
		function flush(    i, n, word, line, probe) {
			n = split(command, word, " ")
			command = ""
			# Left by a build of a file that is no more.
			probe = tree "/" word[3]
			if (n < 3 || word[3] !~ /\.c$/ || (getline line <probe) < 0)
				return
			close(probe)
			line = word[3]
			for (i = 4; i <= n; i++) {
				if (word[i] ~ /^-(o|MT|MF)$/)
					i++
				else if (word[i] ~ /^-M[DP]$/)
					continue
				else if (word[i] ~ /^-(isystem|iquote|include)$/) {
					i++
					if (!meaning || word[i] !~ /\/gcc\//)
						line = line " " word[i - 1] " " word[i]
				} else if (!meaning || word[i] ~ /^-([DUIWm]|std=|nostdinc)/ ||
					   word[i] ~ /^-f(PIC|freestanding|(no-)?builtin|unsigned-char)$/)
					line = line " " word[i]
			}
			print line
		}
		FNR == 1 { flush() }
		/^cmd_[^ ]* := / { command = $0; sub(/^cmd_[^ ]* := /, "", command) }
		END { flush() }'
}
