// SPDX-License-Identifier: Apache-2.0
// What `check` says of a ledger that somebody changed: each kind of damage by itself, and which
// record is named first.
#include <bank/ledger/internal/packing.h>
#include <bank/ledger/internal/test_ledger.h>

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace bank::ledger {
namespace {

using Legs = std::vector<JournalLeg>;

/// Eight entries of 1.00 from a to b, the third taken back, and a hold of which a part was taken.
class DamageTest : public testing::Test {
protected:
    DamageTest()
    {
        for (const AccountId id : {a_, b_}) {
            base::ensure(test_
                             .write([&](Transaction& tx, Ledger& ledger) {
                                 return ledger.open_account(tx, {id, yuan_, {}});
                             })
                             .has_value());
        }
        const ledger::Leg legs[] = {{a_, Side::debit, {100, yuan_}},
                                    {b_, Side::credit, {100, yuan_}}};
        for (int i = 0; i < 8; ++i) {
            entries_.push_back(test_
                                   .write([&](Transaction& tx, Ledger& ledger) {
                                       return ledger.post(tx,
                                                          {.client = client_id({std::to_string(i)}),
                                                           .kind = "test",
                                                           .effective = test_.today(),
                                                           .legs = legs});
                                   })
                                   .value()
                                   .id);
        }
        reversal_ = test_
                        .write([&](Transaction& tx, Ledger& ledger) {
                            return ledger.reverse(tx, {.client = client_id({"back"}),
                                                       .effective = test_.today(),
                                                       .entry = entries_[2]});
                        })
                        .value()
                        .id;
        hold_ = test_
                    .write([&](Transaction& tx, Ledger& ledger) {
                        return ledger.reserve(tx,
                                              {.client = client_id({"hold"}),
                                               .kind = "test",
                                               .effective = test_.today(),
                                               .legs = legs},
                                              base::after_seconds(test_.clock_.now(), 3600));
                    })
                    .value()
                    .id;
        base::ensure(test_.first_finding().empty());
    }

    template <class... Values>
    void change(std::string_view sql, const Values&... values)
    {
        ASSERT_TRUE(test_.write([&](Transaction& tx, Ledger&) -> base::Result<void> {
            EXPECT_GT(tx.execute(sql, values...), 0) << sql;
            return {};
        }));
    }

    void change_legs(EntryId entry, const std::function<void(Legs&)>& how)
    {
        ASSERT_TRUE(test_.write([&](Transaction& tx, Ledger&) -> base::Result<void> {
            Legs legs;
            {
                auto row = tx.query("select legs from ledger_journal where id = ?", entry);
                EXPECT_TRUE(row.next() && internal::unpack_legs(entry, row.blob(0), legs));
            }
            how(legs);
            std::vector<std::byte> packed;
            internal::pack_legs(entry, legs, packed);
            EXPECT_EQ(tx.execute("update ledger_journal set legs = ? where id = ?",
                                 platform::sql::Bytes{packed}, entry),
                      1);
            return {};
        }));
    }

    static std::string entry(EntryId id) { return "entry " + base::to_string(id) + ": "; }
    static std::string account(AccountId id) { return "account " + base::to_string(id); }

    const base::Currency yuan_ = currency("CNY").value();
    TestLedger test_{2};
    const AccountId a_{test_.book_->next_id()};
    const AccountId b_{test_.book_->next_id()};
    std::vector<EntryId> entries_;
    EntryId reversal_;
    EntryId hold_;
};

TEST_F(DamageTest, AnEntryThatDoesNotBalance)
{
    change_legs(entries_[3], [](Legs& legs) { legs[1].posted += 1; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[3]) + "debits differ from credits");
}

TEST_F(DamageTest, EntriesInTwoUnits)
{
    change("update ledger_account set unit = 'USD' where id = ?", b_);
    EXPECT_EQ(test_.first_finding(), entry(entries_[0]) + "debits differ from credits");
}

TEST_F(DamageTest, ACounterThatDoesNotFollow)
{
    change_legs(entries_[3], [](Legs& legs) { legs[0].counters.debits_posted += 1; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[3]) + "a counter of " + account(a_) +
                                         " does not follow from the entry before");
}

TEST_F(DamageTest, ATurnoverThatDoesNotFollow)
{
    change_legs(entries_[3], [](Legs& legs) { legs[1].turnover.credits_day += 1; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[3]) + "the turnover of " + account(b_) +
                                         " does not follow from the entry before");
}

TEST_F(DamageTest, ASequenceAndAChainThatAreBroken)
{
    change_legs(entries_[4], [](Legs& legs) { legs[0].sequence += 1; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[4]) + "the sequence of " + account(a_) +
                                         " does not follow from the entry before");
    change_legs(entries_[3], [&](Legs& legs) { legs[0].previous = entries_[1]; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[3]) + "the chain of " + account(a_) +
                                         " does not follow from the entry before");
}

TEST_F(DamageTest, AnAccountThatIsNotThere)
{
    const AccountId nobody{test_.book_->next_id()};
    change_legs(entries_[5], [&](Legs& legs) { legs[0].account = nobody; });
    EXPECT_EQ(test_.first_finding(), entry(entries_[5]) + account(nobody) + " does not exist");
}

TEST_F(DamageTest, AnEntryThatIsGone)
{
    change("delete from ledger_journal where id = ?", entries_[3]);
    EXPECT_EQ(test_.first_finding(), entry(entries_[4]) + "entry " + base::to_string(entries_[3]) +
                                         " before it is missing");
}

TEST_F(DamageTest, AStepThatItsLegsDoNotFit)
{
    change("update ledger_journal set step = 1 where id = ?", entries_[6]);
    EXPECT_EQ(test_.first_finding(),
              entry(entries_[6]) + "its legs do not fit what kind of step it is");
}

TEST_F(DamageTest, AnAccountsRowThatSaysAnother)
{
    test_.reopen();
    change("update ledger_account set standing = '0 0 0 0 0 0 0 0 0 0 0' where id = ?", b_);
    EXPECT_EQ(test_.first_finding(), account(b_) + ": its table row is not the journal's");
}

TEST_F(DamageTest, AHoldThatTheTableHasOtherwise)
{
    test_.reopen();
    change("update ledger_hold set used = used + 1 where entry = ?", hold_);
    EXPECT_EQ(test_.first_finding(),
              entry(hold_) + "the table of holds has another rest than the journal");
    change("update ledger_hold set state = 1 where entry = ?", hold_);
    EXPECT_EQ(test_.first_finding(), "the table of holds lacks an open one");
    change("update ledger_hold set state = 0, entry = ? where entry = ?", entries_[0], hold_);
    EXPECT_EQ(test_.first_finding(), entry(entries_[0]) + "a hold that is over counts as open");
}

TEST_F(DamageTest, AClientIdThatLeadsElsewhere)
{
    test_.reopen();
    change("delete from ledger_client where entry = ?", entries_[2]);
    EXPECT_EQ(test_.first_finding(), entry(entries_[2]) + "its client id does not lead to it");
}

TEST_F(DamageTest, AReversalOfAnother)
{
    test_.reopen();
    change("update ledger_reversal set entry = ? where entry = ?", entries_[1], entries_[2]);
    EXPECT_EQ(test_.first_finding(), entry(entries_[1]) + "was not taken back as the table says");
}

TEST_F(DamageTest, OfSeveralTheFirstIsNamedFirst)
{
    change_legs(entries_[6], [](Legs& legs) { legs[1].posted += 1; });
    change_legs(entries_[2], [](Legs& legs) { legs[0].counters.debits_posted += 1; });
    change("update ledger_hold set used = used + 1 where entry = ?", hold_);
    EXPECT_EQ(test_.first_finding(), entry(entries_[2]) + "a counter of " + account(a_) +
                                         " does not follow from the entry before");
}

}  // namespace
}  // namespace bank::ledger
