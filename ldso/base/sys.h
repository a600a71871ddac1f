/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The system calls the linker makes, and those of the kernel's constants that are the same on all
 * CPUs.  Every function returns the kernel's result: negative is -errno.  No errno, no cancellation
 * point.
 */
#ifndef LDSO_SYS_H
#define LDSO_SYS_H

#include "arch.h"
#include <sys/syscall.h>

enum { SYS_RDONLY = 0, SYS_WRONLY = 1, SYS_CLOEXEC = 02000000, SYS_AT_FDCWD = -100 };
enum { SYS_PROT_NONE = 0, SYS_PROT_READ = 1, SYS_PROT_WRITE = 2, SYS_PROT_EXEC = 4 };
enum { SYS_MAP_PRIVATE = 2, SYS_MAP_FIXED = 0x10 };
enum {
	SYS_ENOENT = 2,
	SYS_EINTR = 4,
	SYS_EAGAIN = 11,
	SYS_ENOMEM = 12,
	SYS_EACCES = 13,
	SYS_EFAULT = 14,
	SYS_EEXIST = 17,
	SYS_ENOTDIR = 20,
	SYS_EISDIR = 21,
	SYS_EINVAL = 22
};

int sys_open(const char *path, int flags, int mode);
int sys_close(int fd);

/* By offset only: a child that forks off in a signal handler has the same position in the file. */
long sys_pread(int fd, void *buffer, size_t size, uint64_t offset);

/* Write all of it, if the file takes it. */
void sys_write(int fd, const char *text, size_t size);
int sys_fstat(int fd, struct arch_stat *stat);

/* Of the file that a path leads to, through all links. */
int sys_stat(const char *path, struct arch_stat *stat);

/* The kind of a file, in st_mode. */
enum {
	SYS_S_IFMT = 0170000,
	SYS_S_IFIFO = 0010000,
	SYS_S_IFCHR = 0020000,
	SYS_S_IFDIR = 0040000,
	SYS_S_IFBLK = 0060000,
	SYS_S_IFREG = 0100000,
	SYS_S_IFSOCK = 0140000
};

int sys_access(const char *path);
/* The working directory as an absolute path; negative where it cannot be reached from the root. */
long sys_getcwd(char *buffer, size_t size);
long sys_readlink(const char *path, char *buffer, size_t size);
long sys_mmap(uintptr_t address, size_t length, int protection, int flags, int fd, uint64_t offset);

/* Did sys_mmap fail? (The top page is never mapped.) */
static inline bool sys_failed(long result)
{
	return (unsigned long)result > -4096ul;
}

int sys_munmap(uintptr_t address, size_t length);
int sys_mprotect(uintptr_t address, size_t length, int protection);
int sys_mseal(uintptr_t address, size_t length);
int sys_getpid(void);
int sys_geteuid(void);
int sys_gettid(void);

enum { SYS_CLOCK_REALTIME = 0, SYS_CLOCK_MONOTONIC = 1 };

/* As the kernel has it on 64-bit CPUs, and in the calls with 64 bits of the others. */
struct sys_time {
	int64_t seconds, nanoseconds;
};

int sys_clock(int clock, struct sys_time *time);

/* `limit` from now on by that clock.  0: done. */
static inline int sys_deadline(int clock, const struct sys_time *limit, struct sys_time *end)
{
	enum { SECOND = 1000000000 };
	int result = sys_clock(clock, end);

	end->seconds += limit->seconds + (end->nanoseconds + limit->nanoseconds) / SECOND;
	end->nanoseconds = (end->nanoseconds + limit->nanoseconds) % SECOND;
	return result;
}

/*
 * Sleep while *word == value (private futex), until `end` (SYS_CLOCK_MONOTONIC) at the latest;
 * NULL: as long as it takes.  A time and not a length of time, as signals end a sleep: whoever
 * begins it anew after each may never come to its end.
 */
int sys_futex_wait(int *word, int value, const struct sys_time *end);
int sys_futex_wake(int *word, int count);

/*
 * Make the calling thread the owner of the lock `word` (its id), which waits for it no longer than
 * `limit` and lends its priority to the owner; and give the lock to the first one that waits.  0:
 * done.
 */
int sys_futex_lock(int *word, const struct sys_time *limit);
int sys_futex_unlock(int *word);

/* Does the calling thread have a real-time policy? */
bool sys_realtime(void);

enum { SYS_SIGSEGV = 11, SYS_SA_ONSTACK = 0x08000000 };

int sys_sigaction(int signal, const struct arch_sigaction *action, struct arch_sigaction *old);

/* Block all signals, and return those that were blocked before; sys_set_signals blocks just those.
 */
arch_sigset sys_block_signals(void);
void sys_set_signals(arch_sigset blocked);

/* Is the calling thread in a signal handler that has been given a stack of its own? */
bool sys_on_signal_stack(void);

/*
 * Can the bytes at `address` be read?  Where nothing answers such questions (an emulator), even
 * those at 0, which never are there, can.
 */
bool sys_readable(uintptr_t address);

void __attribute__((noreturn)) sys_exit(int status);

#endif
