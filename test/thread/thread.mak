# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of threads, signals, TLS and fork: programs that print TAP, each started by a script, and their plug-ins.  All in
# $(B)/test/thread.  Included by the top Makefile, after test/unit/unit.mak.
#
#	STRESS_SECONDS=N	how long the stress test runs (default 20)

THREAD_BUILD := $(B)/test/thread
THREAD_SCRIPTS := $(wildcard test/thread/*.t)
THREAD_PROGRAMS := $(patsubst test/thread/%.t,$(THREAD_BUILD)/%,$(THREAD_SCRIPTS))
THREAD_CC = @mkdir -p $(@D); $(UCLIBC_CC) -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra
THREAD_PLUG = $(THREAD_CC) -fPIC -fno-builtin -shared -Wl,-z,lazy
export STRESS_SECONDS

# In this list, and not among those that run a second time in the chroot: where the root is changes
# nothing for them.
UNIT_TESTS += $(THREAD_SCRIPTS)
CHECK_DEPS += thread-tests

THREAD_PLUGS := leaf worker slow above x y z
THREAD_TARGETS := $(THREAD_PROGRAMS) $(THREAD_PLUGS:%=$(THREAD_BUILD)/%.so)

.PHONY: thread-tests
thread-tests: $(THREAD_TARGETS)
$(THREAD_TARGETS): test/thread/thread.mak | all

$(THREAD_PROGRAMS): $(THREAD_BUILD)/%: test/thread/%.c test/thread/tap.h
	$(THREAD_CC) -rdynamic -fexceptions -Wl,-z,lazy -o $@ $< -pthread

$(THREAD_BUILD)/leaf.so: test/thread/leaf.c
	$(THREAD_PLUG) -o $@ $<

$(THREAD_BUILD)/worker.so $(THREAD_BUILD)/slow.so $(THREAD_BUILD)/x.so $(THREAD_BUILD)/y.so \
$(THREAD_BUILD)/z.so: $(THREAD_BUILD)/%.so: test/thread/caller.c
	$(THREAD_PLUG) -DHOOK='"$*"' -Wl,-soname,$(@F) -o $@ $<

$(THREAD_BUILD)/above.so: test/thread/leaf.c $(THREAD_BUILD)/slow.so
	$(THREAD_PLUG) -Wl,--no-as-needed -o $@ $< $(THREAD_BUILD)/slow.so '-Wl,-rpath,$$ORIGIN'
