# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Apply one edit script of patches/ to files of a uClibc-ng tree.
#
#	awk -v tree=DIR -v out=DIR [-v version=VERSION] -f edit.awk SCRIPT
#
# Files are read from `out` when an earlier script has put them there, else
# from `tree`, and written to `out`.  Nothing in `tree` is touched.  Exit status
# 1, with a sentence, when a line that a script counts on is not there exactly
# once; `out`.failed has the files where that was so, for the sentences of later scripts.
# `version` is what `tree` calls itself, for that sentence.  The script's directives, one a line,
# text blocks marked with +:
#
#	file PATH         work on this file from here on
#	unless /RE/       leave this file alone if a line matches (a newer version has it)
#	if /RE/           leave this file alone if no line matches
#	optional          a missing file is no error
#	in /RE/           only from the line that matches to the next one that starts with }
#	all               the whole file again
#	before /RE/       put the block before the line
#	after /RE/        put the block after the line
#	replace /RE/      put the block (may be empty) in place of the line
#	replace /RE/ to /RE/   the same for all lines from the first to the second one
#	new PATH          a new file with the block as its contents
#	present PATH      stop here, without complaint, when the tree lacks that file
#	missing PATH      stop here, without complaint, when the tree has that file
#
# A regular expression may be followed by ?, then it may match nothing.

function fail(text)
{
	print script ":" directive ": " text > "/dev/stderr"
	failed = 1
	exit 1
}

# Read the file `path` into line[1..count].
function load(path,    name, status, text)
{
	count = 0
	current = path
	skip = 0
	first = 1
	last = 0
	optional = 0
	name = out "/" path
	status = (getline text < name)
	if (status < 0) {
		name = tree "/" path
		status = (getline text < name)
	}
	if (status < 0) {
		missing = 1
		return
	}
	missing = 0
	while (status > 0) {
		line[++count] = text
		status = (getline text < name)
	}
	close(name)
	last = count
}

function save(    name, i, directory)
{
	if (current == "" || skip || missing)
		return
	name = out "/" current
	directory = name
	sub("/[^/]*$", "", directory)
	system("mkdir -p '" directory "'")
	printf "" > name
	for (i = 1; i <= count; i++)
		print line[i] > name
	close(name)
	current = ""
}

# Split "/RE/? rest" of $0 after the first word: sets re, maybe, rest.
function regex(text,    end)
{
	sub(/^[^\/]*\//, "", text)
	end = match(text, /\/\??( to \/|$)/)
	if (!end)
		fail("no regular expression between slashes")
	re = substr(text, 1, end - 1)
	rest = substr(text, end + 1)
	maybe = (substr(rest, 1, 1) == "?")
}

function show(number, text)
{
	print "\t" current ":" number ": " text > "/dev/stderr"
}

# The three lines of the file in `tree` that share most words with `pattern`, and at least half of
# its letters.
function show_near(pattern,    name, text, words, total, wanted, pristine, lines, scores, i, j, score, top, taken, round)
{
	name = tree "/" current
	while ((getline text < name) > 0)
		pristine[++lines] = text
	close(name)
	text = pattern
	gsub(/\\./, " ", text)
	gsub(/[^A-Za-z0-9_]+/, " ", text)
	total = split(text, words, " ")
	gsub(/ /, "", text)
	wanted = length(text)
	for (round = 0; round < 3 && wanted; round++) {
		top = 0
		for (i = 1; i <= lines; i++) {
			score = 0
			for (j = 1; j <= total; j++)
				if (index(pristine[i], words[j]))
					score += length(words[j])
			if (!(i in taken) && 2 * score >= wanted && score > scores[top]) {
				top = i
				scores[i] = score
			}
		}
		if (!top)
			break
		taken[top] = 1
		show(top, pristine[top])
	}
	if (!round)
		print "\t(no line is like it)" > "/dev/stderr"
}

# Has an earlier script failed in the file at hand?
function failed_before(    path, before)
{
	while ((getline path < (out ".failed")) > 0)
		before = before || path == current
	close(out ".failed")
	return before
}

# The end of an edit that the file at hand does not fit: what can be done.
function misfit()
{
	if (failed_before())
		print "\tAn edit of this file has failed before: this may only be what comes of it." > "/dev/stderr"
	else
		print "\tpatches/README tells what to do.  For this version alone: copy the edit to patches/" \
		      (version == "" ? "<version>" : version) "/, where it\n" \
		      "\ttakes the place of the common one, and let it name the line that there is now." > "/dev/stderr"
	print current >> (out ".failed")
	failed = 1
	exit 1
}

# `pattern` matched `hits` lines and not one: says so, and what there is.
function mismatch(pattern, from, hits,    i)
{
	print script ":" directive ": " current ": expected one line that matches /" pattern \
	      "/, found " hits (hits ? ":" : "; the nearest:") > "/dev/stderr"
	for (i = from; hits && i <= last; i++)
		if (line[i] ~ pattern)
			show(i, line[i])
	if (!hits)
		show_near(pattern)
	misfit()
}

# The one line of the region that matches `pattern`; 0: none and that is allowed.
function find(pattern, from, allowed,    i, found, hits)
{
	hits = 0
	for (i = from; i <= last; i++)
		if (line[i] ~ pattern) {
			if (!hits++)
				found = i
		}
	if (hits == 1)
		return found
	if (!hits && allowed)
		return 0
	mismatch(pattern, from, hits)
}

# Replace lines from..to (to = from - 1: none) by the block.
function splice(from, to,    i, shift)
{
	shift = blocks - (to - from + 1)
	if (shift > 0)
		for (i = count; i > to; i--)
			line[i + shift] = line[i]
	else if (shift < 0)
		for (i = to + 1; i <= count; i++)
			line[i + shift] = line[i]
	for (i = 1; i <= blocks; i++)
		line[from + i - 1] = block[i]
	count += shift
	last += shift
}

# Carry out the directive whose block is complete now.
function flush(    at, end)
{
	if (verb == "new") {
		current = target
		count = 0
		skip = missing = 0
		first = 1
		for (at = 1; at <= blocks; at++)
			line[++count] = block[at]
		last = count
		save()
	} else if (verb != "" && !skip && !missing) {
		at = find(pattern, first, may)
		if (at && verb == "before")
			splice(at, at - 1)
		else if (at && verb == "after")
			splice(at + 1, at)
		else if (at && verb == "replace") {
			end = at
			if (pattern_to != "") {
				for (end = at; end <= last && line[end] !~ pattern_to; end++)
					;
				if (end > last) {
					print script ":" directive ": " current ": no line after " at " matches /" \
					      pattern_to "/; the nearest:" > "/dev/stderr"
					show_near(pattern_to)
					misfit()
				}
			}
			splice(at, end)
		}
	}
	verb = ""
	blocks = 0
}

BEGIN {
	verb = ""
	current = ""
}

{
	script = FILENAME
}

/^\+/ {
	block[++blocks] = substr($0, 2)
	next
}

/^#/ || /^[ \t]*$/ {
	next
}

{
	flush()
	directive = FNR
}

$1 == "file" {
	save()
	load($2)
	asked = FNR
	next
}

$1 == "optional" {
	optional = 1
	next
}

$1 == "missing" || $1 == "present" {
	save()
	there = ((getline text < (tree "/" $2)) >= 0)
	if (there == ($1 == "missing")) {
		stopped = 1
		exit 0
	}
	next
}

$1 == "new" {
	save()
	verb = "new"
	target = $2
	next
}

{
	if (missing && !optional) {
		print script ":" asked ": " current ": not in this tree" > "/dev/stderr"
		misfit()
	}
	if (missing)
		next
}

$1 == "unless" || $1 == "if" {
	regex($0)
	seen = 0
	for (i = 1; i <= count; i++)
		if (line[i] ~ re)
			seen = 1
	if (seen == ($1 == "unless"))
		skip = 1
	next
}

$1 == "in" {
	if (skip)
		next
	regex($0)
	first = 1
	last = count
	first = find(re, 1, 0)
	for (last = first; last < count && line[last] !~ /^}/; last++)
		;
	next
}

$1 == "all" {
	first = 1
	last = count
	next
}

$1 == "before" || $1 == "after" || $1 == "replace" {
	verb = $1
	regex($0)
	pattern = re
	may = maybe
	pattern_to = ""
	if (rest ~ /^\?? to \//) {
		sub(/^\?? to /, "", rest)
		regex(rest)
		pattern_to = re
	}
	next
}

{
	fail("not a directive: " $0)
}

END {
	if (failed)
		exit 1
	if (stopped)
		exit 0
	flush()
	save()
}
