/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pieces of the static TLS block.  Owns the lists in struct tls_ranges. */
#include "thread/ranges.h"
#include "base/memory.h"
#include "arch.h"

size_t tls_place_block(size_t used, const struct tls_need *need, size_t *offset)
{
	size_t place, end;

	if (ARCH_TLS_BELOW_TP) {
		place = round_up(used + need->size + need->first, need->align) - need->first;
		end = place;
	} else {
		place = round_up(used, need->align) + need->first;
		end = place + need->size;
	}
	*offset = place;
	return end - used < need->size ? 0 : end;
}

bool ranges_start(struct tls_ranges *ranges, struct tls_range whole)
{
	ranges->capacity = 4;
	ranges->list = mem_alloc(ranges->capacity * sizeof(*ranges->list));
	if (!ranges->list)
		return false;
	ranges->list[0] = whole;
	ranges->count = 1;
	return true;
}

bool ranges_reserve(struct tls_ranges *ranges, size_t modules)
{
	size_t capacity = ranges->capacity * 2;
	struct tls_range *list;

	if (modules + 2 < ranges->capacity)
		return true;
	list = mem_realloc(ranges->list, capacity * sizeof(*list));
	if (!list)
		return false;
	ranges->list = list;
	ranges->capacity = capacity;
	return true;
}

static void drop(struct tls_ranges *ranges, size_t i)
{
	memmove(ranges->list + i, ranges->list + i + 1,
		(ranges->count - i - 1) * sizeof(*ranges->list));
	ranges->count--;
}

bool ranges_take(struct tls_ranges *ranges, const struct tls_need *need, struct tls_range *taken,
		 size_t *offset)
{
	size_t i, end;

	for (i = 0; i < ranges->count; i++) {
		struct tls_range *range = &ranges->list[i];

		end = tls_place_block(range->start, need, offset);
		if (end < range->start || end > range->start + range->size)
			continue;
		taken->start = range->start;
		taken->size = end - range->start;
		range->start = end;
		range->size -= taken->size;
		/* An empty piece would keep its neighbours from being joined. */
		if (!range->size)
			drop(ranges, i);
		return true;
	}
	return false;
}

void ranges_give(struct tls_ranges *ranges, struct tls_range range)
{
	struct tls_range *list = ranges->list;
	size_t i = 0;

	while (i < ranges->count && list[i].start < range.start)
		i++;
	if (i < ranges->count && range.start + range.size == list[i].start) {
		list[i].start = range.start;
		list[i].size += range.size;
	} else if (i && list[i - 1].start + list[i - 1].size == range.start) {
		list[i - 1].size += range.size;
		return;
	} else {
		memmove(list + i + 1, list + i, (ranges->count - i) * sizeof(*list));
		list[i] = range;
		ranges->count++;
	}
	if (i && list[i - 1].start + list[i - 1].size == list[i].start) {
		list[i - 1].size += list[i].size;
		drop(ranges, i);
	}
}

size_t ranges_largest(const struct tls_ranges *ranges)
{
	size_t i, largest = 0;

	for (i = 0; i < ranges->count; i++)
		if (ranges->list[i].size > largest)
			largest = ranges->list[i].size;
	return largest;
}
