/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment variables the linker reads.  Owns ld.options' strings, which point into it. */
#include "start/environment.h"

/* The value if `variable` is "name=value", else NULL. */
static const char *value_of(const char *variable, const char *name)
{
	for (; *name && *name == *variable; name++)
		variable++;
	return !*name && *variable == '=' ? variable + 1 : NULL;
}

/* What the linker reads: its name behind LD_, and where in struct options the value goes. */
struct variable {
	char name[21];
	bool flag; /* a bool: whether it is there and not empty */
	unsigned char place;
};

#define TEXT(name, field)                                     \
	{                                                     \
#name, false, offsetof(struct options, field) \
	}
#define FLAG(name, field)                                    \
	{                                                    \
#name, true, offsetof(struct options, field) \
	}

static const struct variable variables[] = {
#ifdef __LDSO_PRELOAD_ENV_SUPPORT__
	TEXT(PRELOAD, preload),
#define FOR_SECURE 1
#endif
	TEXT(AUDIT, audit),
	FLAG(BIND_NOT, bind_not),
	FLAG(BIND_NOW, bind_now),
	TEXT(DEBUG, debug),
	TEXT(DEBUG_OUTPUT, debug_output),
	TEXT(DLCLOSE, close_mode),
#ifdef __LDSO_LD_LIBRARY_PATH__
	TEXT(LIBRARY_PATH, library_path),
#endif
	TEXT(ORIGIN_PATH, origin_path),
	FLAG(SHOW_AUXV, show_auxv),
#ifdef __LDSO_LDD_SUPPORT__
	FLAG(TRACE_LOADED_OBJECTS, trace_loaded),
	FLAG(VERBOSE, verbose),
	FLAG(WARN, warn),
#endif
};
/* So many of them, from the first on, are for set-id programs, too. */
#ifndef FOR_SECURE
#define FOR_SECURE 0
#endif
enum { VARIABLES = sizeof(variables) / sizeof(variables[0]) };

static bool begins_with_ld(const char *variable)
{
	return variable[0] == 'L' && variable[1] == 'D' && variable[2] == '_';
}

/* `text` is what follows LD_.  Of two with one name the first counts: those that were there are in
 * *seen. */
static void take(const char *text, unsigned *seen)
{
	unsigned i, count = ld.options.secure ? FOR_SECURE : VARIABLES;

	for (i = 0; i < count; i++) {
		const char *value = value_of(text, variables[i].name);
		char *place = (char *)&ld.options + variables[i].place;

		if (!value || *seen & 1u << i)
			continue;
		*seen |= 1u << i;
		if (variables[i].flag)
			*(bool *)place = *value != '\0';
		else
			*(const char **)place = value;
	}
}

/*
 * What could make a set-id program load or reveal something, beside what begins with LD_: libc and
 * other libraries obey these, or those of the programs that it runs.
 */
static const char *const unsafe[] = {
	"GCONV_PATH",  "GETCONF_DIR",	   "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN",
	"LOCPATH",     "MALLOC_TRACE",	   "MALLOC_CHECK_",  "NIS_PATH",    "NLSPATH",
	"RES_OPTIONS", "RESOLV_HOST_CONF", "TMPDIR",	     "TZDIR",
};

static bool is_unsafe(const char *variable)
{
	size_t i;

	if (begins_with_ld(variable))
		return true;
	for (i = 0; i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
		if (value_of(variable, unsafe[i]))
			return true;
	return false;
}

static void remove_unsafe(void)
{
	char **from, **to = ld.process.envp;

	for (from = ld.process.envp; *from; from++)
		if (!is_unsafe(*from))
			*to++ = *from;
	*to = NULL;
}

void environment_read(void)
{
	char **variable;
	unsigned seen = 0;

	for (variable = ld.process.envp; *variable; variable++)
		if (begins_with_ld(*variable))
			take(*variable + 3, &seen);
	if (!ld.options.secure)
		return;
	/* Lazy binding would look things up later, in a process others may have influenced. */
	ld.options.bind_now = true;
	remove_unsafe();
}
