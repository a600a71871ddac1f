/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lazy binding, and what dlsym has in common with it.  Owns ld.bind, and the `binding` and `asking`
 * fields of threads.
 *
 * A close and a binding into one of the objects it closes agree like this.  The binder: set
 * binding, look up (closing objects do not answer), queue the edge, clear binding.  The closer,
 * with the loader lock: plan, mark the dying closing, wait until nobody is binding, drain.  A
 * binder that still saw the object alive has queued its edge by then, and the closer
 * plans again; any later one does not find the object and asks again with the lock.  When that is a
 * signal handler which has interrupted a binding, the closer would wait for it in vain: it takes
 * its marks back and lets the handler go first.  Closers sleep on ld.bind.change; who ends a
 * binding, or asks for the lock within one, wakes them.
 */
#include "life/bind.h"
#include "base/message.h"
#include "base/cancel.h"
#include "life/audit.h"
#include "life/loader.h"
#include "world/audited.h"
#include "world/lookup.h"
#include "world/pltword.h"
#include "thread/reader.h"
#include "hold/bound.h"
#include "base/sys.h"
#include "tell/trace.h"
#include "world/space.h"

bool bind_edge(struct object *from, struct object *to, const char *symbol)
{
	enum bound bound = bound_link(&from->node, &to->node, symbol);

	wants_loader();
	if (bound == BOUND_HELD && tracing(TRACE_BINDINGS))
		trace(TRACE_BINDINGS, "hold %s%-s by=%s symbol=%s", object_path(to),
		      to->space->field, object_path(from), symbol ? symbol : "-");
	/* As long as `from` lives: what it holds goes only with it. */
	if (bound != BOUND_NO_MEMORY)
		store_relaxed(&to->bound_by, (unsigned long)from->id);
	return bound != BOUND_NO_MEMORY;
}

bool bind_queue(struct object *from, struct definition found)
{
	struct pending_binding *pending;
	struct object *to = found.object;

	/* Whether another one is permanent by now, bind_edge will see; without its holders, what
	 * is retired holds nothing. */
	if (from == to || to->node.startup || load_relaxed(&from->state) == OBJECT_RETIRED ||
	    (load_relaxed(&to->bound_by) == (unsigned long)from->id && !tracing(TRACE_BINDINGS)))
		return true;
	pending = mem_alloc(sizeof(*pending));
	if (!pending)
		return false;
	pending->from = from;
	pending->to = to;
	pending->symbol = dynamic_string(&to->dynamic, found.symbol->st_name);
	pending->next = load_relaxed(&ld.bind.pending);
	while (!__atomic_compare_exchange_n(&ld.bind.pending, &pending->next, pending, true,
					    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
	return true;
}

void bind_drain(void)
{
	struct pending_binding *pending =
		__atomic_exchange_n(&ld.bind.pending, NULL, __ATOMIC_SEQ_CST);

	wants_loader();
	while (pending) {
		struct pending_binding *next = pending->next;

		if (!bind_edge(pending->from, pending->to, pending->symbol))
			pending->to->node.nodelete = true;
		mem_free(pending);
		pending = next;
	}
}

/* Tell who waits for bindings that it has to look again. */
static void tell_closers(void)
{
	if (likely(!load_ordered(&ld.bind.settling)))
		return;
	__atomic_add_fetch(&ld.bind.change, 1, __ATOMIC_SEQ_CST);
	sys_futex_wake(&ld.bind.change, INT_MAX);
}

void bind_begin(struct thread *self)
{
	__atomic_add_fetch(&self->binding, 1, __ATOMIC_SEQ_CST);
}

void bind_end(struct thread *self)
{
	__atomic_sub_fetch(&self->binding, 1, __ATOMIC_SEQ_CST);
	tell_closers();
}

void bind_ask(struct thread *self, bool asking)
{
	store_ordered(&self->asking, asking);
	tell_closers();
}

enum bindings { BINDINGS_NONE, BINDINGS_GO_ON, BINDINGS_STUCK };

static enum bindings look_for_bindings(void)
{
	struct thread *self = thread_self(), *thread;
	enum bindings found = BINDINGS_NONE;

	if (thread_is_alone())
		return found;
	threads_lock();
	for (thread = ld.threads.list; thread; thread = thread->next)
		if (thread != self && load_ordered(&thread->binding) && found != BINDINGS_STUCK)
			found = load_ordered(&thread->asking) ? BINDINGS_STUCK : BINDINGS_GO_ON;
	threads_unlock();
	return found;
}

/*
 * Sleep while there are such bindings.  Both sides say first, and look then: who ends a binding and
 * does not see `settling` is one that is seen to have ended.
 */
static enum bindings wait_while(enum bindings wanted)
{
	enum bindings found;
	int seen;

	__atomic_add_fetch(&ld.bind.settling, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		seen = load_ordered(&ld.bind.change);
		found = look_for_bindings();
		if (found != wanted)
			break;
		sys_futex_wait(&ld.bind.change, seen, NULL);
	}
	__atomic_sub_fetch(&ld.bind.settling, 1, __ATOMIC_SEQ_CST);
	return found;
}

bool bind_settle(void)
{
	bool settled;

	wants_loader();
	settled = wait_while(BINDINGS_GO_ON) == BINDINGS_NONE;
	store_ordered(&ld.bind.undecided, 0);
	return settled;
}

void bind_let_pass(void)
{
	int cancel = loader_leave();

	wait_while(BINDINGS_STUCK);
	loader_return(cancel);
}

void bind_marking(void)
{
	wants_loader();
	store_ordered(&ld.bind.marking, ld.bind.marking | 1);
	store_ordered(&ld.bind.undecided, ld.bind.marking);
}

void bind_marked(void)
{
	wants_loader();
	store_ordered(&ld.bind.marking, ld.bind.marking + 1);
}

void bind_fork(void)
{
	__atomic_add_fetch(&ld.bind.change, 1, __ATOMIC_SEQ_CST);
}

static struct definition find_and_queue(struct thread *self, struct object *object, size_t symbol,
					unsigned flags)
{
	struct definition found;

	bind_begin(self);
	found = lookup_reference(object, symbol, flags);
	if (found.symbol && !bind_queue(object, found)) {
		/* Without memory for the edge, the object stays for good: safe, if not tidy.  That
		 * needs the lock: the caller asks again with it. */
		if (lock_mine(&ld.loader.lock))
			found.object->node.nodelete = true;
		else
			found.symbol = NULL;
	}
	bind_end(self);
	return found;
}

static void __attribute__((noreturn))
fail(const struct object *object, const char *what, const char *symbol)
{
	message("%s: %s: %s", object_path(object), what, symbol);
	sys_exit(127);
}

static struct definition find(struct object *object, size_t symbol)
{
	const char *name = dynamic_string(&object->dynamic, object->dynamic.symtab[symbol].st_name);
	struct thread *self = thread_self();
	int cancel = cancel_off();
	struct definition found;

	reader_enter(self);
	found = find_and_queue(self, object, symbol, LOOKUP_PLT);
	loader_reader_leave(self);
	cancel_restore(cancel);
	/* What is just being closed may yet stay: then its closer knows, and has the lock. */
	if (!found.symbol && !lock_mine(&ld.loader.lock)) {
		loader_lock();
		found = find_and_queue(self, object, symbol, LOOKUP_PLT | LOOKUP_LOCKED);
		loader_unlock();
	}
	if (!found.symbol)
		fail(object, "undefined symbol", name);
	if (tracing(TRACE_BINDINGS))
		trace(TRACE_BINDINGS, "bind %s%-s symbol=%s to=%s lazy=1", object_path(object),
		      object->space->field, name, object_path(found.object));
	return found;
}

/* Where a call of `found` goes. */
static uintptr_t target_of(struct definition found)
{
	uintptr_t address = definition_address(found);
	struct error error = {NULL};

	if (!definition_check(found, true, &error)) {
		message("%-s", error.text);
		error_clear(&error);
		sys_exit(127);
	}
	if (!definition_indirect(found))
		return address;
	return arch_call_resolver(address, ld.process.hwcap, &ld.process.capabilities);
}

/* What auditors may send elsewhere, or want to be told of. */
struct audited_call {
	struct object *from;
	struct definition found;
	uintptr_t address;
};

static uintptr_t ask_auditors(uintptr_t data, uintptr_t unused)
{
	struct audited_call *call = (struct audited_call *)data;

	(void)unused;
	return audit_bind(call->from, call->found, call->address, 0);
}

/* The same after auditors have had their say, who may use vector registers as a resolver may. */
static uintptr_t bind_target(struct object *object, struct definition found)
{
	struct audited_call call = {object, found, target_of(found)};

	if (likely(!auditing()))
		return call.address;
	return arch_call_resolver((uintptr_t)ask_auditors, (uintptr_t)&call,
				  &ld.process.capabilities);
}

/* A PLT says that it is of no object we know: whoever has this for its word has written over it. */
static void __attribute__((noreturn)) fail_word(uintptr_t word)
{
	struct object *object;

	reader_enter(thread_self());
	for (object = space_next_object(NULL); object; object = space_next_object(object))
		if (object->plt_word && object->dynamic.pltgot[ARCH_GOT_OBJECT] == word)
			fail(object, "lazy binding",
			     "its GOT has been written over (the word for the linker)");
	message("lazy binding: 0x%zx is no word that a PLT has got", (size_t)word);
	sys_exit(127);
}

/* May the slot still be written to? */
static bool is_slot(const struct object *object, uintptr_t offset)
{
	return image_allows(&object->image, offset, sizeof(uintptr_t), PF_W) &&
	       !image_in_relro(&object->image, offset, sizeof(uintptr_t));
}

struct object *lazy_object(uintptr_t word)
{
	struct object *object = pltword_object(word);

	if (unlikely(!object))
		fail_word(word);
	return object;
}

/* What a PLT slot is for. */
struct slot {
	struct object *object;
	size_t symbol;
	uintptr_t *place;
};

static struct slot slot_checked(struct object *object, size_t symbol, uintptr_t offset)
{
	if (symbol >= object->dynamic.symbols)
		fail(object, "lazy binding", "symbol index out of range");
	if (!is_slot(object, offset))
		fail(object, "lazy binding", "the PLT's slot is in no writable segment");
	return (struct slot){object, symbol, (uintptr_t *)(object->bias + offset)};
}

/* That of PLT relocation `index`. */
static struct slot slot_at(uintptr_t word, size_t index)
{
	struct object *object = lazy_object(word);
	const struct dynamic *dynamic = &object->dynamic;
	size_t size = dynamic_plt_entry_size(dynamic);
	ElfW(Rel) relocation;

	if (index >= dynamic->jmprel.size / size)
		fail(object, "lazy binding", "no such PLT relocation");
	/* The first two fields of REL and RELA are the same.  The object itself may have written
	 * over the table since it was relocated: nothing of it is taken for granted, or read twice.
	 */
	memcpy(&relocation, (const char *)dynamic->jmprel.address + index * size,
	       sizeof(relocation));
	if (ELF_R_TYPE_NATIVE(relocation.r_info) != ARCH_R_JUMP_SLOT)
		fail(object, "lazy binding", "the PLT relocation is none of a call");
	return slot_checked(object, ELF_R_SYM_NATIVE(relocation.r_info), relocation.r_offset);
}

static void fill(struct slot slot, uintptr_t address)
{
	/* Threads that call through the slot have not looked at the target before. */
	if (likely(!ld.options.bind_not)) {
		store_release(slot.place, address);
	} else if (loader_try_lock()) {
		/* Each call queues a binding, and there may be no other function that drains. */
		bind_drain();
		loader_unlock();
	}
}

static uintptr_t bind_slot(struct slot slot)
{
	uintptr_t address = bind_target(slot.object, find(slot.object, slot.symbol));

	fill(slot, address);
	return address;
}

uintptr_t lazy_bind_slot(struct object *object, size_t symbol, uintptr_t offset)
{
	return bind_slot(slot_checked(object, symbol, offset));
}

uintptr_t lazy_bind(uintptr_t word, size_t index)
{
	return bind_slot(slot_at(word, index));
}

/* A call on its way through arch_audit_resolve. */
struct entering {
	struct slot slot;
	size_t index;
	struct definition found; /* where it is not known to be bound */
	struct arch_call *frame;
};

static uintptr_t enter(uintptr_t data, uintptr_t unused)
{
	struct entering *entering = (struct entering *)data;
	struct arch_call *frame = entering->frame;

	(void)unused;
	if (!frame->slot)
		frame->slot = audit_bind_slot(entering->slot.object, entering->index,
					      entering->found, frame->target);
	if (frame->slot && !audit_enter(frame->slot, frame))
		fill(entering->slot, frame->target);
	return 0;
}

static void enter_slot(struct slot slot, size_t index, struct arch_call *frame)
{
	struct entering entering = {.slot = slot, .index = index, .frame = frame};

	frame->stack = -1;
	frame->slot = audited_slot(slot.object, index);
	if (!frame->slot) {
		entering.found = find(slot.object, slot.symbol);
		frame->target = target_of(entering.found);
	}
	arch_call_resolver((uintptr_t)enter, (uintptr_t)&entering, &ld.process.capabilities);
}

void lazy_enter_slot(struct object *object, size_t symbol, uintptr_t offset, size_t index,
		     struct arch_call *frame)
{
	enter_slot(slot_checked(object, symbol, offset), index, frame);
}

void lazy_enter(uintptr_t word, size_t index, struct arch_call *frame)
{
	struct slot slot = slot_at(word, index);

	enter_slot(slot, arch_got_symbols(&slot.object->got) + index, frame);
}
