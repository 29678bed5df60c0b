// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace bank::voucher::internal {

/// Who claimed of a campaign, and as which number: a hash table with open addressing, some 20 bytes
/// a person, for a campaign may be asked by millions. Not thread-safe.
class Asked {
public:
    /// 0 for who has not asked.
    std::uint32_t number_of(std::uint64_t person) const;
    /// `person` has not asked before and is not 0; `number` is not 0.
    void add(std::uint64_t person, std::uint32_t number);
    /// Forgets all whose number is over `number`. Looks at everybody.
    void forget_above(std::uint32_t number);

private:
    std::size_t place_of(std::uint64_t person) const;
    void rebuild(std::size_t places, std::uint32_t most);

    std::vector<std::uint64_t> persons_ = std::vector<std::uint64_t>(64);
    std::vector<std::uint32_t> numbers_ = std::vector<std::uint32_t>(64);
    std::size_t used_ = 0;
};

}  // namespace bank::voucher::internal
