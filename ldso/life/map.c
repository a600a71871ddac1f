/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mapping (gABI chapter "Program Loading").  Owns each object's reservation: one range of
 * addresses that holds every segment, taken with one mmap, given back with one munmap.
 */
#include "life/map.h"
#include "base/format.h"
#include "tell/trace.h"
#include "thread/tls.h"
#include "world/addrmap.h"
#include "world/audited.h"
#include "world/pltword.h"
#include "world/scope.h"
#include "world/space.h"

enum { MAP_FIXED_NOREPLACE_FLAG = 0x100000 };

/* 0 for a regular file, else what to say of it. */
static int irregular(const struct arch_stat *stat)
{
	switch (stat->st_mode & SYS_S_IFMT) {
	case SYS_S_IFREG:
		return 0;
	case SYS_S_IFDIR:
		return -SYS_EISDIR;
	case SYS_S_IFIFO:
		return FILE_FIFO;
	case SYS_S_IFSOCK:
		return FILE_SOCKET;
	default:
		return FILE_DEVICE;
	}
}

int file_look(struct file *file, const char *path)
{
	int result = sys_stat(path, &file->stat);

	file->fd = -1;
	return result < 0 ? result : irregular(&file->stat);
}

/* Open what a path leads to, which may be another file by now. */
static int open_with(struct file *file, const char *path, int (*look)(struct file *file))
{
	int result;

	file->fd = sys_open(path, SYS_RDONLY | SYS_CLOEXEC | SYS_NONBLOCK, 0);
	if (file->fd < 0)
		return file->fd;
	result = look(file);
	if (result < 0) {
		sys_close(file->fd);
		file->fd = -1;
	}
	return result;
}

static int regular(struct file *file)
{
	int result = sys_fstat(file->fd, &file->stat);

	return result < 0 ? result : irregular(&file->stat);
}

int file_begin(struct file *file)
{
	long result = regular(file);

	if (result == 0)
		result = sys_pread(file->fd, file->bytes, sizeof(file->bytes), 0);
	if (result < 0)
		return (int)result;
	file->length = (size_t)result;
	return 0;
}

int file_open(struct file *file, const char *path)
{
	return open_with(file, path, file_begin);
}

bool file_path(const struct file *file, char path[PATH_MAX])
{
	struct arch_stat stat;
	char link[32];
	long length;

	format_line(link, sizeof(link), FORMAT_PLAIN, "/proc/self/fd/%d", file->fd);
	length = sys_readlink(link, path, PATH_MAX - 1);
	path[length > 0 ? length : 0] = '\0';
	return path[0] == '/' && sys_stat(path, &stat) == 0 && stat.st_dev == file->stat.st_dev &&
	       stat.st_ino == file->stat.st_ino;
}

char *file_read(struct file *file, const char *path, size_t *size)
{
	char *text;
	long got = 1;

	if (open_with(file, path, regular) < 0)
		return NULL;
	*size = 0;
	text = mem_alloc((size_t)file->stat.st_size + 1);
	while (text && *size < (size_t)file->stat.st_size && got > 0) {
		got = sys_pread(file->fd, text + *size, (size_t)file->stat.st_size - *size, *size);
		*size += got > 0 ? (size_t)got : 0;
	}
	if (got < 0) {
		mem_free(text);
		text = NULL;
	}
	if (text)
		text[*size] = '\0';
	sys_close(file->fd);
	return text;
}

const char *file_result(int result, struct errno_room *room)
{
	switch (result) {
	case FILE_FIFO:
		return "FIFO";
	case FILE_SOCKET:
		return "SOCKET";
	case FILE_DEVICE:
		return "DEVICE";
	default:
		return errno_name(result, room);
	}
}

const char *file_trouble(int result, struct errno_room *room)
{
	switch (result) {
	case FILE_FIFO:
		return "it is a FIFO, not a file";
	case FILE_SOCKET:
		return "it is a socket, not a file";
	case FILE_DEVICE:
		return "it is a device, not a file";
	default:
		return errno_words(result, room);
	}
}

static int protection_of(unsigned flags)
{
	return (flags & PF_R ? SYS_PROT_READ : 0) | (flags & PF_W ? SYS_PROT_WRITE : 0) |
	       (flags & PF_X ? SYS_PROT_EXEC : 0);
}

struct object *object_new(const char *path, struct space *space)
{
	size_t size = strlen(path) + 1;
	int height = addrmap_height();
	size_t nodes = (size_t)height * sizeof(struct address_node *);
	struct object *object = mem_zalloc(sizeof(*object) + nodes + SCOPES_ROOM + size);

	if (!object)
		return NULL;
	object->address.height = height;
	object->map.l_name = memcpy((char *)scopes_room(object) + SCOPES_ROOM, path, size);
	object->state = OBJECT_LOADING;
	object->owner = thread_self();
	object->space = space;
	space_use(space);
	object->id = ++ld.next_id;
	object->symbols.total = SIZE_MAX;
	graph_init(&object->node);
	return object;
}

void object_free(struct object *object)
{
	tls_forget_descriptors(object);
	audited_free(object);
	space_drop(object->space);
	pltword_take(object);
	versions_free(&object->versions);
	path_free(&object->search.rpath);
	path_free(&object->search.runpath);
	scopes_free(object);
	mem_free(object->search.origin);
	mem_free(object->symbols.by_address);
	mem_free(object->phdr_copy);
	mem_free(object);
}

int object_unmap(struct object *object)
{
	int result = 0;

	if (object->start)
		result = sys_munmap(object->start, object->length);
	if (result == 0) {
		object->start = 0;
		ld.stats.unmapped++;
	}
	return result;
}

static const ElfW(Phdr) * next_load(const struct image *image, unsigned *at)
{
	for (; *at < image->phnum; ++*at)
		if (image->phdr[*at].p_type == PT_LOAD && image->phdr[*at].p_memsz)
			return &image->phdr[(*at)++];
	return NULL;
}

/* What of a segment is not written to any more. */
static void lasting_part(const struct object *object, const ElfW(Phdr) * load, uintptr_t *start,
			 uintptr_t *end)
{
	struct segment segment = image_segment(load, ld.process.page_size);

	*start = segment.start;
	*end = segment.end;
	if (!(load->p_flags & PF_W))
		return;
	*end = *start;
	if (object->image.relro_start >= segment.start && object->image.relro_end <= segment.end) {
		*start = object->image.relro_start;
		*end = object->image.relro_end;
	}
}

bool object_seal(const struct object *object)
{
	const struct image *image = &object->image;
	uintptr_t from = 0, to = 0, start, end;
	const ElfW(Phdr) * load;
	unsigned at = 0;
	int result = 0;

	/* In as few calls as may be: the kernel wants a range without holes. */
	while ((load = next_load(image, &at)) && result != -SYS_ENOSYS) {
		lasting_part(object, load, &start, &end);
		if (start == end)
			continue;
		if (start != to && to > from)
			result = sys_mseal(object->bias + from, to - from);
		if (start != to)
			from = start;
		to = end;
	}
	if (to > from && result != -SYS_ENOSYS)
		result = sys_mseal(object->bias + from, to - from);
	return result != -SYS_ENOSYS;
}

/* The program headers: in the bytes already read, or read now into object->phdr_copy. */
static const ElfW(Phdr) * read_headers(struct object *object, const struct file *file,
				       const struct image_header *header, struct error *error)
{
	size_t size = header->phnum * sizeof(ElfW(Phdr));
	struct errno_room room;
	long result;

	if (header->phoff <= file->length && file->length - header->phoff >= size &&
	    header->phoff % sizeof(uintptr_t) == 0)
		return (const void *)(file->bytes + header->phoff);
	object->phdr_copy = mem_alloc(size);
	if (!object->phdr_copy) {
		error_memory(error);
		return NULL;
	}
	result = sys_pread(file->fd, object->phdr_copy, size, header->phoff);
	if (result >= 0 && (size_t)result == size)
		return object->phdr_copy;
	error_set(error, "program headers cannot be read: %s",
		  result < 0 ? errno_words(result, &room) : "the file ends before them");
	return NULL;
}

static bool fail_map(struct error *error, const char *what, long result)
{
	struct errno_room room;

	return error_set(error, "%s: %s", what, errno_words(result, &room));
}

/*
 * Take the range for the whole object.  Usually that is the mapping of the first segment, made as
 * long as the object, so that the file system may choose a good address.
 */
static bool reserve(struct object *object, const struct file *file, bool fixed, struct error *error)
{
	const struct image *image = &object->image;
	size_t length = image->high - image->low, slack = 0;
	unsigned at = 0;
	struct segment first = image_segment(next_load(image, &at), ld.process.page_size);
	uintptr_t start;
	long result;

	if (fixed)
		result = sys_mmap(image->low, length, SYS_PROT_NONE,
				  SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | MAP_FIXED_NOREPLACE_FLAG,
				  -1, 0);
	else if (image->align <= ld.process.page_size && first.file_end > first.start)
		result = sys_mmap(0, length, protection_of(first.flags), SYS_MAP_PRIVATE, file->fd,
				  first.offset);
	else {
		slack = image->align - ld.process.page_size;
		if (length + slack < length)
			return fail_map(error, "its extent is too large", -SYS_ENOMEM);
		result = sys_mmap(0, length + slack, SYS_PROT_NONE,
				  SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_NORESERVE, -1, 0);
	}
	if (sys_failed(result))
		return fail_map(error, "cannot map it", result);
	if (fixed && (uintptr_t)result != image->low) {
		sys_munmap((uintptr_t)result, length);
		return fail_map(error, "its fixed address range is in use", -SYS_EINVAL);
	}
	start = (uintptr_t)result;
	if (slack) {
		/* The address must be congruent to the link-time one modulo the largest alignment.
		 */
		start += (image->low - start) & (image->align - 1);
		if (start > (uintptr_t)result)
			sys_munmap((uintptr_t)result, start - (uintptr_t)result);
		if ((uintptr_t)result + slack > start)
			sys_munmap(start + length, (uintptr_t)result + slack - start);
	}
	object->start = start;
	object->length = length;
	object->bias = start - image->low;
	return true;
}

/* Zero from the end of the file's bytes to the end of their page. */
static bool zero_tail(struct object *object, const struct segment *segment, struct error *error)
{
	uintptr_t from = object->bias + segment->data_end;
	uintptr_t page = round_down(from, ld.process.page_size);
	bool locked = !(segment->flags & PF_W);
	int result = 0;

	if (segment->mem_end == segment->data_end || from == page ||
	    segment->file_end == segment->start)
		return true;
	if (locked)
		result = sys_mprotect(page, ld.process.page_size, SYS_PROT_READ | SYS_PROT_WRITE);
	if (result == 0)
		memset((void *)from, 0, page + ld.process.page_size - from);
	if (result == 0 && locked)
		result = sys_mprotect(page, ld.process.page_size, protection_of(segment->flags));
	return result == 0 || fail_map(error, "cannot clear the end of a segment", result);
}

static bool map_segment(struct object *object, const struct file *file,
			const struct segment *segment, bool in_place, struct error *error)
{
	int protection = protection_of(segment->flags);
	long result = 0;

	if (segment->file_end > segment->start && !in_place)
		result = sys_mmap(object->bias + segment->start, segment->file_end - segment->start,
				  protection, SYS_MAP_PRIVATE | SYS_MAP_FIXED, file->fd,
				  segment->offset);
	if (!sys_failed(result) && segment->end > segment->file_end)
		result = sys_mmap(object->bias + segment->file_end,
				  segment->end - segment->file_end, protection,
				  SYS_MAP_PRIVATE | SYS_MAP_FIXED | SYS_MAP_ANONYMOUS, -1, 0);
	if (sys_failed(result))
		return fail_map(error, "cannot map a segment", result);
	return zero_tail(object, segment, error);
}

static bool map_segments(struct object *object, const struct file *file, bool fixed,
			 struct error *error)
{
	const struct image *image = &object->image;
	bool whole = !fixed && image->align <= ld.process.page_size;
	uintptr_t end = image->low;
	const ElfW(Phdr) * load;
	unsigned at = 0;

	while ((load = next_load(image, &at))) {
		struct segment segment = image_segment(load, ld.process.page_size);
		bool first = segment.start == image->low;
		int result = 0;

		/* What the reservation has mapped of the file between two segments is nobody's. */
		if (segment.start > end)
			result = sys_mprotect(object->bias + end, segment.start - end,
					      SYS_PROT_NONE);
		if (result < 0)
			return fail_map(error, "cannot protect a hole", result);
		if (!map_segment(object, file, &segment,
				 whole && first && segment.file_end > segment.start, error))
			return false;
		if (segment.end > end)
			end = segment.end;
	}
	return true;
}

bool object_read(struct object *object, struct error *error)
{
	const struct dynamic *dynamic = &object->dynamic;

	if (!object->image.dynamic)
		return error_set(error, "it has no dynamic section");
	if (!dynamic_read(&object->image, object->bias, &object->dynamic, error) ||
	    !arch_got_read(&object->image, object->bias, &object->dynamic, &object->got, error))
		return false;
	object->map.l_ld = dynamic->section;
	object->symbolic = dynamic->flags & DF_SYMBOLIC;
	object->bind_now = dynamic->flags & DF_BIND_NOW || dynamic->flags_1 & DF_1_NOW;
	object->node.nodelete = dynamic->flags_1 & DF_1_NODELETE;
	return versions_read(dynamic, &object->versions, error);
}

/*
 * The page that the dynamic section begins on is about to be written to, for the sake of what is to
 * be relocated beside it.  A page that is written to first is one fault, and one that is read first
 * is two.
 */
static void take_page(const struct object *object)
{
	const ElfW(Phdr) *dynamic = object->image.dynamic;
	volatile uintptr_t nothing = 0;

	if (dynamic && image_in_relro(&object->image, dynamic->p_vaddr, sizeof(ElfW(Dyn))) &&
	    image_allows(&object->image, dynamic->p_vaddr, sizeof(ElfW(Dyn)), PF_W))
		__atomic_fetch_or((uintptr_t *)(object->bias + dynamic->p_vaddr), nothing,
				  __ATOMIC_RELAXED);
}

static bool check_purpose(const struct image_header *header, enum map_purpose purpose,
			  struct error *error)
{
	if (purpose == MAP_LIBRARY && header->type != ET_DYN)
		return error_set(error, "it is a program (ET_EXEC), not a shared object");
	return true;
}

static bool map_image(struct object *object, const struct file *file, enum map_purpose purpose,
		      struct error *error)
{
	uint64_t size = (uint64_t)file->stat.st_size;
	struct image_header header;
	const ElfW(Phdr) * phdr;
	bool fixed;

	if (!image_header(file->bytes, file->length, size, &ld.process.target, &header, error) ||
	    !check_purpose(&header, purpose, error))
		return false;
	phdr = read_headers(object, file, &header, error);
	if (!phdr || !image_check(phdr, header.phnum, header.phoff, size, &ld.process.target,
				  &object->image, error))
		return false;
	fixed = header.type == ET_EXEC;
	if (!reserve(object, file, fixed, error) || !map_segments(object, file, fixed, error))
		return false;
	object->address.start = object->start;
	object->address.end = object->start + object->length;
	return true;
}

/* Will what has been checked stay as it was?  Not in memory that the object may write to. */
static bool headers_stay_whole(const struct image *image, size_t size)
{
	const ElfW(Phdr) * load;

	if (!image->phdr_vaddr)
		return false;
	load = image_find(image, image->phdr_vaddr, size);
	return load && !(load->p_flags & PF_W);
}

/* From now on the image points to headers that live as long as the object. */
static bool settle_headers(struct object *object, struct error *error)
{
	struct image *image = &object->image;
	ElfW(Phdr) * lasting;
	size_t size = image->phnum * sizeof(ElfW(Phdr));

	if (headers_stay_whole(image, size)) {
		lasting = (ElfW(Phdr) *)(object->bias + image->phdr_vaddr);
	} else {
		lasting = object->phdr_copy ? object->phdr_copy : mem_alloc(size);
		if (!lasting)
			return error_memory(error);
		if (!object->phdr_copy)
			memcpy(lasting, image->phdr, size);
		object->phdr_copy = lasting;
	}
	if (image->dynamic)
		image->dynamic = lasting + (image->dynamic - image->phdr);
	if (image->tls)
		image->tls = lasting + (image->tls - image->phdr);
	if (image->relro)
		image->relro = lasting + (image->relro - image->phdr);
	if (image->eh_frame_hdr)
		image->eh_frame_hdr = lasting + (image->eh_frame_hdr - image->phdr);
	image->phdr = lasting;
	return true;
}

static bool check_library(const struct object *object, struct error *error)
{
	uintptr_t flags = object->dynamic.flags_1;

	if (flags & DF_1_PIE)
		return error_set(error, "it is a program (PIE), not a shared object");
	return true;
}

static bool check_program(const struct object *object, struct error *error)
{
	return object->image.dynamic ||
	       error_set(error, "it has no dynamic section, so it is linked statically: start it "
				"without the linker");
}

struct object *map_file(const struct file *file, const char *path, enum map_purpose purpose,
			struct space *space, struct error *error)
{
	struct object *object = object_new(path, space);
	struct error reason = {NULL};

	if (!object) {
		error_set(error, "%s: %s", path, error_no_memory);
		return NULL;
	}
	object->file.device = file->stat.st_dev;
	object->file.inode = file->stat.st_ino;
	if (!map_image(object, file, purpose, &reason) || !settle_headers(object, &reason) ||
	    (purpose == MAP_PROGRAM && !check_program(object, &reason)))
		goto fail;
	take_page(object);
	if (!object_read(object, &reason) ||
	    (purpose == MAP_LIBRARY && !check_library(object, &reason)))
		goto fail;
	ld.stats.mapped++;
	if (tracing(TRACE_FILES))
		trace(TRACE_FILES, "map %s%-s start=0x%zx length=0x%zx bias=0x%zx", path,
		      space->field, (size_t)object->start, object->length, (size_t)object->bias);
	return object;
fail:
	error_set(error, "%s: %-s", path, reason.text);
	error_clear(&reason);
	object_unmap(object);
	object_free(object);
	return NULL;
}
