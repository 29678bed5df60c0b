// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bank::biller {

/// A payment as one of the two sides has it: the bank's id of it, and the amount.
struct Listed {
    std::string payment;
    std::int64_t minor_units = 0;  // Below zero: the payee gave it.
    std::string receipt = {};      // The biller's.
};

enum class DifferenceKind : std::uint8_t {
    missing_there,  // We paid; the biller does not list it.
    missing_here,   // The biller lists it; we did not pay it on that date.
    other_amount,   // Both have it, with different amounts.
    twice_there,    // The biller lists it more than once.
};
std::string_view to_string(DifferenceKind kind);

struct Found {
    DifferenceKind kind;
    std::string payment;
    std::int64_t ours = 0;    // Minor units; 0 where we have none.
    std::int64_t theirs = 0;  // Of all their lines of it; 0 where they have none.
    std::string receipt = {};
};

/// What differs between what we paid and what the biller lists, by payment. Each payment is found
/// at most once: listed twice says more than another amount. `ours` holds each payment once.
std::vector<Found> compare(const std::vector<Listed>& ours, const std::vector<Listed>& theirs);

}  // namespace bank::biller
