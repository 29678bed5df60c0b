// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace bank::ledger {
namespace {

const base::Currency cny = currency("CNY").value();

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
        "update ledger_account set standing = '2 1 999 0 0 0 0 0 0 0 0' where standing not like '0 "
        "%'",
        "update ledger_journal set step = 1 where id = (select min(id) from ledger_journal)",
        "update ledger_journal set legs = details where id = (select max(id) from ledger_journal)",
        "delete from ledger_client where entry = (select min(entry) from ledger_client)",
        "update ledger_account set standing = '0 0 0 0 0 0 0 0 0 0 0' where standing not like '0 "
        "%'",
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
