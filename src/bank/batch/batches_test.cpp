// SPDX-License-Identifier: Apache-2.0
#include <bank/batch/batches.h>
#include <bank/batch/files.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <bank/payment/figures.h>
#include <bank/payment/history.h>
#include <bank/payment/top_up.h>
#include <bank/payment/transfer.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

namespace bank::batch {
namespace {

using customer::CustomerId;
using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency cny = ledger::currency("CNY").value();
constexpr std::uint64_t maker = 11;
constexpr std::uint64_t checker = 12;

class TestPeople final : public payment::People {
public:
    base::Result<CustomerId> by_phone(Snapshot&, std::string_view) override
    {
        return base::not_found("payment.payee_unknown", "nobody");
    }
    std::string name(Snapshot&, CustomerId person) override
    {
        if (person.value == 1) return "柜山机械有限公司";
        return person.value == 9 ? "莫须有" : "柜" + std::to_string(person.value);
    }
    std::string seal(CustomerId, std::string_view text) override { return "s" + std::string{text}; }
    std::string unseal(Snapshot&, CustomerId, std::string_view sealed) override
    {
        return std::string{sealed.substr(1)};
    }
};

class TestEvents final : public payment::Events {
public:
    void append(Transaction& transaction, std::string_view type, std::string_view,
                const platform::json::Object&) override
    {
        EXPECT_EQ(type, "payment.wages");
        transaction.after_commit([this] { ++count; });
    }
    std::atomic<int> count = 0;  // On the writer's thread, after the commit.
};

/// A book with an employer (holder 1), who has 10,000 yuan, and holders 2 to 9 with an account
/// each.
class BatchTest : public testing::Test {
protected:
    BatchTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        for (const auto schema :
             {audit::migrations(), ledger::migrations(), account::migrations(), risk::migrations(),
              payment::migrations(), payment::figures_migrations(), migrations()}) {
            EXPECT_TRUE(book_->migrate(schema));
        }
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<account::Accounts>(*ledger_, account::Institution{"990101"});
        judge_ = std::make_unique<risk::Judge>(
            *book_, risk::Rules{"r1", {{60, 1, 1, risk::Verdict::block, "risk.many"}}}, list_);
        begin();
        payer_ = open(1).id;
        fund(payer_, 10'000'00);
        EXPECT_TRUE(write([&](Transaction& tx) { return batches_->agree(tx, payer_); }));
        for (std::uint64_t holder = 2; holder <= 9; ++holder) payees_.push_back(open(holder));
    }
    ~BatchTest() override
    {
        batches_.reset();
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        EXPECT_FALSE(book_->read([](Snapshot& s) { return audit::verify(s).first_bad; }));
        judge_.reset();
        accounts_.reset();
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    std::invoke_result_t<Work&, Transaction&> write(Work work)
    {
        return book_->write(work);
    }

    void begin()
    {
        batches_ = std::make_unique<Batches>(
            Batches::Parts{*book_, *accounts_, *judge_, people_, events_, {}});
        batches_->start();
    }

    account::Account open(std::uint64_t holder)
    {
        const account::Product product{.code = "class-1", .unit = cny};
        return write([&](Transaction& tx) {
                   return accounts_->open(tx, product,
                                          {.key = "k" + std::to_string(holder),
                                           .holder = CustomerId{holder},
                                           .branch = "P",
                                           .face_to_face = true});
               })
            .value();
    }

    void fund(AccountId id, std::int64_t minor_units)
    {
        const auto done = write([&](Transaction& tx) -> base::Result<ledger::Posted> {
            const auto cash = TRY(ledger_->own_account(tx, "cash", cny));
            const ledger::Leg legs[] = {{cash, ledger::Side::debit, {minor_units, cny}},
                                        {id, ledger::Side::credit, {minor_units, cny}}};
            return ledger_->post(tx, {.client = ledger::client_id({"fund", base::to_string(id)}),
                                      .content = 1,
                                      .kind = "opening",
                                      .effective = accounts_->business_date(tx.now()),
                                      .legs = legs});
        });
        ASSERT_TRUE(done) << done.error().detail;
    }

    std::string line(std::uint64_t holder, std::string_view amount, std::string_view reference = "")
    {
        return payees_.at(holder - 2).number + ",柜" + std::to_string(holder) + "," +
               std::string{amount} + "," + std::string{reference} + "\n";
    }

    base::Result<Batch> upload(const std::string& lines, OnBadLine on_bad = OnBadLine::go_on,
                               std::string key = {})
    {
        if (key.empty()) key = "key-" + std::to_string(++keys_);
        const std::string file = "账号,姓名,金额,备注\n" + lines;
        return batches_->upload({maker, key, payer_, "11月工资", on_bad, "zh", file});
    }

    Batch now(BatchId id)
    {
        return book_->read([&](Snapshot& s) { return batches_->batch(s, id); }).value();
    }

    /// What is done after a commit comes after others can read it, on the writer's thread.
    void after_all_commits()
    {
        EXPECT_TRUE(book_->write([](Transaction&) -> base::Result<void> { return {}; }));
    }

    Batch until(BatchId id, State state)
    {
        for (int i = 0; i < 2000 && now(id).state != state; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        const Batch batch = now(id);
        EXPECT_EQ(to_string(batch.state), to_string(state)) << batch.reason;
        return batch;
    }

    /// A batch of these lines, checked and handed in.
    BatchId submitted(const std::string& lines, OnBadLine on_bad = OnBadLine::go_on)
    {
        const auto id = upload(lines, on_bad).value().id;
        until(id, State::checked);
        const auto done = write([&](Transaction& tx) { return batches_->submit(tx, id, maker); });
        EXPECT_TRUE(done) << done.error().reason;
        return id;
    }

    base::Result<Batch> approve(BatchId id, std::uint64_t staff = checker)
    {
        return write([&](Transaction& tx) { return batches_->approve(tx, id, staff); });
    }

    std::vector<Line> lines(BatchId id)
    {
        return book_->read(
            [&](Snapshot& s) { return batches_->lines(s, now(id), std::nullopt, 0, 1000); });
    }

    std::int64_t available(AccountId id)
    {
        return book_->read([&](Snapshot& s) { return ledger_->account(s, id); })
            .value()
            .available()
            .minor_units;
    }

    static std::string reason(const base::Result<Batch>& result)
    {
        return result ? "" : std::string{result.error().reason};
    }

    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("yungui-batch-" + std::to_string(getpid()));
    base::ManualClock clock_{{1'795'000'000'000'000}};
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<account::Accounts> accounts_;
    const risk::SanctionsList list_{"l1", {{"S1", {"莫须有"}}}};
    std::unique_ptr<risk::Judge> judge_;
    TestPeople people_;
    TestEvents events_;
    std::unique_ptr<Batches> batches_;
    AccountId payer_;
    std::vector<account::Account> payees_;
    int keys_ = 0;
};

TEST_F(BatchTest, PaysEachLineOnceAndTellsThePayee)
{
    const auto id = submitted(line(2, "100.00", "工资") + line(3, "200.50") + line(4, "1"));
    ASSERT_TRUE(approve(id));
    const Batch done = until(id, State::done);
    EXPECT_EQ(done.paid, (Tally{3, 301'50}));
    EXPECT_EQ(done.ready, Tally{});
    EXPECT_EQ(available(payer_), 10'000'00 - 301'50);
    EXPECT_EQ(available(payees_[1].id), 200'50);
    after_all_commits();
    EXPECT_EQ(events_.count, 3);
    const auto page = book_->read([&](Snapshot& s) {
        return payment::history(s, *accounts_, people_, payees_[0].id, {}, 10);
    });
    ASSERT_EQ(page.value().lines.size(), 1U);
    EXPECT_EQ(page.value().lines[0].kind, "wages");
    EXPECT_EQ(page.value().lines[0].counterparty, "柜山机械有限公司");
    EXPECT_EQ(page.value().lines[0].purpose, "工资");
    EXPECT_TRUE(approve(id)) << "the same person's second approval is the same";
    EXPECT_EQ(reason(approve(id, 13)), "batch.state");
    EXPECT_EQ(now(id).paid.lines, 3);
}

TEST_F(BatchTest, ReportsEveryKindOfBadLineAndPaysTheRest)
{
    ASSERT_TRUE(write([&](Transaction& tx) { return accounts_->close(tx, payees_[3].id); }));
    const std::string other = payees_[2].number;
    std::string mistyped = payees_[0].number;
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    const std::string payer_number =
        book_->read([&](Snapshot& s) { return accounts_->account(s, payer_); }).value().number;
    const auto id =
        upload(line(2, "1.00") + line(2, "1.00") + mistyped + ",柜2,1.00\n" + other + ",柜9,1\n" +
               other + ",,1\n,柜4,1\nabc,柜4,1\n" + other + ",柜4,\n" + other + ",柜4,1.005\n" +
               other + ",柜4,0\n" + other + ",柜4,-5\n" + line(5, "1") + payer_number +
               ",柜山机械有限公司,1\n" + account::make_number("990101", 777) + ",柜4,1\n" + other +
               ",柜\xFF,1\n" + payees_[7].number + ",莫须有,2\n")
            .value()
            .id;
    const Batch checked = until(id, State::checked);
    std::vector<std::string> found;
    for (const Line& one : lines(id)) {
        std::string all;
        for (const Fault& fault : one.row.faults) all += std::string{fault.reason} + " ";
        found.push_back(all);
    }
    const std::vector<std::string> expected{"",
                                            "batch.duplicate ",
                                            "batch.account_mistyped ",
                                            "batch.name_differs ",
                                            "batch.name_missing ",
                                            "batch.account_missing ",
                                            "batch.account_malformed ",
                                            "batch.amount_missing ",
                                            "batch.amount_malformed ",
                                            "batch.amount_not_positive ",
                                            "batch.amount_not_positive ",
                                            "batch.account_closed ",
                                            "batch.to_payer ",
                                            "batch.account_unknown ",
                                            "batch.bad_encoding ",
                                            ""};
    EXPECT_EQ(found, expected);
    EXPECT_EQ(checked.ready.lines, 2);
    EXPECT_EQ(checked.refused.lines, 14);
    ASSERT_TRUE(write([&](Transaction& tx) { return batches_->submit(tx, id, maker); }));
    ASSERT_TRUE(approve(id));
    const Batch done = until(id, State::done);
    // The risk judge stops the last one, whose name is on the list.
    EXPECT_EQ(done.paid, (Tally{1, 1'00}));
    EXPECT_EQ(done.refused.lines, 15);
    EXPECT_EQ(lines(id).back().row.faults.front().reason, "risk.sanctions_review");
    EXPECT_EQ(available(payer_), 10'000'00 - 1'00);
    const auto words = [](std::string_view why, std::string_view) { return std::string{why}; };
    const auto csv =
        book_->read([&](Snapshot& s) { return errors_csv(s, *batches_, now(id), "zh", words); });
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 16);
    EXPECT_NE(csv.find("\"batch.duplicate (2)\""), std::string::npos) << csv;
    EXPECT_NE(csv.find("\"'-5\""), std::string::npos) << csv;
}

TEST_F(BatchTest, StopsAllWhereTheMakerChoseSo)
{
    const auto bad = upload(line(2, "1") + line(3, "x"), OnBadLine::stop).value().id;
    until(bad, State::checked);
    EXPECT_EQ(reason(write([&](Transaction& tx) { return batches_->submit(tx, bad, maker); })),
              "batch.has_bad_lines");
    const auto id = submitted(line(2, "1") + line(3, "2") + line(4, "3"), OnBadLine::stop);
    ASSERT_TRUE(write([&](Transaction& tx) { return accounts_->close(tx, payees_[1].id); }));
    ASSERT_TRUE(approve(id));
    const Batch stopped = until(id, State::stopped);
    EXPECT_EQ(stopped.reason, "batch.line_refused");
    EXPECT_EQ(stopped.paid.lines, 1);
    EXPECT_EQ(stopped.refused.lines, 1);
    EXPECT_EQ(stopped.ready.lines, 1);
    EXPECT_EQ(available(payer_), 10'000'00 - 1'00) << "the rest is free";
    ASSERT_TRUE(write([&](Transaction& tx) { return batches_->resume(tx, id, checker); }));
    EXPECT_EQ(until(id, State::done).paid.lines, 2);
}

TEST_F(BatchTest, TakesTwoPeopleAndEnoughMoney)
{
    const auto id = submitted(line(2, "9000"));
    EXPECT_EQ(reason(approve(id, maker)), "batch.same_person");
    EXPECT_EQ(reason(write([&](Transaction& tx) { return batches_->submit(tx, id, checker); })),
              "batch.not_the_maker");
    const auto more = submitted(line(3, "10000.01"));
    EXPECT_EQ(reason(approve(more)), "batch.no_funds");
    EXPECT_EQ(now(more).state, State::submitted);
    EXPECT_EQ(
        reason(write([&](Transaction& tx) { return batches_->refuse(tx, more, checker, " "); })),
        "batch.reason_missing");
    ASSERT_TRUE(
        write([&](Transaction& tx) { return batches_->refuse(tx, more, checker, "no money"); }));
    EXPECT_EQ(reason(approve(more)), "batch.state");
    ASSERT_TRUE(write([&](Transaction& tx) { return accounts_->freeze(tx, payer_); }));
    EXPECT_EQ(reason(approve(id)), "batch.payer_blocked");
    ASSERT_TRUE(write([&](Transaction& tx) { return accounts_->unfreeze(tx, payer_); }));
    ASSERT_TRUE(approve(id));
    until(id, State::done);
    EXPECT_EQ(reason(write([&](Transaction& tx) { return batches_->resume(tx, id, checker); })),
              "batch.state");
}

TEST_F(BatchTest, KnowsAFileAgain)
{
    const auto first = upload(line(2, "1"), OnBadLine::go_on, "same-key").value();
    EXPECT_EQ(upload(line(2, "1"), OnBadLine::go_on, "same-key").value().id, first.id);
    EXPECT_EQ(reason(upload(line(2, "2"), OnBadLine::go_on, "same-key")), "batch.key_reused");
    EXPECT_EQ(reason(upload(line(2, "1"))), "batch.file_known");
    until(first.id, State::checked);
    ASSERT_TRUE(write(
        [&](Transaction& tx) { return batches_->refuse(tx, first.id, maker, "wrong month"); }));
    EXPECT_TRUE(upload(line(2, "1"))) << "what was taken back may come again";
    EXPECT_EQ(reason(batches_->upload({maker, "other-payer", payees_[0].id, "", {}, "zh", "x"})),
              "batch.payer_unknown");
}

TEST_F(BatchTest, GoesOnWhereItWasLeftAndCountsEveryLine)
{
    std::string many;
    for (int i = 1; i <= 700; ++i) {
        many += line(static_cast<std::uint64_t>(2 + i % 7), "0.01", std::to_string(i));
    }
    const auto id = submitted(many);
    ASSERT_TRUE(approve(id));
    for (int i = 0; i < 5; ++i) {  // The thread is stopped between groups and begins anew.
        batches_.reset();
        const Batch seen = [&] {
            begin();
            return now(id);
        }();
        EXPECT_EQ(seen.all.lines,
                  seen.waiting.lines + seen.ready.lines + seen.refused.lines + seen.paid.lines);
        EXPECT_EQ(available(payer_), 10'000'00 - 7'00) << "paid and reserved come to the same";
    }
    const Batch done = until(id, State::done);
    EXPECT_EQ(done.paid, (Tally{700, 7'00}));
    after_all_commits();
    EXPECT_EQ(events_.count, 700);
    EXPECT_EQ(available(payer_), 10'000'00 - 7'00);
    const auto report =
        book_->read([&](Snapshot& s) { return status_report(s, *batches_, done, clock_.now()); });
    EXPECT_NE(report.find("<GrpSts>ACSC</GrpSts>"), std::string::npos);
}

TEST_F(BatchTest, HaltsOnAPersonsWord)
{
    std::string many;
    for (int i = 1; i <= 3000; ++i) {
        many += line(static_cast<std::uint64_t>(2 + i % 7), "0.01", std::to_string(i));
    }
    const auto id = submitted(many);
    ASSERT_TRUE(approve(id));
    ASSERT_TRUE(
        write([&](Transaction& tx) { return batches_->halt(tx, id, checker, "a mistake"); }));
    const Batch stopped = now(id);
    EXPECT_EQ(stopped.state, State::stopped);
    EXPECT_LT(stopped.paid.lines, 3000);
    EXPECT_EQ(available(payer_), 10'000'00 - stopped.paid.minor_units);
    EXPECT_EQ(reason(write([&](Transaction& tx) { return batches_->resume(tx, id, maker); })),
              "batch.same_person");
    ASSERT_TRUE(write([&](Transaction& tx) { return batches_->resume(tx, id, 13); }));
    EXPECT_EQ(until(id, State::done).paid.lines, 3000);
}

}  // namespace
}  // namespace bank::batch
