// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/sql/book.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace bank::booking {

/// The tables of this module, in every institution's book.
std::span<const platform::sql::Migration> migrations();

/// What a case wants: a slot ("2026-11-26 10:00") of something ("appointment") at a place
/// ("P-YC-BT").
struct Wish {
    std::uint64_t owner;  // The case. One place at a time.
    std::string_view kind;
    std::string_view place;
    std::string_view slot;
    std::int64_t capacity;  // At least 1.
};

/// Takes it; what the owner had before is free. The same wish once more changes nothing.
/// Errors: booking.full.
base::Result<void> take(platform::sql::Transaction& transaction, const Wish& wish);

/// A number in the queue of a place and day.
struct Number {
    std::int64_t number;  // From 1.
    std::int64_t ahead;   // How many wait before it.
};

/// Draws the next number of `wish.place` on the day `wish.slot`, again the same for the same owner.
/// Errors: booking.full (so many were drawn that day).
base::Result<Number> draw(platform::sql::Transaction& transaction, const Wish& wish);

/// Lets go what the owner has; nothing where it has nothing.
void release(platform::sql::Transaction& transaction, std::uint64_t owner);

/// How many are taken of a slot.
std::int64_t taken(platform::sql::Snapshot& snapshot, std::string_view kind, std::string_view place,
                   std::string_view slot);

}  // namespace bank::booking
