// SPDX-License-Identifier: Apache-2.0
#include <bank/supply/supplies.h>

#include <bank/ledger/check.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::supply {
namespace {

using platform::sql::Transaction;

class SupplyTest : public testing::Test {
protected:
    SupplyTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
    }
    ~SupplyTest() override
    {
        EXPECT_TRUE(ledger::check_ledger(*book_).clean());
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    bool fill(std::int64_t pieces, std::string_view key)
    {
        return book_
            ->write([&](Transaction& t) { return put_in(t, *ledger_, "mask", pieces, key, day_); })
            .has_value();
    }
    base::Result<ledger::EntryId> ask(std::int64_t pieces, std::string_view key)
    {
        return book_->write(
            [&](Transaction& t) { return promise(t, *ledger_, "mask", pieces, key, day_); });
    }
    std::string now()
    {
        const auto found = book_->write([&](Transaction& t) { return stock(t, *ledger_, "mask"); });
        EXPECT_TRUE(found);
        return std::to_string(found.value().there) + "/" + std::to_string(found.value().promised) +
               "/" + std::to_string(found.value().given);
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("supply-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    const base::Date day_ = base::parse_date("2026-11-23").value();
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
};

TEST_F(SupplyTest, WhatIsPromisedCannotBePromisedAgain)
{
    ASSERT_TRUE(fill(10, "first"));
    ASSERT_TRUE(fill(10, "first"));  // Once.
    ASSERT_TRUE(fill(11, "first"));  // What a shelf begins with stays.
    EXPECT_EQ(now(), "10/0/0");
    const auto hold = ask(7, "a");
    ASSERT_TRUE(hold);
    EXPECT_EQ(ask(7, "a").value(), hold.value());
    EXPECT_EQ(now(), "3/7/0");
    EXPECT_EQ(ask(4, "b").error().reason, "supply.not_enough");
    EXPECT_TRUE(ask(3, "c"));
    EXPECT_EQ(now(), "0/10/0");
}

TEST_F(SupplyTest, WhatIsGivenIsGoneAndWhatIsLetGoIsThereAgain)
{
    ASSERT_TRUE(fill(10, "first"));
    const auto given = ask(4, "a").value();
    const auto freed = ask(5, "b").value();
    const auto give_it = [&] {
        return book_->write([&](Transaction& t) { return give(t, *ledger_, given, "a", day_); });
    };
    ASSERT_TRUE(give_it());
    ASSERT_TRUE(give_it());
    ASSERT_TRUE(
        book_->write([&](Transaction& t) { return let_go(t, *ledger_, freed, "b", day_); }));
    EXPECT_EQ(now(), "6/0/4");
    EXPECT_EQ(book_->write([&](Transaction& t) { return give(t, *ledger_, freed, "c", day_); })
                  .error()
                  .reason,
              "ledger.hold_over");
}

TEST_F(SupplyTest, WhatComesBackMayBePromisedAgainAndNoMoreThanIsOut)
{
    ASSERT_TRUE(fill(2, "first"));
    const auto hold = ask(2, "a").value();
    ASSERT_TRUE(book_->write([&](Transaction& t) { return give(t, *ledger_, hold, "a", day_); }));
    const auto back = [&](std::int64_t pieces, std::string_view key) {
        return book_->write(
            [&](Transaction& t) { return take_back(t, *ledger_, "mask", pieces, key, day_); });
    };
    EXPECT_EQ(ask(1, "b").error().reason, "supply.not_enough");
    ASSERT_TRUE(back(1, "a"));
    ASSERT_TRUE(back(1, "a"));  // Once.
    EXPECT_EQ(now(), "1/0/1");
    EXPECT_EQ(back(2, "b").error().reason, "supply.not_given");
    EXPECT_TRUE(ask(1, "c"));
}

TEST_F(SupplyTest, GoodsAreWords)
{
    const auto odd =
        book_->write([&](Transaction& t) { return promise(t, *ledger_, "Ma sk", 1, "a", day_); });
    EXPECT_EQ(odd.error().reason, "supply.goods_unknown");
    const auto never = book_->write(
        [&](Transaction& t) { return promise(t, *ledger_, "never-heard-of", 1, "a", day_); });
    EXPECT_EQ(never.error().reason, "supply.goods_unknown");
}

TEST_F(SupplyTest, WhatHasComeIsPutInOnce)
{
    const auto came = [&](std::int64_t pieces, std::string_view goods = "mask") {
        const auto done = book_->write(
            [&](Transaction& t) { return receive(t, *ledger_, goods, pieces, "note 7", day_); });
        return done ? (done.value() ? "now" : "before") : std::string{done.error().reason};
    };
    EXPECT_EQ(came(10), "now");
    EXPECT_EQ(came(10), "before");
    EXPECT_EQ(came(11), "ledger.client_id_reused");
    EXPECT_EQ(came(10, "food"), "ledger.client_id_reused");
    EXPECT_EQ(came(10, "No word"), "supply.goods_unknown");
    EXPECT_EQ(now(), "10/0/0");
}

TEST_F(SupplyTest, TheShelvesTellWhatIsThereOfEach)
{
    const auto all = [&] {
        std::string words;
        book_->read([&](platform::sql::Snapshot& snapshot) {
            for (const auto& one : shelves(snapshot, *ledger_)) {
                words += one.goods + " " + std::to_string(one.stock.there) + "/" +
                         std::to_string(one.stock.promised) + "/" +
                         std::to_string(one.stock.given) + "; ";
            }
        });
        return words;
    };
    EXPECT_EQ(all(), "");
    ASSERT_TRUE(fill(10, "a"));
    ASSERT_TRUE(book_->write(
        [&](Transaction& t) { return put_in(t, *ledger_, "box-small", 3, "b", day_); }));
    const auto hold = ask(4, "one");
    ASSERT_TRUE(hold && ask(1, "two"));
    ASSERT_TRUE(
        book_->write([&](Transaction& t) { return give(t, *ledger_, hold.value(), "one", day_); }));
    EXPECT_EQ(all(), "box-small 3/0/0; mask 5/1/4; ");
}

}  // namespace
}  // namespace bank::supply
