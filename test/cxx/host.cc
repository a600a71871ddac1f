// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A host in C++: exceptions, type information, storage of threads and statics across plug-ins that
// come and go.  Runs in every mode of LD_DLCLOSE; what is gone after a close is asked where it goes
// at once.
#include "../thread/tap.h"
#include "plug.h"
#include <exception>
#include <iostream>
#include <memory>
#include <thread>

namespace
{

bool unloads, unique, registers;

// A plug-in and its functions.
struct plugin {
	std::string name;
	void *handle;

	explicit plugin(const char *file, int mode = RTLD_LOCAL)
	    : name(file), handle(open_plug(file, RTLD_NOW | mode))
	{
	}
	~plugin()
	{
		close();
	}
	plugin(const plugin &) = delete;

	void close()
	{
		if (handle)
			dlclose(handle);
		handle = nullptr;
	}
	template <typename F> F *get(const char *function)
	{
		void *found = dlsym(handle, function);

		if (!found)
			throw std::runtime_error(dlerror());
		return reinterpret_cast<F *>(found);
	}
	void raise(int what)
	{
		get<void(int)>("plug_throw")(what);
	}
	// Right after the last close; the first to have a unique definition stays.
	bool gone()
	{
		return !unloads || unique || !is_mapped(("/" + name).c_str());
	}
};

// What a call throws, as a word.
template <typename F> std::string thrown(F call)
{
	try {
		call();
	} catch (const odd &e) {
		return e.number == 7 && e.what() == std::string("odd 7") ? "odd" : "another odd";
	} catch (const std::logic_error &e) {
		return e.what();
	} catch (int number) {
		return number == 42 ? "number" : "another number";
	} catch (...) {
		return "something";
	}
	return "nothing";
}

void exceptions(int mode, const char *how)
{
	plugin a("a.so", mode), b("b.so", mode);
	auto *through = b.get<int(void (*)(int), int, int *)>("plug_through");
	auto *source = a.get<void(int)>("plug_throw");
	int cleaned = 0;

	tap_begin("exceptions", 20);
	tap_ok(thrown([&] { a.raise(LIBRARY); }) == "library" &&
		       thrown([&] { a.raise(OURS); }) == "odd" &&
		       thrown([&] { a.raise(NUMBER); }) == "number",
	       "%s: out of a plug-in", how);
	tap_ok(thrown([&] { through(source, OURS, &cleaned); }) == "odd" && cleaned == 1 &&
		       thrown([&] { through(source, LIBRARY, &cleaned); }) == "library" &&
		       cleaned == 2,
	       "%s: through a second one, which cleans up", how);
	tap_ok(through(source, NUMBER, &cleaned) == 42 && cleaned == 3,
	       "%s: caught in the second one", how);
	a.close();
	// In the global scope the second one is bound to what the first has of both.
	tap_ok((mode == RTLD_GLOBAL || a.gone()) && thrown([&] { b.raise(OURS); }) == "odd",
	       "%s: the first one is closed, the second still throws", how);
	b.close();
	tap_ok(a.gone() && b.gone(), "%s: and both are gone", how);
}

void rethrown()
{
	plugin a("a.so"), other("b.so");
	std::exception_ptr kept;
	std::string inside;

	tap_begin("rethrown", 20);
	try {
		a.raise(OURS);
	} catch (const odd &) {
		kept = std::current_exception();
		other.close();
	}
	tap_ok(thrown([&] { std::rethrow_exception(kept); }) == "odd",
	       "kept, and thrown again after an unrelated close");
	inside = thrown([&] {
		try {
			a.raise(LIBRARY);
		} catch (...) {
			plugin again("b.so");
			again.close();
			throw;
		}
	});
	tap_ok(inside == "library",
	       "rethrown by the handler in which another one was opened and closed");
	kept = nullptr;
	a.close();
	tap_ok(a.gone() && other.gone(), "both go");
}

void from_constructor()
{
	std::string got;

	tap_begin("out of a constructor", 20);
	for (int i = 0; i < 3; i++) {
		try {
			dlopen(plug("thrower.so"), RTLD_NOW);
		} catch (const odd &e) {
			got += std::to_string(e.number);
		}
		plugin a("a.so");
		got += thrown([&] { a.raise(OURS); });
	}
	tap_ok(got == "5odd5odd5odd",
	       "a constructor's exception comes out of dlopen, and all goes on");
	// crtbegin has registered its frames, and nobody but its own destructors, which do not run,
	// takes them back.
	tap_ok(!unloads || is_mapped("/thrower.so") == registers, "whose constructor threw %s",
	       registers ? "stays: its frames are in the unwinder's list" : "is gone");
}

void types()
{
	plugin a("a.so"), b("b.so");
	auto *make = a.get<shape *(int)>("plug_make");
	auto *ask = a.get<int(shape *)>("plug_ask"), *ask_other = b.get<int(shape *)>("plug_ask");

	tap_begin("types", 20);
	std::unique_ptr<shape> common(make(0)), own(make(1));
	tap_ok(dynamic_cast<square *>(common.get()) && ask(common.get()) == 1 &&
		       ask_other(common.get()) == 1,
	       "dynamic_cast and typeid of a common class: in the host, and in both plug-ins");
	tap_ok(ask(own.get()) == 2 && ask_other(own.get()) == 0 &&
		       !dynamic_cast<square *>(own.get()) && own->sides() == 3,
	       "a class of no name elsewhere is that of its plug-in alone");
}

void statics()
{
	int made = 0, gone = 0, counts[3];

	tap_begin("statics", 20);
	for (int i = 0; i < 3; i++) {
		plugin a("a.so");
		auto *guard = a.get<int(int *, int *)>("plug_guard");
		std::thread many[4];

		for (auto &one : many)
			one = std::thread([&] { guard(&made, &gone); });
		for (auto &one : many)
			one.join();
		counts[i] = guard(&made, &gone);
		a.close();
	}
	if (unloads && !unique)
		tap_ok(made == 3 && gone == 3 && counts[2] == 5,
		       "a static is made once for each time its plug-in is loaded, and destroyed");
	else
		tap_ok(made >= 1 && made <= 3 && gone <= made,
		       "a static is made once for each time its plug-in is loaded");
}

void locals()
{
	int gone = 0;
	volatile int step = 0;
	plugin a("a.so");

	tap_begin("thread_local", 20);
	std::thread holder([&] {
		a.get<void(int *)>("plug_local")(&gone);
		step = 1;
		while (step != 2)
			usleep(1000);
	});
	wait_for(&step, 1);
	a.close();
	tap_ok(is_mapped("/a.so") && gone == 0,
	       "a thread's object with a destructor keeps its plug-in");
	step = 2;
	holder.join();
	tap_ok(gone == 1, "it is destroyed when the thread ends");
	tap_ok(!unloads || unique || goes("/a.so"), "and the plug-in goes");
}

void streams_and_threads()
{
	tap_begin("streams, threads", 20);
	for (int i = 0; i < 3; i++) {
		plugin a("a.so"), t("thread.so");

		if (!a.get<int(const char *)>("plug_stream")("a b a") ||
		    t.get<int()>("plug_thread")() != 3) {
			tap_ok(false, "streams, and a std::thread in a constructor, round %d", i);
			return;
		}
		std::cout << std::flush;
	}
	tap_ok(true, "streams, and a std::thread in a constructor");
}

// One thread throws all the time, through plug-ins that stay; others open and close.
void beside(double seconds)
{
	plugin a("a.so"), b("b.so");
	auto *through = b.get<int(void (*)(int), int, int *)>("plug_through");
	auto *source = a.get<void(int)>("plug_throw");
	volatile int stop = 0;
	volatile long rounds[2] = {0, 0}, thrown_here = 0, wrong = 0;

	tap_begin("exceptions beside opens and closes", static_cast<unsigned>(seconds) + 60);
	std::thread throwing([&] {
		int cleaned = 0;

		while (!stop) {
			if (thrown([&] { through(source, OURS, &cleaned); }) != "odd")
				wrong = wrong + 1;
			thrown_here = thrown_here + 1;
		}
	});
	std::thread opening[2];
	for (int i = 0; i < 2; i++)
		opening[i] = std::thread([&, i] {
			const char *names[] = {"c.so", "thread.so", "frames.so", "unwind.so"};

			while (!stop) {
				plugin one(names[(rounds[i] + i) % 4]);

				if (rounds[i] % 4 + i == 0 &&
				    thrown([&] { one.raise(LIBRARY); }) != "library")
					wrong = wrong + 1;
				rounds[i] = rounds[i] + 1;
			}
		});
	usleep(static_cast<useconds_t>(seconds * 1e6));
	stop = 1;
	throwing.join();
	for (auto &one : opening)
		one.join();
	printf("# %ld exceptions, %ld and %ld opens\n", static_cast<long>(thrown_here),
	       static_cast<long>(rounds[0]), static_cast<long>(rounds[1]));
	tap_ok(!wrong && thrown_here > 100 && rounds[0] > 10 && rounds[1] > 10,
	       "a thread throws through plug-ins while others open and close");
}

} // namespace

int main(int argc, char **argv)
{
	const char *mode = getenv("LD_DLCLOSE");

	unloads = !mode || !strcmp(mode, "unmap");
	unique = getenv("CXX_UNIQUE");
	registers = getenv("CXX_REGISTERS");
	if (argc > 1) {
		beside(atof(argv[1]));
		return tap_end();
	}
	exceptions(RTLD_LOCAL, "local");
	exceptions(RTLD_GLOBAL, "global");
	rethrown();
	from_constructor();
	types();
	statics();
	locals();
	streams_and_threads();
	return tap_end();
}
