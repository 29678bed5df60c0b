// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace base {

/// A 64-bit identifier: milliseconds since 2020-01-01Z (41 bits), book (10), sequence (12).
///
/// Distinct per `Tag`, so that an account id never goes where a customer id belongs. Ordered by
/// time of birth. Zero is "none" and is never issued.
template <class Tag>
struct Id {
    std::uint64_t value = 0;

    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(Id, Id) = default;
};

/// The 13 Crockford base-32 characters of an id, as JSON and paper carry it ("01J8Z3K5Q0R2T").
std::string id_text(std::uint64_t value);

/// Reads what id_text wrote; lower case and the look-alikes I, L, O are accepted.
/// Errors: id.malformed.
Result<std::uint64_t> parse_id_text(std::string_view text);

template <class Tag>
std::string to_string(Id<Tag> id)
{
    return id_text(id.value);
}

/// Errors: id.malformed.
template <class Id>
Result<Id> parse_id(std::string_view text)
{
    return Id{TRY(parse_id_text(text))};
}

}  // namespace base

template <class Tag>
struct std::hash<base::Id<Tag>> {
    std::size_t operator()(base::Id<Tag> id) const noexcept
    {
        return std::hash<std::uint64_t>{}(id.value);
    }
};
