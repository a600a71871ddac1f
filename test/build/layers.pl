#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# layers.pl OBJECTS ARCH: TAP about the layers of ldso/.  Calls are read from the symbols of the built objects,
# includes and writes from the sources; who may write a group of fields, from the comments "written by:" in
# ldso/ld.h.  The order of the rooms is that of graft/ldso.in.
use strict;
use warnings;

my ($objects, $arch) = @ARGV;
my ($count, $bad) = (0, 0);

sub check {
	my ($name, @wrong) = @_;
	$count++;
	$bad++ if @wrong;
	print @wrong ? 'not ' : '', "ok $count - $name\n";
	print "# $_\n" for @wrong;
}

sub text_of {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	my $text = <$in>;
	return $text;
}

my ($rooms) = text_of('graft/ldso.in') =~ /^ldso_rooms := (.*)/m or die "no ldso_rooms in graft/ldso.in\n";
my @rooms = grep { !/^arch/ } split ' ', $rooms;
my %level;
@level{@rooms} = 0 .. $#rooms;

# A CPU's code belongs to the layer that it is the lower half of.
my %arch_room = (start => 'start', resolve => 'life', tlsdesc => 'life', sigreturn => 'life', syscall => 'base', got => 'life');

# Calls.
my (%room, %defined_in, %wants);
for my $object (glob("$objects/*/*.oS"), glob("$objects/arch/$arch/*.oS")) {
	my ($place, $name) = $object =~ m{^\Q$objects\E/(.*)/(\w+)\.oS$} or next;
	my $file = $place =~ m{^arch/} ? "arch/$name" : "$place/$name";
	$room{$file} = $place =~ m{^arch/} ? $arch_room{$name} : $place;
	for (`nm $object 2>/dev/null`) {
		my @word = split;
		if (@word == 2 && $word[0] eq 'U') {
			push @{$wants{$file}}, $word[1];
		} elsif (@word == 3 && $word[1] =~ /^[A-Z]$/) {
			$defined_in{$word[2]} = $file;
		}
	}
}
check('every file is in a room of graft/ldso.in', grep { !defined $room{$_} || !exists $level{$room{$_}} } sort keys %room);

my (%calls, @up);
for my $from (sort keys %wants) {
	for my $symbol (@{$wants{$from}}) {
		my $to = $defined_in{$symbol};
		next if !$to || $to eq $from || $symbol eq 'ld';
		$calls{$from}{$to} = $symbol;
		push @up, "$from calls $symbol of $to" if $level{$room{$from}} < $level{$room{$to}};
	}
}
check('no call goes up', @up);
print '# ', scalar(keys %room), " files, ", scalar(map { keys %$_ } values %calls), " pairs of them call each other\n";

# Circles (R. Tarjan, "Depth-First Search and Linear Graph Algorithms").
my (%index, %low, %on, @stack, @circles);
my $next = 0;

sub visit {
	my ($file) = @_;
	$index{$file} = $low{$file} = $next++;
	push @stack, $file;
	$on{$file} = 1;
	for my $to (sort keys %{$calls{$file} || {}}) {
		visit($to) if !defined $index{$to};
		$low{$file} = $low{$to} if $on{$to} && $low{$to} < $low{$file};
	}
	return if $low{$file} != $index{$file};
	my @circle;
	while (1) {
		my $member = pop @stack;
		$on{$member} = 0;
		push @circle, $member;
		last if $member eq $file;
	}
	push @circles, [sort @circle] if @circle > 1;
}
defined $index{$_} or visit($_) for sort keys %room;
my @wide = grep { my %in = map { $room{$_} => 1 } @$_; keys %in > 1 } @circles;
check('files that call each other in a circle are in one room', map { "@$_" } @wide);
check('no such circle has more than 14 files of C',
	map { "@$_" } grep { (grep { !m{^arch/} } @$_) > 14 } @circles);
print "# a circle of ", scalar(@$_), ": @$_\n" for @circles;

# Includes.
my %pure_base = map { ("base/$_.h" => 1) } qw(atomic base error memory heap format export);

sub pure {
	my ($header) = @_;
	return $pure_base{$header} || $header eq 'target.h' || $header =~ m{^(elf|hold)/} || $header =~ m{^(thread/ranges|stack/unwind)\.h$};
}
my @impure;
for my $file (glob('ldso/elf/*.[ch]'), glob('ldso/hold/*.[ch]'), glob('ldso/stack/unwind.[ch]'), glob('ldso/base/heap.[ch]')) {
	push @impure, map { "$file includes $_" } grep { !pure($_) } text_of($file) =~ /^#include "([^"]+)"/mg;
	push @impure, map { "$file includes <$_>" }
		grep { !/^(elf|limits|link|std(arg|bool|def|int)|string)\.h$/ } text_of($file) =~ /^#include <([^>]+)>/mg;
}
check('pure parts include only pure parts', @impure);

# CPUs.  dlfcn.h, which programs include, has structures that differ between them.
my $cpu = qr/\b(?:__(?:x86_64|i[3-6]86|aarch64|arm|mips|powerpc|riscv|m68k|sh)__|__(?:riscv|mips|arm|PPC)\w*|R_(?:X86_64|386|AARCH64|ARM|MIPS|PPC|RISCV|68K)_\w+|EM_[A-Z0-9_]+)\b/;
my @asking;
for my $file (glob('ldso/*.h ldso/*/*.[ch] libdl/*.[ch] include/internal/*.h')) {
	next if $file eq 'ldso/elf/machines.h';    # names them all, for sentences
	push @asking, map { "$file names $_" } text_of($file) =~ /$cpu/g;
}
check('no file outside of ldso/arch/ asks for a CPU', @asking);

# Writers.
my $declarations = text_of('ldso/ld.h');
my (%ld_writers, %object_writers);

sub groups_of {
	my ($body, $writers, $prefix) = @_;
	# A group in braces, with its writers behind the brace and its name at the end.
	while ($body =~ /\bstruct (?:\w+ )?\{\s*\/\*\s*written by:([^;*]*)[^*]*\*\/((?:[^{}]|\{[^{}]*\})*)\}\s*(\w+);/g) {
		$writers->{"$prefix$3"} = [split ' ', $1];
	}
	# A field with its writers beside it.
	while ($body =~ /\b(\w+);\s*\/\*\s*written by:([^;*]*)/g) {
		$writers->{"$prefix$1"} = [split ' ', $2];
	}
}
my ($object_body) = $declarations =~ /^struct object \{\n(.*?)^\};/ms or die "no struct object\n";
my ($ld_body) = $declarations =~ /^struct ld \{\n(.*?)^\};/ms or die "no struct ld\n";
my ($space_body) = $declarations =~ /^struct space \{\n(.*?)^\};/ms or die "no struct space\n";
groups_of($ld_body, \%ld_writers, '');
groups_of($space_body, \%ld_writers, 'space.');
groups_of($object_body, \%object_writers, '');
check('groups of struct ld name their writers', keys %ld_writers < 15 ? 'found only ' . join(' ', sort keys %ld_writers) : ());
check('groups of struct object name their writers',
	keys %object_writers < 9 ? 'found only ' . join(' ', sort keys %object_writers) : ());
check('every writer named is there', grep { !-f "ldso/$_" && $_ ne 'ld.h' && !/^\(/ }
	map { @$_ } values %ld_writers, values %object_writers);

my $atomic = qr/(?:store_\w+|__atomic_(?:store|exchange|compare_exchange|add_fetch|sub_fetch|fetch_add)\w*|mem(?:set|cpy|move))/;
my @strangers;

sub look_for {
	my ($file, $text, $place, $writers, $members) = @_;
	(my $short = $file) =~ s{^ldso/}{};
	for my $group (sort keys %$writers) {
		next if grep { $_ eq $short } @{$writers->{$group}};
		my $field = qr/${place}\Q$group\E\b$members/;
		while ($text =~ /(?<![\w>.])($field\s*(?:[-+|&]?=(?!=)|\+\+|--)|(?:\+\+|--)\w*$field|$atomic\(\s*&\w*$field)/g) {
			push @strangers, "$short writes $1";
		}
	}
}
for my $file (glob('ldso/*/*.c'), glob('ldso/*/*.h')) {
	my $text = text_of($file);
	$text =~ s{/\*.*?\*/}{}gs;
	look_for($file, $text, qr/ld\./, \%ld_writers, qr/(?:\.\w+)*/);
	look_for($file, $text, qr/[\w.>()-]+->/, \%object_writers, qr/(?:\.\w+)+/);
}
check('a group of fields is written by its writers only', @strangers);
print "1..$count\n";
exit($bad ? 1 : 0);
