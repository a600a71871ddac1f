# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The target tests: programs and shared objects for the built root, and the scripts that
# run them and print TAP.  Included by the top Makefile.
#
#	target-tests		builds everything below $(B)/test
#	target-tests-chroot	the same below $(B)/test-chroot, for the installed loader's name
#
# $(B)/test-chroot holds the scripts too and needs nothing else but a shell: copy or bind it
# into the root (anywhere), mount /proc, and run  sh <there>/tree/order.t  and its like.

TARGET_BUILD := $(B)/test
CHROOT_BUILD := $(B)/test-chroot
TARGET_CC = CC="$(UCLIBC_CC)" OBJCOPY="$(CROSS_COMPILE)objcopy" STOCK_CC="$(if $(STOCK_BUILT),$(STOCK_CC))"
# What a compiler has beside its way to thread-local variables: with TLS descriptors, or without.
OTHER_TLS_x86_64 := -mtls-dialect=gnu2
OTHER_TLS_i386 := -mtls-dialect=gnu2
OTHER_TLS_aarch64 := -mtls-dialect=trad
export OTHER_TLS := $(OTHER_TLS_$(ARCH))

# For another CPU, stock uClibc-ng is not built: a case that wants it is skipped.
STOCK_BUILT := $(if $(filter yes,$(NATIVE))$(cross),,$(STOCK)/.done)
CHROOT_INTERP = UCLIBC_CC_INTERP=/lib/$$(cd $(ROOT)/lib && ls ld*-uClibc.so.1)
TARGET_LIB := $(addprefix test/lib/,mkcase.sh calls.h obj.h object.h elfpoke.pl ifunc.h swap.h walk.h walker.h)

TARGET_SCRIPTS := $(wildcard test/tree/*.t test/linker/*.t test/scan/*.t)
TARGET_TESTS += $(TARGET_SCRIPTS)

# Cases: written ones, and random graphs made up from a table.
TARGET_CASES := $(wildcard test/tree/cases/*.case test/linker/cases/*.case)
TARGET_GRAPHS := $(shell awk '/^[a-z]/ { print "random-" $$1 "-" $$2 "-" $$3 }' test/tree/graphs)
TARGET_STAMPS := $(patsubst test/%.case,$(TARGET_BUILD)/%/.built,$(subst /cases/,/,$(TARGET_CASES))) \
	$(TARGET_GRAPHS:%=$(TARGET_BUILD)/tree/%/.built)
CHROOT_STAMPS := $(TARGET_STAMPS:$(TARGET_BUILD)/%=$(CHROOT_BUILD)/%)

.PHONY: target-tests target-tests-chroot
CHECK_DEPS += target-tests
CHROOT_DEPS += target-tests-chroot
target-tests: $(TARGET_STAMPS) $(TARGET_BUILD)/lib/run
target-tests-chroot: $(CHROOT_STAMPS) $(CHROOT_BUILD)/lib/run $(CHROOT_BUILD)/.scripts

# The build is silent and takes a minute: say so once.
$(TARGET_BUILD)/.announced: | all
	@mkdir -p $(@D)
	@echo "building $(words $(TARGET_STAMPS)) test cases"
	@touch $@

define target_case =
$(TARGET_BUILD)/$(2)/$(3)/.built: $(1) $(TARGET_LIB) | all $(TARGET_BUILD)/.announced $(if $(filter stock-%,$(3)),$(STOCK_BUILT))
	@$(TARGET_CC) sh test/lib/mkcase.sh $$< $$(@D)
	@touch $$@
$(CHROOT_BUILD)/$(2)/$(3)/.built: $(TARGET_BUILD)/$(2)/$(3)/.built
	@rm -rf $$(@D); mkdir -p $$(dir $$(@D))
	@if grep -qE '^(program|build)' $(1); then \
		$(TARGET_CC) $$(CHROOT_INTERP) sh test/lib/mkcase.sh $(1) $$(@D); \
	else \
		cp -a $$(<D) $$(@D); \
	fi
	@touch $$@
endef
$(foreach case,$(TARGET_CASES),$(eval $(call \
	target_case,$(case),$(word 2,$(subst /, ,$(case))),$(basename $(notdir $(case))))))
$(foreach graph,$(TARGET_GRAPHS),$(eval $(call \
	target_case,$(TARGET_BUILD)/graphs/$(graph).case,tree,$(graph))))

$(TARGET_BUILD)/graphs/%.case: test/tree/graphs test/lib/mkgraph.sh
	@mkdir -p $(@D)
	@sh test/lib/mkgraph.sh $(wordlist 2,4,$(subst -, ,$*)) >$@

$(TARGET_BUILD)/lib/run: test/lib/run.c test/lib/obj.h | all
	@mkdir -p $(@D)
	@$(UCLIBC_CC) -O1 -rdynamic -o $@ $< -pthread

$(CHROOT_BUILD)/lib/run: test/lib/run.c test/lib/obj.h | all
	@mkdir -p $(@D)
	@$(CHROOT_INTERP) $(UCLIBC_CC) -O1 -rdynamic -o $@ $< -pthread

$(CHROOT_BUILD)/.scripts: $(TARGET_SCRIPTS) test/lib/tap.sh
	@mkdir -p $(addprefix $(CHROOT_BUILD)/,lib tree linker scan)
	@cp test/lib/tap.sh $(CHROOT_BUILD)/lib/
	@$(foreach part,tree linker scan,cp $(wildcard test/$(part)/*.t) $(CHROOT_BUILD)/$(part)/;)
	@touch $@

# The seed example and the plug-in scan.
target-tests: $(TARGET_BUILD)/tree/seed/program $(TARGET_BUILD)/tree/seed/library.so \
	$(TARGET_BUILD)/scan/scan $(TARGET_BUILD)/scan/.plugins
target-tests-chroot: $(CHROOT_BUILD)/tree/seed/program $(CHROOT_BUILD)/tree/seed/library.so \
	$(CHROOT_BUILD)/scan/scan $(CHROOT_BUILD)/scan/.plugins

$(TARGET_BUILD)/tree/seed/library.so $(CHROOT_BUILD)/tree/seed/library.so: test/tree/seed/library.c | all
	@mkdir -p $(@D)
	@$(UCLIBC_CC) -O1 -fPIC -shared -o $@ $< -Wl,-soname,library.so

$(TARGET_BUILD)/tree/seed/program: test/tree/seed/program.c | all
	@mkdir -p $(@D)
	@$(UCLIBC_CC) -O1 -o $@ $< '-Wl,-rpath,$$ORIGIN'

$(CHROOT_BUILD)/tree/seed/program: test/tree/seed/program.c | all
	@mkdir -p $(@D)
	@$(CHROOT_INTERP) $(UCLIBC_CC) -O1 -o $@ $< '-Wl,-rpath,$$ORIGIN'

$(TARGET_BUILD)/scan/.plugins $(CHROOT_BUILD)/scan/.plugins: $(wildcard test/scan/*.[ch]) test/scan/build.sh | all
	@mkdir -p $(@D)
	@CC="$(UCLIBC_CC)" sh test/scan/build.sh test/scan $(@D)
	@touch $@

$(TARGET_BUILD)/scan/scan: test/scan/scan.c | all
	@mkdir -p $(@D)
	@$(UCLIBC_CC) -O1 -Wall -Wextra -o $@ $<

$(CHROOT_BUILD)/scan/scan: test/scan/scan.c | all
	@mkdir -p $(@D)
	@$(CHROOT_INTERP) $(UCLIBC_CC) -O1 -Wall -Wextra -o $@ $<
