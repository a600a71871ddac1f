# SPDX-License-Identifier: LGPL-2.1-or-later
#
# C++ on the toolchain that `make toolchain` makes, or, on a machine whose own compiler makes uClibc
# programs, on that one.  Not among the tests of `make check`, for the toolchain takes its time.
# Included by the top Makefile.

CXX_BUILD := $(B)/test/cxx
CXX_SCRIPTS := $(wildcard test/cxx/*.t)
ifeq ($(NATIVE),yes)
CXX_CC := $(CC_FOR_ARCH)
CXX_CXX := $(CC_FOR_ARCH:%gcc=%g++)
CXX_READY := all
ifneq ($(shell command -v $(CXX_CXX)),)
UNIT_TESTS += $(CXX_SCRIPTS)
CHECK_DEPS += cxx-tests
endif
else
CXX_CC := $(abspath $(TOOLCHAIN_DIR))/bin/$(TARGET)-gcc
CXX_CXX := $(abspath $(TOOLCHAIN_DIR))/bin/$(TARGET)-g++
CXX_READY := all
endif
export CXX_CC CXX_CXX

# Each twice: definitions of which there shall be one in the process are STB_GNU_UNIQUE, or are not.
CXX_plain := -fno-gnu-unique
CXX_unique := -fgnu-unique
CXX_FLAGS := -O1 -g -Wall -Wextra -std=c++17
CXX_TARGETS := $(foreach kind,plain unique,$(foreach file,host chost a.so b.so c.so thread.so thrower.so frames.so unwind.so, \
	$(CXX_BUILD)/$(kind)/$(file)))
CXX_KIND = $(notdir $(patsubst %/,%,$(@D)))
CXX_HEADERS := test/cxx/plug.h test/thread/tap.h test/cxx/cxx.mak

# The library's threads, shared and static.
THREADS_TARGETS := $(CXX_BUILD)/threads/shared $(CXX_BUILD)/threads/static
THREADS_static := -static -DSTATIC=1
THREADS_shared := -DSTATIC=0
$(THREADS_TARGETS): $(CXX_BUILD)/threads/%: test/cxx/threads.cc $(CXX_HEADERS) | $(CXX_READY)
	@mkdir -p $(@D)
	@$(CXX_CXX) $(CXX_FLAGS) $(THREADS_$*) -o $@ $< -pthread

# The story: thirteen loaders in C, every third of which needs libgcc_s.
STORY_NUMBERS := 1 2 3 4 5 6 7 8 9 10 11 12 13
STORY_TARGETS := $(CXX_BUILD)/story/story $(STORY_NUMBERS:%=$(CXX_BUILD)/story/loader%.so)
STORY_CC = @mkdir -p $(@D); $(CXX_CC) -O1 -g -Wall -Wextra
$(STORY_TARGETS): test/cxx/cxx.mak | $(CXX_READY)

$(CXX_BUILD)/story/story: test/cxx/story.c test/thread/tap.h
	$(STORY_CC) -fPIE -pie -o $@ $< -pthread

$(CXX_BUILD)/story/loader%.so: test/cxx/loader.c
	$(STORY_CC) -DNUMBER=$* $(if $(filter 3 6 9 12,$*),-DUNWIND -fexceptions -shared-libgcc) -fPIC -shared -o $@ $<

# The other toolchain builds them again.
$(CXX_TARGETS) $(THREADS_TARGETS) $(STORY_TARGETS): $(CXX_BUILD)/compiler
$(CXX_BUILD)/compiler: force
	@mkdir -p $(@D); echo '$(CXX_CXX)' | cmp -s - $@ || echo '$(CXX_CXX)' >$@

.PHONY: cxx-tests
cxx-tests: $(CXX_TARGETS) $(THREADS_TARGETS) $(STORY_TARGETS)
$(CXX_TARGETS): $(CXX_HEADERS) | $(CXX_READY)

$(CXX_BUILD)/%/host: test/cxx/host.cc
	@mkdir -p $(@D)
	@$(CXX_CXX) $(CXX_FLAGS) $(CXX_$(CXX_KIND)) -fPIE -pie -rdynamic -o $@ $< -pthread

$(CXX_BUILD)/%/chost: test/cxx/chost.c
	@mkdir -p $(@D)
	@$(CXX_CC) -O1 -g -Wall -Wextra -fPIE -pie -o $@ $< -pthread

# Not one rule for the three: a pattern's recipe would be taken to make all of them.
define cxx_plug
$(CXX_BUILD)/%/$(1).so: test/cxx/plug.cc
	@mkdir -p $$(@D)
	@$$(CXX_CXX) $$(CXX_FLAGS) $$(CXX_$$(CXX_KIND)) -fPIC -shared -o $$@ $$< -pthread
endef
$(foreach name,a b c,$(eval $(call cxx_plug,$(name))))

$(CXX_BUILD)/%/thread.so: test/cxx/plug.cc
	@mkdir -p $(@D)
	@$(CXX_CXX) $(CXX_FLAGS) $(CXX_$(CXX_KIND)) -DTHREAD -fPIC -shared -o $@ $< -pthread

$(CXX_BUILD)/%/thrower.so: test/cxx/thrower.cc
	@mkdir -p $(@D)
	@$(CXX_CXX) $(CXX_FLAGS) $(CXX_$(CXX_KIND)) -fPIC -shared -o $@ $<

$(CXX_BUILD)/%/frames.so: test/cxx/frames.c
	@mkdir -p $(@D)
	@$(CXX_CC) -O1 -g -Wall -Wextra -fPIC -shared -o $@ $<

$(CXX_BUILD)/%/unwind.so: test/cxx/frames.c
	@mkdir -p $(@D)
	@$(CXX_CC) -O1 -g -Wall -Wextra -DUNWIND -fexceptions -fPIC -shared -shared-libgcc -o $@ $<
