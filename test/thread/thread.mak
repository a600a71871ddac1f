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

THREAD_PLUGS := leaf pair hold fork fork2 fork3 fork4 fork5 worker slow above x y z p q
THREAD_TARGETS := $(THREAD_PROGRAMS) $(THREAD_PLUGS:%=$(THREAD_BUILD)/%.so)

.PHONY: thread-tests
thread-tests: $(THREAD_TARGETS)
$(THREAD_TARGETS): test/thread/thread.mak | all

$(THREAD_PROGRAMS): $(THREAD_BUILD)/%: test/thread/%.c test/thread/tap.h test/lib/ifunc.h
	$(THREAD_CC) -fPIE -pie -rdynamic -Wl,-z,lazy $(THREAD_FLAGS) -o $@ $< -pthread

# As compilers made for uClibc have it.
$(THREAD_BUILD)/stress: THREAD_FLAGS = $$(nm "$$($(UCLIBC_CC) -print-file-name=crtbegin.o)" 2>/dev/null | \
	grep -q __register_frame_info && echo -DFRAMES_ARE_REGISTERED=1)

# Says what an emulator is worth here.
thread-tests: $(THREAD_BUILD)/pointer
$(THREAD_BUILD)/pointer: test/thread/pointer.c test/thread/thread.mak | all
	$(THREAD_CC) -static -o $@ $< -pthread
thread-tests: $(THREAD_BUILD)/frames
$(THREAD_BUILD)/frames: test/thread/frames.c test/thread/thread.mak | all
	$(THREAD_CC) -static -fexceptions -o $@ $<

$(THREAD_BUILD)/worker.so $(THREAD_BUILD)/slow.so $(THREAD_BUILD)/x.so $(THREAD_BUILD)/y.so \
$(THREAD_BUILD)/z.so: $(THREAD_BUILD)/%.so: test/thread/caller.c
	$(THREAD_PLUG) -DHOOK='"$*"' -Wl,-soname,$(@F) -o $@ $<

$(THREAD_BUILD)/leaf.so $(THREAD_BUILD)/pair.so: test/thread/leaf.c
	$(THREAD_PLUG) -o $@ $<

$(THREAD_BUILD)/hold.so $(THREAD_BUILD)/fork.so: $(THREAD_BUILD)/%.so: test/thread/%plug.c
	$(THREAD_PLUG) -o $@ $<

$(THREAD_BUILD)/fork2.so: test/thread/forkplug.c
	$(THREAD_PLUG) -DHANDLERS=400 -o $@ $<

$(THREAD_BUILD)/fork3.so $(THREAD_BUILD)/fork4.so $(THREAD_BUILD)/fork5.so: test/thread/forkplug.c
	$(THREAD_PLUG) -o $@ $<

$(THREAD_BUILD)/p.so $(THREAD_BUILD)/q.so: $(THREAD_BUILD)/%.so: test/thread/resolver.c test/lib/ifunc.h
	$(THREAD_PLUG) -DHOOK='"$*"' -o $@ $<

$(THREAD_BUILD)/above.so: test/thread/leaf.c $(THREAD_BUILD)/slow.so
	$(THREAD_PLUG) -Wl,--no-as-needed -o $@ $< $(THREAD_BUILD)/slow.so '-Wl,-rpath,$$ORIGIN'

# Thread-local storage: name, and compiler options, of each variant of one plug-in.
TLS_gd := -ftls-model=global-dynamic
TLS_gd2 := $(TLS_gd) $(OTHER_TLS)
TLS_ld := -ftls-model=local-dynamic -fvisibility=hidden
TLS_ld2 := $(TLS_ld) $(OTHER_TLS)
TLS_ie := -ftls-model=initial-exec
TLS_ie2 := $(TLS_ie) $(OTHER_TLS)
TLS_page := $(TLS_gd) -DALIGN=4096 -DSIZE=5000
TLS_page2 := $(TLS_page) $(OTHER_TLS)
TLS_large := $(TLS_gd) -DSIZE=300000
TLS_VARIANTS := gd gd2 ld ld2 ie ie2 page page2 large
TLS_PLUGS := $(TLS_VARIANTS:%=$(THREAD_BUILD)/tls-%.so) $(THREAD_BUILD)/tls-user.so

thread-tests: $(TLS_PLUGS)
$(TLS_PLUGS): test/thread/thread.mak | all

$(THREAD_BUILD)/tls-user.so: test/thread/tlsuser.c $(THREAD_BUILD)/tls-gd.so
	$(THREAD_PLUG) -o $@ $< $(THREAD_BUILD)/tls-gd.so '-Wl,-rpath,$$ORIGIN'

$(THREAD_BUILD)/tls-gd.so: THREAD_SONAME = -Wl,-soname,tls-gd.so
$(TLS_VARIANTS:%=$(THREAD_BUILD)/tls-%.so): $(THREAD_BUILD)/tls-%.so: test/thread/tlsplug.c
	$(THREAD_PLUG) $(TLS_$*) $(THREAD_SONAME) -o $@ $<
