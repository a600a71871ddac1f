/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LD_SHOW_AUXV and --list-diagnostics.  Owns nothing. */
#include "start/diagnostics.h"
#include "base/config.h"
#include "base/message.h"
#include "base/sys.h"
#include "life/map.h"
#include "life/search.h"

/* By a_type (Linux, <linux/auxvec.h>): how the value is written, and the name behind AT_. */
static const char auxiliary[][19] = {
	[2] = "uEXECFD",	 [3] = "xPHDR",
	[4] = "uPHENT",		 [5] = "uPHNUM",
	[6] = "uPAGESZ",	 [7] = "xBASE",
	[8] = "xFLAGS",		 [9] = "xENTRY",
	[10] = "uNOTELF",	 [11] = "uUID",
	[12] = "uEUID",		 [13] = "uGID",
	[14] = "uEGID",		 [15] = "sPLATFORM",
	[16] = "xHWCAP",	 [17] = "uCLKTCK",
	[18] = "xFPUCW",	 [19] = "uDCACHEBSIZE",
	[20] = "uICACHEBSIZE",	 [21] = "uUCACHEBSIZE",
	[22] = "xIGNOREPPC",	 [23] = "uSECURE",
	[24] = "sBASE_PLATFORM", [25] = "xRANDOM",
	[26] = "xHWCAP2",	 [27] = "uRSEQ_FEATURE_SIZE",
	[28] = "uRSEQ_ALIGN",	 [29] = "xHWCAP3",
	[30] = "xHWCAP4",	 [31] = "sEXECFN",
	[32] = "xSYSINFO",	 [33] = "xSYSINFO_EHDR",
	[40] = "uL1I_CACHESIZE", [41] = "xL1I_CACHEGEOMETRY",
	[42] = "uL1D_CACHESIZE", [43] = "xL1D_CACHEGEOMETRY",
	[44] = "uL2_CACHESIZE",	 [45] = "xL2_CACHEGEOMETRY",
	[46] = "uL3_CACHESIZE",	 [47] = "xL3_CACHEGEOMETRY",
	[51] = "uMINSIGSTKSZ",
};
enum { TYPES = sizeof(auxiliary) / sizeof(auxiliary[0]) };

void diagnostics_auxv(const char *before, const char *between)
{
	const ElfW(auxv_t) * entry;

	for (entry = ld.process.auxv; entry->a_type != AT_NULL; entry++) {
		const char *name = entry->a_type < TYPES ? auxiliary[entry->a_type] : "";
		unsigned long value = entry->a_un.a_val;

		if (!*name)
			print(1, "%-sAT_%lu%-s0x%lx\n", before, (unsigned long)entry->a_type,
			      between, value);
		else if (*name == 's')
			print(1, "%-sAT_%-s%-s%s\n", before, name + 1, between,
			      (const char *)value);
		else
			print(1, *name == 'u' ? "%-sAT_%-s%-s%lu\n" : "%-sAT_%-s%-s0x%lx\n", before,
			      name + 1, between, value);
	}
}

#define DIGITS(number) DIGITS_OF(number)
#define DIGITS_OF(number) #number

/* What was decided when the linker was built. */
static const char built[] =
	"version=" LDSO_VERSION "\n"
	"uclibc=" UCLIBC_VERSION "\n"
	"name=" UCLIBC_LDSO "\n"
	"dlclose.mode=" __LDSO_DLCLOSE_MODE__ "\n"
	"tls.surplus=" DIGITS(
		__LDSO_TLS_SURPLUS__) "\n"
				      "arena.kib=" DIGITS(
					      __LDSO_ARENA__) "\n"
#ifdef __LDSO_LD_LIBRARY_PATH__
							      "option=LDSO_LD_LIBRARY_PATH\n"
#endif
#ifdef __LDSO_LDD_SUPPORT__
							      "option=LDSO_LDD_SUPPORT\n"
#endif
#ifdef __LDSO_PRELOAD_ENV_SUPPORT__
							      "option=LDSO_PRELOAD_ENV_SUPPORT\n"
#endif
#ifdef __LDSO_PRELOAD_FILE_SUPPORT__
							      "option=LDSO_PRELOAD_FILE_SUPPORT\n"
							      "preload.file=" PRELOAD_FILE "\n"
#endif
#ifdef __LDSO_REFUSE_WX__
							      "option=LDSO_REFUSE_WX\n"
#endif
#ifdef __LDSO_RUNPATH__
							      "option=LDSO_RUNPATH\n"
#endif
#ifdef __LDSO_RUNPATH_OF_EXECUTABLE__
							      "option=LDSO_RUNPATH_OF_EXECUTABLE\n"
#endif
#ifdef __LDSO_SAFE_RUNPATH__
							      "option=LDSO_SAFE_RUNPATH\n"
#endif
#ifdef __LDSO_SEAL__
							      "option=LDSO_SEAL\n"
#endif
#ifdef __LDSO_SEARCH_INTERP_PATH__
							      "option=LDSO_SEARCH_INTERP_PATH\n"
#endif
#ifdef __FORCE_SHAREABLE_TEXT_SEGMENTS__
							      "option=FORCE_SHAREABLE_TEXT_SEGMENTS\n"
#endif
#ifdef __SUPPORT_LD_DEBUG__
							      "option=SUPPORT_LD_DEBUG\n"
#endif
#ifdef LDSO_CHECK
							      "option=LDSO_CHECK\n"
#endif
#ifdef __LDSO_CACHE_SUPPORT__
							      "option=LDSO_CACHE_SUPPORT\n"
							      "cache.file=" CACHE_FILE "\n";

static void list_cache(void)
{
	static const char state[][8] = {
		[CACHE_FOREIGN] = "foreign", [CACHE_CORRUPT] = "damaged", [CACHE_GOOD] = "good"};
	struct file file;
	size_t size = 0;
	char *text = file_read(&file, CACHE_FILE, &size);

	print(1, "cache.state=%s\ncache.size=%zu\n",
	      text ? state[cache_check(text, size, NULL)] : "none", size);
}
#else
	;

static void list_cache(void)
{
}
#endif

static bool list_directory(const char *directory, unsigned kind, void *data)
{
	(void)data;
	print(1, "search.%-s=%s\n", kind == LA_SER_LIBPATH ? "environment" : "system", directory);
	return true;
}

void diagnostics_list(void)
{
	print(1,
	      "%-smachine=%u\npage.size=%zu\nword.size=%zu\nlib=%-s\nplatform=%s\nlinker=%s\n"
	      "object.size=%zu\nstate.size=%zu\n",
	      built, (unsigned)ARCH_MACHINE, ld.process.page_size, sizeof(uintptr_t), ARCH_LIB,
	      ld.process.platform ? ld.process.platform : "", ld.linker->map.l_name,
	      sizeof(struct object), sizeof(ld));
	search_directories(ld.linker, list_directory, NULL);
	list_cache();
	diagnostics_auxv("auxv.", "=");
	sys_exit(0);
}
