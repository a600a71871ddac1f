# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What `make demo` runs: the seed example and the plug-in scan, traced and summed up.

.PHONY: demo-run
DEMO_DEPS += demo-run
demo-run: $(TARGET_BUILD)/tree/seed/program $(TARGET_BUILD)/tree/seed/library.so \
	$(TARGET_BUILD)/scan/scan $(TARGET_BUILD)/scan/.plugins | all
	@$(EMULATE) sh test/lib/demo.sh $(TARGET_BUILD) build
