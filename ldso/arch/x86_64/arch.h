/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All that the linker's C code must know of x86_64: the system call instruction, the
 * relocation types (psABI x86-64, table 4.9), the thread pointer, DWARF register
 * numbers.  Owns nothing.
 */
#ifndef LDSO_ARCH_H
#define LDSO_ARCH_H

#include "base/base.h"

#define ARCH_MACHINE EM_X86_64
#define ARCH_DATA ELFDATA2LSB
#define ARCH_LIB "lib"
#define ARCH_USES_RELA 1
#define ARCH_TLS_BELOW_TP 1 /* variant II: static blocks end at the thread pointer */
#define ARCH_PAGE_SIZE 4096 /* until AT_PAGESZ is read */

/* Types that older copies of <elf.h> do not name (psABI x86-64, table 4.9). */
#ifndef R_X86_64_PC64
#define R_X86_64_PC64 24
#endif
#ifndef R_X86_64_SIZE32
#define R_X86_64_SIZE32 32
#define R_X86_64_SIZE64 33
#endif
#ifndef R_X86_64_TLSDESC
#define R_X86_64_TLSDESC 36
#endif
#ifndef R_X86_64_IRELATIVE
#define R_X86_64_IRELATIVE 37
#endif
#ifndef R_X86_64_RELATIVE64
#define R_X86_64_RELATIVE64 38
#endif

/* How a relocation type is computed; relocate.c does the work. */
enum reloc_kind {
	RELOC_BAD,
	RELOC_NONE,
	RELOC_RELATIVE,	 /* B + A */
	RELOC_WORD,	 /* S + A, word */
	RELOC_GOT,	 /* S, word */
	RELOC_JUMP_SLOT, /* S, word, may be lazy */
	RELOC_COPY,
	RELOC_IRELATIVE, /* result of the function at B + A */
	RELOC_DTPMOD,
	RELOC_DTPOFF,
	RELOC_TPOFF,
	RELOC_TPOFF32,
	RELOC_TLSDESC,
	RELOC_PC32, /* S + A - P, 32 bits, checked */
	RELOC_PC64,
	RELOC_U32, /* S + A, 32 bits, must zero-extend */
	RELOC_S32, /* S + A, 32 bits, must sign-extend */
	RELOC_U16,
	RELOC_U8,
	RELOC_SIZE, /* Z + A, word */
	RELOC_SIZE32
};

static inline enum reloc_kind arch_reloc_kind(unsigned type)
{
	static const unsigned char kind[] = {
		[R_X86_64_NONE] = RELOC_NONE,
		[R_X86_64_64] = RELOC_WORD,
		[R_X86_64_PC32] = RELOC_PC32,
		[R_X86_64_COPY] = RELOC_COPY,
		[R_X86_64_GLOB_DAT] = RELOC_GOT,
		[R_X86_64_JUMP_SLOT] = RELOC_JUMP_SLOT,
		[R_X86_64_RELATIVE] = RELOC_RELATIVE,
		[R_X86_64_32] = RELOC_U32,
		[R_X86_64_32S] = RELOC_S32,
		[R_X86_64_16] = RELOC_U16,
		[R_X86_64_8] = RELOC_U8,
		[R_X86_64_DTPMOD64] = RELOC_DTPMOD,
		[R_X86_64_DTPOFF64] = RELOC_DTPOFF,
		[R_X86_64_TPOFF64] = RELOC_TPOFF,
		[R_X86_64_TPOFF32] = RELOC_TPOFF32,
		[R_X86_64_PC64] = RELOC_PC64,
		[R_X86_64_SIZE32] = RELOC_SIZE32,
		[R_X86_64_SIZE64] = RELOC_SIZE,
		[R_X86_64_TLSDESC] = RELOC_TLSDESC,
		[R_X86_64_IRELATIVE] = RELOC_IRELATIVE,
		[R_X86_64_RELATIVE64] = RELOC_RELATIVE,
	};

	return type < sizeof(kind) ? (enum reloc_kind)kind[type] : RELOC_BAD;
}

enum { ARCH_R_RELATIVE = R_X86_64_RELATIVE, ARCH_R_JUMP_SLOT = R_X86_64_JUMP_SLOT };

/* Assembly entry points (resolve.S, tlsdesc.S). */
extern void arch_lazy_resolve(void) __attribute__((visibility("hidden")));
extern void arch_tlsdesc_static(void) __attribute__((visibility("hidden")));
extern void arch_tlsdesc_undefined(void) __attribute__((visibility("hidden")));
extern void arch_tlsdesc_dynamic(void) __attribute__((visibility("hidden")));

/*
 * Call an IFUNC resolver from inside the lazy trampoline, where vector registers still
 * hold the program's arguments: they are saved around the call.
 */
extern uintptr_t arch_call_resolver(uintptr_t resolver, uintptr_t hwcap)
	__attribute__((visibility("hidden")));

/* Fill the two reserved words of the PLT's GOT (psABI 5.2). */
static inline void arch_install_lazy(ElfW(Addr) * got, void *object)
{
	got[1] = (ElfW(Addr))object;
	got[2] = (ElfW(Addr)) & arch_lazy_resolve;
}

static inline void arch_pause(void)
{
	__builtin_ia32_pause();
}

static inline uintptr_t arch_stack_pointer(void)
{
	uintptr_t sp;

	__asm__("mov %%rsp, %0" : "=r"(sp));
	return sp;
}

/* DWARF register numbers (psABI figure 3.36). */
enum {
	ARCH_UNWIND_SP = 7,
	ARCH_UNWIND_RA = 16,
	ARCH_UNWIND_CALLEE_SAVED = 1 << 3 | 1 << 6 | 0xf << 12 /* rbx rbp r12-r15 */
};

/* Where the interrupted code was, out of the third argument of a signal handler. */
static inline uintptr_t arch_context_pc(const void *ucontext)
{
	/* uc_flags, uc_link, uc_stack (3 words), then r8-r15 rdi rsi rbp rbx rdx rax rcx rsp rip.
	 */
	return ((const uintptr_t *)ucontext)[5 + 16];
}

/*
 * The frame the kernel makes for a signal handler: return address, then struct ucontext, the first
 * words of which are as above; rip is the last register.  Sizes in bytes.
 */
enum { ARCH_SIGNAL_FRAME = (1 + 5 + 17) * 8, ARCH_SIGRETURN = 9 };

/*
 * Do the words look like it?  uc_flags has three bits, uc_link is always 0; and what was
 * interrupted had a stack, which tells it from cleared memory.
 */
static inline bool arch_is_signal_frame(const uintptr_t *frame)
{
	return frame[0] && frame[1] < 8 && frame[2] == 0 && frame[1 + 5 + 15];
}

/* Is that the code a handler returns to: mov $15, %rax (or %eax); syscall? */
static inline bool arch_is_sigreturn(const void *code)
{
	return !memcmp(code, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9) ||
	       !memcmp(code, "\xb8\x0f\0\0\0\x0f\x05", 7);
}

static inline uintptr_t arch_interrupted_sp(const uintptr_t *ucontext)
{
	return ucontext[5 + 15];
}

/*
 * The registers of what the signal interrupted, by DWARF number.  Returns which of them (bit n:
 * reg[n]); *pc_slot is where the pc will be taken from.
 */
static inline uint64_t arch_interrupted(uintptr_t *reg, const uintptr_t *ucontext,
					uintptr_t *pc_slot)
{
	static const unsigned char number[] = {8, 9, 10, 11, 12, 13, 14, 15, 5,
					       4, 6, 3,	 1,  0,	 2,  7,	 16};
	unsigned i;

	for (i = 0; i < sizeof(number); i++)
		reg[number[i]] = ucontext[5 + i];
	*pc_slot = (uintptr_t)&ucontext[5 + 16];
	return 0x1ffff;
}

/* The registers the unwinder starts from, of the calling function itself. */
#define ARCH_UNWIND_CAPTURE(frame)                                                                 \
	__asm__ volatile("mov %%rbx, %0\n\tmov %%rbp, %1\n\tmov %%r12, %2\n\t"                     \
			 "mov %%r13, %3\n\tmov %%r14, %4\n\tmov %%r15, %5\n\t"                     \
			 "mov %%rsp, %6\n\tlea 1f(%%rip), %%rax\n\tmov %%rax, %7\n1:"              \
			 : "=m"((frame)->reg[3]), "=m"((frame)->reg[6]), "=m"((frame)->reg[12]),   \
			   "=m"((frame)->reg[13]), "=m"((frame)->reg[14]), "=m"((frame)->reg[15]), \
			   "=m"((frame)->reg[7]), "=m"((frame)->pc)                                \
			 :                                                                         \
			 : "rax")

/*
 * The kernel's interface: system calls of up to so many arguments.  What a call does not have need
 * not be loaded.
 */
static inline long arch_syscall1(long number, long a)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a) : "rcx", "r11", "memory");
	return result;
}

static inline long arch_syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* What fstat fills (asm/stat.h). */
struct arch_stat {
	uint64_t st_dev;
	uint64_t st_ino;
	uint64_t st_nlink;
	uint32_t st_mode;
	uint32_t st_uid;
	uint32_t st_gid;
	uint32_t pad;
	uint64_t st_rdev;
	int64_t st_size;
	int64_t blksize, blocks;
	int64_t accessed[2], modified[2], changed[2]; /* seconds, nanoseconds */
	int64_t unused[4];
};

/* A set of signals, the argument of sigaltstack, and struct sigaction, as the kernel has them. */
typedef uint64_t arch_sigset;

struct arch_signal_stack {
	void *base;
	int flags;
	size_t size;
};

struct arch_sigaction {
	void (*handler)(int, void *, void *);
	unsigned long flags;
	void (*restorer)(void);
	arch_sigset mask;
};

/* Returns from a signal handler. */
extern void arch_sigreturn(void) __attribute__((visibility("hidden")));
enum { ARCH_SA_RESTORER = 0x04000000 };

#endif
