// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

namespace platform::crypto {

/// Frees an OpenSSL object by its own function.
template <auto free_it>
struct Free {
    template <class T>
    void operator()(T* object) const
    {
        free_it(object);
    }
};

template <class T, auto free_it>
using Owned = std::unique_ptr<T, Free<free_it>>;

/// For calls that fail only when the machine does (no memory, a broken library).
inline void must(bool done, const char* what)
{
    if (!done) throw std::runtime_error(std::string("cryptographic library failed: ") + what);
}

}  // namespace platform::crypto
