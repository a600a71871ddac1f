/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS modules, the static block and the DTVs.  Owns ld.modules, ld.static_*,
 * ld.free_ranges, ld.threads and the thread headers; the l_tls_* fields of link maps.
 * The names libc calls are at the end.
 */
#include "thread/tls.h"
#include "base/config.h"
#include "base/lock.h"
#include "thread/reader.h"
#include "base/fatal.h"
#include "base/sys.h"
#include "tell/trace.h"
#include "base/export.h"

enum { FIRST_MODULES = 32, DTV_FLAT = 64 };

#ifdef TLS_DTV_AT_TP
#define TCB_BEFORE TLS_PRE_TCB_SIZE
#else
#define TCB_BEFORE 0
#endif

struct thread *thread_self(void)
{
	if (unlikely(!ld.tls_ready))
		return &ld.boot_thread;
	return thread_of_dtv(THREAD_DTV());
}

/* Module ids. */

/* A larger table; the old one, which readers may still look at, is left in *old. */
static bool grow_modules(struct tls_module **old)
{
	size_t capacity = ld.module_capacity ? ld.module_capacity * 2 : FIRST_MODULES;
	struct tls_module *modules =
		mem_zalloc(sizeof(*modules) + capacity * sizeof(modules->at[0]));

	if (!modules)
		return false;
	*old = ld.modules;
	if (*old)
		memcpy(modules->at, (*old)->at, ld.module_capacity * sizeof(modules->at[0]));
	__atomic_store_n(&ld.modules, modules, __ATOMIC_RELEASE);
	ld.module_capacity = capacity;
	return true;
}

/* Id 0 means "no module"; the lowest free one keeps the DTVs short. */
static size_t take_id(struct tls_module **old)
{
	size_t id = ld.module_free;

	while (id < ld.module_limit && ld.modules->at[id])
		id++;
	if (id == ld.module_limit) {
		if (id >= ld.module_capacity && !grow_modules(old))
			return 0;
		ld.module_limit++;
	}
	ld.module_free = id + 1;
	return id;
}

bool tls_add_module(struct object *object, struct error *error)
{
	const ElfW(Phdr) *tls = object->image.tls;
	struct tls_module *old = NULL;
	size_t id;

	if (!tls)
		return true;
	object->map.l_tls_initimage = (void *)(object->bias + tls->p_vaddr);
	object->map.l_tls_initimage_size = tls->p_filesz;
	object->map.l_tls_blocksize = tls->p_memsz;
	object->map.l_tls_align = tls->p_align ? tls->p_align : 1;
	object->map.l_tls_firstbyte_offset = tls->p_vaddr & (object->map.l_tls_align - 1);
	threads_lock();
	id = take_id(&old);
	object->map.l_tls_modid = id;
	if (id)
		__atomic_store_n(&ld.modules->at[id], object, __ATOMIC_RELEASE);
	threads_unlock();
	reader_free(old);
	if (!id)
		return error_memory(error);
	if (tracing(TRACE_TLS))
		trace(TRACE_TLS, "module %s id=%zu size=0x%zx align=0x%zx", object_path(object), id,
		      (size_t)tls->p_memsz, (size_t)object->map.l_tls_align);
	return true;
}

/* The static block. */

/*
 * Lay a block of the module behind `used` bytes of the static block and return the new
 * amount, with the module's offset set.  The block's first byte must be congruent to
 * p_vaddr modulo p_align.
 */
static size_t place_static(struct object *object, size_t used)
{
	size_t align = object->map.l_tls_align, first = object->map.l_tls_firstbyte_offset;

#ifdef TLS_TCB_AT_TP
	/* Variant II: the block begins at tp - offset. */
	size_t offset = round_up(used + object->map.l_tls_blocksize + first, align) - first;
	object->map.l_tls_offset = (ptrdiff_t)offset;
	return offset;
#else
	size_t offset = round_up(used, align) + first;

	object->map.l_tls_offset = (ptrdiff_t)offset;
	return offset + object->map.l_tls_blocksize;
#endif
}

intptr_t tls_tp_offset(const struct object *object, uintptr_t value)
{
#ifdef TLS_TCB_AT_TP
	return (intptr_t)(value - (uintptr_t)object->map.l_tls_offset);
#else
	return (intptr_t)(value + (uintptr_t)object->map.l_tls_offset);
#endif
}

static void *static_block(const struct object *object, void *tcb)
{
#ifdef TLS_TCB_AT_TP
	return (char *)tcb - object->map.l_tls_offset;
#else
	return (char *)tcb + TCB_BEFORE + object->map.l_tls_offset;
#endif
}

/* The DTV. */

static unsigned highest_bit(size_t value)
{
	return (unsigned)(sizeof(unsigned long) * CHAR_BIT - 1 - (size_t)__builtin_clzl(value));
}

/*
 * The slot of a module id.  A missing segment is made when `make` is set; two makers (a
 * thread and its signal handler) agree by compare-and-swap.  NULL: no segment.
 */
static void **dtv_slot(struct thread *thread, size_t id, bool make)
{
	unsigned number;
	void **segment, **fresh;

	if (likely(id < DTV_FLAT))
		return &thread_dtv(thread)[id].pointer.val;
	number = highest_bit(id / DTV_FLAT);
	segment = __atomic_load_n(&thread->segment[number], __ATOMIC_ACQUIRE);
	if (!segment && make) {
		fresh = mem_zalloc(((size_t)DTV_FLAT << number) * sizeof(void *));
		if (!fresh)
			return NULL;
		if (__atomic_compare_exchange_n(&thread->segment[number], &segment, fresh, false,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			segment = fresh;
		else
			mem_free(fresh);
	}
	return segment ? &segment[id - ((size_t)DTV_FLAT << number)] : NULL;
}

/* A block made on first touch; its memory's own address is kept in the word before it. */
static void *block_new(const struct object *object)
{
	size_t align = object->map.l_tls_align, first = object->map.l_tls_firstbyte_offset;
	size_t size = object->map.l_tls_blocksize + align + first + sizeof(void *);
	char *memory = mem_alloc(size), *block;

	if (!memory)
		return NULL;
	block = (char *)round_up((uintptr_t)memory + sizeof(void *), align) + first;
	if (first >= sizeof(void *) && block - align >= memory + sizeof(void *))
		block -= align;
	memcpy(block - sizeof(void *), &memory, sizeof(memory));
	memcpy(block, object->map.l_tls_initimage, object->map.l_tls_initimage_size);
	memset(block + object->map.l_tls_initimage_size, 0,
	       object->map.l_tls_blocksize - object->map.l_tls_initimage_size);
	return block;
}

static void block_free(void *block)
{
	void *memory;

	memcpy(&memory, (char *)block - sizeof(void *), sizeof(memory));
	mem_free(memory);
}

static void __attribute__((noreturn)) tls_no_memory(const struct object *object)
{
	message("%s: no memory for a block of %zu bytes of thread-local storage",
		object_path(object), (size_t)object->map.l_tls_blocksize);
	sys_exit(127);
}

/* First touch.  A reader for as long as it looks at the table of modules. */
static void *touch(struct thread *self, size_t id)
{
	enum tls_place place = TLS_UNDECIDED;
	struct object *object;
	void **slot, *block, *seen = NULL;
	int cancel = cancel_off();

	reader_enter(self);
	object = __atomic_load_n(&__atomic_load_n(&ld.modules, __ATOMIC_ACQUIRE)->at[id],
				 __ATOMIC_ACQUIRE);
	slot = dtv_slot(self, id, true);
	if (!slot)
		tls_no_memory(object);
	__atomic_compare_exchange_n(&object->tls_place, &place, TLS_DYNAMIC, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	block = place == TLS_STATIC ? static_block(object, self->tcb) : block_new(object);
	if (!block)
		tls_no_memory(object);
	if (!__atomic_compare_exchange_n(slot, &seen, block, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE)) {
		if (place != TLS_STATIC)
			block_free(block);
		block = seen;
	}
	reader_leave(self);
	cancel_restore(cancel);
	return block;
}

void *tls_address(const struct tls_reference *reference)
{
	dtv_t *dtv = THREAD_DTV();
	size_t id = reference->module;
	void *block = NULL, **slot;

	if (likely(id < DTV_FLAT)) {
		block = __atomic_load_n(&dtv[id].pointer.val, __ATOMIC_ACQUIRE);
	} else {
		slot = dtv_slot(thread_of_dtv(dtv), id, false);
		if (slot)
			block = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
	}
	if (unlikely(!block))
		block = touch(thread_of_dtv(dtv), id);
	return (char *)block + reference->offset;
}

void *tls_peek(size_t module)
{
	void **slot = ld.tls_ready && module ? dtv_slot(thread_self(), module, false) : NULL;

	return slot ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : NULL;
}

/* Empty the slot of a module (NULL: none has the id); a block of a first touch is freed. */
static void clear_slot(struct thread *thread, size_t id, const struct object *object)
{
	void **slot = dtv_slot(thread, id, false);
	void *block = slot ? __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL) : NULL;

	if (block && object && !tls_is_static(object))
		block_free(block);
}

/* Modules that become static, and modules that go. */

static void drop_range(size_t i)
{
	memmove(ld.free_ranges + i, ld.free_ranges + i + 1,
		(ld.free_range_count - i - 1) * sizeof(*ld.free_ranges));
	ld.free_range_count--;
}

static bool take_range(struct object *object)
{
	size_t align = object->map.l_tls_align, first = object->map.l_tls_firstbyte_offset;
	size_t i, place;

	for (i = 0; i < ld.free_range_count; i++) {
		struct tls_range *range = &ld.free_ranges[i], rest;
		size_t end;

#ifdef TLS_TCB_AT_TP
		place = round_up(range->start + object->map.l_tls_blocksize + first, align) - first;
		end = place;
#else
		place = round_up(range->start, align) + first;
		end = place + object->map.l_tls_blocksize;
#endif
		if (end > range->start + range->size || end < range->start)
			continue;
		rest.start = end;
		rest.size = range->start + range->size - end;
		object->tls_range.start = range->start;
		object->tls_range.size = end - range->start;
		object->map.l_tls_offset = (ptrdiff_t)place;
		*range = rest;
		/* An empty piece would keep its neighbours from being joined. */
		if (!rest.size)
			drop_range(i);
		return true;
	}
	return false;
}

/* Give a range back, joined with its neighbours; ranges are ordered by start. */
static void give_range(struct tls_range range)
{
	struct tls_range *list = ld.free_ranges;
	size_t i = 0;

	while (i < ld.free_range_count && list[i].start < range.start)
		i++;
	if (i < ld.free_range_count && range.start + range.size == list[i].start) {
		list[i].start = range.start;
		list[i].size += range.size;
	} else if (i && list[i - 1].start + list[i - 1].size == range.start) {
		list[i - 1].size += range.size;
		return;
	} else {
		memmove(list + i + 1, list + i, (ld.free_range_count - i) * sizeof(*list));
		list[i] = range;
		ld.free_range_count++;
	}
	if (i && list[i - 1].start + list[i - 1].size == list[i].start) {
		list[i - 1].size += list[i].size;
		drop_range(i);
	}
}

/* There can be one free range more than static modules, so room for it is made with the module. */
static bool reserve_range(void)
{
	size_t capacity = ld.free_range_capacity * 2;
	struct tls_range *list;

	if (ld.static_modules + 2 < ld.free_range_capacity)
		return true;
	list = mem_realloc(ld.free_ranges, capacity * sizeof(*list));
	if (!list)
		return false;
	ld.free_ranges = list;
	ld.free_range_capacity = capacity;
	return true;
}

static size_t largest_range(void)
{
	size_t i, largest = 0;

	for (i = 0; i < ld.free_range_count; i++)
		if (ld.free_ranges[i].size > largest)
			largest = ld.free_ranges[i].size;
	return largest;
}

/* Bring the thread's static block of the module into its first state.  Nobody uses it yet. */
static void fill_block(const struct object *object, struct thread *thread)
{
	char *block = static_block(object, thread->tcb);
	size_t size = object->map.l_tls_initimage_size;

	memcpy(block, object->map.l_tls_initimage, size);
	memset(block + size, 0, object->map.l_tls_blocksize - size);
}

static void enter_block(const struct object *object, struct thread *thread)
{
	void **slot = dtv_slot(thread, object->map.l_tls_modid, true);

	if (slot)
		__atomic_store_n(slot, static_block(object, thread->tcb), __ATOMIC_RELEASE);
}

static void fill_blocks(const struct object *object)
{
	struct thread *thread;

	for (thread = ld.threads; thread; thread = thread->next)
		if (!thread->gone)
			fill_block(object, thread);
}

/*
 * Another thread may touch it for the first time at this moment: whoever decides first is right.
 * It may be touched as soon as it is static, so the blocks are filled before.
 */
static bool decide_static(struct object *object)
{
	enum tls_place place = TLS_UNDECIDED;
	struct thread *thread;

	fill_blocks(object);
	if (!__atomic_compare_exchange_n(&object->tls_place, &place, TLS_STATIC, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
		give_range(object->tls_range);
		return false;
	}
	for (thread = ld.threads; thread; thread = thread->next)
		enter_block(object, thread);
	ld.static_modules++;
	return true;
}

bool tls_make_static(struct object *object, struct error *error)
{
	bool done = false;

	if (tls_is_static(object))
		return true;
	if (object->map.l_tls_align > ld.static_align)
		return error_set(error,
				 "%s: static thread-local storage aligned to 0x%zx bytes is not "
				 "possible after startup (at most 0x%zx)",
				 object_path(object), (size_t)object->map.l_tls_align,
				 ld.static_align);
	threads_lock();
	if (!reserve_range())
		error_memory(error);
	else if (!take_range(object))
		error_set(error,
			  "%s: no room for its 0x%zx bytes of static thread-local storage (largest "
			  "free piece of the 0x%zx bytes set aside: 0x%zx)",
			  object_path(object), (size_t)object->map.l_tls_blocksize,
			  (size_t)__LDSO_TLS_SURPLUS__, largest_range());
	else if (!(done = decide_static(object)))
		error_set(error, "%s: its thread-local storage is in use and cannot become static",
			  object_path(object));
	threads_unlock();
	return done;
}

void tls_fill_static(struct object *object)
{
	if (!tls_is_static(object))
		return;
	threads_lock();
	fill_blocks(object);
	threads_unlock();
}

void tls_remove_module(struct object *object)
{
	size_t id = object->map.l_tls_modid;
	struct thread *thread;

	if (!id)
		return;
	threads_lock();
	for (thread = ld.threads; thread; thread = thread->next)
		clear_slot(thread, id, object);
	if (tls_is_static(object)) {
		give_range(object->tls_range);
		ld.static_modules--;
	}
	__atomic_store_n(&ld.modules->at[id], NULL, __ATOMIC_RELEASE);
	if (id < ld.module_free)
		ld.module_free = id;
	while (ld.module_limit > 1 && !ld.modules->at[ld.module_limit - 1])
		ld.module_limit--;
	if (ld.module_free > ld.module_limit)
		ld.module_free = ld.module_limit;
	threads_unlock();
	object->map.l_tls_modid = 0;
}

/* Threads come and go. */

static void list_thread(struct thread *thread)
{
	thread->next = ld.threads;
	thread->back = &ld.threads;
	if (thread->next)
		thread->next->back = &thread->next;
	ld.threads = thread;
}

static struct thread *thread_new(void *tcb)
{
	size_t size = sizeof(struct thread) + (1 + DTV_FLAT) * sizeof(dtv_t);
	struct thread *thread = mem_zalloc(size);

	if (!thread)
		return NULL;
	thread->tcb = tcb;
	thread_dtv(thread)[-1].counter = DTV_FLAT - 1;
	return thread;
}

/* Free what first touches have made, and forget where the static blocks are. */
static void clear_slots(struct thread *thread)
{
	size_t id;

	for (id = 1; id < ld.module_limit; id++)
		clear_slot(thread, id, ld.modules->at[id]);
}

/* Fill the static block of a thread that is not running yet.  Wants threads_lock. */
static void fill_thread(struct thread *thread)
{
	size_t id;

	for (id = 1; id < ld.module_limit; id++) {
		const struct object *object = ld.modules->at[id];

		if (!object || !tls_is_static(object))
			continue;
		fill_block(object, thread);
		enter_block(object, thread);
	}
}

static void thread_free(struct thread *thread)
{
	unsigned i;

	for (i = 0; i < DTV_SEGMENTS; i++)
		mem_free(thread->segment[i]);
	mem_free(thread);
}

/* Startup. */

static void place_startup_modules(void)
{
	size_t used = 0, id;

	ld.static_align = TLS_TCB_ALIGN > 64 ? TLS_TCB_ALIGN : 64;
	for (id = 1; id < ld.module_limit; id++) {
		struct object *object = ld.modules->at[id];

		used = place_static(object, used);
		object->tls_place = TLS_STATIC;
		if (object->map.l_tls_align > ld.static_align)
			ld.static_align = object->map.l_tls_align;
	}
	ld.static_size = round_up(used + __LDSO_TLS_SURPLUS__, ld.static_align);
	ld.free_ranges[0].start = used;
	ld.free_ranges[0].size = ld.static_size - used;
	ld.free_range_count = 1;
	ld.static_size += TLS_TCB_SIZE;
}

/* Memory for the main thread's static block and TCB; returns the TCB. */
static void *main_block(void)
{
	size_t size = ld.static_size + TCB_BEFORE + ld.static_align;
	char *memory = mem_zalloc(size);

	if (!memory)
		return NULL;
#ifdef TLS_TCB_AT_TP
	memory += ld.static_size - TLS_TCB_SIZE;
	return (void *)round_up((uintptr_t)memory, ld.static_align);
#else
	return (void *)(round_up((uintptr_t)memory + TCB_BEFORE, ld.static_align));
#endif
}

bool tls_start(struct error *error)
{
	struct object *object;
	struct thread *thread;
	void *tcb;

	ld.free_range_capacity = 4;
	ld.free_ranges = mem_alloc(ld.free_range_capacity * sizeof(*ld.free_ranges));
	if (!ld.free_ranges)
		return error_memory(error);
	ld.module_limit = ld.module_free = 1;
	for (object = ld.first; object; object = object_next(object))
		if (!tls_add_module(object, error))
			return false;
	place_startup_modules();
	tcb = main_block();
	thread = tcb ? thread_new(tcb) : NULL;
	if (!thread)
		return error_memory(error);
	list_thread(thread);
	INSTALL_DTV((char *)tcb, thread_dtv(thread) - 1);
	if (TLS_INIT_TP(tcb, 0))
		return error_set(error, "the kernel refuses to set the thread pointer");
	ld.tls_ready = true;
	return true;
}

void tls_start_images(void)
{
	threads_lock();
	fill_thread(ld.threads);
	threads_unlock();
}

/* What libpthread calls. */

EXPORT void _dl_get_tls_static_info(size_t *size, size_t *align)
{
	*size = ld.static_size;
	*align = ld.static_align;
}

EXPORT void *_dl_allocate_tls_init(void *tcb)
{
	struct thread *thread;

	if (!tcb)
		return NULL;
	thread = thread_of_dtv(GET_DTV(tcb));
	threads_lock();
	/* A stack used again comes with the vector of the thread that is gone. */
	clear_slots(thread);
	thread_reset(thread);
	thread->gone = false;
	fill_thread(thread);
	if (!thread->back)
		list_thread(thread);
	threads_unlock();
	return tcb;
}

EXPORT void *_dl_allocate_tls(void *tcb)
{
	struct thread *thread;

	if (!tcb)
		return NULL;
	thread = thread_new(tcb);
	if (!thread)
		return NULL;
	INSTALL_DTV((char *)tcb, thread_dtv(thread) - 1);
	return _dl_allocate_tls_init(tcb);
}

EXPORT void _dl_deallocate_tls(void *tcb, bool free_tcb)
{
	struct thread *thread = thread_of_dtv(GET_DTV(tcb));

	(void)free_tcb; /* libpthread's threads bring their own memory */
	threads_lock();
	clear_slots(thread);
	if (thread->back) {
		*thread->back = thread->next;
		if (thread->next)
			thread->next->back = thread->back;
	}
	threads_unlock();
	thread_free(thread);
}

/* The calling thread will touch no TLS any more: part of _dl_thread_exit. */
void tls_thread_exit(struct thread *thread)
{
	threads_lock();
	clear_slots(thread);
	threads_unlock();
}

EXPORT void *__tls_get_addr(const struct tls_reference *reference)
{
	return tls_address(reference);
}

EXPORT void *_dl_tls_get_addr_soft(struct link_map *map)
{
	return tls_peek(map->l_tls_modid);
}

EXPORT void _dl_for_each_thread(void (*each)(void *tcb, void *data), void *data)
{
	struct thread *thread;

	threads_lock();
	for (thread = ld.threads; thread; thread = thread->next)
		if (!thread->gone)
			each(thread->tcb, data);
	threads_unlock();
}
