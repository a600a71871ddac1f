/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * <dlfcn.h> and dl_iterate_phdr in libc.so: thin, no policy.  All a call needs beyond its
 * arguments is who calls.
 */
#include <dl-api.h>

void *dlopen(const char *file, int mode)
{
	return _dl_dlopen(file, mode, __builtin_return_address(0));
}

void *dlmopen(Lmid_t nsid, const char *file, int mode)
{
	return _dl_dlmopen(nsid, file, mode, __builtin_return_address(0));
}

int dlclose(void *handle)
{
	return _dl_dlclose(handle, __builtin_return_address(0));
}

void *dlsym(void *restrict handle, const char *restrict name)
{
	return _dl_dlsym(handle, name, NULL, __builtin_return_address(0));
}

void *dlvsym(void *restrict handle, const char *restrict name, const char *restrict version)
{
	return _dl_dlsym(handle, name, version, __builtin_return_address(0));
}

dlfunc_t dlfunc(void *restrict handle, const char *restrict name)
{
	return (dlfunc_t)_dl_dlsym(handle, name, NULL, __builtin_return_address(0));
}

void *fdlopen(int fd, int mode)
{
	return _dl_fdlopen(fd, mode, __builtin_return_address(0));
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
	return _dl_dlinfo(handle, request, arg, __builtin_return_address(0));
}

int dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data)
{
	return _dl_dlholders(handle, each, data);
}

int dlclose_mode(const char *mode)
{
	return _dl_dlclose_mode(mode);
}

int dl_iterate_phdr(int (*callback)(struct dl_phdr_info *, size_t, void *), void *data)
{
	return _dl_iterate_phdr(callback, data, __builtin_return_address(0));
}
