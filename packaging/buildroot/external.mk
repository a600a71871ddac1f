# SPDX-License-Identifier: LGPL-2.1-or-later
#
# After its own patches, uClibc-ng gets this linker, whose tree is two directories above.  What does not
# fit is refused before anything is changed, and the build ends with a sentence.

UCLIBC_LDSO_TREE = $(abspath $(BR2_EXTERNAL_UCLIBC_LDSO_PATH)/../..)

ifeq ($(BR2_UCLIBC_LDSO),y)
define UCLIBC_LDSO_GRAFT
	$(UCLIBC_LDSO_TREE)/scripts/graft $(@D)
endef
UCLIBC_POST_PATCH_HOOKS += UCLIBC_LDSO_GRAFT
endif
