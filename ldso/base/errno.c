/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names and words for error numbers: all that the kernel gives to programs have a name, and some
 * words.  Owns nothing.
 */
#include "base/errno.h"
#include "base/format.h"
#include <asm/errno.h>

/* clang-format off */
#define NAMES(X) \
	X(EPERM) X(ENOENT) X(ESRCH) X(EINTR) X(EIO) X(ENXIO) X(E2BIG) X(ENOEXEC) X(EBADF) \
	X(ECHILD) X(EAGAIN) X(ENOMEM) X(EACCES) X(EFAULT) X(ENOTBLK) X(EBUSY) X(EEXIST) \
	X(EXDEV) X(ENODEV) X(ENOTDIR) X(EISDIR) X(EINVAL) X(ENFILE) X(EMFILE) X(ENOTTY) \
	X(ETXTBSY) X(EFBIG) X(ENOSPC) X(ESPIPE) X(EROFS) X(EMLINK) X(EPIPE) X(EDOM) \
	X(ERANGE) X(EDEADLK) X(ENAMETOOLONG) X(ENOLCK) X(ENOSYS) X(ENOTEMPTY) X(ELOOP) \
	X(ENOMSG) X(EIDRM) X(ECHRNG) X(EL2NSYNC) X(EL3HLT) X(EL3RST) X(ELNRNG) X(EUNATCH) \
	X(ENOCSI) X(EL2HLT) X(EBADE) X(EBADR) X(EXFULL) X(ENOANO) X(EBADRQC) X(EBADSLT) \
	X(EBFONT) X(ENOSTR) X(ENODATA) X(ETIME) X(ENOSR) X(ENONET) X(ENOPKG) X(EREMOTE) \
	X(ENOLINK) X(EADV) X(ESRMNT) X(ECOMM) X(EPROTO) X(EMULTIHOP) X(EDOTDOT) \
	X(EBADMSG) X(EOVERFLOW) X(ENOTUNIQ) X(EBADFD) X(EREMCHG) X(ELIBACC) X(ELIBBAD) \
	X(ELIBSCN) X(ELIBMAX) X(ELIBEXEC) X(EILSEQ) X(ERESTART) X(ESTRPIPE) X(EUSERS) \
	X(ENOTSOCK) X(EDESTADDRREQ) X(EMSGSIZE) X(EPROTOTYPE) X(ENOPROTOOPT) \
	X(EPROTONOSUPPORT) X(ESOCKTNOSUPPORT) X(EOPNOTSUPP) X(EPFNOSUPPORT) \
	X(EAFNOSUPPORT) X(EADDRINUSE) X(EADDRNOTAVAIL) X(ENETDOWN) X(ENETUNREACH) \
	X(ENETRESET) X(ECONNABORTED) X(ECONNRESET) X(ENOBUFS) X(EISCONN) X(ENOTCONN) \
	X(ESHUTDOWN) X(ETOOMANYREFS) X(ETIMEDOUT) X(ECONNREFUSED) X(EHOSTDOWN) \
	X(EHOSTUNREACH) X(EALREADY) X(EINPROGRESS) X(ESTALE) X(EUCLEAN) X(ENOTNAM) \
	X(ENAVAIL) X(EISNAM) X(EREMOTEIO) X(EDQUOT) X(ENOMEDIUM) X(EMEDIUMTYPE) \
	X(ECANCELED) X(ENOKEY) X(EKEYEXPIRED) X(EKEYREVOKED) X(EKEYREJECTED) \
	X(EOWNERDEAD) X(ENOTRECOVERABLE) X(ERFKILL) X(EHWPOISON)
/* clang-format on */

/* Texts in one piece, and places in it: a table of pointers would have to be relocated. */
struct names {
#define TEXT(name) char name##_text[sizeof(#name)];
	NAMES(TEXT)
};

static const struct names names = {
#define VALUE(name) #name,
	NAMES(VALUE)};

static const struct {
	unsigned short number, place;
} named[] = {
#define PLACE(name) {name, offsetof(struct names, name##_text)},
	NAMES(PLACE)};

static const struct {
	unsigned short number;
	char text[38];
} worded[] = {
	{EPERM, "operation not permitted"},
	{ENOENT, "no such file"},
	{EIO, "input/output error"},
	{EBADF, "it is not open for reading"},
	{ENOMEM, "no memory"},
	{EACCES, "permission denied"},
	{ENODEV, "the file cannot be mapped"},
	{ENOTDIR, "a part of the path is not a directory"},
	{EISDIR, "it is a directory"},
	{EINVAL, "invalid argument"},
	{ENFILE, "too many open files in the system"},
	{EMFILE, "too many open files"},
	{ETXTBSY, "it is being written to"},
	{ENAMETOOLONG, "name too long"},
	{ELOOP, "too many symbolic links"},
};

static long positive(long number)
{
	return number < 0 ? -number : number;
}

const char *errno_name(long number, struct errno_room *room)
{
	size_t i;

	number = positive(number);
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (named[i].number == number)
			return (const char *)&names + named[i].place;
	format_line(room->text, sizeof(room->text), FORMAT_PLAIN, number ? "errno-%ld" : "%ld",
		    number);
	return room->text;
}

const char *errno_words(long number, struct errno_room *room)
{
	size_t i;

	for (i = 0; i < sizeof(worded) / sizeof(worded[0]); i++)
		if (worded[i].number == positive(number))
			return worded[i].text;
	return errno_name(number, room);
}
