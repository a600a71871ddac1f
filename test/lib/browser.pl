#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# browser.pl PAGE STEP...: open a page in a headless chromium and use it as a person does, over the
# browser's debugging pipe.  Prints what each step came to, and at the end
#	requests N	what the page asked for besides itself, and each URL
#	errors N	what its scripts died of, and each message
# Steps:
#	eval EXPRESSION		print the value of the JavaScript expression
#	click SELECTOR		press and release the mouse in the middle of the first element that
#				is found by it
#	type TEXT		into what has the focus
#	key KEY			press a key, as ArrowLeft
#	shot FILE		a picture of the window as PNG
#	dark			the page is told that the user prefers dark colours
# Exit status 77: there is no chromium.
use strict;
use warnings;
use Cwd ();
use File::Temp ();
use JSON::PP ();
use POSIX ();

my ($page, @steps) = @ARGV;
die "usage: browser.pl PAGE STEP...\n" unless defined $page;
my ($browser) = grep { -x } map { ("$_/chromium", "$_/chromium-headless-shell") } split /:/, $ENV{PATH};
if (!$browser) {
	print "no chromium here\n";
	exit 77;
}

my $json = JSON::PP->new->utf8->allow_nonref;
my $home = File::Temp::tempdir('browser.XXXXXX', TMPDIR => 1);
$^F = 20;    # the pipes go to the browser
pipe(my $its_in, my $to) && pipe(my $from, my $its_out) or die "pipe: $!\n";
my $child = fork // die "fork: $!\n";
if (!$child) {
	# What lies where the browser wants its ends must not be lost.
	POSIX::dup2(fileno($its_in), 30);
	POSIX::dup2(fileno($its_out), 31);
	POSIX::dup2(30, 3);
	POSIX::dup2(31, 4);
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', $ENV{BROWSER_LOG} // '/dev/null';
	$ENV{HOME} = $home;
	exec {$browser} $browser, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
		'--disable-background-networking', '--disable-component-update', "--user-data-dir=$home",
		'--window-size=1400,1000', '--remote-debugging-pipe', 'about:blank'
		or POSIX::_exit(127);
}
close $its_in;
close $its_out;

my ($id, $session, $buffer) = (0, undef, '');
my (@requests, @errors, %happened);

sub note_event {
	my ($message) = @_;
	my ($method, $p) = ($message->{method}, $message->{params});
	$happened{$method}++;
	push @requests, $p->{request}{url} if $method eq 'Network.requestWillBeSent';
	push @errors, $p->{exceptionDetails}{exception}{description} // $p->{exceptionDetails}{text}
		if $method eq 'Runtime.exceptionThrown';
}

# The next message; the browser is given two minutes for each.
sub receive {
	local $SIG{ALRM} = sub { die "the browser says nothing\n" };
	alarm 120;
	my $end;
	while (($end = index $buffer, "\0") < 0) {
		sysread $from, $buffer, 65536, length $buffer or die "the browser is gone\n";
	}
	alarm 0;
	my $message = substr $buffer, 0, $end + 1, '';
	chop $message;
	return $json->decode($message);
}

sub ask {
	my ($method, %params) = @_;
	my %message = (id => ++$id, method => $method, params => \%params);
	$message{sessionId} = $session if defined $session;
	syswrite $to, $json->encode(\%message) . "\0";
	while (1) {
		my $message = receive();
		note_event($message) if $message->{method};
		next unless ($message->{id} // 0) == $id;
		die "$method: $message->{error}{message}\n" if $message->{error};
		return $message->{result};
	}
}

sub value_of {
	my ($expression) = @_;
	my $result = ask('Runtime.evaluate', expression => $expression, returnByValue => JSON::PP::true);
	die "$expression: $result->{exceptionDetails}{exception}{description}\n" if $result->{exceptionDetails};
	return $result->{result}{value};
}

sub press {
	my ($selector) = @_;
	my $s = $json->encode($selector);
	my $at = value_of("(() => { const e = document.querySelector($s); if (!e) return null; e.scrollIntoView({block: 'nearest'});"
		. ' const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()');
	die "click $selector: there is none\n" unless $at;
	ask('Input.dispatchMouseEvent', type => $_, x => $at->[0], y => $at->[1], button => 'left', clickCount => 1)
		for qw(mousePressed mouseReleased);
}

my %step = (
	eval => sub {
		my $value = value_of($_[0]);
		$value = ref $value ? $json->encode($value) : $value // 'null';
		print "$value\n";
	},
	click => \&press,
	type => sub { ask('Input.insertText', text => $_[0]) },
	key => sub { ask('Input.dispatchKeyEvent', type => $_, key => $steps[0], code => $steps[0]) for qw(keyDown keyUp) },
	shot => sub {
		require MIME::Base64;
		open my $out, '>:raw', $_[0] or die "$_[0]: $!\n";
		print $out MIME::Base64::decode_base64(ask('Page.captureScreenshot')->{data});
		close $out;
	},
	dark => sub { ask('Emulation.setEmulatedMedia', features => [{name => 'prefers-color-scheme', value => 'dark'}]) },
);

my $status = 0;
eval {
	my $target = ask('Target.createTarget', url => 'about:blank', newWindow => JSON::PP::true, width => 1400, height => 1000)->{targetId};
	$session = ask('Target.attachToTarget', targetId => $target, flatten => JSON::PP::true)->{sessionId};
	ask("$_.enable") for qw(Network Page Runtime);
	my $url = 'file://' . Cwd::abs_path($page);
	ask('Page.navigate', url => $url);
	note_event(receive()) until $happened{'Page.loadEventFired'};
	while (defined(my $word = shift @steps)) {
		my $step = $step{$word} or die "unknown step $word\n";
		$step->($word eq 'dark' ? () : $steps[0]);
		shift @steps unless $word eq 'dark';
	}
	my @others = grep { $_ ne $url } @requests;
	print 'requests ', scalar @others, "\n", map { "  $_\n" } @others;
	print 'errors ', scalar @errors, "\n", map { "  $_\n" } @errors;
	1;
} or do {
	print "browser.pl: $@";
	$status = 1;
};
$session = undef;
eval { ask('Browser.close') };
kill 'TERM', $child;
waitpid $child, 0;
# Its own children may be at work there for a moment.
for (1 .. 50) {
	last if system("rm -rf '$home' 2>/dev/null") == 0;
	select undef, undef, undef, 0.1;
}
exit $status;
