// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/place_filter.h>

#include <base/thread_name.h>

#include <algorithm>

namespace bank::ledger::internal {

namespace {

constexpr std::uint64_t least_ids = 500'000;
constexpr std::uint64_t bits_an_id = 16;
constexpr std::uint64_t bits_a_line = 512;
constexpr int marks_an_id = 5;
constexpr int places_a_read = 50'000;

/// Places of ids that a digest gave are random; others need not be.
std::uint64_t scattered(std::int64_t place)
{
    auto value = static_cast<std::uint64_t>(place);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

}  // namespace

PlaceFilter::PlaceFilter(std::uint64_t ids)
    : ids_(ids), lines_(2 * std::max(ids, least_ids) * bits_an_id / bits_a_line)
{
}

PlaceFilter::~PlaceFilter()
{
    stopping_ = true;
    if (reader_.joinable()) reader_.join();
}

void PlaceFilter::read_table(platform::sql::Book& book)
{
    if (ids_ <= places_a_read) return read_all(book);
    reader_ = std::thread{[this, &book] { read_all(book); }};
}

void PlaceFilter::add(std::int64_t place)
{
    std::uint64_t bits = scattered(place);
    Line& line = lines_[bits % lines_.size()];
    bits *= 0x9e3779b97f4a7c15U;
    for (int i = 0; i < marks_an_id; ++i, bits >>= 9) {
        line.words[bits >> 6 & 7].fetch_or(std::uint64_t{1} << (bits & 63),
                                           std::memory_order_relaxed);
    }
}

bool PlaceFilter::surely_free(std::int64_t place) const
{
    if (!complete_.load(std::memory_order_acquire)) return false;
    std::uint64_t bits = scattered(place);
    const Line& line = lines_[bits % lines_.size()];
    bits *= 0x9e3779b97f4a7c15U;
    for (int i = 0; i < marks_an_id; ++i, bits >>= 9) {
        const auto word = line.words[bits >> 6 & 7].load(std::memory_order_relaxed);
        if ((word >> (bits & 63) & 1) == 0) return true;
    }
    return false;
}

/// Some places at a time, so that no snapshot is held for long. Where the book fails, nothing is
/// surely free.
void PlaceFilter::read_all(platform::sql::Book& book)
{
    base::name_this_thread("book-" + std::to_string(book.number()) + "-places");
    std::int64_t last = INT64_MIN;
    bool more = true;
    try {
        while (more && !stopping_) {
            more = book.read([&](platform::sql::Snapshot& snapshot) {
                auto row = snapshot.query(
                    "select place from ledger_client where place > ? order by place limit ?", last,
                    places_a_read);
                int read = 0;
                for (; row.next(); ++read) add(last = row.integer(0));
                return read == places_a_read;
            });
        }
    } catch (const platform::sql::Failure&) {
        return;
    }
    if (!more) complete_.store(true, std::memory_order_release);
}

}  // namespace bank::ledger::internal
