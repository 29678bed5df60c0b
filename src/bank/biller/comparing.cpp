// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/comparing.h>

#include <map>

namespace bank::biller {

std::string_view to_string(DifferenceKind kind)
{
    constexpr std::string_view names[] = {"missing-there", "missing-here", "other-amount",
                                          "twice-there"};
    return names[static_cast<std::size_t>(kind)];
}

std::vector<Found> compare(const std::vector<Listed>& ours, const std::vector<Listed>& theirs)
{
    struct Sides {
        int here = 0;
        int there = 0;
        std::int64_t ours = 0;
        std::int64_t theirs = 0;
        std::string receipt;
    };
    std::map<std::string, Sides> payments;
    for (const auto& one : ours) {
        auto& sides = payments[one.payment];
        ++sides.here;
        sides.ours += one.minor_units;
        sides.receipt = one.receipt;
    }
    for (const auto& one : theirs) {
        auto& sides = payments[one.payment];
        ++sides.there;
        sides.theirs += one.minor_units;
        if (sides.receipt.empty()) sides.receipt = one.receipt;
    }
    std::vector<Found> found;
    for (const auto& [payment, sides] : payments) {
        const auto add = [&](DifferenceKind kind) {
            found.push_back({kind, payment, sides.ours, sides.theirs, sides.receipt});
        };
        if (sides.there == 0) {
            add(DifferenceKind::missing_there);
        } else if (sides.there > 1) {
            add(DifferenceKind::twice_there);
        } else if (sides.here == 0) {
            add(DifferenceKind::missing_here);
        } else if (sides.ours != sides.theirs) {
            add(DifferenceKind::other_amount);
        }
    }
    return found;
}

}  // namespace bank::biller
