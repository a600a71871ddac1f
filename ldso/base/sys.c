/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The system calls, each once.  Owns nothing.
 */
#include "base/sys.h"

/* <linux/futex.h>; private to the process. */
enum {
	FUTEX_WAKE_PRIVATE = 1 | 128,
	FUTEX_LOCK_PI_PRIVATE = 6 | 128,
	FUTEX_UNLOCK_PI_PRIVATE = 7 | 128,
	FUTEX_WAIT_BITSET_PRIVATE = 9 | 128,
	FUTEX_ANY = -1 /* bits that all have */
};

/* 32-bit CPUs have calls of their own for large files, one of which counts in units. */
#ifdef __NR_mmap2
enum { NR_MMAP = __NR_mmap2, MMAP_UNIT = 4096 };
#else
enum { NR_MMAP = __NR_mmap, MMAP_UNIT = 1 };
#endif
#ifdef __NR_fstat64
enum { NR_FSTAT = __NR_fstat64 };
#else
enum { NR_FSTAT = __NR_fstat };
#endif
#ifdef __NR_fstatat64
enum { NR_FSTATAT = __NR_fstatat64 };
#else
enum { NR_FSTATAT = __NR_newfstatat };
#endif

/* A time with the words of the CPU. */
struct word_time {
	long seconds, nanoseconds;
};

int sys_open(const char *path, int flags, int mode)
{
	return (int)arch_syscall6(__NR_openat, SYS_AT_FDCWD, (long)path, flags, mode, 0, 0);
}

int sys_close(int fd)
{
	return (int)arch_syscall1(__NR_close, fd);
}

static long pread_words(long fd, long buffer, long size, long a, long b, long c)
{
	return arch_syscall6(__NR_pread64, fd, buffer, size, a, b, c);
}

long sys_pread(int fd, void *buffer, size_t size, uint64_t offset)
{
	/* So many arguments as a CPU needs for an offset; what is too many is not looked at. */
	return pread_words(fd, (long)buffer, (long)size, ARCH_OFFSET(offset));
}

void sys_write(int fd, const char *text, size_t size)
{
	while (size) {
		long done = arch_syscall3(__NR_write, fd, (long)text, (long)size);

		if (done == -SYS_EINTR)
			continue;
		if (done <= 0)
			return;
		text += done;
		size -= (size_t)done;
	}
}

int sys_fstat(int fd, struct arch_stat *stat)
{
	return (int)arch_syscall3(NR_FSTAT, fd, (long)stat, 0);
}

RARE __attribute__((noinline)) int sys_stat(const char *path, struct arch_stat *stat)
{
	return (int)arch_syscall6(NR_FSTATAT, SYS_AT_FDCWD, (long)path, (long)stat, 0, 0, 0);
}

int sys_access(const char *path)
{
	return (int)arch_syscall3(__NR_faccessat, SYS_AT_FDCWD, (long)path, 0);
}

long sys_getcwd(char *buffer, size_t size)
{
	long length = arch_syscall3(__NR_getcwd, (long)buffer, (long)size, 0);

	return length > 0 && buffer[0] != '/' ? -SYS_ENOENT : length;
}

long sys_readlink(const char *path, char *buffer, size_t size)
{
	return arch_syscall6(__NR_readlinkat, SYS_AT_FDCWD, (long)path, (long)buffer, (long)size, 0,
			     0);
}

long sys_mmap(uintptr_t address, size_t length, int protection, int flags, int fd, uint64_t offset)
{
	return arch_syscall6(NR_MMAP, (long)address, (long)length, protection, flags, fd,
			     (long)(offset / MMAP_UNIT));
}

int sys_munmap(uintptr_t address, size_t length)
{
	return (int)arch_syscall3(__NR_munmap, (long)address, (long)length, 0);
}

int sys_mprotect(uintptr_t address, size_t length, int protection)
{
	return (int)arch_syscall3(__NR_mprotect, (long)address, (long)length, protection);
}

int sys_mseal(uintptr_t address, size_t length)
{
	return (int)arch_syscall3(ARCH_NR_MSEAL, (long)address, (long)length, 0);
}

int sys_geteuid(void)
{
	return (int)arch_syscall1(__NR_geteuid, 0);
}

int sys_getpid(void)
{
	return (int)arch_syscall1(__NR_getpid, 0);
}

int sys_gettid(void)
{
	return (int)arch_syscall1(__NR_gettid, 0);
}

int sys_clock(int clock, struct sys_time *time)
{
	struct word_time old = {0, 0};
	int result;

#ifdef __NR_clock_gettime64
	result = (int)arch_syscall3(__NR_clock_gettime64, clock, (long)time, 0);
	if (result != -SYS_ENOSYS)
		return result;
#endif
	result = (int)arch_syscall3(__NR_clock_gettime, clock, (long)&old, 0);
	if (!result)
		*time = (struct sys_time){old.seconds, old.nanoseconds};
	return result;
}

/* One for all: a call of six arguments is long. */
static RARE __attribute__((noinline)) int futex(int *word, int operation, int value,
						const struct sys_time *limit)
{
	struct word_time old = {0, 0};

#ifdef __NR_futex_time64
	int result = (int)arch_syscall6(__NR_futex_time64, (long)word, operation, value,
					(long)limit, 0, FUTEX_ANY);

	if (result != -SYS_ENOSYS)
		return result;
#endif
	if (limit)
		old = (struct word_time){(long)limit->seconds, (long)limit->nanoseconds};
	return (int)arch_syscall6(__NR_futex, (long)word, operation, value, limit ? (long)&old : 0,
				  0, FUTEX_ANY);
}

int sys_futex_wait(int *word, int value, const struct sys_time *end)
{
	return futex(word, FUTEX_WAIT_BITSET_PRIVATE, value, end);
}

int sys_futex_wake(int *word, int count)
{
	return futex(word, FUTEX_WAKE_PRIVATE, count, NULL);
}

int sys_futex_lock(int *word, const struct sys_time *limit)
{
	struct sys_time end = {0, 0};

	/* Here, and here alone, the kernel wants a time of day. */
	if (limit && sys_deadline(SYS_CLOCK_REALTIME, limit, &end) != 0)
		return -SYS_ETIMEDOUT;
	return futex(word, FUTEX_LOCK_PI_PRIVATE, 0, limit ? &end : NULL);
}

int sys_futex_unlock(int *word)
{
	return futex(word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL);
}

bool sys_realtime(void)
{
	/* <linux/sched.h>; with SCHED_RESET_ON_FORK, perhaps. */
	enum { FIFO = 1, RR = 2, DEADLINE = 6, RESET_ON_FORK = 0x40000000 };
	long policy = arch_syscall1(__NR_sched_getscheduler, 0) & ~(long)RESET_ON_FORK;

	return policy == FIFO || policy == RR || policy == DEADLINE;
}

int sys_sigaction(int signal, const struct arch_sigaction *action, struct arch_sigaction *old)
{
	return (int)arch_syscall6(__NR_rt_sigaction, signal, (long)action, (long)old,
				  sizeof(action->mask), 0, 0);
}

enum { SIG_NO_SUCH = -1, SS_ONSTACK_ = 1 };

static long signal_mask(int how, const arch_sigset *set, arch_sigset *old)
{
	return arch_syscall6(__NR_rt_sigprocmask, how, (long)set, (long)old, sizeof(*set), 0, 0);
}

arch_sigset sys_block_signals(void)
{
	arch_sigset all, old = {{0}};

	memset(&all, 0xff, sizeof(all));
	signal_mask(SYS_SIG_BLOCK, &all, &old);
	return old;
}

void sys_set_signals(arch_sigset blocked)
{
	signal_mask(SYS_SIG_SETMASK, &blocked, NULL);
}

bool sys_on_signal_stack(void)
{
	struct arch_signal_stack stack = {.base = NULL};

	arch_syscall3(__NR_sigaltstack, 0, (long)&stack, 0);
	return stack.flags & SS_ONSTACK_;
}

bool sys_readable(uintptr_t address)
{
	/* The set is read first, then the impossible request refused.  NULL would be no set. */
	return signal_mask(SIG_NO_SUCH, (const arch_sigset *)(address ? address : 8), NULL) !=
	       -SYS_EFAULT;
}

void __attribute__((noreturn)) sys_exit(int status)
{
	for (;;)
		arch_syscall1(__NR_exit_group, status);
}
