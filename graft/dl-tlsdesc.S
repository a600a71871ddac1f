/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The functions of TLS descriptors as the static libc of aarch64 has them: none.  Its
 * libc-dl-tlsdesc.S includes this file by its path; ld makes fixed offsets of all descriptors in
 * static programs.
 */
	.section .note.GNU-stack, "", %progbits
