// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/ensure.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace bank::ledger::internal {

/// Gives keys one at a time in rising order, and sorts no further than asked: the first key of n
/// costs about 2n steps, each further one log n. So a sweep over many keys begins without a stall.
/// Source: Navarro and Paredes, "On Sorting, Heaps, and Minimum Spanning Trees", Algorithmica 57
/// (2010), incremental quicksort.
class RollingOrder {
public:
    void start(std::vector<std::int64_t> keys)
    {
        keys_ = std::move(keys);
        at_ = 0;
        settled_.assign(1, keys_.size());
    }

    std::size_t left() const { return keys_.size() - at_; }

    std::int64_t next()
    {
        base::ensure(at_ < keys_.size());
        while (settled_.back() != at_) settled_.push_back(partition(at_, settled_.back()));
        settled_.pop_back();
        return keys_[at_++];
    }

private:
    /// Moves a pivot of [from, to) to its sorted place, smaller keys before it; returns the place.
    std::size_t partition(std::size_t from, std::size_t to)
    {
        std::swap(keys_[from + (to - from) / 2], keys_[to - 1]);
        const std::int64_t pivot = keys_[to - 1];
        std::size_t place = from;
        for (std::size_t i = from; i + 1 < to; ++i) {
            if (keys_[i] < pivot) std::swap(keys_[i], keys_[place++]);
        }
        std::swap(keys_[place], keys_[to - 1]);
        return place;
    }

    std::vector<std::int64_t> keys_;
    std::size_t at_ = 0;
    std::vector<std::size_t> settled_;  // Places that are sorted, the nearest last.
};

}  // namespace bank::ledger::internal
