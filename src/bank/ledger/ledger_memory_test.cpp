// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/overlay.h>

#include <bank/ledger/internal/place_filter.h>
#include <bank/ledger/internal/tables.h>
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <unordered_map>

namespace bank::ledger::internal {

namespace {

/// Keys that follow one another, as ids do, and keys that lie anywhere, as digests do.
std::int64_t a_key(std::mt19937_64& random)
{
    const std::uint64_t number = random() % 300;
    return static_cast<std::int64_t>(random() % 2 == 0 ? number : number * 0x1234567890abcdefU);
}

TEST(KeyTable, DoesWhatAnUnorderedMapDoes)
{
    std::mt19937_64 random{20261122};
    base::KeyTable<int> table;
    std::unordered_map<std::int64_t, int> model;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t key = a_key(random);
        if (random() % 5 < 2) {
            table.erase(key);
            model.erase(key);
        } else if (random() % 2 == 0) {
            const auto [row, fresh] = table.get(key);
            ASSERT_EQ(fresh, !model.contains(key));
            ASSERT_EQ(*row, model[key]);
            *row = model[key] = i;
        } else {
            const int* row = table.find(key);
            ASSERT_EQ(row != nullptr, model.contains(key));
            if (row != nullptr) {
                ASSERT_EQ(*row, model[key]);
            }
        }
        ASSERT_EQ(table.size(), model.size());
    }
    std::size_t seen = 0;
    for (std::size_t shard = 0; shard < table.shard_count; ++shard) {
        table.each(shard, [&](std::int64_t key, int row) {
            ++seen;
            EXPECT_EQ(row, model.at(key));
        });
    }
    EXPECT_EQ(seen, model.size());
    for (std::size_t shard = 0; shard < table.shard_count; ++shard) table.drop(shard);
    EXPECT_EQ(table.size(), 0U);
    for (const auto& [key, row] : model) ASSERT_EQ(table.find(key), nullptr);
    EXPECT_TRUE(table.get(5).second);
}

/// Groups that commit or do not, in any mixture of loads, changes and sweeps: no change is ever
/// lost on its way to the table.
void changes_reach_their_table(std::size_t room, std::uint64_t seed)
{
    std::mt19937_64 random{seed};
    Overlay<int> overlay{room};
    std::map<std::int64_t, int> table;  // What was written and committed.
    std::map<std::int64_t, int> truth;
    for (int group = 0; group < 600; ++group) {
        auto table_after = table;
        auto truth_after = truth;
        for (auto step = random() % 12; step > 0; --step) {
            const std::int64_t key = a_key(random);
            const int* held = overlay.find(key);
            if (held != nullptr) {
                ASSERT_EQ(*held, truth_after.at(key));
            }
            if (held == nullptr && table_after.contains(key) && room > 0) {
                ASSERT_EQ(table_after[key], truth_after[key]);
                overlay.load(key, table_after[key]);
            }
            const auto value = static_cast<int>(random() % 1000);
            overlay.put(key, value);
            truth_after[key] = value;
            if (random() % 4 != 0) continue;
            const std::size_t mark = overlay.mark();
            overlay.put(a_key(random), -1);
            overlay.undo_to(mark);
        }
        if (overlay.left_to_sweep() == 0 && random() % 3 == 0) overlay.begin_sweep();
        overlay.sweep(random() % 40,
                      [&](std::int64_t key, int value) { table_after[key] = value; });
        if (random() % 4 == 0) {
            overlay.undo_to(0);
            continue;
        }
        overlay.committed();
        table = std::move(table_after);
        truth = std::move(truth_after);
    }
    while (overlay.left_to_sweep() > 0 || overlay.begin_sweep() > 0) {
        overlay.sweep(SIZE_MAX, [&](std::int64_t key, int value) { table[key] = value; });
        overlay.committed();
    }
    EXPECT_EQ(table, truth);
    if (room == 0) {
        EXPECT_EQ(overlay.size(), 0U);
    } else {
        for (int i = 0; i < 1000; ++i) overlay.committed();
        EXPECT_LE(overlay.size(), room);
    }
}

TEST(Overlay, LosesNoChangeWhetherGroupsCommitOrNot)
{
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
        SCOPED_TRACE(seed);
        changes_reach_their_table(0, seed);
        changes_reach_their_table(20, seed);
        changes_reach_their_table(1'000'000, seed);
    }
}

TEST(PlaceFilter, NeverCallsATakenPlaceFree)
{
    TestLedger bank{100};
    std::mt19937_64 random{20261122};
    std::vector<std::int64_t> taken;
    ASSERT_TRUE(bank.book_->write([&](Transaction& transaction) -> base::Result<void> {
        for (int i = 0; i < 60'000; ++i) {
            taken.push_back(static_cast<std::int64_t>(random()));
            ClientTable::sweep(transaction, taken.back(), EntryId{1});
        }
        return {};
    }));
    PlaceFilter filter{60'000};
    EXPECT_FALSE(filter.surely_free(7));  // It was not told anything yet.
    filter.read_table(*bank.book_);
    for (int i = 0; i < 1000 && !filter.surely_free(static_cast<std::int64_t>(random())); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    filter.add(5);
    taken.push_back(5);
    for (const std::int64_t place : taken) ASSERT_FALSE(filter.surely_free(place));
    int free = 0;
    for (int i = 0; i < 10'000; ++i) {
        if (filter.surely_free(static_cast<std::int64_t>(random()))) ++free;
    }
    EXPECT_GT(free, 9'900);
}

}  // namespace

}  // namespace bank::ledger::internal
