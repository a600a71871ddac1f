# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Fuzzers of the linker's pure parts, built by clang with libFuzzer.  `make fuzz` runs each for FUZZ_SECONDS;
# `make check` runs each over its seeds and some thousand inputs made from them.

FUZZ := $(B)/unit/fuzz
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_RUNS ?= 20000
FUZZ_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Wshadow -Werror \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	-Ildso -I$(PURE_ARCH_DIR) -Itest/unit -Itest/fuzz
FUZZ_SOURCES := $(wildcard test/fuzz/*_fuzz.c)
FUZZ_PROGRAMS := $(FUZZ_SOURCES:test/fuzz/%.c=$(FUZZ)/%)

# Those that want the linker as a whole (test/unit/linker.h).
FUZZ_WHOLE := $(patsubst test/fuzz/%.c,$(FUZZ)/%,$(shell grep -l 'links: linker$$' $(FUZZ_SOURCES)))
FUZZ_OBJECTS := $(RACE_OBJECTS:$(RACE)/%=$(FUZZ)/linker/%)
FUZZ_WHOLE_CFLAGS = $(subst -fsanitize=thread,-fsanitize=fuzzer-no-link$(comma)address,$(RACE_CFLAGS)) -Itest/fuzz
comma := ,

$(FUZZ)/linker/%.o: %.c $(RACE_HEADERS) test/fuzz/fuzz.mak
	@mkdir -p $(@D)
	@if test/fuzz/run --can $(FUZZ_CC); then $(FUZZ_CC) $(FUZZ_WHOLE_CFLAGS) -c -o $@ $<; else : >$@; fi

$(FUZZ)/linker/%.o: test/unit/%.c $(RACE_HEADERS) test/fuzz/fuzz.mak
	@mkdir -p $(@D)
	@if test/fuzz/run --can $(FUZZ_CC); then $(FUZZ_CC) $(FUZZ_WHOLE_CFLAGS) -c -o $@ $<; else : >$@; fi

$(FUZZ_WHOLE): $(FUZZ)/%: test/fuzz/%.c $(FUZZ_OBJECTS) test/fuzz/fuzz.h
	@rm -f $@
	@if test/fuzz/run --can $(FUZZ_CC); then \
		$(FUZZ_CC) $(FUZZ_WHOLE_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.o,$^); \
	fi

# What clang cannot build here is left out; the script that runs it says so.
# $(1) program, $(2) source
define fuzz_program
$(1): $(2) test/fuzz/fuzz.mak test/fuzz/fuzz.h $(wildcard ldso/*.h ldso/*/*.h ldso/arch/*/*.h) test/unit/host.c test/unit/host.h \
		$(foreach file,$(shell sed -n 's/.*links: *\([^*]*\).*/\1/p' $(2)),$(wildcard ldso/*/$(file) ldso/arch/*/$(file) test/unit/$(file)))
	@mkdir -p $$(@D) && rm -f $$@
	@if test/fuzz/run --can $(FUZZ_CC); then \
		$(FUZZ_CC) $$(FUZZ_CFLAGS) -o $$@ $$(filter %.c,$$^); \
	fi
endef
$(foreach program,$(filter-out $(FUZZ_WHOLE),$(FUZZ_PROGRAMS)), \
	$(eval $(call fuzz_program,$(program),$(program:$(FUZZ)/%=test/fuzz/%.c))))

$(FUZZ)/seeds: test/fuzz/seeds test/fuzz/fuzz.mak
	@test/fuzz/seeds $@

# One TAP program for all.
$(UNIT)/fuzz_check: $(FUZZ_PROGRAMS) $(FUZZ)/seeds test/fuzz/run test/fuzz/fuzz.mak
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec test/fuzz/run --check $(FUZZ_RUNS) $(FUZZ)/seeds $(FUZZ_PROGRAMS)\n' >$@
	@chmod +x $@

UNIT_TESTS += $(UNIT)/fuzz_check
CHECK_DEPS += $(UNIT)/fuzz_check

.PHONY: fuzz
fuzz: $(FUZZ_PROGRAMS) $(FUZZ)/seeds
	test/fuzz/run --seconds $(FUZZ_SECONDS) $(FUZZ)/seeds $(FUZZ_PROGRAMS)
