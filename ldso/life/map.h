/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bringing a file into memory, and taking it out again. */
#ifndef LDSO_MAP_H
#define LDSO_MAP_H

#include "ld.h"
#include "base/errno.h"
#include "base/sys.h"

/* The beginning of a file, read once: enough for the headers of nearly every object. */
struct file {
	int fd;
	struct arch_stat stat;
	size_t length;
	char bytes[960] __attribute__((aligned(8)));
};

/* What file_look and file_open return, beside 0 and -errno, for what is no regular file. */
enum { FILE_FIFO = -5001, FILE_SOCKET = -5002, FILE_DEVICE = -5003 };

/*
 * Which regular file a path leads to: fills file->stat, opens nothing (file->fd is -1): opening a
 * FIFO may wait, opening a device may start something.
 */
int file_look(struct file *file, const char *path);

/*
 * Then: open what file_look has just found at the path, and read its beginning.  On success the
 * caller closes file->fd.
 */
int file_open(struct file *file, const char *path);

/*
 * Read the beginning of the file that file->fd is of, whoever opened it; fills file->stat.  0, or
 * what it is instead of a regular file that can be read.
 */
int file_begin(struct file *file);

/*
 * The absolute path of an open file whose file->stat is filled, as the kernel has it.  False: it
 * has none, another file is there by now, or there is no /proc; `path` then means nothing.
 */
bool file_path(const struct file *file, char path[PATH_MAX]);

/*
 * All bytes of a regular file, with a NUL behind them (mem_alloc): file->stat tells which it was,
 * *size how many there were.  NULL: no such file, or no memory.
 */
char *file_read(struct file *file, const char *path, size_t *size);

/* Such a result as a sentence has it, and as the trace has it, "0" or a name. */
const char *file_trouble(int result, struct errno_room *room);
const char *file_result(int result, struct errno_room *room);

enum map_purpose {
	MAP_LIBRARY, /* ET_DYN that is no program */
	MAP_PROGRAM  /* what the linker was asked to run: ET_EXEC or PIE */
};

/*
 * A new object of `space`, in state OBJECT_LOADING, from an open file: headers checked, one
 * reservation, every segment in place, dynamic section and versions read.  `path` is copied.  The
 * object belongs to the caller (object_unmap, then object_free).  NULL: error says why, nothing is
 * left mapped.
 */
struct object *map_file(const struct file *file, const char *path, enum map_purpose purpose,
			struct space *space, struct error *error);

/* An empty object of `space` with a path of its own (copied); NULL: no memory. */
struct object *object_new(const char *path, struct space *space);

/*
 * Read dynamic section and versions of a mapped object whose image, bias and path are
 * set.
 */
bool object_read(struct object *object, struct error *error);

/*
 * Let nobody unmap, or make writable, what the object does not write to any more: all of it has
 * been relocated and protected, and it is never unmapped.  False: this kernel cannot.
 */
bool object_seal(const struct object *object);

/*
 * Unmap exactly the object's reservation; returns munmap's result (0 also when there is none).
 */
int object_unmap(struct object *object);

/* Free all the object's memory but the mapping.  It must be in no list. */
void object_free(struct object *object);

#endif
