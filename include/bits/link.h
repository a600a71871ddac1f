/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What auditors see of calls on this CPU: nothing.  CPUs on which they see something have a file
 * of their own in place of this one (ldso/arch/<cpu>/bits/link.h).
 */
#ifndef _LINK_H
#error "include <link.h>, not this file"
#endif
