// SPDX-License-Identifier: Apache-2.0
#include <bank/letter/letters.h>

#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::letter {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency cny = ledger::currency("CNY").value();
constexpr CustomerId company{7};
constexpr CustomerId agent{8};

class LetterTest : public testing::Test {
protected:
    LetterTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        for (const auto& steps : {audit::migrations(), ledger::migrations(), account::migrations(),
                                  letter::migrations()}) {
            EXPECT_TRUE(book_->migrate(steps));
        }
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<account::Accounts>(*ledger_, account::Institution{"990101"});
        const auto opened = book_->write([&](Transaction& tx) {
            return accounts_->open(
                tx, {.code = "corporate", .unit = cny},
                {.key = "a", .holder = company, .branch = "P", .face_to_face = true});
        });
        account_ = opened.value().id;
        move("first", 100'00);
    }
    ~LetterTest() override
    {
        EXPECT_TRUE(ledger::check_ledger(*book_).clean());
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void move(std::string_view key, std::int64_t amount)
    {
        const auto done = book_->write([&](Transaction& tx) -> base::Result<ledger::Posted> {
            const auto own = TRY(ledger_->own_account(tx, "cash/test", cny));
            const ledger::Leg legs[] = {{own, ledger::Side::debit, {amount, cny}},
                                        {account_, ledger::Side::credit, {amount, cny}}};
            return ledger_->post(tx, {.client = ledger::client_id({key}),
                                      .kind = "test",
                                      .effective = accounts_->business_date(tx.now()),
                                      .legs = legs});
        });
        EXPECT_TRUE(done);
    }
    base::Result<Asked> asked(std::string number, std::string_view day = "2026-11-23")
    {
        return book_->write([&](Transaction& tx) {
            return ask(tx, {"auditor", number, company, base::parse_date(day).value()},
                       accounts_->business_date(tx.now()));
        });
    }
    void let_agent_speak()
    {
        EXPECT_TRUE(book_->write([&](Transaction& tx) -> base::Result<void> {
            authorise(tx, company, agent);
            authorise(tx, company, agent);
            return {};
        }));
    }
    std::string consented(CustomerId who, LetterId id)
    {
        const auto done = book_->write([&](Transaction& tx) { return consent(tx, who, id); });
        return done ? "done" : std::string{done.error().reason};
    }
    base::Result<Letter> answered(LetterId id)
    {
        return book_->write([&](Transaction& tx) { return answer(tx, *accounts_, id); });
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("letter-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<account::Accounts> accounts_;
    account::AccountId account_;
};

TEST_F(LetterTest, ANumberStandsForOneLetter)
{
    EXPECT_EQ(asked("A-1").error().reason, "letter.nobody_authorised");
    let_agent_speak();
    const auto first = asked("A-1").value();
    EXPECT_TRUE(first.fresh);
    EXPECT_EQ(asked("A-1").value().letter.id, first.letter.id);
    EXPECT_FALSE(asked("A-1").value().fresh);
    EXPECT_EQ(asked("A-1", "2026-11-22").error().reason, "letter.number_reused");
    EXPECT_EQ(asked("A-2", "2026-11-24").error().reason, "letter.day_ahead");
    for (const char* odd : {"", "a b", "函证"})
        EXPECT_EQ(asked(odd).error().reason, "letter.number_malformed");
}

TEST_F(LetterTest, NothingIsAnsweredBeforeTheCompanyAgrees)
{
    let_agent_speak();
    const auto id = asked("A-1").value().letter.id;
    EXPECT_EQ(answered(id).error().reason, "letter.no_consent");
    EXPECT_EQ(consented(CustomerId{9}, id), "letter.unknown");
    EXPECT_EQ(consented(agent, id), "done");
    EXPECT_TRUE(answered(id));
    EXPECT_EQ(consented(agent, id), "letter.answered");
    book_->read([&](Snapshot& snapshot) { EXPECT_TRUE(open_for(snapshot, agent).empty()); });
}

TEST_F(LetterTest, WhatTheBankDeclinesStaysSoAndSaysWhy)
{
    let_agent_speak();
    const auto id = asked("A-1").value().letter.id;
    const auto declined = [&](LetterId which, std::string_view reason) {
        const auto done = book_->write([&](Transaction& tx) { return decline(tx, which, reason); });
        return done ? done.value().reason : std::string{done.error().reason};
    };
    EXPECT_EQ(declined(LetterId{1}, "letter.doubtful"), "letter.unknown");
    EXPECT_EQ(declined(id, ""), "letter.reason_missing");
    ASSERT_EQ(consented(agent, id), "done");
    EXPECT_EQ(declined(id, "letter.doubtful"), "letter.doubtful");
    EXPECT_EQ(declined(id, "another reason"), "letter.doubtful") << "what stands";
    EXPECT_EQ(consented(agent, id), "letter.declined");
    EXPECT_EQ(answered(id).error().reason, "letter.declined");
    const auto again = asked("A-1").value();
    EXPECT_FALSE(again.fresh);
    EXPECT_EQ(again.letter.state, LetterState::declined);
    EXPECT_EQ(again.letter.reason, "letter.doubtful");
    book_->read([&](Snapshot& snapshot) { EXPECT_TRUE(open_for(snapshot, agent).empty()); });
    const auto other = asked("A-2").value().letter.id;
    ASSERT_EQ(consented(agent, other), "done");
    ASSERT_TRUE(answered(other));
    EXPECT_EQ(declined(other, "letter.doubtful"), "letter.answered");
}

TEST_F(LetterTest, FiguresAreThoseOfTheDayAndNeverChange)
{
    let_agent_speak();
    const auto id = asked("A-1").value().letter.id;
    clock_.set(base::parse_instant("2026-11-25T02:00:00Z").value());
    move("later", 50'00);
    ASSERT_EQ(consented(agent, id), "done");
    const auto first = answered(id).value();
    EXPECT_EQ((*first.figures.array())[0]["balance"].text_or(), "100.00");
    move("later still", 1'00);
    EXPECT_EQ(platform::json::serialise(answered(id).value().figures),
              platform::json::serialise(first.figures));
    const auto before = asked("A-2", "2026-11-22").value().letter.id;
    ASSERT_EQ(consented(agent, before), "done");
    EXPECT_TRUE(answered(before).value().figures.array()->empty());  // Not opened yet.
}

TEST_F(LetterTest, AnAnswerVerifiesByItsNumberAndCodeOnly)
{
    const platform::crypto::Bytes secret(32, 5);
    const platform::crypto::Hmac key{secret};
    let_agent_speak();
    const auto id = asked("A-1").value().letter.id;
    ASSERT_EQ(consented(agent, id), "done");
    const auto waiting =
        book_->read([&](Snapshot& snapshot) { return find(snapshot, id); }).value();
    const auto given = [&](const std::string& number, const std::string& code) {
        return book_->read(
            [&](Snapshot& snapshot) { return genuine(snapshot, key, number, code).has_value(); });
    };
    EXPECT_FALSE(given(number_of(waiting), code_of(key, waiting)));
    const auto done = answered(id).value();
    EXPECT_TRUE(given(number_of(done), code_of(key, done)));
    EXPECT_FALSE(given(number_of(done), "AAAA-AAAA"));
    EXPECT_FALSE(given("H20261122-" + base::to_string(done.id), code_of(key, done)));
    auto other = done;
    other.number = "A-2";
    EXPECT_NE(code_of(key, other), code_of(key, done));
}

}  // namespace
}  // namespace bank::letter
