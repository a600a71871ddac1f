// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A plug-in that does all that C++ has the linker's help for.
#include "plug.h"
#include <iostream>
#include <locale>
#include <map>
#include <memory>
#include <sstream>
#include <thread>
#include <typeinfo>

namespace
{

// Built with THREAD: a constructor that starts a thread, which throws, and waits for it.
int seen_by_thread;

struct starter {
	starter()
	{
#ifdef THREAD
		std::thread other([] {
			try {
				throw odd(3);
			} catch (const odd &e) {
				seen_by_thread = e.number;
			}
		});
		other.join();
#endif
	}
} starter;

struct counted {
	int *counter;
	~counted()
	{
		if (counter)
			++*counter;
	}
};

thread_local counted at_thread_end;

// Nobody else's, though another plug-in has one of the same name.
struct triangle : shape {
	int sides() const override
	{
		return 3;
	}
};

} // namespace

extern "C" {

void plug_throw(int what)
{
	if (what == LIBRARY)
		throw std::out_of_range("library");
	if (what == OURS)
		throw odd(7);
	throw 42;
}

// Calls on, has something to clean up, and lets through all but numbers.
int plug_through(void (*next)(int), int what, int *cleaned)
{
	counted mark = {cleaned};

	try {
		next(what);
	} catch (int number) {
		return number;
	} catch (const odd &) {
		throw;
	}
	return 0;
}

shape *plug_make(int local)
{
	return local ? static_cast<shape *>(new triangle) : new square;
}

// 1: a square, 2: a triangle of this plug-in.
int plug_ask(shape *what)
{
	if (dynamic_cast<square *>(what))
		return typeid(*what) == typeid(square) ? 1 : -1;
	return dynamic_cast<triangle *>(what) ? 2 : 0;
}

int plug_guard(int *made, int *gone)
{
	struct once {
		int *gone;
		once(int *made, int *at_end) : gone(at_end)
		{
			++*made;
		}
		~once()
		{
			++*gone;
		}
	};
	static once only(made, gone);

	return ++shared<square>::count;
}

void plug_local(int *counter)
{
	at_thread_end.counter = counter;
}

int plug_stream(const char *text)
{
	std::istringstream in(text);
	std::map<std::string, int> words;
	std::ostringstream out;
	std::string word;

	while (in >> word)
		words[word]++;
	out.imbue(std::locale::classic());
	for (const auto &entry : words)
		out << entry.first << '=' << entry.second << ' ';
	std::cout << std::flush;
	return out.str() == "a=2 b=1 ";
}

int plug_thread(void)
{
	return seen_by_thread;
}

// For a host in C: all of the above, and nothing leaves it.
int plug_all(void)
{
	int cleaned = 0, made = 0, caught = 0;
	static int gone;

	for (int what = LIBRARY; what <= NUMBER; what++)
		try {
			caught += plug_through(plug_throw, what, &cleaned) == 42;
		} catch (const std::exception &) {
			caught++;
		}
	std::unique_ptr<shape> one(plug_make(0)), other(plug_make(1));
	plug_guard(&made, &gone);
	return caught == 3 && cleaned == 3 && plug_ask(one.get()) == 1 &&
	       plug_ask(other.get()) == 2 && plug_stream("a b a");
}
}
