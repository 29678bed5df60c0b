// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace bank::ledger::internal {

/// Knows of nearly every place in the table of client ids that nobody took yet that it is free, so
/// that a new id costs no lookup in a table that is larger than any cache. A Bloom filter of 16
/// bits an id in one cache line each; one free place in some hundred is taken for possibly taken.
/// Source: Putze, Sanders and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007.
///
/// After a start every place is possibly taken until the table was read, beside the work.
class PlaceFilter {
public:
    /// `ids`: how many there are by now. At the double the filter wears out slowly.
    explicit PlaceFilter(std::uint64_t ids);
    ~PlaceFilter();

    /// Reads the table; where it is long, on a thread of its own. Whatever is not in it now, or
    /// comes into it later, must be added.
    void read_table(platform::sql::Book& book);

    void add(std::int64_t place);
    bool surely_free(std::int64_t place) const;

private:
    void read_all(platform::sql::Book& book);

    struct alignas(64) Line {
        std::atomic<std::uint64_t> words[8];
    };

    const std::uint64_t ids_;
    std::vector<Line> lines_;
    std::atomic<bool> complete_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread reader_;
};

}  // namespace bank::ledger::internal
