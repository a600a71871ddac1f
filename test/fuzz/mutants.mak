# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Damaged files by every way into the linker as it is installed.  `make check` tries 300 each way, or
# goes on for FUZZ_SECONDS each way, as `make fuzz` does.

MUTANTS := $(B)/test/fuzz

$(MUTANTS)/seeds/.built: test/fuzz/targets | all
	@test/fuzz/targets "$(UCLIBC_CC)" $(@D) && touch $@
$(MUTANTS)/mutants: test/fuzz/mutants.c
	@mkdir -p $(@D)
	@$(HOSTCC) -std=gnu11 -O1 -Wall -Wextra -Wshadow -Werror -o $@ $<

CHECK_DEPS += $(MUTANTS)/seeds/.built $(MUTANTS)/mutants
BUILD_TESTS += test/fuzz/mutants.t

.PHONY: fuzz-mutants
fuzz: fuzz-mutants
fuzz-mutants: $(MUTANTS)/seeds/.built $(MUTANTS)/mutants
	FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/run-test test/fuzz/mutants.t
