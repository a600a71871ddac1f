# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds uClibc-ng with this project's dynamic linker, tests it, and grafts the
# linker into other uClibc-ng trees.  `make help` lists the goals.

include Rules.mak

MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:

# A build that checks its own rules (LDSO_CHECK=1) lies beside the ordinary one.
B := build/$(ARCH)$(if $(LDSO_CHECK),-check)
TREE := $(B)/tree
ROOT := $(B)/root
UCLIBC_CC := $(abspath $(B))/bin/uclibc-cc

STOCK := build/$(ARCH)/stock
STOCK_CC := $(abspath $(STOCK))/bin/uclibc-cc

CC_FOR_ARCH := $(CROSS_COMPILE)gcc
KERNEL := $(abspath $(B))/kernel

# A machine whose own compiler already makes uClibc programs is tested as it is.
NATIVE ?= $(shell scripts/native $(CC_FOR_ARCH))
ifeq ($(NATIVE),yes)
UCLIBC_CC := $(shell command -v $(CC_FOR_ARCH))
endif

export ARCH B UCLIBC_CC STOCK_CC NATIVE ROOT UCLIBC_OPTIONS

.DEFAULT_GOAL := all
.PHONY: all demo check check-chroot deps graft patch stock install deb clean distclean help linker linker-alone force

ifeq ($(NATIVE),yes)
all: deps
	@echo "This machine's compiler makes uClibc programs already: its own loader is used, nothing is built."
else
all: deps linker
endif

# Sources of the graft, and what decides the shape of the tree.
SOURCES := $(wildcard ldso/*.h ldso/*/*.[ch] ldso/arch/*/*.[chS] libdl/*.[chS] include/*.h include/internal/*.h \
	graft/*)
EDITS := $(wildcard patches/*/*.edit)

$(B)/options: Rules.mak | $(B)
	@new=$@.$$$$; printf "%s\n" "$$UCLIBC_OPTIONS" >$$new; \
		if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi

$(B):
	@mkdir -p $@

$(B)/stamp/kernel: | $(B)
	@scripts/kernel-headers $(KERNEL) $(CC_FOR_ARCH)
	@mkdir -p $(@D) && touch $@

# A tree that was patched one way cannot be patched another: start over.
$(B)/stamp/tree: $(EDITS) scripts/edit.awk scripts/unpack $(wildcard $(UCLIBC_SRC)) $(B)/stamp/source
	@rm -rf $(TREE) $(B)/changed
	@scripts/unpack $(UCLIBC_SRC) $(TREE)
	@mkdir -p $(@D) && touch $@

$(B)/stamp/source: force
	@mkdir -p $(@D); echo '$(UCLIBC_SRC)' | cmp -s - $@ || echo '$(UCLIBC_SRC)' >$@

# Which files there are: one that is gone must go in the tree, too.
$(B)/stamp/sources: force
	@mkdir -p $(@D); echo '$(SOURCES)' | cmp -s - $@ || echo '$(SOURCES)' >$@

$(B)/stamp/graft: $(B)/stamp/tree $(SOURCES) $(B)/stamp/sources scripts/graft
	@scripts/graft $(TREE) $(B)/changed
	@touch $@

$(B)/stamp/config: $(B)/stamp/tree $(B)/stamp/graft-once $(B)/stamp/kernel $(B)/options $(UCLIBC_CONFIG)
	@. scripts/lib.sh; stage "configure" $(B)/configure.log \
		scripts/configure-tree $(TREE) $(TREE_ARCH) $(KERNEL) $(B)/options $(UCLIBC_CONFIG)
	@echo .config >>$(B)/changed
	@touch $@

# Configuring needs the grafted options once; later grafts do not configure again.
$(B)/stamp/graft-once: $(B)/stamp/tree | $(B)/stamp/graft
	@touch $@

# One build at a time in this directory.
LOCK := $(if $(shell command -v flock),flock $(B)/lock)
linker: | $(B)
	@$(LOCK) $(MAKE) linker-alone

linker-alone: $(B)/stamp/graft $(B)/stamp/config
	@scripts/build-tree $(TREE) $(ROOT) $(B) $(KERNEL) $(CC_FOR_ARCH) $(JOBS)

# The same uClibc-ng with its own linker, to compare with.
ifdef LDSO_CHECK
stock:
	@$(MAKE) LDSO_CHECK= stock
else
stock: deps | $(B)
	@$(LOCK) $(MAKE) $(STOCK)/.done
endif

$(STOCK)/.done: scripts/unpack scripts/configure-tree $(B)/stamp/source $(B)/stamp/kernel $(B)/options
	@rm -rf $(STOCK)
	@mkdir -p $(STOCK)
	@scripts/unpack $(UCLIBC_SRC) $(STOCK)/tree
	@. scripts/lib.sh; stage "stock: configure" $(STOCK)/configure.log \
		scripts/configure-tree $(STOCK)/tree $(TREE_ARCH) $(KERNEL) $(B)/options
	@scripts/build-tree $(STOCK)/tree $(STOCK)/root $(STOCK) $(KERNEL) $(CC_FOR_ARCH) $(JOBS)
	@touch $@

# A compiler for C and C++ on a sysroot of the root, made from Debian's sources: quick or full.
TOOLCHAIN ?= quick
TOOLCHAIN_DIR := $(B)/toolchain$(if $(filter full,$(TOOLCHAIN)),-full)
TARGET := $(if $(filter i386,$(ARCH)),i686,$(ARCH))-linux-uclibc
.PHONY: toolchain
toolchain: all
	@[ -z "$(cross)" ] || { echo "make toolchain: for this machine's CPU only" >&2; exit 1; }
	@scripts/deps "$(TOOLCHAIN_PACKAGES) $(TOOLCHAIN_PACKAGES_$(TOOLCHAIN))" "" "" || \
		[ -n "$(GCC_SRC)" ]
	@$(LOCK:%/lock=%/toolchain.lock) scripts/make-toolchain $(abspath $(ROOT)) $(KERNEL) "$$(ls $(abspath $(ROOT))/lib/ld*-uClibc.so.1)" \
		$(TARGET) $(TOOLCHAIN_DIR) $(JOBS) $(TOOLCHAIN)

# C++ on it (test/cxx).
.PHONY: check-toolchain
check-toolchain: toolchain
	@$(MAKE) -j$(JOBS) cxx-tests
	$(PROVE) $(CXX_SCRIPTS)

# A system to chroot into whose only libc is this one.
STAGE := $(B)/stage
.PHONY: stage
stage: toolchain
	@scripts/deps "$(STAGE_PACKAGES)" "" ""
	@$(LOCK:%/lock=%/stage.lock) scripts/make-stage $(TOOLCHAIN_DIR) $(KERNEL) \
		"/lib/$$(cd $(ROOT)/lib && ls ld*-uClibc.so.1)" $(TARGET) $(STAGE) $(JOBS) $(UCLIBC_SRC)

deps:
ifeq ($(NATIVE),yes)
	@scripts/deps "" "$(CC_FOR_ARCH) ld $(NATIVE_TOOLS)" "" "$(NATIVE_OPTIONAL)"
else
	@scripts/deps "$(DEB_PACKAGES)" "$(TOOLS)" "$(UCLIBC_SRC)"
endif

graft:
	@[ "$(origin UCLIBC_SRC)" != file ] && [ -d "$(UCLIBC_SRC)" ] || { \
		echo "make graft: give the tree: make graft UCLIBC_SRC=<unpacked uClibc-ng>" >&2; exit 1; }
	@scripts/graft $(UCLIBC_SRC)
	@echo "$(UCLIBC_SRC): has this linker now; configure and build it as always"

patch:
	@scripts/make-patch $(UCLIBC_SRC) build

deb: all
	@CC_FOR_ARCH="$(CC_FOR_ARCH)" packaging/debian/make-deb build

install: all
	@[ -n "$(DESTDIR)" ] || { echo "make install: give DESTDIR=<directory>" >&2; exit 1; }
	@mkdir -p "$(DESTDIR)"
	@cp -a $(ROOT)/. "$(DESTDIR)/"
	@for page in man/*.[0-9]; do \
		dir="$(DESTDIR)/usr/share/man/man$${page##*.}"; \
		mkdir -p "$$dir" && cp "$$page" "$$dir/"; \
	done
	@mkdir -p "$(DESTDIR)/usr/bin" && \
		cat scripts/dlreport scripts/dlreport-page.html >"$(DESTDIR)/usr/bin/uclibc-dlreport" && \
		chmod 755 "$(DESTDIR)/usr/bin/uclibc-dlreport"
	@echo "installed into $(DESTDIR)"

# What the test directories add: lists of programs and scripts that print TAP.
UNIT_TESTS :=
TARGET_TESTS :=
CHECK_DEPS :=
CHROOT_DEPS :=
DEMO_DEPS :=
BUILD_TESTS := $(wildcard test/build/*.t)
-include test/unit/unit.mak test/target.mak test/demo.mak test/thread/thread.mak
-include test/trace/trace.mak test/bench/bench.mak test/fuzz/mutants.mak test/cxx/cxx.mak

# The same target tests where the new libc is the only one.
CHROOT_TESTS = $(patsubst test/%,$(B)/test-chroot/%,$(filter test/%.t,$(TARGET_TESTS)))
# Programs of another CPU may need an emulator.
EMULATE := $(if $(cross),scripts/emulate $(ARCH) $(ROOT))
TESTS_AT_ONCE ?= 2
PROVE := $(EMULATE) prove -j$(TESTS_AT_ONCE) --timer --exec scripts/run-test

ifeq ($(NATIVE),yes)
# Only what looks at the installed loader; the rest is about building one.
CHECK_TESTS = $(UNIT_TESTS) $(TARGET_TESTS) test/build/native.t
check: all $(CHECK_DEPS)
	$(PROVE) $(CHECK_TESTS)
check-chroot:
	@echo "This machine's own libc is uClibc: make check has tested it"
else
# What is tested on the build machine is the same whatever the CPU.
HOST_TESTS := $(if $(cross),$(UNIT_PROGRAMS) $(RACE_PROGRAMS) $(UNIT)/fuzz_check $(BUILD_TESTS))
CHECK_TESTS = $(filter-out $(HOST_TESTS),$(UNIT_TESTS) $(TARGET_TESTS) $(CHROOT_TESTS) $(BUILD_TESTS))
CHECK_BUILT = $(filter-out $(HOST_TESTS),$(CHECK_DEPS)) chroot
# Or only those of some directories, in their first run: PARTS="tree linker".
PARTS ?=
ifneq ($(PARTS),)
CHECK_TESTS := $(filter $(PARTS:%=test/%/%.t),$(UNIT_TESTS) $(TARGET_TESTS) $(BUILD_TESTS))
CHECK_BUILT = $(if $(filter-out tree linker scan trace thread,$(PARTS)),$(filter-out $(HOST_TESTS),$(CHECK_DEPS)), \
	target-tests $(if $(filter thread,$(PARTS)),thread-tests))
endif
# Some tests run programs of the stock build: it comes first.
check: all $(STOCK_BUILT:%/.done=stock)
	@$(MAKE) -j$(JOBS) check-run
# The other CPUs, AT_ONCE of them side by side.
AT_ONCE ?= 1
.PHONY: check-cpus
check-cpus:
	@MAKE="$(MAKE)" AT_ONCE="$(AT_ONCE)" PARTS="$(PARTS)" JOBS="$(JOBS)" scripts/check-cpus $(filter-out $(HOST_ARCH),$(CPUS))
check-run: $(CHECK_BUILT)
	$(PROVE) $(CHECK_TESTS)
check-chroot: all chroot
	$(PROVE) $(CHROOT_TESTS)
endif
.PHONY: check-run chroot

# One test, or some: make test T="test/tree/order.t build/x86_64/unit/plan_test".  Programs for the built
# root are built first where a test is about them.
.PHONY: test
test: all $(filter $(UNIT_TESTS),$(T)) $(if $(filter-out test/build/% $(UNIT_TESTS),$(T)),$(filter-out $(HOST_TESTS),$(CHECK_DEPS)))
	@[ -n "$(T)" ] || { echo "make test: give the tests: make test T=test/tree/order.t" >&2; exit 1; }
	$(PROVE) $(T)

# What tools say about the source; LINT=cppcheck asks that one alone.
.PHONY: lint
lint: all
	@CC_FOR_ARCH="$(CC_FOR_ARCH)" JOBS=$(JOBS) scripts/lint $(LINT) && echo "lint: nothing found"

chroot: $(CHROOT_DEPS)
	@scripts/make-chroot $(ROOT) $(B)/test-chroot $(B)/chroot

demo: all $(DEMO_DEPS)

clean:
	rm -rf build/*/tree build/*/root build/*/bin build/*/stamp build/*/changed build/*/stock \
		build/*/*.log build/*/lock build/*/options build/*/test \
		build/*/test-chroot build/*/chroot build/*/unit build/*/bench

distclean:
	rm -rf build

help:
	@sed -n 's/^#: //p' scripts/help.txt

force:
