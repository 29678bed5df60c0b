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
        note(t, {1, "north", clock_.now(), 365});
        return {};
    });
    EXPECT_TRUE(noted);
    EXPECT_EQ(visits(), 1);
}

}  // namespace
}  // namespace bank::community
