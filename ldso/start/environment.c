/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment variables the linker reads.  Owns ld.options' strings, which point into it. */
#include "start/environment.h"

/* The value if `variable` is "name=value", else NULL. */
static const char *value_of(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(variable, name, length) && variable[length] == '=' ? variable + length + 1
									   : NULL;
}

/* What the linker reads; each begins with LD_. */
enum variable {
	BIND_NOW,
	DEBUG,
	DEBUG_OUTPUT,
	DLCLOSE,
	LIBRARY_PATH,
	PRELOAD,
	TRACE_LOADED_OBJECTS,
	VARIABLES
};

static const char *const names[VARIABLES] = {
	[BIND_NOW] = "BIND_NOW",
	[DEBUG] = "DEBUG",
	[DEBUG_OUTPUT] = "DEBUG_OUTPUT",
	[DLCLOSE] = "DLCLOSE",
	[LIBRARY_PATH] = "LIBRARY_PATH",
	[PRELOAD] = "PRELOAD",
	[TRACE_LOADED_OBJECTS] = "TRACE_LOADED_OBJECTS",
};

static bool begins_with_ld(const char *variable)
{
	return variable[0] == 'L' && variable[1] == 'D' && variable[2] == '_';
}

/* The values of all of them, in one walk; NULL: not there.  Of two, the first counts. */
static void read_values(const char *value[VARIABLES])
{
	char **variable;
	unsigned i;

	memset(value, 0, VARIABLES * sizeof(value[0]));
	for (variable = ld.process.envp; *variable; variable++)
		for (i = 0; i < VARIABLES && begins_with_ld(*variable); i++)
			if (!value[i])
				value[i] = value_of(*variable + 3, names[i]);
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

static bool non_empty(const char *value)
{
	return value && *value;
}

void environment_read(void)
{
	struct options *options = &ld.options;
	const char *value[VARIABLES];

	read_values(value);
	if (options->secure) {
		options->preload = value[PRELOAD];
		/* Lazy binding would look things up later, in a process others may have influenced.
		 */
		options->bind_now = true;
		remove_unsafe();
		return;
	}
#ifdef __LDSO_LD_LIBRARY_PATH__
	options->library_path = value[LIBRARY_PATH];
#endif
#ifdef __LDSO_PRELOAD_ENV_SUPPORT__
	options->preload = value[PRELOAD];
#endif
	options->debug = value[DEBUG];
	options->debug_output = value[DEBUG_OUTPUT];
	options->close_mode = value[DLCLOSE];
	options->bind_now = non_empty(value[BIND_NOW]);
#ifdef __LDSO_LDD_SUPPORT__
	options->trace_loaded = non_empty(value[TRACE_LOADED_OBJECTS]);
#endif
}
