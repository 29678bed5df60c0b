// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/test_side.h>
#include <bank/wallet/withdrawals.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>

namespace bank::wallet {
namespace {

using clearing::test::yuan;
using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr CustomerId me{1};
constexpr CustomerId another{2};

class WalletTest : public testing::Test {
protected:
    WalletTest()
    {
        std::filesystem::create_directories(folder_);
        side_ = std::make_unique<clearing::test::Side>("yunchuan", "YCRCCNDEMO1", "990101", 1,
                                                       folder_, clock_, migrations());
        wallets_ = std::make_unique<Wallets>(
            Wallets::Parts{*side_->accounts, *side_->outgoing, clearing::test::directory,
                           *side_->judge, side_->people, side_->proofs, side_->events});
        withdrawals_ = std::make_unique<Withdrawals>(*side_->accounts, side_->events);
    }
    ~WalletTest() override
    {
        const auto report = ledger::check_ledger(*side_->book);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        const auto findings = side_->read([&](Snapshot& s) { return explain(s, *side_->ledger); });
        EXPECT_TRUE(findings.empty()) << findings.front();
        wallets_.reset();
        side_.reset();
        std::filesystem::remove_all(folder_);
    }

    Order order(std::int64_t per_payment = 100, std::int64_t per_day = 250) const
    {
        return {.provider = "suixin",
                .account = side_->own,
                .limits = {yuan(per_payment), yuan(per_day)}};
    }
    std::string refusal_of(const Order& asked, CustomerId person = me)
    {
        const auto plan =
            side_->read([&](Snapshot& s) { return wallets_->plan(s, person, asked); });
        return plan ? "" : std::string{plan.error().reason};
    }
    base::Result<Link> bind(const Order& asked, bool proven = true)
    {
        const auto plan = side_->read([&](Snapshot& s) { return wallets_->plan(s, me, asked); });
        if (!plan) return plan.error();
        if (proven) side_->proofs.given[5] = plan.value().subject;
        return side_->write(
            [&](Transaction& tx) { return wallets_->bind(tx, plan.value(), proven ? 5 : 0); });
    }
    /// A wallet that its provider has confirmed.
    LinkId bound(std::int64_t per_payment = 100, std::int64_t per_day = 250)
    {
        const auto link = bind(order(per_payment, per_day));
        EXPECT_TRUE(link) << link.error().detail;
        EXPECT_TRUE(side_->write([&](Transaction& tx) {
            return wallets_->answered(tx, link.value().id, "9989060000000017", "");
        }));
        return link.value().id;
    }
    Link seen(LinkId id)
    {
        return side_->read([&](Snapshot& s) { return wallets_->link(s, me, id); }).value();
    }
    base::Result<Answer> debit(const Debit& asked, std::string_view provider = "suixin")
    {
        const auto plan =
            side_->read([&](Snapshot& s) { return wallets_->prepare(s, provider, asked); });
        if (!plan) return plan.error();
        return side_->write([&](Transaction& tx) { return wallets_->debit(tx, plan.value()); });
    }
    /// Why it was refused for good; empty: it was paid.
    std::string taking(LinkId link, std::int64_t whole, const std::string& reference,
                       const std::string& merchant = "早点铺")
    {
        const auto answer = debit({link, reference, yuan(whole), merchant});
        if (!answer) return "error " + std::string{answer.error().reason};
        return answer.value().refused ? std::string{answer.value().refused->reason} : "";
    }
    std::string unbind(CustomerId person, LinkId id)
    {
        const auto done =
            side_->write([&](Transaction& tx) { return wallets_->unbind(tx, person, id); });
        return done ? std::string{to_string(done.value().state)} : std::string{done.error().reason};
    }

    base::Result<Withdrawal> ask_for(LinkId link, std::int64_t whole, const std::string& key,
                                     CustomerId person = me)
    {
        return side_->write([&](Transaction& tx) {
            return withdrawals_->request(tx, person, link, yuan(whole), key);
        });
    }
    /// The provider's word: how the withdrawal stands after it.
    WithdrawalState says(WithdrawalId id, bool paid)
    {
        const auto now = side_->write([&](Transaction& tx) {
            return paid ? withdrawals_->credited(tx, id, "WL1")
                        : withdrawals_->failed(tx, id, "wallet.no_funds");
        });
        EXPECT_TRUE(now) << now.error().detail;
        return now.value().state;
    }

    base::ManualClock clock_{base::Instant{1'795'322'096'000'000}};
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("wallet-" + std::to_string(getpid()));
    std::unique_ptr<clearing::test::Side> side_;
    std::unique_ptr<Wallets> wallets_;
    std::unique_ptr<Withdrawals> withdrawals_;
};

TEST_F(WalletTest, IsBoundOnceUnderAProofAndConfirmedByItsProvider)
{
    EXPECT_EQ(bind(order(), false).error().reason, "payment.proof_missing");
    const auto made = bind(order());
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made.value().state, State::asking);
    EXPECT_EQ(refusal_of(order()), "wallet.bound_already");
    EXPECT_EQ(taking(made.value().id, 1, "early"), "wallet.not_bound");
    const auto answered = [&](std::string_view number, std::string_view why) {
        return side_->write(
            [&](Transaction& tx) { return wallets_->answered(tx, made.value().id, number, why); });
    };
    EXPECT_TRUE(answered("9989060000000017", ""));
    const Link link = seen(made.value().id);
    EXPECT_EQ(link.state, State::bound);
    EXPECT_EQ(link.masked_number.find("000000"), std::string::npos) << link.masked_number;
    // What comes later, or again, changes nothing.
    EXPECT_TRUE(answered("", "wallet.unknown_phone"));
    EXPECT_EQ(seen(link.id).state, State::bound);
    EXPECT_EQ(side_->events.types, std::vector<std::string>{"wallet.bound"});
}

TEST_F(WalletTest, ThatItsProviderRefusesCanBeBoundAnew)
{
    const auto made = bind(order());
    ASSERT_TRUE(side_->write([&](Transaction& tx) {
        return wallets_->answered(tx, made.value().id, "", "wallet.another_holder");
    }));
    EXPECT_EQ(seen(made.value().id).state, State::refused);
    EXPECT_EQ(seen(made.value().id).reason, "wallet.another_holder");
    EXPECT_TRUE(bind(order()));
    const auto unknown =
        side_->write([&](Transaction& tx) { return wallets_->answered(tx, LinkId{77}, "1", ""); });
    EXPECT_EQ(unknown.error().reason, "wallet.unknown");
}

TEST_F(WalletTest, OrdersThatCannotBeAreRefused)
{
    auto other = order();
    other.provider = "otherbank";  // A bank, and no wallet.
    EXPECT_EQ(refusal_of(other), "wallet.provider_unknown");
    other.provider = "";
    EXPECT_EQ(refusal_of(other), "wallet.provider_unknown");
    EXPECT_EQ(refusal_of(order(), another), "payment.from_unknown");
    auto dollars = order();
    dollars.limits.per_day.currency = ledger::currency("USD").value();
    EXPECT_EQ(refusal_of(dollars), "payment.unit_mismatch");
    for (const auto& [payment, day] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {0, 100}, {-1, 100}, {101, 100}, {1'001, 3'000}, {1'000, 3'001}}) {
        EXPECT_EQ(refusal_of(order(payment, day)), "wallet.limits_impossible") << payment;
    }
    EXPECT_EQ(refusal_of(order(1'000, 3'000)), "");
    EXPECT_EQ(refusal_of({.limits = {yuan(1), yuan(1)}, .changes = LinkId{77}}), "wallet.unknown");
    ASSERT_TRUE(
        side_->write([&](Transaction& tx) { return side_->accounts->freeze(tx, side_->own); }));
    EXPECT_EQ(refusal_of(order()), "payment.from_frozen");
}

TEST_F(WalletTest, TakesOnceForEachReferenceAndTheRefusalOfOneLasts)
{
    const LinkId link = bound();
    EXPECT_EQ(taking(link, 60, "a"), "");
    EXPECT_EQ(taking(link, 60, "a"), "");
    EXPECT_EQ(side_->balance(side_->own), 9'940'00);
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 60'00);
    EXPECT_EQ(taking(link, 61, "a"), "error ledger.client_id_reused");
    EXPECT_EQ(taking(link, 60, "a", "另一家"), "error ledger.client_id_reused");
    EXPECT_EQ(taking(link, 101, "b"), "wallet.over_payment_limit");
    EXPECT_EQ(taking(link, 100, "c"), "");
    EXPECT_EQ(taking(link, 91, "d"), "wallet.over_day_limit");
    EXPECT_EQ(taking(link, 90, "e"), "");
    // Tomorrow is another day, but what was answered stays answered.
    clock_.advance_seconds(86'400);
    EXPECT_EQ(taking(link, 91, "d"), "wallet.over_day_limit");
    EXPECT_EQ(taking(link, 91, "f"), "");
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 341'00);
    const auto taken = side_->read([&](Snapshot& s) { return wallets_->taken(s, seen(link), 10); });
    ASSERT_EQ(taken.size(), 4U);
    EXPECT_EQ(taken.front().merchant, "早点铺");
    EXPECT_EQ(taken.front().reference, "f");
}

TEST_F(WalletTest, DebitsThatAreMalformedOrAnothersAreNotLookedAt)
{
    const LinkId link = bound();
    const std::string long_one(65, 'x');
    EXPECT_EQ(taking(link, 1, ""), "error wallet.debit_malformed");
    EXPECT_EQ(taking(link, 1, long_one), "error wallet.debit_malformed");
    EXPECT_EQ(taking(link, 1, "a", ""), "error wallet.debit_malformed");
    EXPECT_EQ(taking(link, 1, "a", "x\ny"), "error wallet.debit_malformed");
    EXPECT_EQ(taking(link, 0, "a"), "error wallet.debit_malformed");
    EXPECT_EQ(taking(link, -5, "a"), "error wallet.debit_malformed");
    EXPECT_EQ(taking(LinkId{77}, 1, "a"), "error wallet.unknown");
    EXPECT_EQ(debit({link, "a", yuan(1), "m"}, "xinghai").error().reason, "wallet.unknown");
    EXPECT_EQ(debit({link, "a", {100, ledger::currency("USD").value()}, "m"}).error().reason,
              "payment.unit_mismatch");
    EXPECT_EQ(taking(link, 1, "ok", "厉不通"), "risk.sanctions_review");
    EXPECT_EQ(side_->balance(side_->own), 10'000'00);
}

TEST_F(WalletTest, UnboundTakesNothingMoreAndOnlyItsOwnerUnbindsIt)
{
    const LinkId link = bound();
    EXPECT_EQ(unbind(another, link), "wallet.unknown");
    EXPECT_EQ(unbind(me, link), "unbound");
    EXPECT_EQ(unbind(me, link), "unbound");
    EXPECT_EQ(taking(link, 1, "late"), "wallet.not_bound");
    const auto waiting = [&] {
        return side_
            ->read([&](Snapshot& s) {
                return wallets_->waiting(s, base::after_seconds(clock_.now(), 1), 10);
            })
            .size();
    };
    EXPECT_EQ(waiting(), 1U);  // The provider does not know it yet.
    EXPECT_TRUE(side_->write([&](Transaction& tx) -> base::Result<void> {
        wallets_->told(tx, link);
        return {};
    }));
    EXPECT_EQ(waiting(), 0U);
    EXPECT_EQ(refusal_of({.limits = {yuan(1), yuan(1)}, .changes = link}), "wallet.not_bound");
}

TEST_F(WalletTest, LimitsRiseUnderAProofAndFallWithoutOne)
{
    const LinkId link = bound();
    const auto change = [&](std::int64_t per_payment, std::int64_t per_day, std::uint64_t proof) {
        const Order asked{.limits = {yuan(per_payment), yuan(per_day)}, .changes = link};
        const auto plan =
            side_->read([&](Snapshot& s) { return wallets_->plan(s, me, asked); }).value();
        if (proof != 0) side_->proofs.given[proof] = plan.subject;
        const auto done =
            side_->write([&](Transaction& tx) { return wallets_->set_limits(tx, plan, proof); });
        return done ? "" : std::string{done.error().reason};
    };
    EXPECT_EQ(change(50, 60, 0), "");
    EXPECT_EQ(taking(link, 51, "a"), "wallet.over_payment_limit");
    EXPECT_EQ(change(60, 60, 0), "payment.proof_missing");
    EXPECT_EQ(change(60, 60, 9), "");
    EXPECT_EQ(taking(link, 51, "b"), "");
}

TEST_F(WalletTest, ATopUpPaysTheWalletsOwnNumber)
{
    const LinkId link = bound();
    const auto order =
        side_->read([&](Snapshot& s) { return wallets_->top_up(s, me, link, yuan(20)); });
    ASSERT_TRUE(order) << order.error().detail;
    EXPECT_EQ(order.value().to.bank, "suixin");
    EXPECT_EQ(order.value().to.number, "9989060000000017");
    EXPECT_EQ(order.value().to.name, "柜立春");
    const auto paid = side_->pay(order.value(), "top-up");
    ASSERT_TRUE(paid) << paid.error().detail;
    EXPECT_EQ(side_->balance(side_->own), 9'980'00);
    EXPECT_EQ(unbind(me, link), "unbound");
    const auto late =
        side_->read([&](Snapshot& s) { return wallets_->top_up(s, me, link, yuan(20)); });
    EXPECT_EQ(late.error().reason, "wallet.not_bound");
}

TEST_F(WalletTest, AWithdrawalIsReservedCreditedOnceAndLessensWhatTheProviderIsOwed)
{
    const LinkId link = bound();
    EXPECT_EQ(taking(link, 60, "a"), "");
    const auto made = ask_for(link, 25, "k");
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made.value().state, WithdrawalState::requested);
    EXPECT_EQ(ask_for(link, 25, "k").value().id, made.value().id);
    EXPECT_EQ(ask_for(link, 26, "k").error().reason, "ledger.client_id_reused");
    EXPECT_EQ(side_->balance(side_->own), 9'940'00);  // Nothing yet.
    EXPECT_EQ(says(made.value().id, true), WithdrawalState::credited);
    EXPECT_EQ(says(made.value().id, true), WithdrawalState::credited);
    EXPECT_EQ(side_->balance(side_->own), 9'965'00);
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 35'00);
    // A word that says the opposite moves nothing.
    EXPECT_EQ(says(made.value().id, false), WithdrawalState::credited);
    EXPECT_EQ(side_->balance(side_->own), 9'965'00);
    EXPECT_EQ(side_->events.types.back(), "wallet.withdrawn");
    const auto late =
        side_->write([&](Transaction& tx) { return withdrawals_->mark_sent(tx, made.value().id); });
    EXPECT_EQ(late.error().reason, "wallet.withdrawal_over");
}

TEST_F(WalletTest, AWithdrawalThatTheProviderRefusesLeavesTheAccountAsItWas)
{
    const LinkId link = bound();
    const auto made = ask_for(link, 25, "k").value();
    EXPECT_EQ(says(made.id, false), WithdrawalState::failed);
    EXPECT_EQ(says(made.id, true), WithdrawalState::failed);
    EXPECT_EQ(side_->balance(side_->own), 10'000'00);
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 0);
    const auto seen = side_->read([&](Snapshot& s) { return withdrawals_->of_link(s, link, 5); });
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen.front().reason, "wallet.no_funds");
    EXPECT_EQ(side_->events.types.back(), "wallet.withdrawal-failed");
}

TEST_F(WalletTest, WithdrawalsThatCannotBeAreRefused)
{
    const LinkId link = bound();
    EXPECT_EQ(ask_for(link, 1, "").error().reason, "payment.key_missing");
    EXPECT_EQ(ask_for(link, 0, "a").error().reason, "payment.amount_not_positive");
    EXPECT_EQ(ask_for(link, -1, "a").error().reason, "payment.amount_not_positive");
    EXPECT_EQ(ask_for(LinkId{77}, 1, "a").error().reason, "wallet.unknown");
    EXPECT_EQ(ask_for(link, 1, "a", another).error().reason, "wallet.unknown");
    const auto dollars = side_->write([&](Transaction& tx) {
        return withdrawals_->request(tx, me, link, {100, ledger::currency("USD").value()}, "a");
    });
    EXPECT_EQ(dollars.error().reason, "payment.unit_mismatch");
    EXPECT_EQ(unbind(me, link), "unbound");
    EXPECT_EQ(ask_for(link, 1, "a").error().reason, "wallet.not_bound");
    const auto unknown = side_->write(
        [&](Transaction& tx) { return withdrawals_->credited(tx, WithdrawalId{77}, "x"); });
    EXPECT_EQ(unknown.error().reason, "wallet.withdrawal_unknown");
}

TEST_F(WalletTest, SilenceIsAskedAgainAndALateWordCountsAfterUnbinding)
{
    const LinkId link = bound();
    const auto made = ask_for(link, 25, "k").value();
    const auto waiting = [&] {
        return side_
            ->read([&](Snapshot& s) {
                return withdrawals_->unfinished(s, base::after_seconds(clock_.now(), -60), 10);
            })
            .size();
    };
    EXPECT_EQ(waiting(), 0U);
    clock_.advance_seconds(61);
    EXPECT_EQ(waiting(), 1U);
    EXPECT_TRUE(
        side_->write([&](Transaction& tx) { return withdrawals_->mark_sent(tx, made.id); }));
    EXPECT_EQ(waiting(), 0U);
    EXPECT_EQ(unbind(me, link), "unbound");
    EXPECT_EQ(says(made.id, true), WithdrawalState::credited);
    EXPECT_EQ(side_->balance(side_->own), 10'025'00);
}

TEST_F(WalletTest, ADayHoldsDebitsAndWithdrawalsInOrderAndInPages)
{
    const LinkId link = bound();
    EXPECT_EQ(taking(link, 60, "a"), "");
    const auto made = ask_for(link, 25, "k").value();
    const auto open = ask_for(link, 5, "still open").value();
    EXPECT_EQ(says(made.id, true), WithdrawalState::credited);
    EXPECT_EQ(taking(link, 7, "b"), "");
    const auto today = side_->accounts->business_date(clock_.now());
    const auto passed = [&](std::uint64_t after, int limit) {
        return side_->read(
            [&](Snapshot& s) { return passed_on(s, "suixin", today, after, limit); });
    };
    const auto all = passed(0, 10);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const OfDay& one, const OfDay& other) {
        return one.payment < other.payment;
    }));
    std::int64_t sum = 0;
    for (const auto& one : all) sum += one.amount.minor_units;
    EXPECT_EQ(sum, 42'00);
    const auto given = std::find_if(all.begin(), all.end(),
                                    [&](const OfDay& one) { return one.payment == made.id.value; });
    ASSERT_NE(given, all.end());
    EXPECT_EQ(given->amount, yuan(-25));
    EXPECT_EQ(given->reference, "WL1");
    EXPECT_EQ(passed(all[0].payment, 1).front().payment, all[1].payment);
    EXPECT_EQ(side_->read([&](Snapshot& s) { return providers_of(s, today); }),
              std::vector<std::string>{"suixin"});
    // What came of it on another day stands on that one.
    clock_.advance_seconds(86'400);
    EXPECT_EQ(says(open.id, true), WithdrawalState::credited);
    EXPECT_EQ(passed(0, 10).size(), 3U);
    EXPECT_EQ(side_->own_balance("wallet/suixin"), 37'00);
}

}  // namespace
}  // namespace bank::wallet
