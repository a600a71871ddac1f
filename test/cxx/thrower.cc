// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A plug-in whose constructor throws.
#include "plug.h"

namespace
{
struct thrower {
	thrower()
	{
		throw odd(5);
	}
} thrower;
} // namespace
