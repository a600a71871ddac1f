/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TLS modules, the static block and the DTVs.  Owns ld.tls.modules, ld.static_*,
 * ld.tls.free_ranges, ld.threads.list and the thread headers; the l_tls_* fields of link maps.
 * The names libc calls are at the end.
 */
#include "thread/tls.h"
#include "thread/block.h"
#include "base/config.h"
#include "base/cancel.h"
#include "thread/reader.h"
#include "base/message.h"
#include "base/sys.h"
#include "tell/trace.h"
#include "base/export.h"

enum { FIRST_MODULES = 32 };

/*
 * Variant I (TLS_DTV_AT_TP): libpthread's struct, the TCB, the blocks, upwards.  Variant II: the
 * blocks, and the struct, which begins with the TCB.
 */
#ifdef TLS_DTV_AT_TP
enum { TCB_BEFORE = TLS_PRE_TCB_SIZE, FIRST_BLOCK = TLS_TCB_SIZE, TCB_BEHIND = 0 };
#else
enum { TCB_BEFORE = 0, FIRST_BLOCK = 0, TCB_BEHIND = TLS_TCB_SIZE };
#endif

/* Module ids. */

/* A larger table; the old one, which readers may still look at, is left in *old. */
static bool grow_modules(struct tls_module **old)
{
	size_t capacity = ld.tls.capacity ? ld.tls.capacity * 2 : FIRST_MODULES;
	struct tls_module *modules =
		mem_zalloc(sizeof(*modules) + capacity * sizeof(modules->at[0]));

	if (!modules)
		return false;
	*old = ld.tls.modules;
	if (*old)
		memcpy(modules->at, (*old)->at, ld.tls.capacity * sizeof(modules->at[0]));
	store_release(&ld.tls.modules, modules);
	ld.tls.capacity = capacity;
	return true;
}

/* Id 0 means "no module"; the lowest free one keeps the DTVs short. */
static size_t take_id(struct tls_module **old)
{
	size_t id = ld.tls.lowest_free;

	while (id < ld.tls.limit && ld.tls.modules->at[id])
		id++;
	if (id == ld.tls.limit) {
		if (id >= ld.tls.capacity && !grow_modules(old))
			return 0;
		store_release(&ld.tls.limit, ld.tls.limit + 1);
	}
	ld.tls.lowest_free = id + 1;
	return id;
}

bool tls_add_module(struct object *object, struct error *error)
{
	const ElfW(Phdr) *tls = object->image.tls;
	struct tls_module *old = NULL;
	size_t id;

	wants_loader();
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
		store_release(&ld.tls.modules->at[id], object);
	threads_unlock();
	reader_free(old);
	if (!id)
		return error_memory(error);
	if (tracing(TRACE_TLS))
		trace(TRACE_TLS, "module %s%-s id=%zu size=0x%zx align=0x%zx", object_path(object),
		      object->space->field, id, (size_t)tls->p_memsz,
		      (size_t)object->map.l_tls_align);
	return true;
}

/* The static block. */

static struct tls_need need_of(const struct object *object)
{
	return (struct tls_need){object->map.l_tls_blocksize, object->map.l_tls_align,
				 object->map.l_tls_firstbyte_offset};
}

intptr_t tls_tp_offset(const struct object *object, uintptr_t value)
{
#ifdef TLS_TCB_AT_TP
	return (intptr_t)(value - (uintptr_t)object->map.l_tls_offset);
#else
	return (intptr_t)(value + (uintptr_t)object->map.l_tls_offset - ARCH_TLS_TP_BIAS);
#endif
}

static void *static_block(const struct object *object, void *tcb)
{
#ifdef TLS_TCB_AT_TP
	return (char *)tcb - object->map.l_tls_offset;
#else
	return (char *)tcb + object->map.l_tls_offset;
#endif
}

/* The DTV. */

static unsigned highest_bit(size_t value)
{
	return (unsigned)(sizeof(unsigned long) * CHAR_BIT - 1 - (size_t)__builtin_clzl(value));
}

static void **segment_slot(void **segment, size_t id, unsigned number)
{
	return segment ? &segment[id - ((size_t)DTV_FLAT << number)] : NULL;
}

void **tls_slot(struct thread *thread, size_t id)
{
	unsigned number;

	if (likely(id < DTV_FLAT))
		return &thread_dtv(thread)[id].pointer.val;
	number = highest_bit(id / DTV_FLAT);
	if (number >= DTV_SEGMENTS)
		return NULL;
	return segment_slot(load_acquire(&thread->segment[number]), id, number);
}

/*
 * The same, and a missing segment is made; two makers (a thread and its signal handler) agree
 * by compare-and-swap.  NULL: no memory.
 */
static void **tls_slot_make(struct thread *thread, size_t id)
{
	void **slot = tls_slot(thread, id), **fresh, **there = NULL;
	unsigned number;

	if (slot)
		return slot;
	number = highest_bit(id / DTV_FLAT);
	fresh = mem_zalloc(((size_t)DTV_FLAT << number) * sizeof(void *));
	if (!fresh)
		return NULL;
	if (!__atomic_compare_exchange_n(&thread->segment[number], &there, fresh, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		mem_free(fresh);
		fresh = there;
	}
	return segment_slot(fresh, id, number);
}

/* In guard mode each block is alone. */
static void *block_new(const struct object *object)
{
	struct tls_need need = need_of(object);
	void *block = block_take(&need, load_relaxed(&ld.retired.mode) == CLOSE_GUARD);

	if (block)
		memcpy(block, object->map.l_tls_initimage, object->map.l_tls_initimage_size);
	return block;
}

static void block_free(const struct object *object, void *block)
{
	struct tls_need need = need_of(object);

	block_give(block, &need);
}

/* The object that has the id, or NULL. */
static struct object *module_of(size_t id)
{
	/* In this order: the table has that many. */
	size_t limit = load_acquire(&ld.tls.limit);
	const struct tls_module *modules = load_acquire(&ld.tls.modules);

	return id < limit ? load_acquire(&modules->at[id]) : NULL;
}

void tls_no_memory(size_t id, const char *caller)
{
	const struct object *object = module_of(id);

	if (!object) {
		message("%s: __tls_get_addr: %zu is no module of thread-local storage", caller, id);
		sys_exit(127);
	}
	message("%s: no memory for a block of %zu bytes of thread-local storage",
		object_path(object), (size_t)object->map.l_tls_blocksize);
	sys_exit(127);
}

/* A reader for as long as it looks at the table of modules. */
void *tls_touch(struct thread *self, size_t id, bool *wanted)
{
	enum tls_place place = TLS_UNDECIDED;
	struct object *object;
	void **slot, *block = NULL, *seen = NULL;
	int cancel = cancel_off();

	reader_enter(self);
	object = module_of(id);
	slot = object ? tls_slot_make(self, id) : NULL;
	if (!slot)
		goto out;
	__atomic_compare_exchange_n(&object->tls.place, &place, TLS_DYNAMIC, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	block = place == TLS_STATIC ? static_block(object, self->tcb) : block_new(object);
	if (!block)
		goto out;
	if (!__atomic_compare_exchange_n(slot, &seen, block, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE)) {
		if (place != TLS_STATIC)
			block_free(object, block);
		block = seen;
	}
out:
	*wanted = reader_leave(self);
	cancel_restore(cancel);
	return block;
}

void *tls_peek(size_t module)
{
	void **slot = ld.tls.ready && module ? tls_slot(thread_self(), module) : NULL;

	return slot ? load_acquire(slot) : NULL;
}

const struct object *tls_passed(uintptr_t address, size_t *beyond)
{
	struct thread *self = thread_self();
	size_t id, limit = ld.tls.ready ? load_acquire(&ld.tls.limit) : 0;

	for (id = 1; id < limit; id++) {
		const struct object *object = module_of(id);
		void **slot = object && !tls_is_static(object) ? tls_slot(self, id) : NULL;
		const void *block = slot ? load_acquire(slot) : NULL;
		struct tls_need need;

		if (!block)
			continue;
		need = need_of(object);
		*beyond = address - ((uintptr_t)block + need.size);
		if (block_passed(block, &need, address))
			return object;
	}
	return NULL;
}

/* Empty the slot of a module (NULL: none has the id); a block of a first touch is freed. */
static void clear_slot(struct thread *thread, size_t id, const struct object *object)
{
	void **slot = tls_slot(thread, id);
	void *block = slot ? __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL) : NULL;

	if (block && object && !tls_is_static(object))
		block_free(object, block);
}

/* Modules that become static, and modules that go. */

static bool take_range(struct object *object)
{
	struct tls_need need = need_of(object);
	size_t offset;

	if (!ranges_take(&ld.tls.free_ranges, &need, &object->tls.range, &offset))
		return false;
	object->map.l_tls_offset = (ptrdiff_t)offset;
	return true;
}

/*
 * Bring the thread's static block of the module into its first state.  Nobody uses it yet.
 * `fresh`: it is zero.
 */
static void fill_block(const struct object *object, struct thread *thread)
{
	char *block = static_block(object, thread->tcb);
	size_t size = object->map.l_tls_initimage_size;

	memcpy(block, object->map.l_tls_initimage, size);
	memset(block + size, 0, object->map.l_tls_blocksize - size);
}

static void enter_block(const struct object *object, struct thread *thread)
{
	void **slot = tls_slot_make(thread, object->map.l_tls_modid);

	if (slot)
		store_release(slot, static_block(object, thread->tcb));
}

static void fill_blocks(const struct object *object)
{
	struct thread *thread;

	for (thread = ld.threads.list; thread; thread = thread->next)
		if (!thread->gone)
			fill_block(object, thread);
}

static void enter_blocks(const struct object *object)
{
	struct thread *thread;

	for (thread = ld.threads.list; thread; thread = thread->next)
		enter_block(object, thread);
}

/*
 * Another thread may touch it for the first time at this moment: whoever decides first is right.
 * It may be touched as soon as it is static, so the blocks are filled before.
 */
static bool decide_static(struct object *object)
{
	enum tls_place place = TLS_UNDECIDED;

	fill_blocks(object);
	if (!__atomic_compare_exchange_n(&object->tls.place, &place, TLS_STATIC, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
		ranges_give(&ld.tls.free_ranges, object->tls.range);
		return false;
	}
	enter_blocks(object);
	ld.tls.static_modules++;
	return true;
}

bool tls_make_static(struct object *object, struct error *error)
{
	bool done = false;

	wants_loader();
	if (tls_is_static(object))
		return true;
	if (object->map.l_tls_align > ld.tls.static_align)
		return error_set(error,
				 "%s: static thread-local storage aligned to 0x%zx bytes is not "
				 "possible after startup (at most 0x%zx)",
				 object_path(object), (size_t)object->map.l_tls_align,
				 ld.tls.static_align);
	threads_lock();
	if (!ranges_reserve(&ld.tls.free_ranges, ld.tls.static_modules))
		error_memory(error);
	else if (!take_range(object))
		error_set(
			error,
			"%s: no room for its 0x%zx bytes of static thread-local storage (largest "
			"free piece of the 0x%zx bytes set aside: 0x%zx); load it at start, or build it "
			"with -ftls-model=global-dynamic",
			object_path(object), (size_t)object->map.l_tls_blocksize,
			(size_t)__LDSO_TLS_SURPLUS__, ranges_largest(&ld.tls.free_ranges));
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

	wants_loader();
	if (!id)
		return;
	threads_lock();
	for (thread = ld.threads.list; thread; thread = thread->next)
		clear_slot(thread, id, object);
	if (tls_is_static(object)) {
		ranges_give(&ld.tls.free_ranges, object->tls.range);
		ld.tls.static_modules--;
	}
	store_release(&ld.tls.modules->at[id], NULL);
	if (id < ld.tls.lowest_free)
		ld.tls.lowest_free = id;
	while (ld.tls.limit > 1 && !ld.tls.modules->at[ld.tls.limit - 1])
		store_release(&ld.tls.limit, ld.tls.limit - 1);
	if (ld.tls.lowest_free > ld.tls.limit)
		ld.tls.lowest_free = ld.tls.limit;
	threads_unlock();
	object->map.l_tls_modid = 0;
}

void tls_forget_descriptors(struct object *object)
{
	while (object->tls.descriptors) {
		struct tlsdesc *next = object->tls.descriptors->next;

		mem_free(object->tls.descriptors);
		object->tls.descriptors = next;
	}
}

/* Threads come and go. */

void tls_clear_thread(struct thread *thread)
{
	size_t id;

	wants_threads();
	for (id = 1; id < ld.tls.limit; id++)
		clear_slot(thread, id, ld.tls.modules->at[id]);
}

void tls_fill_thread(struct thread *thread)
{
	size_t id;

	wants_threads();
	for (id = 1; id < ld.tls.limit; id++) {
		const struct object *object = ld.tls.modules->at[id];

		if (!object || !tls_is_static(object))
			continue;
		fill_block(object, thread);
		enter_block(object, thread);
	}
}

uintptr_t tls_stack_end(const struct thread *thread)
{
	return (uintptr_t)thread->tcb - TCB_BEFORE;
}

/* Startup. */

static bool no_room(const struct object *object, struct error *error)
{
	return error_set(error, "%s: no memory for its %zu bytes of thread-local storage",
			 object_path(object), (size_t)object->map.l_tls_blocksize);
}

static bool place_startup_modules(size_t room, struct error *error)
{
	size_t used = FIRST_BLOCK, end, id;
	struct tls_range whole;

	ld.tls.static_align = TLS_TCB_ALIGN > 64 ? TLS_TCB_ALIGN : 64;
	for (id = 1; id < ld.tls.limit; id++) {
		struct object *object = ld.tls.modules->at[id];

		struct tls_need need = need_of(object);
		size_t offset;

		end = tls_place_block(used, &need, &offset);
		if (end < used || end > PTRDIFF_MAX / 4)
			return no_room(object, error);
		used = end;
		object->map.l_tls_offset = (ptrdiff_t)offset;
		object->tls.place = TLS_STATIC;
		if (object->map.l_tls_align > ld.tls.static_align)
			ld.tls.static_align = object->map.l_tls_align;
	}
	ld.tls.static_size = round_up(used + __LDSO_TLS_SURPLUS__ + room, ld.tls.static_align);
	whole = (struct tls_range){used, ld.tls.static_size - used};
	ld.tls.static_size += TCB_BEHIND;
	return ranges_start(&ld.tls.free_ranges, whole) || error_memory(error);
}

/* Without memory for the static block, it is the largest part of it that wants too much. */
static bool no_static_block(struct error *error)
{
	const struct object *object, *largest = NULL;
	size_t id;

	for (id = 1; id < ld.tls.limit; id++) {
		object = ld.tls.modules->at[id];
		if (!largest || object->map.l_tls_blocksize > largest->map.l_tls_blocksize)
			largest = object;
	}
	return largest ? no_room(largest, error) : error_memory(error);
}

/*
 * Memory for the main thread's static block and TCB, where nothing of the linker's lies; returns
 * the TCB, which is aligned.
 */
static void *main_block(void)
{
	size_t align = ld.tls.static_align;
	struct tls_need need = {TCB_BEFORE + ld.tls.static_size, align,
				-(size_t)TCB_BEFORE & (align - 1)};
	char *block = block_take(&need, true);

	if (!block)
		return NULL;
	return block + (TCB_BEHIND ? ld.tls.static_size - TCB_BEHIND : TCB_BEFORE);
}

bool tls_start_more(struct error *error)
{
	struct object *object = ld.space.map.first;

	while (object && (object->map.l_tls_modid || tls_add_module(object, error)))
		object = object_next(object);
	return !object;
}

bool tls_start(size_t room, struct error *error)
{
	struct thread *thread;
	void *tcb;

	ld.tls.limit = ld.tls.lowest_free = 1;
	if (!tls_start_more(error))
		return false;
	if (!place_startup_modules(room, error))
		return false;
	tcb = main_block();
	if (!tcb)
		return no_static_block(error);
	thread = thread_new(tcb);
	if (!thread)
		return error_memory(error);
	thread->id = ld.threads.boot.id;
	thread_list(thread);
	INSTALL_DTV((char *)tcb, thread_dtv(thread) - 1);
	if (TLS_INIT_TP(tcb, 0))
		return error_set(error, "the kernel refuses to set the thread pointer");
	ld.tls.ready = true;
	return true;
}

void tls_start_images(void)
{
	struct object *object;

	threads_lock();
	for (object = ld.space.map.first; object; object = object_next(object))
		if (tls_is_static(object)) {
			fill_blocks(object);
			enter_blocks(object);
		}
	threads_unlock();
}

EXPORT void *_dl_tls_get_addr_soft(struct link_map *map)
{
	return tls_peek(map->l_tls_modid);
}
