// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/internal/test_payment.h>

#include <gtest/gtest.h>

namespace bank::payment {
namespace {

class PaymentTest : public testing::Test, protected TestPayments {
protected:
    void TearDown() override { EXPECT_EQ(first_fault(), ""); }
};

TEST_F(PaymentTest, MovesMoneyAndBothSidesSeeItWithReceiptHistoryAndStatement)
{
    EXPECT_EQ(pay(order(an_, bo_, yuan(30), "房租"), "k1"), "paid");
    EXPECT_EQ(balance(an_), "99970.00");
    EXPECT_EQ(balance(bo_), "30.00");
    EXPECT_EQ(events_.types, (std::vector<std::string>{"payment.sent", "payment.received"}));
    for (const std::uint64_t viewer : {1U, 2U}) {
        const auto receipt = read([&](Snapshot& s) {
                                 return transfers_->transfer(s, CustomerId{viewer}, last_);
                             }).value();
        EXPECT_EQ(receipt.purpose, "房租");
        EXPECT_EQ(receipt.payee_name, "柜**");
        EXPECT_EQ(receipt.receipt_number.substr(0, 9), "20261121-");
        EXPECT_EQ(receipt.verification_code.size(), 9U);
        EXPECT_EQ(base::to_decimal(receipt.balance_after), "99970.00");
    }
    EXPECT_EQ(read([&](Snapshot& s) { return transfers_->transfer(s, CustomerId{3}, last_); })
                  .error()
                  .reason,
              "payment.unknown");
    const auto page =
        read([&](Snapshot& s) { return history(s, *accounts_, people_, bo_, {}, 10); }).value();
    ASSERT_EQ(page.lines.size(), 1U);
    EXPECT_EQ(page.lines[0].direction, account::Direction::in);
    EXPECT_EQ(page.lines[0].counterparty, "柜**");
    EXPECT_EQ(page.lines[0].purpose, "房租");
    const auto day = accounts_->business_date(clock_.now());
    const auto period =
        read([&](Snapshot& s) { return statement(s, *accounts_, people_, an_, day, day); }).value();
    EXPECT_EQ(base::to_decimal(period.opening), "0.00");
    EXPECT_EQ(base::to_decimal(period.in), "100000.00");
    EXPECT_EQ(base::to_decimal(period.out), "30.00");
    EXPECT_EQ(base::to_decimal(period.closing), "99970.00");
}

TEST_F(PaymentTest, AnswersWithTheReceiptThatIsReadAfterwards)
{
    const auto asked = order(an_, bo_, yuan(30), "房租");
    const auto plan =
        read([&](Snapshot& s) { return transfers_->plan(s, CustomerId{1}, asked); }).value();
    proofs_.given[1] = {plan.subject, plan.proof_needed};
    const auto answer =
        book_->write([&](Transaction& tx) { return transfers_->pay(tx, plan, "k", 1); }).value();
    ASSERT_TRUE(answer.receipt);
    const auto& given = *answer.receipt;
    const auto later =
        read([&](Snapshot& s) { return transfers_->transfer(s, CustomerId{1}, given.id); }).value();
    EXPECT_EQ(given.receipt_number, later.receipt_number);
    EXPECT_EQ(given.verification_code, later.verification_code);
    EXPECT_EQ(given.from, later.from);
    EXPECT_EQ(given.from_number, later.from_number);
    EXPECT_EQ(given.to_number, later.to_number);
    EXPECT_EQ(given.payee_name, later.payee_name);
    EXPECT_EQ(base::to_decimal(given.amount), base::to_decimal(later.amount));
    EXPECT_EQ(base::to_decimal(given.balance_after), base::to_decimal(later.balance_after));
    EXPECT_EQ(given.purpose, later.purpose);
    EXPECT_EQ(given.at, later.at);
}

TEST_F(PaymentTest, RefusesForGoodInTheUnitOfWorkWhatAPlanWithoutBalancesLetThrough)
{
    const auto plan = read([&](Snapshot& s) {
                          return transfers_->plan(s, CustomerId{1}, order(an_, bo_, yuan(100)),
                                                  Transfers::Money::later);
                      }).value();
    EXPECT_FALSE(plan.money_tried);
    EXPECT_EQ(pay(order(an_, bo_, yuan(49'950)), "first"), "paid");
    EXPECT_EQ(pay(order(an_, bo_, yuan(49'950)), "second"), "paid");
    proofs_.given[900] = {plan.subject, plan.proof_needed};
    EXPECT_EQ(pay(plan, "third", 900), "paid");
    EXPECT_EQ(pay(plan, "fourth", 0), "payment.no_funds");
    EXPECT_EQ(pay(plan, "fourth", 0), "payment.no_funds");
}

TEST_F(PaymentTest, IsPaidOnceForOneKeyAndRefusedForAnotherOrderUnderIt)
{
    const Order small = order(an_, bo_, yuan(30));
    EXPECT_EQ(pay(small, "k1"), "paid");
    EXPECT_EQ(pay(small, "k1"), "paid before");
    EXPECT_EQ(pay(order(an_, bo_, yuan(31)), "k1"), "ledger.client_id_reused");
    EXPECT_EQ(pay(small, "k2"), "paid");
    EXPECT_EQ(pay(small, ""), "payment.key_missing");
    EXPECT_EQ(balance(bo_), "60.00");
    const auto before = read([&](Snapshot& s) {
                            return transfers_->answered(s, CustomerId{1}, small, "k1");
                        }).value();
    ASSERT_TRUE(before);
    EXPECT_TRUE(before->paid);
    EXPECT_FALSE(read([&](Snapshot& s) {
                     return transfers_->answered(s, CustomerId{1}, small, "k3");
                 }).value());
}

TEST_F(PaymentTest, KeepsARefusalForItsKeyEvenWhenMoneyCameMeanwhile)
{
    const Order big = order(bo_, an_, yuan(100));
    EXPECT_EQ(pay(big, "k1", 2), "payment.no_funds");
    const auto refused = book_->write([&](Transaction& tx) {
        return transfers_->refuse(tx, CustomerId{2}, big, "k1",
                                  base::rejected("payment.no_funds", "not enough"));
    });
    EXPECT_EQ(refused.value().refused->reason, "payment.no_funds");
    fund(bo_, yuan(1'000));
    const auto again = read([&](Snapshot& s) {
                           return transfers_->answered(s, CustomerId{2}, big, "k1");
                       }).value();
    EXPECT_EQ(again->refused->reason, "payment.no_funds");
    EXPECT_EQ(pay(big, "k1", 2), "payment.no_funds");
    EXPECT_EQ(pay(big, "k2", 2), "paid");
}

TEST_F(PaymentTest, SaysWhyNotBeforeAnyProofIsAsked)
{
    EXPECT_EQ(pay(order(an_, bo_, {0, cny}), "a"), "payment.amount_not_positive");
    EXPECT_EQ(pay(order(an_, bo_, {-1, cny}), "b"), "payment.amount_not_positive");
    EXPECT_EQ(pay(order(an_, an_, yuan(1)), "c"), "payment.to_oneself");
    EXPECT_EQ(pay(order(bo_, an_, yuan(1)), "d"), "payment.from_unknown");  // Another's account.
    EXPECT_EQ(pay({an_, {"99010100099999992", ""}, "", yuan(1), ""}, "e"),
              "account.number_mistyped");
    EXPECT_EQ(pay({an_, {account::Account{}.number, ""}, "", yuan(1), ""}, "f"),
              "payment.payee_unclear");
    EXPECT_EQ(pay({an_, {number(bo_), "16400000002"}, "", yuan(1), ""}, "g"),
              "payment.payee_unclear");
    EXPECT_EQ(pay({an_, {"", "16400000009"}, "", yuan(1), ""}, "h"), "payment.payee_unknown");
    EXPECT_EQ(pay({an_, {number(bo_), ""}, "柜立春", yuan(1), ""}, "i"),
              "payment.payee_name_differs");
    EXPECT_EQ(pay({an_, {number(bo_), ""}, " 柜 雨水 ", yuan(1), ""}, "j"), "paid");
    EXPECT_EQ(pay({an_, {"", "16400000002"}, "", yuan(1), ""}, "k"), "paid");
    EXPECT_EQ(pay(order(an_, bo_, yuan(1), std::string(201, 'x')), "l"),
              "payment.purpose_too_long");
    EXPECT_EQ(pay(order(an_, bo_, yuan(60'000)), "m"), "payment.at_a_branch");
    EXPECT_EQ(pay(order(an_, bo_, {1, {"USD", 2}}), "n"), "payment.unit_mismatch");
    EXPECT_EQ(pay(order(an_, bo_, yuan(200'000)), "o"), "payment.no_funds");
    EXPECT_EQ(balance(bo_), "2.00");
}

TEST_F(PaymentTest, HoldsToTheLimitsOfTheClassesOnBothSides)
{
    const auto two = open(1, class_2(), false);
    const auto three = open(3, class_3(), false);
    EXPECT_EQ(pay(order(bo_, two, yuan(1)), "a", 2), "payment.payee_takes_no_inflow");
    EXPECT_EQ(pay(order(an_, two, yuan(30'000)), "b"), "paid");  // One's own Class I.
    EXPECT_EQ(pay(order(two, bo_, {10'000'01, cny}), "c"), "payment.over_day_limit");
    EXPECT_EQ(pay(order(two, bo_, yuan(10'000)), "d"), "paid");
    EXPECT_EQ(pay(order(two, bo_, {1, cny}), "e"), "payment.over_day_limit");
    EXPECT_EQ(pay(order(two, an_, yuan(20'000)), "f"), "paid");
    EXPECT_EQ(pay(order(bo_, three, {2'000'01, cny}), "g", 2), "payment.payee_over_balance_limit");
}

TEST_F(PaymentTest, DecidesAgainInTheUnitOfWorkWhatChangedSinceThePlan)
{
    fund(bo_, yuan(100));
    const auto plan = read([&](Snapshot& s) {
                          return transfers_->plan(s, CustomerId{2}, order(bo_, an_, yuan(80)));
                      }).value();
    proofs_.given[71] = {plan.subject, Proof::password};
    proofs_.given[72] = {plan.subject, Proof::password};
    EXPECT_EQ(pay(plan, "first", 71), "paid");
    EXPECT_EQ(pay(plan, "second", 72), "payment.no_funds");
    EXPECT_EQ(pay(plan, "second", 72), "payment.no_funds");  // The same, without using a proof.
    EXPECT_TRUE(book_->write([&](Transaction& tx) { return accounts_->freeze(tx, bo_); }));
    proofs_.given[73] = {plan.subject, Proof::password};
    EXPECT_EQ(pay(plan, "third", 73), "payment.from_frozen");
    EXPECT_EQ(balance(bo_), "20.00");
}

TEST_F(PaymentTest, NeedsAProofOfExactlyThisPaymentStrongEnoughAndUsedOnce)
{
    const auto plan_of = [&](std::int64_t whole) {
        return read([&](Snapshot& s) {
                   return transfers_->plan(s, CustomerId{1}, order(an_, bo_, yuan(whole)));
               })
            .value();
    };
    const auto large = plan_of(6'000);
    const auto other = plan_of(6'001);
    EXPECT_EQ(large.proof_needed, Proof::passkey);
    EXPECT_EQ(pay(large, "k", 0), "payment.proof_missing");
    proofs_.given[81] = {other.subject, Proof::passkey};
    EXPECT_EQ(pay(large, "k", 81), "authentication.proof_of_other_content");
    proofs_.given[82] = {large.subject, Proof::sms};
    EXPECT_EQ(pay(large, "k", 82), "authentication.proof_too_weak");
    proofs_.given[83] = {large.subject, Proof::passkey};
    EXPECT_EQ(pay(large, "k", 83), "paid");  // None of the above burnt the key.
    EXPECT_EQ(pay(large, "k2", 83), "authentication.proof_used");
    EXPECT_EQ(plan_of(900).proof_needed, Proof::password);  // Paid before: known.
}

TEST_F(PaymentTest, KnowsWhomAnAccountPaidInItsLatestFiftyMovements)
{
    const auto asked = order(an_, bo_, yuan(900));
    const auto needed = [&](Transfers& transfers) {
        return read([&](Snapshot& s) { return transfers.plan(s, CustomerId{1}, asked); })
            .value()
            .proof_needed;
    };
    EXPECT_EQ(needed(*transfers_), Proof::sms);
    EXPECT_EQ(pay(order(an_, bo_, yuan(1)), "first"), "paid");
    EXPECT_EQ(needed(*transfers_), Proof::password);
    // Looked at after each, after some, after more than it looks at first, and not at all before.
    for (int others = 1; others <= 49; ++others) {
        fund(an_, yuan(1));
        if (others > 5 && others % 11 != 0) continue;
        EXPECT_EQ(needed(*transfers_), Proof::password);
    }
    const auto fresh = [&] {
        Transfers other{{*accounts_, *judge_, people_, proofs_, events_, key_}};
        return needed(other);
    };
    EXPECT_EQ(needed(*transfers_), Proof::password);
    EXPECT_EQ(fresh(), Proof::password);
    fund(an_, yuan(1));
    EXPECT_EQ(needed(*transfers_), Proof::sms);
    EXPECT_EQ(fresh(), Proof::sms);
    for (int more = 0; more < 60; ++more) fund(an_, yuan(1));
    EXPECT_EQ(pay(order(an_, bo_, yuan(1)), "again"), "paid");
    for (int more = 0; more < 4; ++more) fund(an_, yuan(1));
    EXPECT_EQ(needed(*transfers_), Proof::password);
}

TEST_F(PaymentTest, IsStoppedForListedNamesAndKeepsTheDecision)
{
    const auto listed =
        open(3, {.code = "class-1", .account_class = Class::one, .unit = cny}, true);
    EXPECT_EQ(pay(order(an_, listed, yuan(1)), "a"), "risk.sanctions_review");
    EXPECT_EQ(pay(order(an_, listed, yuan(1)), "a"), "risk.sanctions_review");
    EXPECT_EQ(balance(listed), "0.00");
    std::vector<std::string> hits;
    read([&](Snapshot& s) {
        risk::each_kept(s, {}, [&](const risk::Kept& kept) {
            if (kept.verdict == risk::Verdict::block) hits.push_back(kept.hits);
        });
        return 0;
    });
    EXPECT_EQ(hits, std::vector<std::string>{"[\"B\"]"});
}

TEST_F(PaymentTest, TakesNothingForAClosedPayee)
{
    const auto number_before = number(bo_);
    EXPECT_TRUE(book_->write([&](Transaction& tx) { return accounts_->close(tx, bo_); }));
    EXPECT_EQ(pay({an_, {number_before, ""}, "", yuan(1), ""}, "a"), "payment.payee_closed");
    EXPECT_EQ(pay({an_, {"", "16400000002"}, "", yuan(1), ""}, "b"), "payment.payee_unknown");
}

TEST_F(PaymentTest, ListsHistoryInPagesAndPayeesOnce)
{
    for (int i = 1; i <= 7; ++i) {
        EXPECT_EQ(pay(order(an_, bo_, yuan(i)), "k" + std::to_string(i)), "paid");
    }
    std::vector<std::string> amounts;
    EntryId cursor;
    for (int pages = 0; pages < 10; ++pages) {
        const auto page = read([&](Snapshot& s) {
                              return history(s, *accounts_, people_, bo_, cursor, 3);
                          }).value();
        for (const Line& line : page.lines) amounts.push_back(base::to_decimal(line.amount));
        if (!page.next) break;
        cursor = *page.next;
    }
    EXPECT_EQ(amounts,
              (std::vector<std::string>{"7.00", "6.00", "5.00", "4.00", "3.00", "2.00", "1.00"}));
    const auto payees = read([&](Snapshot& s) { return transfers_->recent_payees(s, an_, 10); });
    ASSERT_EQ(payees.size(), 1U);
    EXPECT_EQ(payees[0].number, number(bo_));
}

}  // namespace
}  // namespace bank::payment
