// SPDX-License-Identifier: Apache-2.0
#include <bank/voucher/internal/asked.h>
#include <bank/voucher/vouchers.h>

#include <bank/ledger/check.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <future>
#include <set>
#include <thread>

namespace bank::voucher {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency cny{"CNY", 2};

base::Instant at(const char* text)
{
    return base::parse_instant(text).value();
}

CampaignFacts spring(std::int64_t stock)
{
    return {.code = "spring",
            .name = {{"zh", "春日券"}, {"en", "Spring"}},
            .about = {},
            .stock = stock,
            .value = {10'00, cny},
            .least_bill = {50'00, cny},
            .starts_at = at("2026-11-21T02:00:00Z"),
            .ends_at = at("2026-11-23T02:00:00Z"),
            .use_until = at("2026-12-31T00:00:00Z")};
}

class VouchersTest : public testing::Test {
protected:
    VouchersTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(audit::migrations()));
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        reopen();
    }
    ~VouchersTest() override
    {
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        vouchers_.reset();
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void reopen()
    {
        vouchers_.reset();
        ledger_.reset();
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        vouchers_ = std::make_unique<Vouchers>(Vouchers::Parts{
            *book_, *ledger_, [this](Transaction&, const Campaign&, const Voucher&) { ++told_; },
            [](base::Instant instant) { return base::local_date(instant, 480); }});
    }

    Campaign make(std::int64_t stock)
    {
        auto made = vouchers_->create(spring(stock), {audit::ActorKind::staff, 7});
        EXPECT_TRUE(made) << made.error().detail;
        return made.value();
    }

    base::Result<Claim> claim(CampaignId campaign, std::uint64_t person)
    {
        std::promise<base::Result<Claim>> promise;
        vouchers_->claim(campaign, CustomerId{person},
                         [&](const base::Result<Claim>& answer) { promise.set_value(answer); });
        return promise.get_future().get();
    }

    Standing standing(const Campaign& campaign)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return vouchers_->standing(snapshot, campaign); });
    }

    std::optional<Claim> answered(const Campaign& campaign, std::uint64_t person)
    {
        return book_->read([&](Snapshot& snapshot) {
            return vouchers_->answered(snapshot, campaign, CustomerId{person});
        });
    }

    base::ManualClock clock_{at("2026-11-21T08:00:00.412Z")};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("voucher-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<Vouchers> vouchers_;
    std::atomic<int> told_ = 0;
};

TEST_F(VouchersTest, EachPersonGetsOnePieceWhileThereAreSome)
{
    const auto campaign = make(2);
    EXPECT_EQ(standing(campaign).left, 2);
    const auto first = claim(campaign.id, 101);
    ASSERT_TRUE(first);
    EXPECT_TRUE(first.value().granted);
    EXPECT_EQ(first.value().number, 1);
    const auto again = claim(campaign.id, 101);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again.value().repeated);
    EXPECT_EQ(again.value().voucher, first.value().voucher);
    EXPECT_EQ(standing(campaign).left, 1);
    ASSERT_TRUE(claim(campaign.id, 102).value().granted);
    const auto late = claim(campaign.id, 103);
    ASSERT_TRUE(late);
    EXPECT_FALSE(late.value().granted);
    EXPECT_EQ(late.value().number, 3);
    EXPECT_EQ(late.value().stock, 2);
    EXPECT_EQ(late.value().gone_at, clock_.now());
    EXPECT_EQ(standing(campaign).left, 0);
    EXPECT_EQ(standing(campaign).asked, 3);
    EXPECT_EQ(told_, 2);
}

TEST_F(VouchersTest, AnAnswerIsTheSameAfterARestartAlsoToTheLate)
{
    const auto campaign = make(1);
    const auto had = claim(campaign.id, 101).value();
    claim(campaign.id, 102).value();
    clock_.advance_seconds(60);
    const auto late = claim(campaign.id, 103).value();
    clock_.advance_seconds(60);
    reopen();
    EXPECT_EQ(claim(campaign.id, 101).value().voucher, had.voucher);
    const auto again = claim(campaign.id, 103).value();
    EXPECT_FALSE(again.granted);
    EXPECT_TRUE(again.repeated);
    EXPECT_EQ(again.number, late.number);
    EXPECT_EQ(again.at, late.at);
    EXPECT_EQ(again.gone_at, late.gone_at);
    EXPECT_EQ(claim(campaign.id, 104).value().number, 4);
    const auto read = answered(campaign, 103);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->number, 3);
    EXPECT_FALSE(answered(campaign, 999));
}

TEST_F(VouchersTest, TwoHundredThreadsGetFiftyPiecesAndNeverOneMore)
{
    const auto campaign = make(50);
    constexpr std::uint64_t people = 200;
    std::vector<std::vector<Claim>> answers(people);
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < people; ++i) {
        threads.emplace_back([&, i] {
            for (int times = 0; times < 3; ++times) {  // Impatient people.
                answers[i].push_back(claim(campaign.id, 1000 + i).value());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<std::int64_t> numbers;
    std::set<VoucherId> vouchers;
    for (const auto& mine : answers) {
        for (const auto& answer : mine) {
            EXPECT_EQ(answer.number, mine.front().number);
            EXPECT_EQ(answer.granted, answer.number <= 50);
        }
        numbers.insert(mine.front().number);
        if (mine.front().granted) vouchers.insert(mine.front().voucher);
    }
    EXPECT_EQ(numbers.size(), people);
    EXPECT_EQ(*numbers.rbegin(), static_cast<std::int64_t>(people));
    EXPECT_EQ(vouchers.size(), 50U);
    EXPECT_EQ(standing(campaign).left, 0);
    reopen();
    for (std::uint64_t i = 0; i < people; ++i) {
        EXPECT_EQ(claim(campaign.id, 1000 + i).value().number, answers[i].front().number);
    }
}

TEST_F(VouchersTest, ClaimsOutsideTheTimesAreRefusedButWhoHasAnAnswerHearsIt)
{
    const auto campaign = make(1);
    clock_.set(at("2026-11-21T01:59:59Z"));
    EXPECT_EQ(claim(campaign.id, 101).error().reason, "voucher.not_begun");
    clock_.set(at("2026-11-21T02:00:00Z"));
    EXPECT_TRUE(claim(campaign.id, 101).value().granted);
    EXPECT_FALSE(claim(campaign.id, 102).value().granted);
    clock_.set(at("2026-11-23T02:00:00Z"));
    EXPECT_EQ(claim(campaign.id, 103).error().reason, "voucher.over");
    EXPECT_TRUE(claim(campaign.id, 101).value().granted);
    EXPECT_EQ(claim(campaign.id, 102).value().number, 2);
}

TEST_F(VouchersTest, ACampaignIsHeldToItsFacts)
{
    const auto refused = [&](auto change) {
        auto facts = spring(5);
        change(facts);
        const auto made = vouchers_->create(facts, {});
        return made ? std::string{"made"} : std::string{made.error().reason};
    };
    EXPECT_EQ(refused([](auto& f) { f.code = "Spring!"; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.code = std::string(41, 'a'); }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.name.clear(); }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.stock = 0; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.stock = most_stock + 1; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.value.minor_units = 0; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.least_bill.minor_units = 9'99; }),
              "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.ends_at = f.starts_at; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto& f) { f.use_until = f.starts_at; }), "voucher.campaign_invalid");
    EXPECT_EQ(refused([](auto&) {}), "made");
    EXPECT_EQ(refused([](auto&) {}), "voucher.campaign_exists");
    EXPECT_EQ(claim(CampaignId{1}, 101).error().reason, "voucher.campaign_unknown");
}

TEST_F(VouchersTest, TheBanksFolderMayChangeWordsAndTimesButNeverTheStock)
{
    const auto campaign = vouchers_->adopt(spring(3)).value();
    auto changed = spring(30'000);
    changed.name["zh"] = "新春券";
    changed.value.minor_units = 99'00;
    changed.least_bill.minor_units = 99'00;
    changed.ends_at = at("2026-11-21T08:00:00Z");
    ASSERT_TRUE(vouchers_->adopt(changed));
    for (int round = 0; round < 2; ++round) {
        const auto read = vouchers_->campaign(campaign.id).value();
        EXPECT_EQ(read.facts.name.at("zh"), "新春券");
        EXPECT_EQ(read.facts.stock, 3);
        EXPECT_EQ(read.facts.value.minor_units, 10'00);
        EXPECT_EQ(standing(read).left, 3);
        EXPECT_EQ(claim(campaign.id, 101).error().reason, "voucher.over");
        reopen();
    }
}

TEST_F(VouchersTest, AVoucherIsReadByItsHolderOnly)
{
    const auto campaign = make(2);
    const auto mine = claim(campaign.id, 101).value();
    book_->read([&](Snapshot& snapshot) {
        EXPECT_EQ(vouchers_->of_person(snapshot, CustomerId{101}).size(), 1U);
        EXPECT_TRUE(vouchers_->of_person(snapshot, CustomerId{102}).empty());
        EXPECT_TRUE(vouchers_->voucher(snapshot, CustomerId{101}, mine.voucher));
        EXPECT_EQ(vouchers_->voucher(snapshot, CustomerId{102}, mine.voucher).error().reason,
                  "voucher.unknown");
        const auto points =
            vouchers_->over_time(snapshot, campaign, Vouchers::Happened::claimed, 20);
        ASSERT_EQ(points.size(), 2U);
        EXPECT_EQ(points.front().pieces, 0);
        EXPECT_EQ(points.back().pieces, 1);
        EXPECT_TRUE(vouchers_->over_time(snapshot, campaign, Vouchers::Happened::used, 20).empty());
    });
}

TEST(Asked, KeepsAndForgets)
{
    internal::Asked asked;
    const auto person = [](std::uint64_t i) { return (i << 12) + (3ULL << 40); };
    for (std::uint64_t i = 1; i <= 10'000; ++i) {
        asked.add(person(i), static_cast<std::uint32_t>(i));
    }
    EXPECT_EQ(asked.number_of(person(77)), 77U);
    EXPECT_EQ(asked.number_of(5), 0U);
    asked.forget_above(76);
    EXPECT_EQ(asked.number_of(person(76)), 76U);
    EXPECT_EQ(asked.number_of(person(77)), 0U);
    asked.add(person(77), 77);
    EXPECT_EQ(asked.number_of(person(77)), 77U);
}

}  // namespace
}  // namespace bank::voucher
