/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * <dlfcn.h> and dl_iterate_phdr in libc.so: thin, no policy.  What a call needs beyond
 * its arguments is who calls, and that cancellation does not strike inside.
 */
#include <dl-api.h>
#include <pthread.h>

/* Cancellation inside the linker would leave it half-way: it waits until the call is over. */
static int cancel_off(void)
{
	int old = PTHREAD_CANCEL_ENABLE;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	return old;
}

static void cancel_restore(int old)
{
	pthread_setcancelstate(old, NULL);
}

void *dlopen(const char *file, int mode)
{
	const void *caller = __builtin_return_address(0);
	int cancel = cancel_off();
	void *handle = _dl_dlopen(file, mode, caller);

	cancel_restore(cancel);
	return handle;
}

void *dlmopen(Lmid_t nsid, const char *file, int mode)
{
	const void *caller = __builtin_return_address(0);
	int cancel = cancel_off();
	/* There is one namespace; a mode of -1 makes the linker say what is wrong. */
	void *handle = _dl_dlopen(file, nsid == LM_ID_BASE ? mode : -1, caller);

	cancel_restore(cancel);
	return handle;
}

int dlclose(void *handle)
{
	const void *caller = __builtin_return_address(0);
	int cancel = cancel_off();
	int result = _dl_dlclose(handle, caller);

	cancel_restore(cancel);
	return result;
}

void *dlsym(void *restrict handle, const char *restrict name)
{
	const void *caller = __builtin_return_address(0);
	int cancel = cancel_off();
	void *value = _dl_dlsym(handle, name, NULL, caller);

	cancel_restore(cancel);
	return value;
}

void *dlvsym(void *restrict handle, const char *restrict name, const char *restrict version)
{
	const void *caller = __builtin_return_address(0);
	int cancel = cancel_off();
	void *value = _dl_dlsym(handle, name, version, caller);

	cancel_restore(cancel);
	return value;
}

char *dlerror(void)
{
	return _dl_dlerror();
}

int dladdr(const void *address, Dl_info *info)
{
	return _dl_dladdr(address, info, NULL, 0);
}

int dladdr1(const void *address, Dl_info *info, void **extra, int flags)
{
	return _dl_dladdr(address, info, extra, flags);
}

int dlinfo(void *restrict handle, int request, void *restrict arg)
{
	int cancel = cancel_off();
	int result = _dl_dlinfo(handle, request, arg, __builtin_return_address(0));

	cancel_restore(cancel);
	return result;
}

int dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data)
{
	int cancel = cancel_off();
	int result = _dl_dlholders(handle, each, data);

	cancel_restore(cancel);
	return result;
}

int dlclose_mode(const char *mode)
{
	int cancel = cancel_off();
	int result = _dl_dlclose_mode(mode);

	cancel_restore(cancel);
	return result;
}

int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data)
{
	return _dl_iterate_phdr(callback, data);
}
