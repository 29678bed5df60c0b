// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/internal/test_payment.h>

#include <gtest/gtest.h>

namespace bank::payment {
namespace {

class TopUpTest : public testing::Test, protected TestPayments {
protected:
    void TearDown() override { EXPECT_EQ(first_fault(), ""); }
};

TEST_F(TopUpTest, BringsMoneyFromTheBoundAccountOnceHoweverOftenTheOtherBankAnswers)
{
    const auto two = open(1, class_2(), false);
    const auto request = [&](base::Money amount, const std::string& key) {
        return book_->write([&](Transaction& tx) {
            return top_ups_->request(tx, CustomerId{1}, two, amount, key);
        });
    };
    const auto asked = request(yuan(50'000), "t1").value();
    EXPECT_EQ(request(yuan(50'000), "t1").value().id, asked.id);
    EXPECT_EQ(request(yuan(50'001), "t1").error().reason, "ledger.client_id_reused");
    EXPECT_EQ(balance(two), "0.00");
    EXPECT_EQ(to_string(asked.state), "requested");
    const auto act = [&](auto step) {
        return book_->write([&](Transaction& tx) { return step(tx); });
    };
    const auto sent = [&](Transaction& tx) { return top_ups_->mark_sent(tx, asked.id); };
    const auto credited = [&](Transaction& tx) { return top_ups_->credited(tx, asked.id, "r1"); };
    const auto failed = [&](Transaction& tx) { return top_ups_->failed(tx, asked.id, "no"); };
    EXPECT_EQ(act(sent).value().attempts, 1);
    EXPECT_EQ(act(sent).value().attempts, 2);  // No answer came; asked again.
    clock_.advance_seconds(60);
    EXPECT_EQ(read([&](Snapshot& s) { return top_ups_->unfinished(s, clock_.now(), 10); }).size(),
              1U);
    EXPECT_EQ(act(credited).value().state, TopUpState::credited);
    EXPECT_EQ(act(credited).value().state, TopUpState::credited);
    EXPECT_EQ(balance(two), "50000.00");
    EXPECT_EQ(act(failed).value().reason, "payment.top_up_contradicted");
    EXPECT_EQ(act(sent).error().reason, "payment.top_up_over");
    EXPECT_EQ(balance(two), "50000.00");
    const auto page =
        read([&](Snapshot& s) { return history(s, *accounts_, people_, two, {}, 10); }).value();
    ASSERT_EQ(page.lines.size(), 1U);
    EXPECT_EQ(page.lines[0].kind, "top-up");
    EXPECT_EQ(page.lines[0].counterparty, "");
}

TEST_F(TopUpTest, LetsAFailedTopUpGoAndHoldsToTheBalanceLimitBeforeAsking)
{
    const auto three = open(1, class_3(), false);
    const auto request = [&](base::Money amount, const std::string& key) {
        return book_->write([&](Transaction& tx) {
            return top_ups_->request(tx, CustomerId{1}, three, amount, key);
        });
    };
    EXPECT_EQ(request({2'000'01, cny}, "a").error().reason, "payment.over_balance_limit");
    const auto first = request(yuan(1'500), "b").value();
    EXPECT_EQ(request(yuan(501), "c").error().reason, "payment.over_balance_limit");
    const auto failed = book_->write(
        [&](Transaction& tx) { return top_ups_->failed(tx, first.id, "account_frozen"); });
    EXPECT_EQ(failed.value().state, TopUpState::failed);
    EXPECT_EQ(failed.value().reason, "account_frozen");
    EXPECT_TRUE(request(yuan(501), "d"));
    EXPECT_EQ(balance(three), "0.00");
    EXPECT_EQ(request({0, cny}, "e").error().reason, "payment.amount_not_positive");
    const auto another = book_->write(
        [&](Transaction& tx) { return top_ups_->request(tx, CustomerId{2}, three, yuan(1), "f"); });
    EXPECT_EQ(another.error().reason, "account.unknown");
}

}  // namespace
}  // namespace bank::payment
