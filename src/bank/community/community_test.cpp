// SPDX-License-Identifier: Apache-2.0
#include <bank/community/reports.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::community {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

class CommunityTest : public testing::Test {
protected:
    CommunityTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~CommunityTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    bool report(std::uint64_t person, std::string_view place, int day, std::string_view state)
    {
        return book_
            ->write([&](Transaction& t) {
                return take(t, {person, place, base::Date{day}, state});
            })
            .has_value();
    }
    std::string told(int day)
    {
        std::string text;
        for (const auto& one :
             book_->read([&](Snapshot& s) { return counts(s, base::Date{day}); })) {
            text += one.place + " " + one.state + " " + std::to_string(one.people) + "; ";
        }
        return text;
    }
    bool well(int day, int days)
    {
        return book_->read([&](Snapshot& s) { return well_since(s, 1, base::Date{day}, days); });
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("community-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
};

TEST_F(CommunityTest, ThePersonsLastReportOfADayCounts)
{
    EXPECT_TRUE(report(1, "north", 100, "well"));
    EXPECT_TRUE(report(2, "north", 100, "well"));
    EXPECT_TRUE(report(2, "south", 100, "unwell"));
    EXPECT_TRUE(report(1, "north", 101, "away"));
    EXPECT_EQ(told(100), "north well 1; south unwell 1; ");
    EXPECT_EQ(told(99), "");
    EXPECT_FALSE(report(3, "north", 100, "so-so"));
}

TEST_F(CommunityTest, WellSinceCountsEachDay)
{
    EXPECT_TRUE(report(1, "north", 100, "well"));
    EXPECT_TRUE(report(1, "north", 102, "well"));
    EXPECT_FALSE(well(102, 3));
    EXPECT_TRUE(report(1, "north", 101, "well"));
    EXPECT_TRUE(well(102, 3));
    EXPECT_TRUE(report(1, "north", 102, "unwell"));
    EXPECT_FALSE(well(102, 3));
}

TEST_F(CommunityTest, VisitsAreCounted)
{
    const auto visits = [&] { return book_->read([&](Snapshot& s) { return visits_of(s, 1); }); };
    EXPECT_EQ(visits(), 0);
    const auto noted = book_->write([&](Transaction& t) -> base::Result<void> {
        note(t, {1, "north", clock_.now(), 365}, "");
        return {};
    });
    EXPECT_TRUE(noted);
    EXPECT_EQ(visits(), 1);
}

TEST_F(CommunityTest, APassTellsItsLatestVisitAndContactsAreThoseAtTheSamePlaceAndTime)
{
    const auto at = [&](int minutes) { return base::after_seconds(clock_.now(), minutes * 60LL); };
    const auto come = [&](std::uint64_t person, const char* place, int minutes, const char* pass) {
        ASSERT_TRUE(book_->write([&](Transaction& t) -> base::Result<void> {
            note(t, {person, place, at(minutes), 365}, pass);
            return {};
        }));
    };
    come(1, "north", 0, "AAAA-1111");
    come(2, "north", 50, "BBBB-2222");
    come(3, "north", 70, "CCCC-3333");
    come(4, "south", 0, "DDDD-4444");
    come(1, "north", 10, "EEEE-5555");
    const auto of_pass = [&](const char* pass) {
        return book_->read([&](Snapshot& s) { return by_pass(s, pass); });
    };
    EXPECT_EQ(of_pass("BBBB-2222").value().person, 2U);
    EXPECT_EQ(of_pass("ZZZZ-9999").error().reason, "visit.pass_unknown");
    EXPECT_EQ(of_pass("").error().reason, "visit.pass_unknown");
    const auto met = [&](base::Instant since, int minutes) {
        std::string people;
        for (const auto& one :
             book_->read([&](Snapshot& s) { return contacts(s, 1, since, minutes, 10); })) {
            people += std::to_string(one.person);
        }
        return people;
    };
    EXPECT_EQ(met(at(-1), 60), "23");
    EXPECT_EQ(met(at(-1), 45), "2");
    EXPECT_EQ(met(at(11), 60), "");
}

TEST_F(CommunityTest, ApplicationsToGoBackToWorkAreCountedByPlaceAndWhetherTheyWereGranted)
{
    const base::Date day{100};
    ASSERT_TRUE(book_->write([&](Transaction& t) -> base::Result<void> {
        note_return(t, {.case_id = 1, .person = 1, .place = "north", .day = day});
        note_return(t, {.case_id = 2, .person = 2, .place = "north", .day = day});
        note_return(t, {.case_id = 2, .person = 2, .place = "south", .day = day, .granted = true});
        return {};
    }));
    std::string text;
    for (const auto& one : book_->read([&](Snapshot& s) { return returns(s, day); }))
        text += one.place + " " + one.state + " " + std::to_string(one.people) + "; ";
    EXPECT_EQ(text, "north asked 1; north granted 1; ");
    EXPECT_TRUE(report(7, "west", 90, "well"));
    EXPECT_EQ(book_->read([&](Snapshot& s) { return place_of(s, 7); }), "west");
    EXPECT_EQ(book_->read([&](Snapshot& s) { return place_of(s, 8); }), "");
}

}  // namespace
}  // namespace bank::community
