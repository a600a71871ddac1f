#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Makes a damaged copy of an ELF file of either class and byte order: elfpoke.pl FILE COPY CODE
#
# CODE is Perl; it has these, offsets being those in the file:
#   $bytes                  the file
#   $bits                   32 or 64; $most: the largest number of so many bits that is not negative
#   u8 u16 u32 OFFSET [VALUE]    read, or write; addr: the same with as many bits as addresses have
#   field NAME, OFFSET [, VALUE] the same for a member of the structure at OFFSET, by its name in <elf.h>
#   size NAME               bytes of such a structure: ehdr phdr dyn sym rel (of the file's kind)
#   @phdr                   offsets of the program headers; phdr TYPE [N]: of the Nth of that type
#   at VADDR                the offset of a link-time address
#   dyn TAG                 the offset of that dynamic entry, or undef
#   tag TAG [, VALUE]       its value: read, or write
#   $rel                    the tag of the relocations, DT_RELA or DT_REL; their size and entry size follow
#   rel CODE                offsets of their entries for which CODE($type, $offset) is true
#   symbol ENTRY, INDEX     let that relocation refer to that symbol
#   named NAME              the offset of the dynamic symbol of that name; needs DT_HASH
#   copy                    the type of the COPY relocation of the file's CPU
#   aim TAG, VADDR          let the first word of that array of functions be relocated to VADDR
use strict;
use warnings;
no warnings 'portable';	# 64 bits

my ($file, $copy, $code) = @ARGV;
our ($bytes, @phdr);
open(my $in, '<:raw', $file) or die "$file: $!\n";
{ local $/; $bytes = <$in>; }

my $wide = substr($bytes, 4, 1) eq "\2";
my $order = substr($bytes, 5, 1) eq "\2" ? '>' : '<';
our $bits = $wide ? 64 : 32;
our $most = (1 << $bits - 1) - 1;

sub number {
	my ($size, $offset, $value) = @_;
	my $format = {1 => 'C', 2 => "S$order", 4 => "L$order", 8 => "Q$order"}->{$size};
	substr($bytes, $offset, $size) = pack($format, $value) if defined $value;
	return unpack($format, substr($bytes, $offset, $size));
}
sub u8 { return number(1, @_) }
sub u16 { return number(2, @_) }
sub u32 { return number(4, @_) }
sub addr { return number($bits / 8, @_) }

# The gABI's structures: members in their order, each with its bytes; w has as many as an address.
my %structure = (
	ehdr => 'e_ident 16 e_type 2 e_machine 2 e_version 4 e_entry w e_phoff w e_shoff w e_flags 4 e_ehsize 2 ' .
		'e_phentsize 2 e_phnum 2 e_shentsize 2 e_shnum 2 e_shstrndx 2',
	phdr => $wide ? 'p_type 4 p_flags 4 p_offset w p_vaddr w p_paddr w p_filesz w p_memsz w p_align w'
		: 'p_type 4 p_offset w p_vaddr w p_paddr w p_filesz w p_memsz w p_flags 4 p_align w',
	dyn => 'd_tag w d_val w',
	sym => $wide ? 'st_name 4 st_info 1 st_other 1 st_shndx 2 st_value w st_size w'
		: 'st_name 4 st_value w st_size w st_info 1 st_other 1 st_shndx 2',
	rel => 'r_offset w r_info w',
);
my (%member, %size);

sub layout {
	my ($name) = @_;
	my @rest = split(/ /, $structure{$name} =~ s/w/$bits \/ 8/ger);
	$size{$name} = 0;
	while (my ($field, $size) = splice(@rest, 0, 2)) {
		$member{$field} = [$size{$name}, $size];
		$size{$name} += $size;
	}
}
layout($_) for keys %structure;

sub size { return $size{$_[0]} // die "no structure $_[0]\n" }

sub field {
	my ($name, $offset, $value) = @_;
	my ($at, $size) = @{$member{$name} // die "no member $name\n"};
	return number($size, $offset + $at, $value);
}

@phdr = map { field('e_phoff', 0) + $_ * size('phdr') } 0 .. field('e_phnum', 0) - 1;

sub phdr {
	my ($type, $n) = @_;
	return (grep { field('p_type', $_) == $type } @phdr)[$n // 0];
}

sub at {
	my ($vaddr) = @_;
	for (grep { field('p_type', $_) == 1 } @phdr) {
		my $skip = $vaddr - field('p_vaddr', $_);
		return field('p_offset', $_) + $skip if $skip >= 0 && $skip < field('p_filesz', $_);
	}
	die sprintf("0x%x is in no segment\n", $vaddr);
}

sub dyn {
	my ($tag) = @_;
	my $entry = field('p_offset', phdr(2) // return undef);
	for (; field('d_tag', $entry); $entry += size('dyn')) {
		return $entry if field('d_tag', $entry) == $tag;
	}
	return undef;
}

sub tag {
	my ($tag, $value) = @_;
	my $entry = dyn($tag);
	return defined $entry ? field('d_val', $entry, $value) : defined $value ? die "no dynamic entry $tag\n" : undef;
}

our $rel = dyn(7) ? 7 : 17;
$size{rel} += $bits / 8 if $rel == 7;

sub rel {
	my ($wanted) = @_;
	my $table = at(tag($rel));
	return grep { $wanted->(field('r_info', $_) & ($wide ? 0xffffffff : 0xff), field('r_offset', $_)) }
		map { $table + $_ * size('rel') } 0 .. tag($rel + 1) / size('rel') - 1;
}

sub symbol {
	my ($entry, $index) = @_;
	my $shift = $wide ? 32 : 8;
	field('r_info', $entry, field('r_info', $entry) & (1 << $shift) - 1 | $index << $shift);
}

sub named {
	my ($name) = @_;
	for (1 .. u32(at(tag(4)) + 4) - 1) {
		my $symbol = at(tag(6)) + $_ * size('sym');
		my $text = at(tag(5)) + field('st_name', $symbol);
		return $symbol if substr($bytes, $text, length($name) + 1) eq "$name\0";
	}
	die "no symbol $name\n";
}

# psABIs of i386, mips, powerpc, arm, x86_64, aarch64, riscv64.
sub copy { return {3 => 5, 8 => 126, 20 => 19, 40 => 20, 62 => 5, 183 => 1024, 243 => 4}->{field('e_machine', 0)} // die "this CPU's COPY?\n" }

# Without an addend in the entry it is where the word will be.
sub aim {
	my ($tag, $vaddr) = @_;
	my $place = tag($tag);
	my @entries = rel(sub { $_[1] == $place }) or die sprintf("no relocation at 0x%x\n", $place);
	addr($rel == 7 ? $_ + 2 * $bits / 8 : at($place), $vaddr) for @entries;
}

eval "$code; 1" or die "$file: $@";
open(my $out, '>:raw', $copy) or die "$copy: $!\n";
print $out $bytes;
close($out) or die "$copy: $!\n";
chmod((stat($file))[2] & 07777, $copy);
