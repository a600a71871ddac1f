# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of what the linker says about itself, and of the texts that say how to read it.
# Included by the top Makefile, after test/target.mak.  A case without "expect" only builds
# what a script here runs.

# Not about a running program: the host only.
TRACE_HOST := test/trace/docs.t test/trace/vanish.t test/trace/dlreport.t test/trace/browser.t
TRACE_SCRIPTS := $(filter-out $(TRACE_HOST),$(wildcard test/trace/*.t))
TARGET_TESTS += $(TRACE_SCRIPTS)
BUILD_TESTS += $(TRACE_HOST)

TRACE_CASES := $(wildcard test/trace/cases/*.case)
TRACE_STAMPS := $(patsubst test/trace/cases/%.case,$(TARGET_BUILD)/trace/%/.built,$(TRACE_CASES))
$(foreach case,$(TRACE_CASES),$(eval $(call target_case,$(case),trace,$(basename $(notdir $(case))))))

target-tests: $(TRACE_STAMPS)
target-tests-chroot: $(TRACE_STAMPS:$(TARGET_BUILD)/%=$(CHROOT_BUILD)/%) $(CHROOT_BUILD)/trace/.scripts

$(CHROOT_BUILD)/trace/.scripts: $(TRACE_SCRIPTS) test/trace/valgrind.supp
	@mkdir -p $(@D)
	@cp $^ $(@D)/
	@touch $@
