// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/differences.h>
#include <bank/biller/payouts.h>

#include <bank/clearing/test_side.h>
#include <bank/wallet/wallets.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace bank::biller {
namespace {

using clearing::test::yuan;
using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr std::string_view gas = "gas.yunchuan";
constexpr std::string_view own_one = "yunchuan--garden";
constexpr std::uint64_t clerk = 7;
constexpr std::uint64_t manager = 8;

class PayoutsTest : public testing::Test {
protected:
    PayoutsTest()
    {
        std::filesystem::create_directories(folder_);
        side_ = std::make_unique<clearing::test::Side>("yunchuan", "YCRCCNDEMO1", "990101", 1,
                                                       folder_, clock_, migrations());
        for (const auto schema : {bill::migrations(), wallet::migrations()})
            base::ensure(side_->book->migrate(schema).has_value());
        payouts_ = std::make_unique<Payouts>(Payouts::Parts{
            *side_->outgoing,
            {.approve_from = 1'000'00,
             .accounts = {{"*", "otherbank", "9988000000000000015", "缴费归集专户"},
                          {"wallet/suixin", "lanwan", "9901020000000012", "备付金专户"}}}});
    }
    ~PayoutsTest() override
    {
        const auto report = ledger::check_ledger(*side_->book);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        for (const auto& findings :
             {side_->read([&](Snapshot& s) { return explain(s, *side_->ledger); }),
              side_->read([&](Snapshot& s) { return wallet::explain(s, *side_->ledger); }),
              side_->unexplained()}) {
            EXPECT_TRUE(findings.empty()) << findings.front();
        }
        payouts_.reset();
        side_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Run>
    auto act(Run run)
    {
        return side_->write(run);
    }
    /// Money on the payee's own account, as a bill or a wallet's debit puts it there; negative: as
    /// a withdrawal takes it.
    std::string passes(std::string_view payee, base::Date day, std::int64_t whole)
    {
        const bool of_wallet = !provider_in(payee).empty();
        const std::uint64_t id = side_->book->next_id();
        const auto number = static_cast<std::int64_t>(id);
        const auto done = side_->write([&](Transaction& tx) -> base::Result<void> {
            const auto cash = TRY(side_->ledger->own_account(tx, "cash", clearing::test::cny));
            const auto own = TRY(side_->ledger->own_account(
                tx, of_wallet ? std::string{payee} : "biller/" + std::string{payee},
                clearing::test::cny));
            const auto sum = yuan(whole < 0 ? -whole : whole);
            const ledger::Leg legs[] = {{whole < 0 ? own : cash, ledger::Side::debit, sum},
                                        {whole < 0 ? cash : own, ledger::Side::credit, sum}};
            TRY(side_->ledger->post(tx, {.client = {id, 1},
                                         .kind = "test",
                                         .effective = side_->accounts->business_date(tx.now()),
                                         .legs = legs}));
            const platform::sql::Bytes none{};
            if (of_wallet && whole < 0) {
                tx.execute(
                    "insert into wallet_withdrawal(id, link, person, account, provider, unit,"
                    " minor_digits, minor_units, state, hold, content, key, reason,"
                    " partner_reference, attempts, requested_at, touched_at, ended_at, day) values"
                    " (?, 1, 1, 1, ?, 'CNY', 2, ?, 2, 0, 0, ?, '', 'WL', 1, 0, 0, 1, ?)",
                    number, provider_in(payee), -whole * 100, std::to_string(id), day);
            } else if (of_wallet) {
                tx.execute(
                    "insert into wallet_debit(link, reference, provider, entry, day, unit,"
                    " minor_units, merchant, at) values (1, ?, ?, ?, ?, 'CNY', ?, ?, 0)",
                    std::to_string(id), provider_in(payee), number, day, whole * 100, none);
            } else {
                tx.execute(
                    "insert into bill_inquiry(id, person, item, state, data, amount, reference,"
                    " payer, period, asked_at) values (?, 1, 'i', 1, ?, ?, ?, '', '', 0)",
                    number, none, whole * 100, "ref-" + std::to_string(id));
                tx.execute(
                    "insert into bill_payment(id, inquiry, person, item, biller, from_account,"
                    " from_number, amount, discount, voucher, state, hold, content, reason,"
                    " biller_receipt, purpose, requested_at, touched_at, ended_at, asked_on,"
                    " paid_on) values (?, ?, 1, 'i', ?, 1, '', ?, 0, 0, 2, 0, 0, '', 'BR', ?, 0, 0,"
                    " 1, ?, ?)",
                    number, number, payee, whole * 100, none, day, day);
            }
            return {};
        });
        EXPECT_TRUE(done) << done.error().detail;
        return base::id_text(id);
    }

    Sheet of(std::string_view payee, base::Date day)
    {
        return side_->read([&](Snapshot& s) { return sheet_of(s, payee, day).value(); });
    }
    /// The date is over and the file made; no list yet.
    SheetId made(std::string_view payee, base::Date day)
    {
        return act([&](Transaction& tx) -> base::Result<SheetId> {
                   close_day(tx, day);
                   while (open_sheets(tx, 10) > 0) {
                   }
                   const auto id = sheet_of(tx, payee, day).value().id;
                   file_made(tx, id, make_file(tx, "yunchuan", payee, day));
                   file_fetched(tx, id);
                   return id;
               })
            .value();
    }
    Sheet listed(SheetId id, const std::vector<Listed>& list)
    {
        EXPECT_TRUE(act([&](Transaction& tx) { return list_page(tx, id, 0, list, ""); }));
        return act([&](Transaction& tx) {
                   return compared(tx, id, differences_of(tx, sheet(tx, id).value()));
               })
            .value();
    }
    /// A day on which one payment of `whole` was made, reconciled.
    SheetId reconciled(std::string_view payee, base::Date day, std::int64_t whole)
    {
        const auto payment = passes(payee, day, whole);
        const auto id = made(payee, day);
        EXPECT_EQ(listed(id, {{payment, whole * 100}}).state, SheetState::balanced);
        return id;
    }
    /// How the payout stands after the program did what it can.
    std::string worked(SheetId id)
    {
        for (int i = 0; i < 2; ++i) {
            const auto due =
                side_->read([&](Snapshot& s) { return payouts_->due(s, clock_.now(), 10); });
            for (const auto one : due)
                EXPECT_TRUE(act([&](Transaction& tx) { return payouts_->work(tx, one); }));
        }
        return stands(id);
    }
    std::string stands(SheetId id)
    {
        return side_->read([&](Snapshot& s) -> std::string {
            const auto payout = payouts_->of(s, id);
            if (!payout) return "none";
            std::string text{payouts_->standing(s, *payout).state};
            if (payout->cause != PayoutCause::none)
                text += " " + std::string{to_string(payout->cause)};
            return payout->trouble.empty() ? text : text + " " + payout->trouble;
        });
    }
    Payout payout(SheetId id)
    {
        return side_->read([&](Snapshot& s) { return payouts_->of(s, id).value(); });
    }
    std::string reason_of(const base::Result<Payout>& done)
    {
        return done ? std::string{} : std::string{done.error().reason};
    }
    std::string proposes(SheetId id, std::uint64_t staff, std::string_view note = "no list came")
    {
        return reason_of(
            act([&](Transaction& tx) { return payouts_->propose(tx, id, staff, note); }));
    }
    std::string approves(SheetId id, std::uint64_t staff)
    {
        return reason_of(act([&](Transaction& tx) { return payouts_->approve(tx, id, staff); }));
    }
    void other_bank_says(SheetId id, iso20022::Status status, std::string_view route = "network")
    {
        const auto payment = base::to_string(payout(id).payment);
        EXPECT_TRUE(
            side_->told(route, {.message_id = "R" + payment,
                                .created = clock_.now(),
                                .original_message_id = payment,
                                .original_end_to_end_id = payment,
                                .status = status,
                                .reason = status == iso20022::Status::rejected ? "AC04" : ""}));
    }

    base::ManualClock clock_{base::Instant{1'795'322'096'000'000}};
    const base::Date first_ = base::parse_date("2026-11-20").value();
    const base::Date second_ = base::parse_date("2026-11-21").value();
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("payouts-" + std::to_string(getpid()));
    std::unique_ptr<clearing::test::Side> side_;
    std::unique_ptr<Payouts> payouts_;
};

TEST_F(PayoutsTest, AReconciledDayIsPaidOutOnceThroughClearing)
{
    const auto id = reconciled(gas, first_, 300);
    EXPECT_EQ(stands(id), "due");
    EXPECT_EQ(worked(id), "on-the-way");
    EXPECT_EQ(side_->own_balance("biller/gas.yunchuan"), 0);
    EXPECT_EQ(side_->own_balance("clearing/network"), 300'00);
    // Again, after a restart say: nothing.
    EXPECT_TRUE(act([&](Transaction& tx) { return payouts_->work(tx, id); }));
    EXPECT_EQ(worked(id), "on-the-way");
    EXPECT_EQ(side_->own_balance("clearing/network"), 300'00);
    const auto message = iso20022::read_credit_transfer(side_->message(payout(id).payment));
    ASSERT_TRUE(message) << message.error().detail;
    EXPECT_EQ(message.value().amount, "300.00");
    EXPECT_EQ(message.value().creditor.account, "9988000000000000015");
    EXPECT_EQ(message.value().creditor.name, "缴费归集专户");
    EXPECT_EQ(message.value().purpose, "缴费结算 2026-11-20");
    other_bank_says(id, iso20022::Status::settled);
    EXPECT_EQ(stands(id), "paid");
    EXPECT_EQ(side_->own_balance("settlement/network"), 300'00);
    EXPECT_EQ(proposes(id, clerk), "biller.payout_not_now");
    EXPECT_EQ(approves(id, manager), "biller.payout_not_now");
    // The list asked for again and the same: paid all the same, and once.
    EXPECT_TRUE(act([&](Transaction& tx) { return ask_again(tx, id); }));
    EXPECT_EQ(worked(id), "paid");
}

TEST_F(PayoutsTest, FromAnAmountOnASecondPersonApprovesOrRefusesWithAWord)
{
    const auto id = reconciled(gas, first_, 1'000);
    EXPECT_EQ(worked(id), "waiting amount");
    EXPECT_EQ(side_->own_balance("biller/gas.yunchuan"), 1'000'00);
    const auto refused = [&](std::string_view note) {
        return reason_of(
            act([&](Transaction& tx) { return payouts_->refuse(tx, id, manager, note); }));
    };
    EXPECT_EQ(refused(""), "biller.note_missing");
    EXPECT_EQ(refused("asked the works first"), "");
    EXPECT_EQ(worked(id), "refused amount");
    EXPECT_EQ(approves(id, manager), "biller.payout_not_now");
    EXPECT_EQ(proposes(id, clerk, ""), "biller.note_missing");
    EXPECT_EQ(proposes(id, clerk), "");
    EXPECT_EQ(stands(id), "waiting again");
    EXPECT_EQ(approves(id, clerk), "biller.same_person");
    EXPECT_EQ(approves(id, manager), "");
    EXPECT_EQ(stands(id), "on-the-way again");
    EXPECT_EQ(payout(id).checker, manager);
    EXPECT_EQ(approves(SheetId{77}, manager), "biller.payout_unknown");
}

TEST_F(PayoutsTest, WhoSettledDifferencesOfADayDoesNotApproveItsPayout)
{
    passes(gas, first_, 30);
    const auto id = made(gas, first_);
    EXPECT_EQ(listed(id, {}).state, SheetState::different);
    EXPECT_EQ(worked(id), "none");
    const auto difference = side_->read([&](Snapshot& s) { return differences(s, id).front().id; });
    EXPECT_TRUE(act([&](Transaction& tx) {
        return settle(tx, difference, clerk, Resolution::biller_corrects, "they forgot it");
    }));
    EXPECT_EQ(worked(id), "waiting differences");
    EXPECT_EQ(approves(id, clerk), "biller.same_person");
    // While the list is asked for anew, nothing is approved.
    EXPECT_TRUE(act([&](Transaction& tx) { return ask_again(tx, id); }));
    EXPECT_EQ(approves(id, manager), "biller.not_reconciled");
    EXPECT_EQ(listed(id, {}).state, SheetState::settled);
    EXPECT_EQ(approves(id, manager), "");
    EXPECT_EQ(stands(id), "on-the-way differences");
}

TEST_F(PayoutsTest, ADayWithoutAListIsPaidByTwoPeopleAndALateListPaysNothingMore)
{
    const auto payment = passes(gas, first_, 40);
    const auto id = made(gas, first_);
    clock_.advance_seconds(86'400);
    EXPECT_EQ(worked(id), "none");  // A list that never comes pays nothing by itself.
    EXPECT_EQ(proposes(id, clerk), "");
    EXPECT_EQ(stands(id), "waiting own-list");
    EXPECT_EQ(proposes(id, clerk), "biller.payout_not_now");
    EXPECT_EQ(approves(id, clerk), "biller.same_person");
    EXPECT_EQ(approves(id, manager), "");
    EXPECT_EQ(side_->own_balance("biller/gas.yunchuan"), 0);
    EXPECT_EQ(listed(id, {{payment, 40'00}}).state, SheetState::balanced);
    EXPECT_EQ(worked(id), "on-the-way own-list");
    EXPECT_EQ(side_->own_balance("clearing/network"), 40'00);
    // Nobody proposes a day whose file is not made.
    passes(gas, second_, 1);
    const auto open = act([&](Transaction& tx) -> base::Result<SheetId> {
        close_day(tx, second_);
        while (open_sheets(tx, 10) > 0) {
        }
        return sheet_of(tx, gas, second_).value().id;
    });
    EXPECT_EQ(proposes(open.value(), clerk), "biller.payout_not_now");
    EXPECT_EQ(proposes(SheetId{77}, clerk), "biller.sheet_unknown");
}

TEST_F(PayoutsTest, WhatComesBackIsOwedAgainAndPaidOnceMoreByTwoPeople)
{
    const auto id = reconciled(gas, first_, 50);
    EXPECT_EQ(worked(id), "on-the-way");
    other_bank_says(id, iso20022::Status::rejected);
    EXPECT_EQ(worked(id), "came-back");
    EXPECT_EQ(side_->own_balance("biller/gas.yunchuan"), 50'00);
    const auto before = payout(id).payment;
    EXPECT_EQ(proposes(id, clerk, "their account is open again"), "");
    EXPECT_EQ(approves(id, manager), "");
    EXPECT_NE(payout(id).payment, before);
    other_bank_says(id, iso20022::Status::settled);
    EXPECT_EQ(stands(id), "paid again");
    EXPECT_EQ(side_->own_balance("biller/gas.yunchuan"), 0);
}

TEST_F(PayoutsTest, ADayOnWhichTheProviderOwesIsTakenOffTheNext)
{
    const std::string suixin = payee_of_wallet("suixin");
    const auto out = passes(suixin, first_, -60);
    const auto in = passes(suixin, first_, 20);
    const auto first = made(suixin, first_);
    EXPECT_EQ(listed(first, {{out, -60'00}, {in, 20'00}}).state, SheetState::balanced);
    EXPECT_EQ(worked(first), "carried");
    EXPECT_EQ(side_->own_balance("wallet/suixin"), -40'00);
    const auto second = reconciled(suixin, second_, 100);
    EXPECT_EQ(worked(second), "on-the-way");
    EXPECT_EQ(payout(second).amount, yuan(60));
    EXPECT_EQ(payout(second).net, yuan(100));
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 0);
    EXPECT_EQ(side_->own_balance("clearing/lanwan"), 60'00);
    // Taken off once.
    const auto third = reconciled(suixin, base::Date{second_.days + 1}, 10);
    EXPECT_EQ(worked(third), "on-the-way");
    EXPECT_EQ(payout(third).amount, yuan(10));
}

TEST_F(PayoutsTest, ABillerOfTheOpenApiIsPaidWhereItSaysOnceApproved)
{
    const auto first = reconciled(own_one, first_, 5);
    EXPECT_EQ(worked(first), "due biller.payout_no_account");
    const auto says = [&](std::string_view number) {
        EXPECT_TRUE(act([&](Transaction& tx) -> base::Result<void> {
            set_payout_account(tx,
                               {std::string{own_one}, "otherbank", std::string{number}, "柳园"});
            return {};
        }));
    };
    says("9988000000000000023");
    EXPECT_EQ(worked(first), "due biller.payout_no_account");  // Not before a minute is over.
    clock_.advance_seconds(61);
    EXPECT_EQ(worked(first), "waiting account");
    EXPECT_EQ(approves(first, manager), "");
    const auto second = reconciled(own_one, second_, 6);
    EXPECT_EQ(worked(second), "on-the-way");  // It was approved before.
    says("9988000000000000031");
    EXPECT_EQ(worked(reconciled(own_one, base::Date{second_.days + 1}, 7)), "waiting account");
}

TEST_F(PayoutsTest, WithLessOnTheOwnAccountThanOwedNothingIsPaid)
{
    const auto id = reconciled(gas, first_, 50);
    const auto take = [&](ledger::Side own_side, std::uint64_t client) {
        return act([&](Transaction& tx) -> base::Result<void> {
            const auto own =
                TRY(side_->ledger->own_account(tx, "biller/gas.yunchuan", clearing::test::cny));
            const auto cash = TRY(side_->ledger->own_account(tx, "cash", clearing::test::cny));
            const bool away = own_side == ledger::Side::debit;
            const ledger::Leg legs[] = {
                {own, own_side, yuan(1)},
                {cash, away ? ledger::Side::credit : ledger::Side::debit, yuan(1)}};
            TRY(side_->ledger->post(
                tx, {.client = {client, 9}, .kind = "test", .effective = first_, .legs = legs}));
            return {};
        });
    };
    ASSERT_TRUE(take(ledger::Side::debit, 1));
    EXPECT_EQ(worked(id), "due payment.no_funds");
    EXPECT_EQ(side_->own_balance("clearing/network"), 0);
    ASSERT_TRUE(take(ledger::Side::credit, 2));
    clock_.advance_seconds(61);
    EXPECT_EQ(worked(id), "on-the-way");
}

}  // namespace
}  // namespace bank::biller
