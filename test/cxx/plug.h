/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What host and plug-ins of the C++ tests share.  All of it is inline, so that each of them has the
 * exception's and the classes' type information for itself.
 */
#ifndef TEST_CXX_PLUG_H
#define TEST_CXX_PLUG_H

#include <stdexcept>
#include <string>

struct odd : std::runtime_error {
	int number;
	explicit odd(int n) : std::runtime_error("odd " + std::to_string(n)), number(n)
	{
	}
};

struct shape {
	virtual ~shape()
	{
	}
	virtual int sides() const = 0;
};

struct square : shape {
	int sides() const override
	{
		return 4;
	}
};

/* One for each type there is, however many objects have it: STB_GNU_UNIQUE where that is on. */
template <typename T> struct shared {
	static int count;
};
template <typename T> int shared<T>::count;

/* What plug_throw throws: an exception of the library's, of ours, or no class at all. */
enum what { LIBRARY, OURS, NUMBER };

#endif
