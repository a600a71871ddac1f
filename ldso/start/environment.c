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

static const char *get(const char *name)
{
	const char *value = NULL;
	char **variable;

	for (variable = ld.process.envp; *variable && !value; variable++)
		value = value_of(*variable, name);
	return value;
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

	if (!strncmp(variable, "LD_", 3))
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

	if (options->secure) {
		options->preload = get("LD_PRELOAD");
		/* Lazy binding would look things up later, in a process others may have influenced.
		 */
		options->bind_now = true;
		remove_unsafe();
		return;
	}
#ifdef __LDSO_LD_LIBRARY_PATH__
	options->library_path = get("LD_LIBRARY_PATH");
#endif
#ifdef __LDSO_PRELOAD_ENV_SUPPORT__
	options->preload = get("LD_PRELOAD");
#endif
	options->debug = get("LD_DEBUG");
	options->debug_output = get("LD_DEBUG_OUTPUT");
	options->close_mode = get("LD_DLCLOSE");
	options->bind_now = non_empty(get("LD_BIND_NOW"));
#ifdef __LDSO_LDD_SUPPORT__
	options->trace_loaded = non_empty(get("LD_TRACE_LOADED_OBJECTS"));
#endif
}
