# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Benchmarks.  `make bench` prints what each kind of work costs under this linker, stock
# uClibc-ng, glibc and musl (where there is a musl-gcc), as ratios to the system calls it cannot do without.

BENCH := $(B)/bench
BENCH_LIBS := $(BENCH)/lib/.made
BENCH_MUSL := $(shell command -v musl-gcc 2>/dev/null)
BENCH_LIBCS := ours glibc stock $(if $(BENCH_MUSL),musl)
BENCH_CC_ours := $(UCLIBC_CC)
BENCH_CC_glibc := $(CC_FOR_ARCH)
BENCH_CC_stock := $(STOCK_CC)
BENCH_CC_musl := musl-gcc
BENCH_PROGRAMS := start-0 start-20 start-400 work threads count

.PHONY: bench bench-count bench-check
bench: $(foreach libc,$(BENCH_LIBCS),$(BENCH_PROGRAMS:%=$(BENCH)/$(libc)/%)) $(BENCH)/start \
		$(BENCH)/start-static $(BENCH)/stock/driver $(BENCH)/ours/driver
	@sh test/bench/bench.sh $(BENCH)

# The same work in instructions, which need no quiet machine.
BENCH_COUNTED := start-0 start-20 start-400 count
bench-count: $(foreach libc,$(BENCH_LIBCS),$(BENCH_COUNTED:%=$(BENCH)/$(libc)/%)) $(BENCH_LIBS)
	@sh test/bench/count.sh $(BENCH) $(BENCH)/lib

# What test/bench/budget allows is not passed.
bench-check: $(BENCH)/ours/count $(BENCH)/ours/start-0 $(BENCH)/quick/.made
	@scripts/run-test test/bench/count.t

$(BENCH_LIBS): test/bench/generate.sh test/bench/library.c
	@CC=$(CC_FOR_ARCH) sh test/bench/generate.sh $(@D)
	@touch $@

$(BENCH)/start: test/bench/start.c test/bench/floor.h
	@mkdir -p $(@D)
	@$(CC_FOR_ARCH) -O2 -o $@ $<

$(BENCH)/start-static: test/bench/start.c test/bench/floor.h | all
	@mkdir -p $(@D)
	@$(UCLIBC_CC) -O2 -static -o $@ $<

$(BENCH)/ours/driver $(BENCH)/stock/driver: | all stock
	@mkdir -p $(@D)
	@ln -sf $(BENCH_CC_$(notdir $(@D))) $@

# $(1) libc
define bench_programs
$(BENCH)/$(1)/work: test/bench/work.c test/bench/floor.h test/bench/libraries.h | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -o $$@ $$< -ldl
$(BENCH)/$(1)/threads: test/bench/threads.c | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -pthread -o $$@ $$< -ldl
$(BENCH)/$(1)/count: test/bench/count.c test/bench/libraries.h | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -o $$@ $$< -ldl
$(BENCH)/$(1)/start-0: test/bench/program.c | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -o $$@ $$<
$(BENCH)/$(1)/start-20: test/bench/program.c $(BENCH_LIBS) | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -o $$@ $$< -Wl,--no-as-needed $(BENCH)/lib/lib040[01]?.so \
		-Wl,-z,lazy -Wl,-rpath,$(abspath $(BENCH))/lib
$(BENCH)/$(1)/start-400: test/bench/program.c $(BENCH_LIBS) | all $(if $(filter stock,$(1)),stock)
	@mkdir -p $$(@D)
	@$$(BENCH_CC_$(1)) -O2 -o $$@ $$< -Wl,--no-as-needed $(BENCH)/lib/lib05[0-3]??.so \
		-Wl,-z,lazy -Wl,-rpath,$(abspath $(BENCH))/lib
endef
$(foreach libc,ours glibc stock musl,$(eval $(call bench_programs,$(libc))))

# Of these, make check looks at what hardly depends on the machine: other libraries cost nothing, and
# no work costs more instructions than it did.
CHECK_DEPS += $(BENCH)/ours/work $(BENCH)/ours/count $(BENCH)/ours/start-0 $(BENCH)/quick/.made
BUILD_TESTS += test/bench/quick.t test/bench/count.t test/bench/memory.t
$(BENCH)/quick/.made: test/bench/generate.sh test/bench/library.c | all
	@CC=$(CC_FOR_ARCH) sh test/bench/generate.sh $(@D) quick
	@touch $@
