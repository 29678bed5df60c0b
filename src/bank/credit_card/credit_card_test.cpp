// SPDX-License-Identifier: Apache-2.0
#include <bank/account/number.h>
#include <bank/clearing/test_side.h>
#include <bank/credit_card/cards.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace bank::credit_card {
namespace {

using clearing::test::yuan;
using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr CustomerId me{1};
constexpr CustomerId another{2};

/// A number that its check digit makes right.
std::string number_of(std::string body)
{
    body += account::luhn_digit(body);
    return body;
}

class CreditCardTest : public testing::Test {
protected:
    CreditCardTest()
    {
        std::filesystem::create_directories(folder_);
        side_ = std::make_unique<clearing::test::Side>("yunchuan", "YCRCCNDEMO1", "990101", 1,
                                                       folder_, clock_, migrations());
        cards_ = std::make_unique<Cards>(Cards::Parts{*side_->outgoing, clearing::test::directory,
                                                      side_->people, side_->key, clock_});
    }
    ~CreditCardTest() override
    {
        const auto report = ledger::check_ledger(*side_->book);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        const auto findings = side_->unexplained();
        EXPECT_TRUE(findings.empty()) << findings.front();
        cards_.reset();
        side_.reset();
        std::filesystem::remove_all(folder_);
    }

    base::Result<Card> keep(const std::string& number, CustomerId person = me)
    {
        return side_->write([&](Transaction& tx) { return cards_->keep(tx, person, number); });
    }
    void answer(const Card& card, int asked, BillState state, std::int64_t statement = 0)
    {
        ASSERT_TRUE(side_->write([&](Transaction& tx) {
            return cards_->answered(tx, card.id, asked, state,
                                    {yuan(statement), yuan(statement / 10), base::Date{20'800}});
        }));
    }
    /// A card whose issuer said that so much is open.
    Card with_bill(std::int64_t statement)
    {
        const Card card = keep(number_).value();
        answer(card, card.asked, BillState::known, statement);
        return seen(card.id);
    }
    Card seen(CardId id)
    {
        return side_->read([&](Snapshot& s) { return cards_->card(s, me, id); }).value();
    }
    std::int64_t open(const Card& card)
    {
        return side_->read([&](Snapshot& s) { return cards_->open(s, card); }).minor_units;
    }
    Repayment repayment(const Card& card, std::int64_t whole) const
    {
        return {card.id, side_->own, yuan(whole)};
    }
    base::Result<Plan> plan(const Repayment& asked, CustomerId person = me)
    {
        return side_->read([&](Snapshot& s) { return cards_->plan(s, person, asked); });
    }
    std::string refusal_of(const Repayment& asked, CustomerId person = me)
    {
        const auto made = plan(asked, person);
        return made ? "" : std::string{made.error().reason};
    }
    base::Result<clearing::Answer> pay(const Plan& made, std::string_view key)
    {
        side_->proofs.given[7] = made.payment.subject;
        return side_->write([&](Transaction& tx) { return cards_->pay(tx, made, key, 7); });
    }

    base::ManualClock clock_{base::Instant{1'795'322'096'000'000}};
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("credit-card-" + std::to_string(getpid()));
    const std::string number_ = number_of("622900000000001");
    std::unique_ptr<clearing::test::Side> side_;
    std::unique_ptr<Cards> cards_;
};

TEST_F(CreditCardTest, IsKeptOnceHoweverItsNumberIsWritten)
{
    const auto first = keep(number_);
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ(first.value().bank, "otherbank");
    EXPECT_EQ(first.value().asked, 1);
    EXPECT_EQ(first.value().masked_number.find(number_), std::string::npos);
    const auto again =
        keep(number_.substr(0, 4) + " " + number_.substr(4, 4) + "-" + number_.substr(8));
    ASSERT_TRUE(again);
    EXPECT_EQ(again.value().id, first.value().id);
    EXPECT_EQ(again.value().asked, 2);
    // The same number in another person's hands is another card.
    EXPECT_NE(keep(number_, another).value().id, first.value().id);
    EXPECT_EQ(side_->read([&](Snapshot& s) { return cards_->of_person(s, me); }).size(), 1U);
    const auto asked = side_->read([&](Snapshot& s) { return cards_->question(s, first.value()); });
    EXPECT_NE(platform::json::serialise(asked).find(number_), std::string::npos);
}

TEST_F(CreditCardTest, NumbersThatAreNoCreditCardsAreRefused)
{
    EXPECT_EQ(keep("").error().reason, "card.number_malformed");
    EXPECT_EQ(keep("62290000x0000019").error().reason, "card.number_malformed");
    EXPECT_EQ(keep("62290000000").error().reason, "card.number_malformed");
    EXPECT_EQ(keep(std::string(20, '6')).error().reason, "card.number_malformed");
    std::string mistyped = number_;
    mistyped.back() = mistyped.back() == '9' ? '0' : static_cast<char>(mistyped.back() + 1);
    EXPECT_EQ(keep(mistyped).error().reason, "card.number_mistyped");
    EXPECT_EQ(keep(number_of("998800000000001")).error().reason, "card.no_credit_card");
    EXPECT_EQ(keep(number_of("400000000000001")).error().reason, "card.no_credit_card");
    for (int i = 0; i < 20; ++i)
        EXPECT_TRUE(keep(number_of("6229000000001" + std::to_string(10 + i)))) << i;
    EXPECT_EQ(keep(number_of("622900000000200")).error().reason, "card.too_many");
    clock_.advance_seconds(86'401);
    EXPECT_TRUE(keep(number_of("622900000000200")));
}

TEST_F(CreditCardTest, AnEarlierAnswerDoesNotStandForALaterQuestion)
{
    const Card card = keep(number_).value();
    ASSERT_TRUE(side_->write([&](Transaction& tx) { return cards_->ask_again(tx, me, card.id); }));
    answer(card, 1, BillState::known, 500);
    EXPECT_EQ(seen(card.id).state, BillState::asking);
    EXPECT_EQ(refusal_of(repayment(card, 1)), "card.bill_not_known");
    answer(card, 2, BillState::unavailable);
    EXPECT_EQ(seen(card.id).state, BillState::unavailable);
    answer(card, 2, BillState::known, 500);  // Late, but it is the answer.
    EXPECT_EQ(seen(card.id).state, BillState::known);
    EXPECT_EQ(open(seen(card.id)), 500'00);
    const auto nobody = side_->write(
        [&](Transaction& tx) { return cards_->answered(tx, CardId{77}, 1, BillState::known, {}); });
    EXPECT_EQ(nobody.error().reason, "card.unknown");
    const auto others =
        side_->write([&](Transaction& tx) { return cards_->ask_again(tx, another, card.id); });
    EXPECT_EQ(others.error().reason, "card.unknown");
}

TEST_F(CreditCardTest, NoMoreIsRepaidThanIsOpenAndWhatCameBackIsOpenAgain)
{
    const Card card = with_bill(500);
    EXPECT_EQ(refusal_of(repayment(card, 0)), "payment.amount_not_positive");
    EXPECT_EQ(refusal_of(repayment(card, 501)), "card.more_than_due");
    EXPECT_EQ(refusal_of(repayment(card, 1), another), "card.unknown");
    auto dollars = repayment(card, 1);
    dollars.amount.currency = ledger::currency("USD").value();
    EXPECT_EQ(refusal_of(dollars), "payment.unit_mismatch");

    const auto first = plan(repayment(card, 300)).value();
    const auto second = plan(repayment(card, 300)).value();
    const auto paid = pay(first, "k1");
    ASSERT_TRUE(paid && paid.value().paid) << paid.error().detail;
    EXPECT_EQ(open(card), 200'00);
    EXPECT_EQ(pay(second, "k2").error().reason, "card.more_than_due");  // The first was faster.
    EXPECT_TRUE(pay(first, "k1").value().repeated);
    EXPECT_EQ(side_->balance(side_->own), 9'700'00);

    const auto id = *paid.value().paid;
    EXPECT_TRUE(side_->told("network", {"S1", clock_.now(), base::to_string(id),
                                        base::to_string(id), iso20022::Status::rejected, "AC04"}));
    EXPECT_EQ(open(card), 500'00);
    EXPECT_EQ(side_->balance(side_->own), 10'000'00);
    EXPECT_EQ(side_->read([&](Snapshot& s) { return cards_->payments(s, card); }).size(), 1U);
}

TEST_F(CreditCardTest, ABillIsBelievedForHalfAnHour)
{
    const Card card = with_bill(500);
    clock_.advance_seconds(30 * 60);
    EXPECT_EQ(refusal_of(repayment(card, 1)), "");
    clock_.advance_seconds(1);
    EXPECT_EQ(refusal_of(repayment(card, 1)), "card.bill_out_of_date");
}

TEST_F(CreditCardTest, WhatWasRepaidInFullHasNothingDueAndARemovedCardIsGone)
{
    const Card card = with_bill(80);
    ASSERT_TRUE(pay(plan(repayment(card, 80)).value(), "k1"));
    EXPECT_EQ(refusal_of(repayment(card, 1)), "card.nothing_due");
    const auto remove = [&](CustomerId person) {
        const auto done =
            side_->write([&](Transaction& tx) { return cards_->remove(tx, person, card.id); });
        return done ? "" : std::string{done.error().reason};
    };
    EXPECT_EQ(remove(another), "card.unknown");
    EXPECT_EQ(remove(me), "");
    EXPECT_EQ(refusal_of(repayment(card, 1)), "card.unknown");
    // Kept again it is the same card, and what was paid is not forgotten.
    const auto back = keep(number_);
    ASSERT_TRUE(back);
    EXPECT_EQ(back.value().id, card.id);
    EXPECT_EQ(back.value().state, BillState::asking);
}

}  // namespace
}  // namespace bank::credit_card
