// SPDX-License-Identifier: Apache-2.0
#include <bank/booking/bookings.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::booking {
namespace {

class BookingTest : public testing::Test {
protected:
    void SetUp() override
    {
        folder_ = std::filesystem::path{testing::TempDir()} /
                  ("booking-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_sqlite_book(folder_ / "book.db", clock_, {.number = 1});
        ASSERT_TRUE(book_->migrate(migrations()));
    }
    void TearDown() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    std::string take(std::uint64_t owner, std::string_view slot, std::int64_t capacity = 2)
    {
        const auto done = book_->write([&](platform::sql::Transaction& transaction) {
            return booking::take(transaction, {owner, "visit", "north", slot, capacity});
        });
        return done ? "" : std::string{done.error().reason};
    }

    std::int64_t held(std::string_view slot)
    {
        return book_->read([&](platform::sql::Snapshot& snapshot) {
            return taken(snapshot, "visit", "north", slot);
        });
    }

    std::string draw(std::uint64_t owner, std::int64_t capacity = 3)
    {
        const auto drawn = book_->write([&](platform::sql::Transaction& transaction) {
            return booking::draw(transaction, {owner, "turn", "north", "2026-11-23", capacity});
        });
        if (!drawn) return std::string{drawn.error().reason};
        return std::to_string(drawn.value().number) + "/" + std::to_string(drawn.value().ahead);
    }

    void let_go(std::uint64_t owner)
    {
        const auto done =
            book_->write([&](platform::sql::Transaction& transaction) -> base::Result<void> {
                release(transaction, owner);
                return {};
            });
        ASSERT_TRUE(done);
    }

    std::filesystem::path folder_;
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
};

TEST_F(BookingTest, OfASlotNoMoreAreTakenThanThereAre)
{
    EXPECT_EQ(take(1, "10:00"), "");
    EXPECT_EQ(take(2, "10:00"), "");
    EXPECT_EQ(take(3, "10:00"), "booking.full");
    EXPECT_EQ(take(3, "10:30"), "");
    EXPECT_EQ(held("10:00"), 2);
}

TEST_F(BookingTest, WhoTakesAnotherTimeLetsTheFirstGo)
{
    EXPECT_EQ(take(1, "10:00", 1), "");
    EXPECT_EQ(take(1, "10:00", 1), "");  // Repeated: the same place.
    EXPECT_EQ(take(2, "10:00", 1), "booking.full");
    EXPECT_EQ(take(1, "10:30", 1), "");
    EXPECT_EQ(take(2, "10:00", 1), "");
    EXPECT_EQ(held("10:30"), 1);
}

TEST_F(BookingTest, WhatWasLetGoIsFree)
{
    EXPECT_EQ(take(1, "10:00", 1), "");
    let_go(1);
    let_go(1);
    EXPECT_EQ(held("10:00"), 0);
    EXPECT_EQ(take(2, "10:00", 1), "");
}

TEST_F(BookingTest, NumbersAreGivenOnceAndTellWhoIsAhead)
{
    EXPECT_EQ(draw(1), "1/0");
    EXPECT_EQ(draw(2), "2/1");
    EXPECT_EQ(draw(2), "2/1");
    let_go(1);
    EXPECT_EQ(draw(2), "2/0");
    EXPECT_EQ(draw(3), "3/1");
    EXPECT_EQ(draw(4), "booking.full");  // A number that was let go is not given to another.
}

}  // namespace
}  // namespace bank::booking
