#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Check an unload trace: trace-check.pl [--mapped LINE | --case CASE] TRACE [STRACE]
#
# TRACE is what LD_DEBUG=unload,files wrote (anything else in it is skipped); STRACE what
# `strace -f -e trace=mmap,?mmap2,munmap` wrote about the same run, or qemu's -strace.  Checks that
#  - the grammar is exact: verbs, reasons, keys, and no character but printing ones and known escapes;
#  - a close gives each object one outcome: a keep, or destructors and then an unmapping or
#    its delay; all destructors of a close come before its first unmapping;
#  - what is deferred is not unmapped before its delay is over, nor twice;
#  - maps and unmaps of the trace agree, so that the set of mapped objects is known at any line;
#  - the munmap calls of whole objects in STRACE are exactly the unmap lines.
# Prints one line for each fault and a summary; exit status 1 when there was a fault.
# With --case, whose "object NAME needs=..." lines tell the graph, also that
#  - each last close of a handle names every object of its closure, and nothing else.
# --mapped LINE prints the objects mapped after that line of TRACE instead.
use strict;
use warnings;
no warnings 'portable';	# addresses have 64 bits

my ($until, $case);
if (@ARGV && $ARGV[0] eq '--mapped') {
	shift;
	$until = shift;
} elsif (@ARGV && $ARGV[0] eq '--case') {
	shift;
	$case = shift;
}
my ($trace, $strace) = @ARGV;
die "usage: trace-check.pl [--mapped LINE] TRACE [STRACE]\n" unless defined $trace;

my $faults = 0;
my %count = map { $_ => 0 } qw(close keep fini defer unmap map);
my %keep_reason = map { $_ => 1 } qw(handle startup needed filter bound nodelete unique tls-dtor running);
my %defer_reason = map { $_ => 1 } qw(on-stack reached reader tls-dtor key-dtor eh-frames LD_DLCLOSE);
my %mapped;	# start => [path, length]
my %deferred;	# path => number of retired copies still mapped
my @closes = ({});	# closes under way, the innermost last: path => keep, fini, defer or unmap;
			# a destructor may close something itself; a close is over when nothing in it
			# is between its destructors and its unmapping
my @unmaps;	# "start length" of each unmap line

sub fault {
	my $where = $. ? "$trace:$.: " : '';
	print "$where@_\n";
	$faults++;
}

# What a field means: \n, \t, \r, \\ and \xHH are characters that would end it or hide it.
sub plain {
	my ($text) = @_;
	my %letter = (n => "\n", t => "\t", r => "\r", '\\' => '\\');
	fault("a field with something like an escape: $text") if $text =~ /^(?:[^\\]|\\(?:[ntr\\]|x[0-9a-f]{2}))*\\(?![ntr\\]|x[0-9a-f]{2})/;
	$text =~ s/\\(?:([ntr\\])|x([0-9a-f]{2}))/defined $1 ? $letter{$1} : chr hex $2/ge;
	return $text;
}

# The same path in two namespaces is two objects; what holds one is in the same namespace.
sub object_name {
	my ($path, $k) = @_;
	return plain($path) . (defined $k->{namespace} ? " in $k->{namespace}" : '');
}

sub keys_of {
	my ($rest) = @_;
	my %keys;
	$keys{$1} = plain($2) while $rest =~ /(\S+?)=(\S*)/g;
	return \%keys;
}

# The close that a line about the path belongs to: an outer one when the path is in it, or when
# destructors begin and the innermost has come to its unmappings.
sub close_of {
	my ($path, $verb) = @_;
	for my $i (reverse 0 .. $#closes) {
		next unless exists $closes[$i]{$path};
		$#closes = $i;
		return $closes[$i];
	}
	pop @closes while $verb eq 'fini' && @closes > 1 && $closes[-1]{' unmapping'};
	return $closes[-1];
}

# All holders of an object are on its one line, each beginning with its reason.
# The closure of the close under way: what the case says it is, what the trace named.
my (%needs, $closed, %named);
if (defined $case) {
	open my $in, '<', $case or die "$case: $!\n";
	while (<$in>) {
		$needs{$1} = [split /,/, $2 // ''] if /^object (\w+)(?:.*needs=(\S+))?/;
	}
	close $in;
}

sub name_of {
	my ($path) = @_;
	return $path =~ m{([^/]+)\.so$} && exists $needs{$1} ? $1 : undef;
}

sub closure_complete {
	return unless defined $closed;
	my (%closure, @next);
	for (@next = ($closed); defined(my $name = shift @next);) {
		push @next, @{$needs{$name}} unless $closure{$name}++;
	}
	for (sort keys %closure) {
		fault("close of $closed: nothing about $_") unless $named{$_};
	}
	for (sort keys %named) {
		fault("close of $closed: $_ is not in its closure") unless $closure{$_};
	}
	undef $closed;
}

sub check_keep {
	my ($path, $rest) = @_;
	my @holders = map { keys_of($_) } $rest =~ /(reason=.*?)(?= reason=|$)/g;
	fault("keep $path without a reason") unless @holders;
	for my $k (@holders) {
		my $reason = $k->{reason};
		fault("keep $path: unknown reason \"$reason\"") unless $keep_reason{$reason};
		fault("keep $path: reason=$reason without by=")
			if $reason =~ /^(needed|filter|bound)$/ && !defined $k->{by};
		fault("keep $path: reason=bound without symbol=") if $reason eq 'bound' && !defined $k->{symbol};
	}
	my $close = close_of($path, 'keep');
	fault("keep $path after its destructors or its unmapping") if ($close->{$path} // 'keep') ne 'keep';
	$close->{$path} = 'keep';
}

sub check_unmap {
	my ($path, $k) = @_;
	my ($start, $length) = map { hex($k->{$_} // 'x') } qw(start length);
	fault("unmap $path: result=", $k->{result} // 'missing') unless ($k->{result} // '') eq '0';
	if (!$mapped{$start}) {
		fault("unmap $path: nothing is mapped at $k->{start}") if %mapped;
	} else {
		my ($was, $size) = @{delete $mapped{$start}};
		fault("unmap $path: $was lies there") if $was ne $path;
		fault(sprintf 'unmap %s: length 0x%x, mapped with 0x%x', $path, $length, $size) if $size != $length;
	}
	push @unmaps, sprintf('%x %x', $start, $length);
	my $close = close_of($path, 'unmap');
	if (($close->{$path} // '') eq 'fini' || !$deferred{$path}) {
		$close->{$path} = 'unmap';
		$close->{' unmapping'} = 1;
	} else {
		$deferred{$path}--;
	}
}

open my $in, '<', $trace or die "$trace: $!\n";
while (<$in>) {
	last if defined $until && $. > $until;
	fault("a control character in a line of the trace") if /^\d+: \w+: .*[\x00-\x09\x0b-\x1f\x7f]/;
	if (/^\d+: files: map (\S+)(.*)/) {
		my $k = keys_of($2);
		$mapped{hex $k->{start}} = [object_name($1, $k), hex $k->{length}];
		$count{map}++;
		next;
	}
	next unless /^(\d+): unload: (\S+) (\S+)(.*)/;
	my ($verb, $k) = ($2, keys_of($4));
	my $path = object_name($3, $k);
	if (!exists $count{$verb}) {
		fault("unknown verb $verb");
		next;
	}
	$count{$verb}++;
	my $name = $verb eq 'close' ? undef : name_of($path);
	$named{$name} = 1 if defined $name;
	if ($verb eq 'close') {
		fault("close $path without handles=") unless ($k->{handles} // '') =~ /^\d+$/;
		pop @closes while @closes && !grep { $_ eq 'fini' } values %{$closes[-1]};
		push @closes, {};
		closure_complete();
		%named = ();
		$closed = name_of($path) if $k->{handles} eq '0';
	} elsif ($verb eq 'keep') {
		check_keep($path, $4);
	} elsif ($verb eq 'fini') {
		fault("fini $path without function=") unless ($k->{function} // '') =~ /^0x[0-9a-f]+$/;
		my $close = close_of($path, 'fini');
		fault("fini $path after it was said to stay") if ($close->{$path} // '') eq 'keep';
		fault("fini $path after an unmapping of the same close")
			if $close->{' unmapping'} && !$close->{$path};
		fault("fini $path after its own unmapping") if ($close->{$path} // '') eq 'unmap';
		$close->{$path} //= 'fini';
	} elsif ($verb eq 'defer') {
		my $reason = $k->{reason} // '';
		fault("defer $path: unknown reason \"$reason\"") unless $defer_reason{$reason};
		my $close = close_of($path, 'defer');
		$deferred{$path}++ unless ($close->{$path} // '') eq 'defer';
		$close->{$path} = 'defer';
	} elsif ($verb eq 'unmap') {
		check_unmap($path, $k);
	}
}
close $in;
closure_complete();

if (defined $until) {
	print "$_->[0]\n" for sort { $a->[0] cmp $b->[0] } values %mapped;
	exit 0;
}

# Ends of a mapping in which there is no code yet are given back: what lies in the middle of it is aligned.
sub trim {
	my ($region, $start, $length) = @_;
	for my $at (grep { $_ <= $start && $start < $_ + $region->{$_}[0] } keys %$region) {
		my $was = delete $region->{$at};
		my $left = $at + $was->[0] - ($start + $length);
		$region->{$at} = [$start - $at, $was->[1]] if $start > $at;
		$region->{$start + $length} = [$left, $was->[1]] if $left > 0;
	}
}

# Whole-object munmap calls in strace's words: the range was mapped in one call, or is what was left of it,
# and executable file pages were mapped inside it.
sub strace_unmaps {
	my ($file) = @_;
	my (%pending, %region, @found);
	open my $in, '<', $file or die "$file: $!\n";
	while (<$in>) {
		my $pid = s/^(?:\[pid\s+(\d+)\]|(\d+))\s+// ? ($1 // $2) : 0;
		if (s/^(.*) <unfinished \.\.\.>\s*$/$1/) {
			$pending{$pid} = $_;
			next;
		}
		$_ = delete($pending{$pid}) . $1 if /^<\.\.\. \w+ resumed>(.*)/s && defined $pending{$pid};
		if (/^mmap2?\((NULL|0x[0-9a-f]+), ?(\d+), ?([^, ]+), ?([^, ]+), ?(-?\d+).*= (0x[0-9a-f]+)/) {
			my ($length, $prot, $flags, $fd, $at) = ($2, $3, $4, $5, hex $6);
			my $exec = $prot =~ /EXEC/ && $fd >= 0;
			if ($flags =~ /MAP_FIXED\b/) {
				for my $start (keys %region) {
					$region{$start}[1] ||= $exec
						if $start <= $at && $at < $start + $region{$start}[0];
				}
			} else {
				$region{$at} = [$length, $exec];
			}
		} elsif (/^munmap\((0x[0-9a-f]+), ?(\d+)\)\s+= (-?\d+)/) {
			my ($start, $length, $result) = (hex $1, $2, $3);
			print("munmap failed: $_"), $faults++ if $result != 0;
			my $was = $region{$start};
			if (!$was || !$was->[1]) {
				trim(\%region, $start, $length);
				next;
			}
			push @found, sprintf('%x %x', $start, ($length + 4095) & ~4095);
			delete $region{$start};
		}
	}
	close $in;
	return @found;
}

if (defined $strace) {
	$. = 0;
	my %left;
	$left{$_}++ for strace_unmaps($strace);
	for (@unmaps) {
		my ($start, $length) = split;
		my $key = sprintf '%s %x', $start, (hex($length) + 4095) & ~4095;
		if ($left{$key}) {
			delete $left{$key} unless --$left{$key};
		} else {
			fault("unmap line without its munmap call: start and length $key");
		}
	}
	fault("munmap of an object without its unmap line: start and length $_") for sort keys %left;
}

print join(', ', map { "$_ $count{$_}" } sort keys %count), ', mapped at the end ', scalar(keys %mapped), ", faults $faults\n";
exit($faults ? 1 : 0);
