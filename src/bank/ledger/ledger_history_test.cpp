// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <random>
#include <thread>

namespace bank::ledger {
namespace {

const base::Currency cny = currency("CNY").value();

/// The ledger as one would write it on a napkin: no journal, no memory, no sweeps.
class Naive {
public:
    struct Kept {
        bool no_overdraft;
        std::int64_t limit;
        std::int64_t debits = 0, credits = 0, held_out = 0, held_in = 0;
    };

    std::map<int, Kept> accounts;
    std::map<int, std::array<std::int64_t, 3>> holds;  // From, to, amount.
    std::map<int, std::string> answers;

    std::string move(int id, int from, int to, std::int64_t amount, bool hold)
    {
        if (const auto it = answers.find(id); it != answers.end()) return "again";
        if (from == to) return "ledger.account_twice";
        Kept& out = accounts.at(from);
        Kept& in = accounts.at(to);
        if (out.no_overdraft && out.debits + out.held_out + amount > out.credits) {
            return "ledger.debits_exceed_credits";
        }
        if (in.credits + in.held_in + amount - in.debits > in.limit) return "ledger.balance_limit";
        (hold ? out.held_out : out.debits) += amount;
        (hold ? in.held_in : in.credits) += amount;
        if (hold) holds[id] = {from, to, amount};
        answers[id] = "done";
        return "done";
    }

    std::string settle(int id, int hold, bool capture, std::int64_t part)
    {
        if (const auto it = answers.find(id); it != answers.end()) return "again";
        const auto it = holds.find(hold);
        if (it == holds.end()) return "over or none";
        const auto [from, to, amount] = it->second;
        if (capture && part > amount) return "ledger.exceeds_hold";
        accounts.at(static_cast<int>(from)).held_out -= amount;
        accounts.at(static_cast<int>(to)).held_in -= amount;
        if (capture) {
            accounts.at(static_cast<int>(from)).debits += part;
            accounts.at(static_cast<int>(to)).credits += part;
        }
        holds.erase(it);
        answers[id] = "done";
        return "done";
    }
};

class Histories : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Histories, AgreeWithANaiveModelAcrossSweepsRollbacksAndRestarts)
{
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    std::mt19937_64 random{GetParam()};
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    TestLedger test{1 + static_cast<std::int64_t>(GetParam() * 7 % 40)};
    Naive naive;
    std::vector<AccountId> ids;
    constexpr int accounts = 9;
    for (int i = 0; i < accounts; ++i) {
        ids.push_back(AccountId{test.book_->next_id()});
        const bool free = i == 0;
        const std::int64_t limit = i == 3 ? 500 : std::int64_t{1} << 50;
        naive.accounts[i] = {!free, limit};
        Terms terms;
        if (!free) terms.flags = Flag::debits_must_not_exceed_credits;
        if (i == 3) terms.balance_limit = limit;
        ASSERT_TRUE(test.write([&](Transaction& tx, Ledger& ledger) {
            return ledger.open_account(tx, {ids.back(), cny, terms});
        }));
    }
    std::map<int, EntryId> entries;
    const auto say = [](const base::Result<Posted>& posted) {
        if (!posted) return std::string{posted.error().reason};
        return std::string{posted.value().repeated ? "again" : "done"};
    };
    for (int step = 0; step < 400; ++step) {
        const int id = below(5) == 0 ? below(step + 1) : step;
        // Sometimes the unit of work refuses after the ledger has written: all must be as before.
        const bool undone = below(8) == 0;
        Naive expected = naive;
        std::string want;
        std::string got;
        const auto finish = [&](const base::Result<Posted>& posted) -> base::Result<void> {
            got = say(posted);
            if (posted && !undone) entries[id] = posted.value().id;
            if (undone) return base::rejected("test.undone", "");
            return {};
        };
        if (below(3) > 0) {
            const int from = below(4) == 0 ? 0 : below(accounts);
            const int to = below(accounts);
            const std::int64_t amount = 1 + below(200);
            const bool hold = below(4) == 0;
            want = expected.move(id, from, to, amount, hold);
            const Leg legs[] = {{ids[static_cast<std::size_t>(from)], Side::debit, {amount, cny}},
                                {ids[static_cast<std::size_t>(to)], Side::credit, {amount, cny}}};
            (void)test.write([&](Transaction& tx, Ledger& ledger) -> base::Result<void> {
                const Entry entry{.client = client_id({std::to_string(id)}),
                                  .kind = "test",
                                  .effective = test.today(),
                                  .legs = legs};
                return finish(hold ? ledger.reserve(tx, entry, base::after_seconds(tx.now(), 999))
                                   : ledger.post(tx, entry));
            });
        } else {
            const int hold = below(step + 1);
            const bool capture = below(2) == 0;
            const std::int64_t part = 1 + below(150);
            want = expected.settle(id, hold, capture, part);
            (void)test.write([&](Transaction& tx, Ledger& ledger) -> base::Result<void> {
                const Ledger::Settlement settlement{
                    .client = client_id({std::to_string(id)}),
                    .effective = test.today(),
                    .hold = entries.contains(hold) ? entries[hold] : EntryId{77}};
                auto done = capture ? ledger.capture(tx, settlement, base::Money{part, cny})
                                    : ledger.release(tx, settlement);
                const bool no_hold = !done && (done.error().reason == "ledger.hold_over" ||
                                               done.error().reason == "ledger.hold_unknown");
                auto finished = finish(done);
                if (no_hold) got = "over or none";
                return finished;
            });
        }
        ASSERT_EQ(got, want) << "step " << step;
        if (!undone) naive = expected;
        if (below(60) == 0) test.reopen();
        if (below(40) != 0) continue;
        for (int i = 0; i < accounts; ++i) {
            const auto& kept = naive.accounts.at(i);
            const Counters want_counters{kept.debits, kept.credits, kept.held_out, kept.held_in};
            ASSERT_EQ(test.account(ids[static_cast<std::size_t>(i)]).counters, want_counters)
                << "account " << i << " at step " << step;
        }
        ASSERT_EQ(test.first_finding(), "");
    }
    EXPECT_EQ(test.first_finding(), "");
    test.reopen();
    for (int i = 0; i < accounts; ++i) {
        EXPECT_EQ(test.account(ids[static_cast<std::size_t>(i)]).balance().minor_units,
                  naive.accounts.at(i).credits - naive.accounts.at(i).debits);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Histories, testing::Range<std::uint64_t>(1, 7));

TEST(Ids, WithTheSameFirstHalfDoNotHideEachOther)
{
    TestLedger test{2};
    const auto a = AccountId{test.book_->next_id()};
    const auto b = AccountId{test.book_->next_id()};
    for (const AccountId id : {a, b}) {
        ASSERT_TRUE(test.write([&](Transaction& tx, Ledger& ledger) {
            return ledger.open_account(tx, {id, cny, {}});
        }));
    }
    const Leg legs[] = {{a, Side::debit, {1, cny}}, {b, Side::credit, {1, cny}}};
    const auto post = [&](std::uint64_t low) {
        return test
            .write([&](Transaction& tx, Ledger& ledger) {
                return ledger.post(tx, {.client = {~std::uint64_t{0}, low},
                                        .kind = "test",
                                        .effective = test.today(),
                                        .legs = legs});
            })
            .value();
    };
    std::vector<EntryId> made;
    for (std::uint64_t low = 1; low <= 6; ++low) made.push_back(post(low).id);
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t low = 1; low <= 6; ++low) {
            const auto again = post(low);
            EXPECT_TRUE(again.repeated);
            EXPECT_EQ(again.id, made[low - 1]);
            const auto seen = test.book_->read([&](Snapshot& snapshot) {
                return test.ledger_->answered(snapshot, {~std::uint64_t{0}, low}, 0);
            });
            EXPECT_EQ(seen->value().id, made[low - 1]);
        }
        test.reopen();
    }
    EXPECT_EQ(test.first_finding(), "");
}

TEST(Readers, SeeCommittedBalancesThatAddUpWhileTheWriterGoesOn)
{
    TestLedger test{5};
    std::vector<AccountId> ids;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(AccountId{test.book_->next_id()});
        ASSERT_TRUE(test.write([&](Transaction& tx, Ledger& ledger) {
            return ledger.open_account(tx, {ids.back(), cny, {}});
        }));
    }
    std::atomic<bool> over = false;
    std::thread reader{[&] {
        while (!over) {
            test.book_->read([&](Snapshot& snapshot) {
                std::int64_t sum = 0;
                for (const AccountId id : ids) {
                    sum += test.ledger_->account(snapshot, id).value().balance().minor_units;
                }
                EXPECT_EQ(sum, 0);
            });
        }
    }};
    std::mt19937_64 random{5};
    for (int i = 0; i < 300; ++i) {
        const auto from = random() % 4;
        const auto to = (from + 1 + random() % 3) % 4;
        const Leg legs[] = {{ids[from], Side::debit, {7, cny}}, {ids[to], Side::credit, {7, cny}}};
        const auto posted = test.write([&](Transaction& tx, Ledger& ledger) {
            return ledger.post(tx, {.client = client_id({std::to_string(i)}),
                                    .kind = "test",
                                    .effective = test.today(),
                                    .legs = legs});
        });
        ASSERT_TRUE(posted);
        // What was answered is seen at once.
        EXPECT_EQ(test.account(ids[from]).last, posted.value().id);
    }
    over = true;
    reader.join();
    EXPECT_EQ(test.first_finding(), "");
}

TEST(Check, NamesTheFirstRecordThatWasTamperedWith)
{
    const char* const damage[] = {
        "delete from ledger_journal where id = (select min(id) + 1 from ledger_journal)",
        "update ledger_account set credits_posted = credits_posted + 1 where sequence > 0",
        "update ledger_journal set step = 1 where id = (select min(id) from ledger_journal)",
        "update ledger_journal set legs = x'0201' where id = (select max(id) from ledger_journal)",
        "delete from ledger_client where entry = (select min(entry) from ledger_client)",
        "update ledger_account set last_entry = 0, sequence = 0 where sequence > 0",
    };
    for (const char* const sql : damage) {
        TestLedger test{2};
        const auto a = AccountId{test.book_->next_id()};
        const auto b = AccountId{test.book_->next_id()};
        for (const AccountId id : {a, b}) {
            ASSERT_TRUE(test.write([&](Transaction& tx, Ledger& ledger) {
                return ledger.open_account(tx, {id, cny, {}});
            }));
        }
        for (int i = 0; i < 8; ++i) {
            const Leg legs[] = {{a, Side::debit, {1, cny}}, {b, Side::credit, {1, cny}}};
            ASSERT_TRUE(test.write([&](Transaction& tx, Ledger& ledger) {
                return ledger.post(tx, {.client = client_id({std::to_string(i)}),
                                        .kind = "test",
                                        .effective = test.today(),
                                        .legs = legs});
            }));
        }
        EXPECT_EQ(test.first_finding(), "");
        ASSERT_TRUE(test.write([&](Transaction& tx, Ledger&) -> base::Result<void> {
            EXPECT_GT(tx.execute(sql), 0) << sql;
            return {};
        }));
        EXPECT_NE(test.first_finding(), "") << sql;
    }
}

}  // namespace
}  // namespace bank::ledger
