// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/differences.h>

#include <bank/wallet/wallets.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>

namespace bank::biller {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr std::string_view water = "tap-water.yunchuan";

std::string told(const std::vector<Found>& found)
{
    std::string text;
    for (const auto& one : found) {
        text += std::string{to_string(one.kind)} + " " + one.payment + " " +
                std::to_string(one.ours) + " " + std::to_string(one.theirs) + "\n";
    }
    return text;
}

TEST(Comparing, FindsEachPaymentThatDiffersOnce)
{
    EXPECT_EQ(told(compare({}, {})), "");
    EXPECT_EQ(told(compare({{"a", 5}, {"b", 7}}, {{"b", 7}, {"a", 5}})), "");
    EXPECT_EQ(told(compare({{"a", 5}, {"b", 7}}, {{"b", 7}})), "missing-there a 5 0\n");
    EXPECT_EQ(told(compare({}, {{"x", 9}})), "missing-here x 0 9\n");
    EXPECT_EQ(told(compare({{"a", 5}}, {{"a", 6}})), "other-amount a 5 6\n");
    // Listed twice says more than another amount, and more than missing here.
    EXPECT_EQ(told(compare({{"a", 5}}, {{"a", 5}, {"a", 6}})), "twice-there a 5 11\n");
    EXPECT_EQ(told(compare({}, {{"a", 5}, {"a", 5}})), "twice-there a 0 10\n");
    EXPECT_EQ(told(compare({{"b", 1}, {"a", 2}}, {{"c", 3}})),
              "missing-there a 2 0\nmissing-there b 1 0\nmissing-here c 0 3\n");
}

TEST(Files, SayWhoWhenAndWhatAndAreCutBetweenLines)
{
    std::vector<bill::Paid> payments;
    for (std::uint64_t i = 1; i <= 1'000; ++i) {
        payments.push_back({.id = bill::BillId{i},
                            .item = "tap-water.yunchuan.baita",
                            .reference = i == 1 ? "a \"quoted\", one" : "bill/" + std::to_string(i),
                            .biller_receipt = "BR" + std::to_string(i),
                            .amount = {static_cast<std::int64_t>(i), {"CNY", 2}},
                            .at = base::parse_instant("2026-11-21T01:02:03Z").value(),
                            .day = {}});
    }
    const auto day = base::parse_date("2026-11-21").value();
    const auto file = file_of("yunchuan", water, day, payments);
    EXPECT_TRUE(file.text.starts_with(
        "#yungui-biller-file,1,yunchuan,tap-water.yunchuan,2026-11-21,CNY\n"
        "payment,item,reference,receipt,amount,paid_at\n"
        "0000000000001,tap-water.yunchuan.baita,\"a \"\"quoted\"\", one\",BR1,0.01,"
        "2026-11-21T01:02:03Z\n"))
        << file.text.substr(0, 300);
    EXPECT_TRUE(file.text.ends_with("\n#end,1000,5005.00\n"));
    EXPECT_EQ(file.minor_units, 500'500);
    const auto parts = parts_of(file.text);
    EXPECT_GT(parts.size(), 2U);
    std::string together;
    for (const auto part : parts) {
        EXPECT_TRUE(part.ends_with('\n'));
        EXPECT_LE(part.size(), 24'000U);
        together += part;
    }
    EXPECT_EQ(together, file.text);
    EXPECT_EQ(parts_of(file_of("yunchuan", water, day, {}).text).size(), 1U);
}

class SheetsTest : public testing::Test {
protected:
    SheetsTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(audit::migrations()));
        EXPECT_TRUE(book_->migrate(wallet::migrations()));
        EXPECT_TRUE(book_->migrate(bill::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
    }
    ~SheetsTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    auto write(const Work& work)
    {
        const auto done =
            book_->write([&](Transaction& transaction)
                             -> base::Result<std::invoke_result_t<Work, Transaction&>> {
                return work(transaction);
            });
        EXPECT_TRUE(done);
        return done.value();
    }

    /// A paid bill of `biller`, as bank/bill keeps it.
    std::string paid(std::string_view biller, base::Date day, std::int64_t amount)
    {
        std::uint64_t id = book_->next_id();
        write([&](Transaction& transaction) {
            const auto number = static_cast<std::int64_t>(id);
            transaction.execute(
                "insert into bill_inquiry(id, person, item, state, data, amount, reference, payer,"
                " period, asked_at) values (?, 1, 'i', 1, '', ?, 'r', '', '', 0)",
                number, amount);
            transaction.execute(
                "insert into bill_payment(id, inquiry, person, item, biller, from_account,"
                " from_number, amount, discount, voucher, state, hold, content, reason,"
                " biller_receipt, purpose, requested_at, touched_at, ended_at, asked_on, paid_on)"
                " values (?, ?, 1, 'i', ?, 1, '', ?, 0, 0, 2, 0, 0, '', 'BR', ?, 0, 0, 1, ?, ?)",
                number, number, biller, amount, platform::sql::Bytes{}, day, day);
            return 0;
        });
        return base::id_text(id);
    }

    /// A debit of `provider`'s, as bank/wallet keeps it.
    std::string taken(std::string_view provider, base::Date day, std::string_view reference,
                      std::int64_t amount)
    {
        const std::uint64_t id = book_->next_id();
        write([&](Transaction& transaction) {
            transaction.execute(
                "insert into wallet_debit(link, reference, provider, entry, day, unit, minor_units,"
                " merchant, at) values (1, ?, ?, ?, ?, 'CNY', ?, ?, 0)",
                reference, provider, static_cast<std::int64_t>(id), day, amount,
                platform::sql::Bytes{});
            return 0;
        });
        return base::id_text(id);
    }

    void open(base::Date day)
    {
        write([&](Transaction& transaction) {
            close_day(transaction, day);
            while (open_sheets(transaction, 2) > 0) {
            }
            return 0;
        });
    }

    Sheet of(std::string_view biller, base::Date day)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return sheet_of(snapshot, biller, day).value(); });
    }

    /// Makes the file, has it delivered, takes the list and compares.
    Sheet go_through(std::string_view biller, base::Date day, const std::vector<Listed>& list)
    {
        const auto id = of(biller, day).id;
        const auto file = book_->read(
            [&](Snapshot& snapshot) { return make_file(snapshot, "yunchuan", biller, day); });
        write([&](Transaction& transaction) {
            file_made(transaction, id, file);
            file_fetched(transaction, id);
            EXPECT_TRUE(list_page(transaction, id, 0, list, ""));
            return 0;
        });
        const auto found = book_->read(
            [&](Snapshot& snapshot) { return differences_of(snapshot, of(biller, day)); });
        return write(
            [&](Transaction& transaction) { return compared(transaction, id, found).value(); });
    }

    std::vector<Difference> differences_on(std::string_view biller, base::Date day)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return differences(snapshot, of(biller, day).id); });
    }

    const base::Date first_ = base::parse_date("2026-11-21").value();
    const base::Date second_ = base::parse_date("2026-11-22").value();
    base::SystemClock clock_;
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("yungui-biller-" + std::to_string(::getpid()));
    std::unique_ptr<platform::sql::Book> book_;
};

TEST_F(SheetsTest, AWalletsProviderHasADayAsABillerDoes)
{
    const std::string suixin = payee_of_wallet("suixin");
    EXPECT_EQ(provider_in(suixin), "suixin");
    EXPECT_EQ(provider_in(water), "");
    const auto bill = paid(water, first_, 900);
    const auto a = taken("suixin", first_, "ref,a", 100);
    const auto b = taken("suixin", first_, "ref-b", 200);
    const auto c = taken("suixin", first_, "ref-c", 300);
    taken("suixin", base::Date{first_.days + 1}, "ref-d", 400);
    taken("another", base::Date{first_.days + 1}, "ref-a", 500);
    open(first_);
    EXPECT_EQ(of(suixin, first_).way, Way::partner);
    EXPECT_FALSE(book_->read([&](Snapshot& snapshot) {
        return sheet_of(snapshot, payee_of_wallet("another"), first_);
    }));
    const auto file = book_->read(
        [&](Snapshot& snapshot) { return make_file(snapshot, "yunchuan", suixin, first_); });
    EXPECT_EQ(file.count, 3);
    EXPECT_EQ(file.minor_units, 600);
    EXPECT_NE(file.text.find(a + ",wallet/suixin,\"ref,a\",\"ref,a\",1.00,"), std::string::npos)
        << file.text;
    const auto sheet = go_through(suixin, first_, {{b, 201}, {c, 300}, {c, 300}, {bill, 900}});
    EXPECT_EQ(sheet.state, SheetState::different);
    EXPECT_EQ(sheet.open, 4);
    std::vector<std::string> kinds;
    for (const auto& one : differences_on(suixin, first_))
        kinds.push_back(std::string{to_string(one.found.kind)} + " " + one.found.payment);
    std::sort(kinds.begin(), kinds.end());
    EXPECT_EQ(kinds, (std::vector<std::string>{"missing-here " + bill, "missing-there " + a,
                                               "other-amount " + b, "twice-there " + c}));
    EXPECT_EQ(go_through(water, first_, {{bill, 900}}).state, SheetState::balanced);
}

TEST_F(SheetsTest, EachBillerOfAClosedDateHasOneSheetHoweverOftenItIsOpened)
{
    for (const char* biller : {"a.x", "b.x", "c.x", "d.x", "yunchuan--own"}) {
        paid(biller, first_, 100);
    }
    open(first_);
    open(first_);
    const auto all =
        book_->read([&](Snapshot& snapshot) { return sheets(snapshot, {.day = first_}); });
    EXPECT_EQ(all.size(), 5U);
    EXPECT_EQ(of("yunchuan--own", first_).way, Way::open_api);
    EXPECT_EQ(of("a.x", first_).way, Way::partner);
    EXPECT_FALSE(book_->read([&](Snapshot& snapshot) { return has_days_to_open(snapshot); }));
}

TEST_F(SheetsTest, AListComesPageByPageInOrderAndOnce)
{
    paid(water, first_, 100);
    open(first_);
    const auto id = of(water, first_).id;
    const auto page = [&](std::int64_t number, std::string_view next) {
        return write([&](Transaction& transaction) {
            const auto kept =
                list_page(transaction, id, number, {{"p" + std::to_string(number), 1}}, next);
            return std::string{kept ? to_string(kept.value().state) : kept.error().reason};
        });
    };
    EXPECT_EQ(page(1, ""), "biller.list_out_of_order");
    EXPECT_EQ(page(0, "more"), "making");
    EXPECT_EQ(page(0, "more"), "biller.list_out_of_order");
    EXPECT_EQ(page(1, ""), "listed");
    EXPECT_EQ(page(2, ""), "biller.list_closed");
    EXPECT_EQ(of(water, first_).their_count, 2);
}

TEST_F(SheetsTest, AnAgreeingDayIsBalancedAndPartsAreDeliveredInOrder)
{
    const auto payment = paid(water, first_, 86'40);
    open(first_);
    const auto id = of(water, first_).id;
    const auto file = book_->read(
        [&](Snapshot& snapshot) { return make_file(snapshot, "yunchuan", water, first_); });
    write([&](Transaction& transaction) {
        file_made(transaction, id, file);
        part_delivered(transaction, id, 1);
        return 0;
    });
    EXPECT_EQ(of(water, first_).state, SheetState::made);
    write([&](Transaction& transaction) {
        part_delivered(transaction, id, 0);
        part_delivered(transaction, id, 0);
        EXPECT_TRUE(list_page(transaction, id, 0, {{payment, 86'40}}, ""));
        EXPECT_EQ(compared(transaction, id, {}).value().state, SheetState::balanced);
        return 0;
    });
}

TEST_F(SheetsTest, WhatDiffersIsFoundOnceNotedSettledAndGoneWhenTheListIsPutRight)
{
    const auto a = paid(water, first_, 10);
    const auto b = paid(water, first_, 20);
    open(first_);
    EXPECT_EQ(go_through(water, first_, {{b, 21}}).state, SheetState::different);
    auto found = differences_on(water, first_);
    ASSERT_EQ(found.size(), 2U);
    const auto act = [&](DifferenceId id, std::optional<Resolution> resolution,
                         std::string_view text) {
        return write([&](Transaction& transaction) {
            const auto done = resolution ? settle(transaction, id, 7, *resolution, text)
                                         : note(transaction, id, 7, text);
            return std::string{done ? to_string(done.value().state) : done.error().reason};
        });
    };
    EXPECT_EQ(act(found[0].id, {}, ""), "biller.note_missing");
    EXPECT_EQ(act(DifferenceId{5}, {}, "x"), "biller.difference_unknown");
    EXPECT_EQ(act(found[0].id, {}, "asked them"), "noted");
    EXPECT_EQ(of(water, first_).open, 2);
    EXPECT_EQ(act(found[0].id, Resolution::explained, "known"), "settled");
    EXPECT_EQ(act(found[0].id, {}, "more"), "biller.difference_settled");
    EXPECT_EQ(of(water, first_).open, 1);
    // A second list, put right but for the one that was settled: that stays settled.
    write([&](Transaction& transaction) {
        EXPECT_TRUE(ask_again(transaction, of(water, first_).id));
        return 0;
    });
    const bool first_is_a = found[0].found.payment == a;
    const auto again = go_through(
        water, first_,
        first_is_a ? std::vector<Listed>{{b, 20}} : std::vector<Listed>{{a, 10}, {b, 21}});
    EXPECT_EQ(again.state, SheetState::settled);
    found = differences_on(water, first_);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].resolution == Resolution::gone,
              found[0].resolution == Resolution::explained);
}

TEST_F(SheetsTest, APaymentThatTheSidesPutOnNeighbouringDatesSettlesItself)
{
    const auto late = paid(water, second_, 50);
    paid(water, first_, 5);
    open(first_);
    open(second_);
    const auto here = book_->read(
        [&](Snapshot& snapshot) { return bill::paid_on(snapshot, water, first_, {}, 10); });
    // The biller has it on the first date, we on the second.
    EXPECT_EQ(go_through(water, first_, {{base::to_string(here.front().id), 5}, {late, 50}}).state,
              SheetState::different);
    EXPECT_EQ(go_through(water, second_, {}).state, SheetState::settled);
    EXPECT_EQ(of(water, first_).state, SheetState::settled);
    EXPECT_EQ(differences_on(water, first_).front().resolution, Resolution::other_date);
    EXPECT_EQ(differences_on(water, second_).front().resolution, Resolution::other_date);
}

}  // namespace
}  // namespace bank::biller
