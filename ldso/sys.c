/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words for the kernel's error numbers, as far as the linker meets them.  Owns nothing. */
#include "sys.h"

const char *sys_error(int number)
{
	switch (number < 0 ? -number : number) {
	case 1:
		return "operation not permitted";
	case SYS_ENOENT:
		return "no such file";
	case 5:
		return "input/output error";
	case SYS_ENOMEM:
		return "no memory";
	case SYS_EACCES:
		return "permission denied";
	case SYS_ENOTDIR:
		return "a part of the path is not a directory";
	case 19:
		return "the file cannot be mapped";
	case 21:
		return "it is a directory";
	case SYS_EINVAL:
		return "invalid argument";
	case 23:
		return "too many open files in the system";
	case 24:
		return "too many open files";
	case SYS_ENAMETOOLONG:
		return "name too long";
	case 40:
		return "too many symbolic links";
	default:
		return "system call failed";
	}
}
