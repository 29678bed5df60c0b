// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

namespace base {

/// Stops the process when an invariant of ours is broken; kept in release builds.
/// For bugs only: what a user, a peer or a database sends is checked with Result.
inline void ensure(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE())
{
    if (holds) return;
    std::fprintf(stderr, "%s:%d: broken invariant\n", file, line);
    std::abort();
}

}  // namespace base
