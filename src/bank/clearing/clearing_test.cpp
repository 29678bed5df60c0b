// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/test_side.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace bank::clearing {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;
using test::directory;
using test::Side;
using test::yuan;

class ClearingTest : public testing::Test {
protected:
    ClearingTest()
    {
        std::filesystem::create_directories(folder_);
        here_ = std::make_unique<Side>("yunchuan", "YCRCCNDEMO1", "990101", 1, folder_, clock_);
        there_ = std::make_unique<Side>("lanwan", "LWRCCNDEMO2", "990102", 2, folder_, clock_);
    }
    ~ClearingTest() override
    {
        for (auto* side : {here_.get(), there_.get()}) {
            const auto report = ledger::check_ledger(*side->book);
            EXPECT_TRUE(report.clean()) << report.findings.front();
            const auto findings = side->unexplained();
            EXPECT_TRUE(findings.empty()) << findings.front();
        }
        const auto received =
            there_->book->read([](Snapshot& s) { return passed_from(s, "YCRCCNDEMO1"); });
        const auto sent = here_->book->read([](Snapshot& s) { return passed_to(s, "lanwan"); });
        const auto findings = compare(sent, received);
        EXPECT_TRUE(findings.empty()) << findings.front();
        EXPECT_EQ(owed(), 0);
        here_.reset();
        there_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// What the two owe each other and what is on the way, over both books.
    std::int64_t owed()
    {
        const auto settled = [](Side& side, std::string_view other) {
            return side.book->read(
                [&](Snapshot& s) { return settled_with(s, *side.ledger, other); });
        };
        const auto received =
            there_->book->read([](Snapshot& s) { return passed_from(s, "YCRCCNDEMO1"); });
        const auto sent = here_->book->read([](Snapshot& s) { return passed_to(s, "lanwan"); });
        return settled(*here_, "lanwan") + settled(*there_, "yunchuan") +
               on_the_way(sent, received);
    }
    Order to_lanwan(std::int64_t whole, std::string name = "柜雨水")
    {
        return {.from = here_->own,
                .to = {"lanwan", there_->number(there_->other), std::move(name)},
                .amount = yuan(whole),
                .purpose = "房租"};
    }
    Order to_network(std::int64_t whole)
    {
        return {.from = here_->own,
                .to = {"otherbank", "9988 0000 0000 0000 023", "柜雨水"},
                .amount = yuan(whole)};
    }
    iso20022::StatusReport says(PaymentId id, iso20022::Status status, std::string reason = {})
    {
        return {"S1",   clock_.now(),     base::to_string(id), base::to_string(id),
                status, std::move(reason)};
    }

    base::ManualClock clock_{base::Instant{1'795'322'096'000'000}};
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("clearing-" + std::to_string(getpid()));
    std::unique_ptr<Side> here_;
    std::unique_ptr<Side> there_;
};

TEST_F(ClearingTest, APaymentToAnotherInstitutionArrivesOnceHoweverOftenItsMessageComes)
{
    const auto paid = here_->pay(to_lanwan(120), "k1");
    ASSERT_TRUE(paid) << paid.error().detail;
    const PaymentId id = paid.value().paid.value();
    EXPECT_EQ(here_->balance(here_->own), 9'880'00);
    EXPECT_EQ(here_->state(id), State::requested);
    const std::string xml = here_->message(id);
    for (int i = 0; i < 3; ++i) {
        const auto report = there_->receive("yunchuan", "YCRCCNDEMO1", xml);
        ASSERT_TRUE(report) << report.error().detail;
        EXPECT_EQ(report.value().status, iso20022::Status::settled);
        EXPECT_EQ(there_->balance(there_->other), 120'00);
        EXPECT_EQ(owed(), 0) << "paid out, and " << (i == 0 ? "not told yet" : "told");
        EXPECT_TRUE(here_->told("lanwan", report.value()));
        EXPECT_EQ(here_->state(id), State::settled);
    }
    EXPECT_EQ(here_->message(id), xml);
    const std::vector<std::string> expected{"clearing.requested", "clearing.settled"};
    EXPECT_EQ(here_->events.types, expected);
    EXPECT_EQ(there_->events.types, std::vector<std::string>{"clearing.received"});
}

TEST_F(ClearingTest, UnfinishedPaymentsAreListedToTheLastOnePageByPage)
{
    std::vector<PaymentId> made;
    for (int i = 0; i < 5; ++i) {
        const auto paid = here_->pay(to_lanwan(10 + i), "w" + std::to_string(i));
        ASSERT_TRUE(paid) << paid.error().detail;
        made.push_back(paid.value().paid.value());
    }
    const auto listed = [&](PaymentId after, int limit) {
        return here_->book->read([&](Snapshot& snapshot) {
            std::vector<PaymentId> ids;
            for (const auto& one : here_->outgoing->waiting(snapshot, after, limit))
                ids.push_back(one.id);
            return ids;
        });
    };
    const auto some = [&](std::initializer_list<int> places) {
        std::vector<PaymentId> ids;
        for (const int place : places) ids.push_back(made[static_cast<std::size_t>(place)]);
        return ids;
    };
    EXPECT_EQ(listed({}, 2), some({0, 1}));
    EXPECT_EQ(listed(made[1], 2), some({2, 3}));
    EXPECT_EQ(listed(made[3], 2), some({4}));
    EXPECT_EQ(listed(made[4], 2), some({}));
    const auto report = there_->receive("yunchuan", "YCRCCNDEMO1", here_->message(made[2]));
    ASSERT_TRUE(report && here_->told("lanwan", report.value()));
    EXPECT_EQ(listed({}, 9), some({0, 1, 3, 4})) << "what is settled waits no more";
}

TEST_F(ClearingTest, AnAccountThatItsPaymentsDoNotExplainIsNamed)
{
    const auto paid = here_->pay(to_lanwan(120), "k1");
    ASSERT_TRUE(paid);
    const PaymentId id = paid.value().paid.value();
    const auto set = [&](Side& side, std::string_view sql) {
        ASSERT_TRUE(side.book->write([&](Transaction& tx) -> base::Result<void> {
            EXPECT_EQ(tx.execute(sql), 1) << sql;
            return {};
        }));
    };
    set(*here_, "update clearing_payment set minor_units = minor_units - 1");
    ASSERT_EQ(here_->unexplained().size(), 1U);
    EXPECT_NE(here_->unexplained()[0].find("clearing/lanwan"), std::string::npos);
    set(*here_, "update clearing_payment set minor_units = minor_units + 1");
    EXPECT_TRUE(here_->unexplained().empty());

    const auto report = there_->receive("yunchuan", "YCRCCNDEMO1", here_->message(id));
    ASSERT_TRUE(report && here_->told("lanwan", report.value()));
    set(*there_, "update clearing_received set minor_units = minor_units * 2");
    ASSERT_EQ(there_->unexplained().size(), 1U);
    EXPECT_NE(there_->unexplained()[0].find("settlement/yunchuan"), std::string::npos);
    set(*there_, "update clearing_received set minor_units = minor_units / 2");
}

TEST_F(ClearingTest, MoneyOutOfNowhereShowsInTheSumOverBothInstitutions)
{
    const auto paid_out = [&](std::uint64_t key, ledger::Side settlement, ledger::Side person) {
        ASSERT_TRUE(there_->book->write([&](Transaction& tx) -> base::Result<void> {
            const auto account =
                TRY(there_->ledger->own_account(tx, "settlement/yunchuan", test::cny));
            const ledger::Leg legs[] = {{account, settlement, yuan(50)},
                                        {there_->other, person, yuan(50)}};
            TRY(there_->ledger->post(tx, {.client = {9, key},
                                          .kind = "test",
                                          .effective = there_->accounts->business_date(tx.now()),
                                          .legs = legs}));
            return {};
        }));
    };
    paid_out(1, ledger::Side::debit, ledger::Side::credit);
    EXPECT_EQ(owed(), -50'00);
    paid_out(2, ledger::Side::credit, ledger::Side::debit);
    EXPECT_EQ(owed(), 0);
}

TEST(Compared, WhatTwoBooksSayOfEachOtherIsNamedWhereItDiffers)
{
    const std::vector<Passed> sent{{"1", 100, true}, {"2", 200, false}, {"3", 300, true}};
    const auto says = [&](const std::vector<Passed>& received) {
        std::string all;
        for (const auto& one : compare(sent, received)) all += one + "; ";
        return all;
    };
    EXPECT_EQ(says({{"1", 100, true}, {"3", 300, true}}), "");
    EXPECT_EQ(says({{"1", 100, true}, {"2", 200, true}, {"3", 300, true}}), "")
        << "paid out, and not told yet";
    EXPECT_EQ(says({{"1", 100, true}, {"3", 301, true}}),
              "payment 3 was paid out in another amount; ");
    EXPECT_EQ(says({{"1", 100, true}}), "payment 3 counts as settled, but was not paid out; ");
    EXPECT_EQ(says({{"1", 100, true}, {"3", 300, true}, {"4", 1, true}}),
              "payment 4 was paid out, but never paid in; ");
}

TEST_F(ClearingTest, TheSameKeyPaysOnceAndAnotherOrderUnderItIsRefused)
{
    const auto first = here_->pay(to_lanwan(120), "k1");
    const auto again = here_->pay(to_lanwan(120), "k1");
    ASSERT_TRUE(first && again);
    EXPECT_TRUE(again.value().repeated);
    EXPECT_EQ(again.value().paid, first.value().paid);
    EXPECT_EQ(here_->pay(to_lanwan(121), "k1").error().reason, "ledger.client_id_reused");
    EXPECT_EQ(here_->pay(to_lanwan(1), "").error().reason, "payment.key_missing");
    EXPECT_EQ(here_->pay(to_lanwan(1), "k9", false).error().reason, "payment.proof_missing");
    EXPECT_EQ(here_->balance(here_->own), 9'880'00);
    EXPECT_TRUE(here_->proofs.known);
}

struct Refused {
    const char* name;
    const char* number;
    const char* code;
};

TEST_F(ClearingTest, WhatThePayeesBookRefusesComesBackToThePayer)
{
    int key = 0;
    const auto refused = [&](const Order& order) {
        const auto paid = here_->pay(order, "r" + std::to_string(++key));
        EXPECT_TRUE(paid) << paid.error().detail;
        const PaymentId id = paid.value().paid.value();
        const auto report = there_->receive("yunchuan", "YCRCCNDEMO1", here_->message(id));
        EXPECT_TRUE(report) << report.error().detail;
        EXPECT_TRUE(here_->told("lanwan", report.value()));
        EXPECT_EQ(here_->state(id), State::rejected);
        EXPECT_EQ(here_->balance(here_->own), 10'000'00);
        EXPECT_TRUE(here_->told("lanwan", report.value()));  // Comes again.
        EXPECT_EQ(here_->balance(here_->own), 10'000'00);
        return report.value().reason;
    };
    EXPECT_EQ(refused(to_lanwan(5, "柜立春")), "BE01");
    auto nobody = to_lanwan(5);
    nobody.to.number = "9901029999999999994";
    EXPECT_EQ(refused(nobody), "AC01");
    ASSERT_TRUE(there_->book->write(
        [&](Transaction& tx) { return there_->accounts->close(tx, there_->other); }));
    EXPECT_EQ(refused(to_lanwan(5)), "AC04");
    EXPECT_EQ(there_->balance(there_->other), 0);
    EXPECT_EQ(here_->events.types.back(), "clearing.rejected");
}

TEST_F(ClearingTest, AMessageUnderAUsedIdWithOtherContentIsADuplicate)
{
    const auto id = here_->pay(to_lanwan(7), "k1").value().paid.value();
    std::string xml = here_->message(id);
    ASSERT_TRUE(there_->receive("yunchuan", "YCRCCNDEMO1", xml));
    xml.replace(xml.find("7.00"), 4, "8.00");
    const auto report = there_->receive("yunchuan", "YCRCCNDEMO1", xml);
    ASSERT_TRUE(report);
    EXPECT_EQ(report.value().reason, "AM05");
    EXPECT_EQ(there_->balance(there_->other), 7'00);
    const auto forged = there_->receive("qingxi", "QXVBCNDEMO3", xml);
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().reason, "clearing.sender_differs");
    EXPECT_EQ(there_->receive("yunchuan", "YCRCCNDEMO1", "<x/>").error().reason,
              "iso20022.another_message");
}

TEST_F(ClearingTest, AnUnknownOutcomeStaysOnItsWayAndAReturnGivesTheMoneyBack)
{
    const auto id = here_->pay(to_network(300), "k1").value().paid.value();
    here_->message(id);
    EXPECT_EQ(here_->state(id), State::sent);
    EXPECT_TRUE(here_->told("network", says(id, iso20022::Status::pending, "ED06")));
    EXPECT_EQ(here_->state(id), State::queued);
    clock_.advance_seconds(60);
    EXPECT_EQ(here_->book->read([&](Snapshot& s) {
        return here_->outgoing->unfinished(s, clock_.now(), 10).size();
    }),
              1U);
    EXPECT_TRUE(here_->told("network", says(id, iso20022::Status::settled)));
    EXPECT_EQ(here_->state(id), State::settled);
    EXPECT_TRUE(here_->told("network", says(id, iso20022::Status::rejected, "AC01")));
    EXPECT_EQ(here_->state(id), State::settled) << "a contradiction moves nothing";
    EXPECT_FALSE(here_->told("lanwan", says(id, iso20022::Status::settled))) << "another route";

    const iso20022::Return half{
        "R0", clock_.now(), base::Date{20'779}, "M", base::to_string(id), "150.00", "CNY", "AC04"};
    iso20022::Return back = half;
    back.amount = "300.00";
    const auto give = [&](const iso20022::Return& message) {
        return here_->book->write(
            [&](Transaction& tx) { return here_->outgoing->given_back(tx, "network", message); });
    };
    EXPECT_TRUE(give(half));
    EXPECT_EQ(here_->state(id), State::settled) << "another amount moves nothing";
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(give(back));
        EXPECT_EQ(here_->state(id), State::returned);
        EXPECT_EQ(here_->balance(here_->own), 10'000'00);
    }
}

TEST_F(ClearingTest, MoneyForAnAccountClosedMeanwhileWaitsForAPerson)
{
    const auto id = here_->pay(to_network(10'000), "k1").value().paid.value();
    ASSERT_TRUE(here_->book->write(
        [&](Transaction& tx) { return here_->accounts->close(tx, here_->own); }));
    ASSERT_TRUE(here_->told("network", says(id, iso20022::Status::rejected, "AC01")));
    EXPECT_EQ(here_->state(id), State::rejected);
    EXPECT_EQ(here_->balance(here_->own), 0);
}

TEST_F(ClearingTest, WhatCannotBePaidIsRefusedBeforeAProofIsAsked)
{
    const auto why = [&](auto change) {
        Order order = to_network(5);
        change(order);
        const auto paid = here_->pay(order, "x");
        return paid ? std::string{"paid"} : std::string{paid.error().reason};
    };
    EXPECT_EQ(why([](Order& o) { o.amount = yuan(0); }), "payment.amount_not_positive");
    EXPECT_EQ(why([](Order& o) { o.purpose = std::string(141, 'x'); }), "payment.purpose_too_long");
    EXPECT_EQ(why([](Order& o) { o.purpose = "a\nb"; }), "payment.purpose_too_long");
    EXPECT_EQ(why([&](Order& o) { o.from = here_->other; }), "payment.from_unknown");
    EXPECT_EQ(why([](Order& o) { o.to.bank = "nobank"; }), "clearing.bank_unknown");
    EXPECT_EQ(why([](Order& o) { o.to.bank = "yunchuan"; }), "clearing.own_bank");
    EXPECT_EQ(why([](Order& o) { o.to.number = "12x4567890"; }), "clearing.number_malformed");
    EXPECT_EQ(why([](Order& o) { o.to.number = "1234567"; }), "clearing.number_malformed");
    EXPECT_EQ(why([](Order& o) { o.to.name.clear(); }), "clearing.name_missing");
    EXPECT_EQ(why([](Order& o) { o.amount = yuan(10'001); }), "payment.no_funds");
    EXPECT_EQ(why([](Order& o) { o.amount = yuan(50'001); }), "payment.no_funds");
    const auto sanctioned = [&] {
        Order order = to_network(5);
        order.to.name = "厉不通";
        return here_->pay(order, "s");
    }();
    ASSERT_TRUE(sanctioned);
    ASSERT_TRUE(sanctioned.value().refused);
    EXPECT_TRUE(sanctioned.value().refused->reason.starts_with("risk."));
    EXPECT_EQ(here_->balance(here_->own), 10'000'00);
}

TEST(BankDirectory, RecognisesByTheLongestPrefixAndSearchesByAnyName)
{
    EXPECT_EQ(directory.recognise("9901 0200 0000")->code, "lanwan");
    EXPECT_EQ(directory.recognise("99887766")->code, "otherbank");
    EXPECT_EQ(directory.recognise("6222"), nullptr);
    EXPECT_EQ(directory.search("岚", 5).size(), 1U);
    EXPECT_EQ(directory.search("BANK", 5).front()->code, "otherbank");
    EXPECT_EQ(directory.search("taha", 5).size(), 1U);
    EXPECT_EQ(directory.search("", 2).size(), 2U);
    EXPECT_EQ(directory.search("nothing", 2).size(), 0U);
}

}  // namespace
}  // namespace bank::clearing
