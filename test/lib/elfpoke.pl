#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes a damaged copy of a 64-bit little-endian ELF file: elfpoke.pl FILE COPY CODE
#
# CODE is Perl; it has these, offsets being those in the file:
#   $bytes                  the file
#   u16 u32 u64 OFFSET [VALUE]   read, or write
#   @phdr                   offsets of the program headers; phdr TYPE [N]: of the Nth of that type
#   at VADDR                the offset of a link-time address
#   tag TAG                 the offset of that dynamic entry's value, or undef
#   rela CODE               offsets of the entries of DT_RELA for which CODE($type, $offset, $addend) is true
#   copy                    the type of the COPY relocation of the file's CPU
#   aim TAG, VADDR          let the first word of that array of functions be relocated to VADDR
use strict;
use warnings;

my ($file, $copy, $code) = @ARGV;
our ($bytes, @phdr);
open(my $in, '<:raw', $file) or die "$file: $!\n";
{ local $/; $bytes = <$in>; }

# The case is left out where files are others.
if (substr($bytes, 4, 1) ne "\2") {
	open(my $skip, '>', 'skip') or die "skip: $!\n";
	print $skip "echo made for files of 64 bits\n";
	close($skip);
	exec('cp', $file, $copy) or die "cp: $!\n";
}

sub word {
	my ($size, $format, $offset, $value) = @_;
	substr($bytes, $offset, $size) = pack($format, $value) if defined $value;
	return unpack($format, substr($bytes, $offset, $size));
}
sub u16 { return word(2, 'v', @_) }
sub u32 { return word(4, 'V', @_) }
sub u64 { return word(8, 'Q<', @_) }

@phdr = map { u64(32) + $_ * 56 } 0 .. u16(56) - 1;

sub phdr {
	my ($type, $n) = @_;
	return (grep { u32($_) == $type } @phdr)[$n // 0];
}

sub at {
	my ($vaddr) = @_;
	for (grep { u32($_) == 1 } @phdr) {
		my $skip = $vaddr - u64($_ + 16);
		return u64($_ + 8) + $skip if $skip >= 0 && $skip < u64($_ + 32);
	}
	die sprintf("%s: 0x%x is in no segment\n", $file, $vaddr);
}

sub tag {
	my ($tag) = @_;
	my $entry = u64(phdr(2) + 8);
	for (; u64($entry); $entry += 16) {
		return $entry + 8 if u64($entry) == $tag;
	}
	return undef;
}

sub rela {
	my ($wanted) = @_;
	my $table = at(u64(tag(7)));
	return grep { $wanted->(u32($_ + 8), u64($_), u64($_ + 16)) }
		map { $table + $_ * 24 } 0 .. u64(tag(8)) / 24 - 1;
}

# psABIs of x86_64, aarch64, riscv64.
sub copy { return {62 => 5, 183 => 1024, 243 => 4}->{u16(18)} }

sub aim {
	my ($tag, $vaddr) = @_;
	my $place = u64(tag($tag));
	u64($_ + 16, $vaddr) for rela(sub { $_[1] == $place });
}

eval "$code; 1" or die "$file: $@";
open(my $out, '>:raw', $copy) or die "$copy: $!\n";
print $out $bytes;
close($out) or die "$copy: $!\n";
chmod((stat($file))[2] & 07777, $copy);
