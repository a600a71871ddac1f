# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Unit tests of the linker's pure parts, built for the machine that builds.  Each test/unit/*_test.c is a
# program; the line `links: a.c b.c` in it names the files of ldso/ it tests.

HOSTCC ?= gcc
UNIT := $(B)/unit
# Pure parts know of the CPU what reloc.h says; where there is none for this machine any other does.
HOST_ARCH_DIR := ldso/arch/$(HOST_ARCH:mipsel=mips)
PURE_ARCH_DIR := $(if $(wildcard $(HOST_ARCH_DIR)),$(HOST_ARCH_DIR),ldso/arch/x86_64)
UNIT_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Wshadow -Werror \
	-DLDSO_CHECK -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Ildso -I$(PURE_ARCH_DIR) -Itest/unit
RACE_SOURCES := $(wildcard test/unit/*_race_test.c)
UNIT_SOURCES := $(filter-out $(RACE_SOURCES),$(wildcard test/unit/*_test.c))
UNIT_PROGRAMS := $(UNIT_SOURCES:test/unit/%.c=$(UNIT)/%)

export CMOCKA_MESSAGE_OUTPUT := TAP

# A machine that has only its own uClibc may lack cmocka and the sanitizers.
ifeq ($(NATIVE),yes)
# \043 is a hash, which not every make reads the same way in a function's argument.
UNIT_CAN := $(shell printf '\043include <%s>\n' stdarg.h stddef.h setjmp.h stdint.h cmocka.h | \
	{ cat; echo 'int main(void) { return 0; }'; } | \
	$(HOSTCC) $(UNIT_CFLAGS) -x c - -o /dev/null -lcmocka 2>/dev/null && echo yes)
else
UNIT_CAN := yes
endif

# $(1) program, $(2) source
define unit_program
$(1): $(2) test/unit/unit.mak $(wildcard test/unit/*.h ldso/*.h ldso/*/*.h ldso/arch/*/*.h) test/unit/host.c \
		$(foreach file,$(shell sed -n 's/.*links: *\([^*]*\).*/\1/p' $(2)),$(wildcard ldso/*/$(file) ldso/arch/*/$(file) test/unit/$(file)))
	@mkdir -p $$(@D)
ifeq ($(UNIT_CAN),yes)
	@$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $$(filter %.c,$$^) -lcmocka -ldl
else
	@printf '#!/bin/sh\necho "1..0 # SKIP no cmocka or no sanitizers here"\n' >$$@ && chmod +x $$@
endif
endef
$(foreach program,$(UNIT_PROGRAMS), \
	$(eval $(call unit_program,$(program),$(program:$(UNIT)/%=test/unit/%.c))))

# Race tests, test/unit/*_race_test.c: the linker as a whole (linker.h), by ThreadSanitizer.  They run for
# STRESS_SECONDS each (2).  A line `links: a.c` names files of ldso/ that take the place of stand-ins.
RACE := $(UNIT)/race
RACE_PROGRAMS := $(RACE_SOURCES:test/unit/%.c=$(UNIT)/%)
RACE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Wshadow -Werror -Wno-unused-parameter \
	-DLDSO_CHECK -fno-omit-frame-pointer -fvisibility=hidden -fsanitize=thread \
	-iquote ldso -iquote $(HOST_ARCH_DIR) -Itest/unit/system -Itest/unit \
	-isystem $(HOST_ARCH_DIR) -isystem include -isystem include/internal
# gcc warns of fences, which neither compiler's ThreadSanitizer takes into account: wherever one is needed,
# the accesses around it are atomic and order enough for what it reports.
RACE_CFLAGS += -Wno-unknown-warning-option -Wno-tsan
RACE_CAN = $(eval RACE_CAN := $(shell echo 'int main(void) { return 0; }' | \
	$(HOSTCC) -fsanitize=thread -x c - -o /dev/null 2>/dev/null && echo yes))$(RACE_CAN)
RACE_HEADERS := $(wildcard test/unit/*.h test/unit/system/*.h ldso/*.h ldso/*/*.h $(HOST_ARCH_DIR)/*.h include/*.h \
	include/internal/*.h) test/unit/unit.mak

# Left out: what begins a process, and what linker.c or host.c stands in for.
RACE_WITHOUT := block bootstrap debugger diagnostics environment error interface list memory stack standalone startup string sys vdso
RACE_FILES := $(filter-out $(RACE_WITHOUT:%=\%/%.c),$(wildcard ldso/*/*.c))
RACE_OBJECTS := $(patsubst %.c,$(RACE)/%.o,$(notdir $(RACE_FILES))) $(RACE)/linker.o $(RACE)/host.o $(RACE)/blocks.o
vpath %.c $(sort $(dir $(wildcard ldso/*/*.c)))

$(RACE)/%.o: %.c $(RACE_HEADERS)
	@mkdir -p $(@D)
	@$(if $(RACE_CAN),$(HOSTCC) $(RACE_CFLAGS) -c -o $@ $<,: >$@)

$(RACE)/%.o: test/unit/%.c $(RACE_HEADERS)
	@mkdir -p $(@D)
	@$(if $(RACE_CAN),$(HOSTCC) $(RACE_CFLAGS) -c -o $@ $<,: >$@)

$(RACE)/linker.a: $(RACE_OBJECTS)
	@rm -f $@ && ar rc $@ $^

$(RACE)/probe: test/unit/unit.mak
	@mkdir -p $(@D)
	@$(if $(RACE_CAN),echo 'int main(void) { return 0; }' | $(HOSTCC) -fsanitize=thread -x c - -o $@,: >$@)

# $(1) program, $(2) source
define race_program
$(1): $(2) $(patsubst %.c,$(RACE)/%.o,$(shell sed -n 's/.*links: *\([^*]*\).*/\1/p' $(2))) $(RACE)/linker.a \
		$(RACE_HEADERS) $(RACE)/probe test/unit/race
	@$$(if $$(RACE_CAN),$$(HOSTCC) $$(RACE_CFLAGS) -o $(RACE)/$$(@F) $$(filter %.c %.o %.a,$$^) -lcmocka,:)
	@printf '#!/bin/sh\nexec test/unit/race $(RACE)/probe $(RACE)/$$(@F)\n' >$$@ && chmod +x $$@
endef
$(foreach program,$(RACE_PROGRAMS), \
	$(eval $(call race_program,$(program),$(program:$(UNIT)/%=test/unit/%.c))))

UNIT_TESTS += $(UNIT_PROGRAMS) $(RACE_PROGRAMS)
CHECK_DEPS += $(UNIT_PROGRAMS) $(RACE_PROGRAMS)

# Only these tests, without building uClibc-ng.
.PHONY: unit
unit: $(UNIT_PROGRAMS) $(RACE_PROGRAMS)
	prove -j2 $(UNIT_PROGRAMS) $(RACE_PROGRAMS)

-include test/fuzz/fuzz.mak
