// SPDX-License-Identifier: Apache-2.0
#include <bank/organisation/saved_filters.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

namespace bank::organisation {
namespace {

class SavedFiltersTest : public testing::Test {
protected:
    SavedFiltersTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        EXPECT_TRUE(book_->migrate(migrations()));
        filters_ = std::make_unique<SavedFilters>(*book_);
    }
    ~SavedFiltersTest() override
    {
        filters_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }
    base::Result<SavedFilter> save(StaffId owner, const std::string& name)
    {
        return filters_->save(owner, {{}, name, "open", "complaint", true});
    }

    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("filters-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<SavedFilters> filters_;
    const StaffId anna_{1};
    const StaffId bert_{2};
};

TEST_F(SavedFiltersTest, AreKeptForTheirOwnerAlone)
{
    const auto mine = save(anna_, "  迟了的投诉 ").value();
    EXPECT_EQ(mine.name, "迟了的投诉");
    ASSERT_EQ(filters_->of(anna_).size(), 1U);
    EXPECT_EQ(filters_->of(anna_).front().service, "complaint");
    EXPECT_TRUE(filters_->of(anna_).front().late_only);
    EXPECT_TRUE(filters_->of(bert_).empty());
    EXPECT_EQ(filters_->rename(bert_, mine.id, "his").error().reason, "filter.unknown");
    EXPECT_EQ(filters_->remove(bert_, mine.id).error().reason, "filter.unknown");
    EXPECT_EQ(filters_->of(anna_).front().name, "迟了的投诉");
    EXPECT_TRUE(filters_->remove(anna_, mine.id));
    EXPECT_EQ(filters_->remove(anna_, mine.id).error().reason, "filter.unknown");
}

TEST_F(SavedFiltersTest, NamesAreShortVisibleAndOnesOwnOnce)
{
    std::string forty;
    for (int i = 0; i < 40; ++i) forty += "账";
    EXPECT_TRUE(save(anna_, forty));
    for (const std::string& bad : {std::string{}, std::string{"   "}, forty + "账",
                                   std::string{"two\nlines"}, std::string{"\x7f"}}) {
        EXPECT_EQ(save(anna_, bad).error().reason, "filter.name_invalid") << bad;
    }
    const auto late = save(anna_, "late").value();
    EXPECT_EQ(save(anna_, " late ").error().reason, "filter.name_taken");
    EXPECT_TRUE(save(bert_, "late"));
    EXPECT_EQ(filters_->rename(anna_, late.id, forty).error().reason, "filter.name_taken");
    EXPECT_EQ(filters_->rename(anna_, late.id, "late").value().name, "late");
    EXPECT_EQ(filters_->rename(anna_, late.id, "").error().reason, "filter.name_invalid");
}

TEST_F(SavedFiltersTest, TwentyArePlenty)
{
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(save(anna_, "filter " + std::to_string(i)));
    EXPECT_EQ(save(anna_, "one more").error().reason, "filter.too_many");
    EXPECT_TRUE(save(bert_, "one more"));
}

}  // namespace
}  // namespace bank::organisation
