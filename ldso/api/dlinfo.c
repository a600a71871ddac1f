/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dlinfo and dlholders: facts about an open object.  Owns nothing. */
#include "api/api.h"
#include "base/export.h"
#include "life/search.h"
#include "tell/trace.h"
#include "thread/tls.h"
#include "world/linkmap.h"
#include <dl-api.h>

struct serinfo {
	Dl_serinfo *info;
	size_t count, text; /* entries and bytes of strings so far */
	char *next;	    /* where the next string goes; NULL: only measure */
};

static bool add_directory(const char *directory, unsigned kind, void *data)
{
	struct serinfo *serinfo = data;
	size_t size = strlen(directory) + 1;

	if (serinfo->next) {
		if (serinfo->count >= serinfo->info->dls_cnt)
			return false;
		serinfo->info->dls_serpath[serinfo->count].dls_name = serinfo->next;
		serinfo->info->dls_serpath[serinfo->count].dls_flags = kind;
		memcpy(serinfo->next, directory, size);
		serinfo->next += size;
	}
	serinfo->count++;
	serinfo->text += size;
	return true;
}

static void serinfo_size(struct object *object, Dl_serinfo *info)
{
	struct serinfo measure = {NULL, 0, 0, NULL};

	search_directories(object, add_directory, &measure);
	info->dls_cnt = (unsigned)measure.count;
	info->dls_size = offsetof(Dl_serinfo, dls_serpath) + measure.count * sizeof(Dl_serpath) +
			 measure.text;
}

static bool serinfo_fill(struct object *object, Dl_serinfo *info, struct error *error)
{
	struct serinfo fill = {info, 0, 0, NULL};
	Dl_serinfo wanted;

	serinfo_size(object, &wanted);
	if (info->dls_cnt < wanted.dls_cnt || info->dls_size < wanted.dls_size)
		return error_set(error, "dlinfo: the buffer for RTLD_DI_SERINFO is too small");
	fill.next = (char *)&info->dls_serpath[wanted.dls_cnt];
	search_directories(object, add_directory, &fill);
	return true;
}

static int info_of(struct object *object, int request, void *arg, struct error *error)
{
	const char *origin;

	switch (request) {
	case RTLD_DI_LMID:
		*(Lmid_t *)arg = object->space->number;
		return 0;
	case RTLD_DI_LINKMAP:
		*(struct link_map **)arg = &object->map;
		return 0;
	case RTLD_DI_SERINFO:
		return serinfo_fill(object, arg, error) ? 0 : -1;
	case RTLD_DI_SERINFOSIZE:
		serinfo_size(object, arg);
		return 0;
	case RTLD_DI_ORIGIN:
		origin = search_origin(object);
		if (!origin)
			break;
		memcpy(arg, origin, strlen(origin) + 1);
		return 0;
	case RTLD_DI_TLS_MODID:
		*(size_t *)arg = object->map.l_tls_modid;
		return 0;
	case RTLD_DI_TLS_DATA:
		*(void **)arg = tls_peek(object->map.l_tls_modid);
		return 0;
	case RTLD_DI_PHDR:
		*(const ElfW(Phdr) **)arg = object->image.phdr;
		return (int)object->image.phnum;
	default:
		error_set(error, "dlinfo: request %d is not supported", request);
		return -1;
	}
	error_set(error, "dlinfo: %s: its directory is not known", object_path(object));
	return -1;
}

EXPORT int _dl_dlinfo(void *handle, int request, void *arg, const void *caller)
{
	struct call call = CALL_BEGIN(caller);
	struct object *object;
	int result = -1;

	if (!family_enter(&call))
		return -1;
	object = handle == RTLD_SELF ? caller_object(call.from.caller)
				     : handle_object(handle, "dlinfo", &call.error);
	if (object && !arg)
		error_set(&call.error, "dlinfo: there is no place for the answer");
	else if (object)
		result = info_of(object, request, arg, &call.error);
	family_leave(&call);
	return result;
}

/* dlholders: a copy of all facts first, so that the callbacks run without a lock. */

struct holders {
	struct dl_holder *list; /* with its strings behind it; NULL: only measure */
	size_t count, bytes;
	const struct object *object;
	char *next;
};

static const char *keep_text(struct holders *holders, const char *text)
{
	size_t size;
	char *copy = holders->next;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	holders->bytes += size;
	if (!holders->list)
		return NULL;
	memcpy(copy, text, size);
	holders->next += size;
	return copy;
}

static int add_holder(const struct hold *hold, void *data)
{
	struct holders *holders = data;
	const char *by = hold->by ? object_path(object_of_node(hold->by->from)) : NULL;
	struct dl_holder holder;

	holder.dlh_object = keep_text(holders, object_path(holders->object));
	holder.dlh_reason = hold_reason_name(hold->reason);
	holder.dlh_by = keep_text(holders, by);
	holder.dlh_symbol = keep_text(holders, hold->by ? hold->by->symbol : NULL);
	holder.dlh_count = hold->count;
	if (holders->list)
		holders->list[holders->count] = holder;
	holders->count++;
	return 0;
}

static struct dl_holder *copy_holders(const struct object *object, size_t *count)
{
	struct holders holders = {NULL, 0, 0, object, NULL};

	plan_holders(&object->node, add_holder, &holders);
	holders.list = mem_alloc(holders.count * sizeof(*holders.list) + holders.bytes);
	if (!holders.list)
		return NULL;
	holders.next = (char *)(holders.list + holders.count);
	holders.count = 0;
	plan_holders(&object->node, add_holder, &holders);
	*count = holders.count;
	return holders.list;
}

EXPORT int _dl_dlholders(void *handle, int (*each)(const struct dl_holder *, void *), void *data)
{
	struct call call = CALL_BEGIN(NULL);
	struct dl_holder *list = NULL;
	struct object *object;
	size_t i, count = 0;
	int result = 0;

	if (!family_enter(&call))
		return -1;
	object = handle_object(handle, "dlholders", &call.error);
	if (object)
		list = copy_holders(object, &count);
	if (object && !list)
		error_memory(&call.error);
	family_leave(&call);
	if (!list)
		return -1;
	for (i = 0; i < count && !result; i++)
		result = each(&list[i], data);
	mem_free(list);
	return result;
}
