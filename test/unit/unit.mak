# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Unit tests of the linker's pure parts, built for the machine that builds.  Each test/unit/*_test.c is a
# program; the line `links: a.c b.c` in it names the ldso/*.c it tests.

HOSTCC ?= gcc
UNIT := $(B)/unit
UNIT_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Wshadow -Werror \
	-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-Ildso -Itest/unit
UNIT_SOURCES := $(wildcard test/unit/*_test.c)
UNIT_PROGRAMS := $(UNIT_SOURCES:test/unit/%.c=$(UNIT)/%)

export CMOCKA_MESSAGE_OUTPUT := TAP

# A machine that has only its own uClibc may lack cmocka and the sanitizers.
ifeq ($(NATIVE),yes)
UNIT_CAN := $(shell printf '%s\n' '\#include <stdarg.h>' '\#include <stddef.h>' '\#include <setjmp.h>' \
	'\#include <stdint.h>' '\#include <cmocka.h>' 'int main(void) { return 0; }' | \
	$(HOSTCC) $(UNIT_CFLAGS) -x c - -o /dev/null -lcmocka 2>/dev/null && echo yes)
else
UNIT_CAN := yes
endif

# $(1) program, $(2) source
define unit_program
$(1): $(2) test/unit/unit.mak $(wildcard test/unit/*.h ldso/*.h) test/unit/host.c \
		$(addprefix ldso/,$(shell sed -n 's/.*links: *\([^*]*\).*/\1/p' $(2)))
	@mkdir -p $$(@D)
ifeq ($(UNIT_CAN),yes)
	@$$(HOSTCC) $$(UNIT_CFLAGS) -o $$@ $$(filter %.c,$$^) -lcmocka -ldl
else
	@printf '#!/bin/sh\necho "1..0 # SKIP no cmocka or no sanitizers here"\n' >$$@ && chmod +x $$@
endif
endef
$(foreach program,$(UNIT_PROGRAMS), \
	$(eval $(call unit_program,$(program),$(program:$(UNIT)/%=test/unit/%.c))))

UNIT_TESTS += $(UNIT_PROGRAMS)
CHECK_DEPS += $(UNIT_PROGRAMS)

# Only these tests, without building uClibc-ng.
.PHONY: unit
unit: $(UNIT_PROGRAMS)
	prove -j2 $(UNIT_PROGRAMS)

-include test/fuzz/fuzz.mak
