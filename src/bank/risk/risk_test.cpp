// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/judge.h>
#include <bank/risk/sanctions.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace bank::risk {
namespace {

using platform::sql::Transaction;

constexpr base::Currency cny{"CNY", 2};

const SanctionsList& list()
{
    static const SanctionsList made{"2026-11-01",
                                    {{.id = "A",
                                      .names = {"厉不通", "Li Butong"},
                                      .born = base::make_date(1971, 1, 1).value(),
                                      .document_number = "330999197101010013"},
                                     {.id = "B", .names = {"莫须有", "Mo Xuyou"}},
                                     {.id = "C",
                                      .names = {"Ivan Nemo", "Иван Немо"},
                                      .born = base::make_date(1965, 5, 5).value()},
                                     {.id = "D", .names = {"Zixu Trading Company"}}}};
    return made;
}

std::string hits(std::string_view name, std::optional<base::Date> born = {},
                 std::string_view document = {})
{
    std::string text;
    for (const Hit& hit : list().screen({name, born, document})) {
        constexpr std::string_view likeness[] = {"unlikely", "possible", "likely", "certain"};
        text += std::string{hit.id} + " " +
                std::string{likeness[static_cast<std::size_t>(hit.likeness)]} + ";";
    }
    return text;
}

TEST(Sanctions, FindANameInAnyScriptSpacingCaseAndOrder)
{
    for (const char* name : {"莫须有", "莫 须 有", "莫·须·有", "Mo Xuyou", "MO XUYOU", "Xuyou, Mo",
                             "mo-xuyou", "ＭＯ　ＸＵＹＯＵ", "Mó Xùyǒu", "MoXuyou"}) {
        EXPECT_EQ(hits(name), "B possible;") << name;
    }
    EXPECT_EQ(hits("ИВАН НЕМО"), "C possible;");
    EXPECT_EQ(hits("Немо Иван"), "C possible;");
    for (const char* name : {"", "莫须", "莫须有了", "Mo", "Xu Yumo", "柜立春", "\xff\xfe"}) {
        EXPECT_EQ(hits(name), "") << name;
    }
}

TEST(Sanctions, FindLongLatinNamesWithOneWrongLetter)
{
    for (const char* name : {"Zixu Tradin Company", "Zixu Traading Company", "Zixu Trading Compamy",
                             "Company Zixu Trading"}) {
        EXPECT_EQ(hits(name), "D possible;") << name;
    }
    EXPECT_EQ(hits("Zixu Trdin Company"), "");
    EXPECT_EQ(hits("Mo Xuyo"), "");  // Short names must be whole.
}

TEST(Sanctions, AreSurerByDocumentAndBirthAndLessSureWhereTheyDiffer)
{
    const auto born = base::make_date(1971, 1, 1).value();
    const auto other = base::make_date(1990, 2, 3).value();
    EXPECT_EQ(hits("厉不通"), "A possible;");
    EXPECT_EQ(hits("厉不通", born), "A likely;");
    EXPECT_EQ(hits("厉不通", other), "A unlikely;");
    EXPECT_EQ(hits("厉不通", born, "330999199001010019"), "A unlikely;");
    EXPECT_EQ(hits("someone else", other, "330999197101010013"), "A certain;");
    EXPECT_EQ(hits("莫须有", {}, "330999197101010013"), "A certain;B possible;");
}

class JudgeTest : public testing::Test {
protected:
    JudgeTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(migrations()));
        restart();
    }
    ~JudgeTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void restart()
    {
        judge_ = std::make_unique<Judge>(
            *book_,
            Rules{"rules-1",
                  {{60, 3, 1'000'00, Verdict::step_up, "risk.many_in_a_minute"},
                   {3600, 1'000, 5'000'00, Verdict::block, "risk.much_in_an_hour"}}},
            list());
    }

    Decision pay(std::uint64_t from, std::int64_t fen, bool goes_through = true)
    {
        const Question question{ledger::AccountId{from}, ledger::AccountId{99}, {fen, cny}, {}, {}};
        Decision decision;
        (void)book_->write([&](Transaction& tx) -> base::Result<void> {
            decision = judge_->screen(question);
            judge_->assess(question, tx.now(), decision);
            const bool pass = decision.verdict == Verdict::pass;
            judge_->record(tx, question, decision,
                           pass ? Judge::Outcome::paid : Judge::Outcome::refused);
            if (!goes_through) return base::rejected("test.no", "later in the unit");
            return {};
        });
        return decision;
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T08:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("risk-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Judge> judge_;
};

TEST_F(JudgeTest, StepsUpWhenTooManyComeAtOnceAndForgetsWithTime)
{
    for (int i = 0; i < 3; ++i) EXPECT_EQ(pay(1, 1'00).verdict, Verdict::pass);
    const auto fourth = pay(1, 1'00);
    EXPECT_EQ(fourth.verdict, Verdict::step_up);
    EXPECT_EQ(fourth.reasons.at(0), "risk.many_in_a_minute");
    EXPECT_EQ(pay(2, 1'00).verdict, Verdict::pass);
    clock_.advance_seconds(120);
    EXPECT_EQ(pay(1, 1'00).verdict, Verdict::pass);
}

TEST_F(JudgeTest, RanksTheGraverReasonFirst)
{
    EXPECT_EQ(pay(1, 900'00).verdict, Verdict::pass);
    const auto big = pay(1, 4'200'00);
    EXPECT_EQ(big.verdict, Verdict::block);
    ASSERT_EQ(big.reasons.size(), 2U);
    EXPECT_EQ(big.reasons[0], "risk.much_in_an_hour");
}

TEST_F(JudgeTest, CountsTheSameAfterARestartAndNothingThatWasUndone)
{
    EXPECT_EQ(pay(1, 1'00).verdict, Verdict::pass);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pay(1, 1'00, false).verdict, Verdict::pass);
    EXPECT_EQ(pay(1, 1'00).verdict, Verdict::pass);
    restart();
    EXPECT_EQ(pay(1, 1'00).verdict, Verdict::pass);
    EXPECT_EQ(pay(1, 1'00).verdict, Verdict::step_up);
}

TEST_F(JudgeTest, BlocksListedNamesAndSaysUnderWhichVersions)
{
    const Question question{
        ledger::AccountId{1}, ledger::AccountId{2}, {1, cny}, "柜立春", "莫须有"};
    const auto decision = judge_->screen(question);
    EXPECT_EQ(decision.verdict, Verdict::block);
    EXPECT_EQ(decision.reasons.at(0), "risk.sanctions_review");
    EXPECT_EQ(decision.hits.at(0), "B");
    EXPECT_EQ(decision.version, "rules-1/2026-11-01");
}

}  // namespace
}  // namespace bank::risk
