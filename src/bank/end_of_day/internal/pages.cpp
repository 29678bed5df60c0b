// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/pages.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace bank::end_of_day::internal {

namespace {

constexpr std::size_t bytes_an_account = 40;

template <class Integer>
void put(std::byte*& at, Integer value)
{
    std::memcpy(at, &value, sizeof value);  // All machines that we build for are little-endian.
    at += sizeof value;
}

template <class Integer>
Integer get(const std::byte*& at)
{
    Integer value{};
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

}  // namespace

std::vector<std::byte> pack(const std::vector<Kept>& kept)
{
    std::vector<std::byte> bytes(kept.size() * bytes_an_account);
    std::byte* at = bytes.data();
    for (const Kept& one : kept) {
        put(at, one.account.value);
        put(at, one.accrued.whole);
        put(at, one.accrued.parts);
        put(at, one.balance_days);
        put(at, one.since);
        put(at, one.through);
    }
    return bytes;
}

std::vector<Kept> unpack(platform::sql::Bytes bytes)
{
    if (bytes.size() % bytes_an_account != 0) {
        throw platform::sql::Failure("a page of the end of day is damaged");
    }
    std::vector<Kept> kept(bytes.size() / bytes_an_account);
    const std::byte* at = bytes.data();
    for (Kept& one : kept) {
        one.account.value = get<std::uint64_t>(at);
        one.accrued.whole = get<std::int64_t>(at);
        one.accrued.parts = get<std::int64_t>(at);
        one.balance_days = get<std::int64_t>(at);
        one.since = get<std::int32_t>(at);
        one.through = get<std::int32_t>(at);
    }
    return kept;
}

Page next_page(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
               ledger::AccountId after)
{
    std::vector<Kept> stored;
    ledger::AccountId first{after.value + 1};
    ledger::AccountId end{};
    int limit = accounts_a_page;
    {
        auto row = snapshot.query(
            "select first, accounts from end_of_day_page where first > ? order by first limit 2",
            after);
        if (row.next()) {
            stored = unpack(row.blob(1));
            if (row.next()) {
                // Not the last one: whoever lies before the next one belongs to it.
                end = row.id<ledger::AccountId>(0);
                limit = std::numeric_limits<int>::max();
            }
        }
    }
    Page page;
    page.rows = accounts.rows(snapshot, first, end, limit);
    page.kept.reserve(page.rows.size());
    auto known = stored.begin();
    for (const auto& row : page.rows) {
        while (known != stored.end() && known->account < row.id) ++known;
        const bool found = known != stored.end() && known->account == row.id;
        page.kept.push_back(found ? *known : Kept{.account = row.id, .accrued = {}});
    }
    return page;
}

void write_page(platform::sql::Transaction& transaction, std::int64_t first,
                const std::vector<Kept>& kept)
{
    transaction.execute(
        "insert into end_of_day_page(first, accounts) values (?, ?)"
        " on conflict (first) do update set accounts = excluded.accounts",
        first, platform::sql::Bytes{pack(kept)});
}

}  // namespace bank::end_of_day::internal
