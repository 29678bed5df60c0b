// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>
#include <bank/account/number.h>
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace bank::account {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency cny = ledger::currency("CNY").value();

/// The classes as 银发〔2016〕302号 and 〔2018〕16号 have them.
Product class_1()
{
    return {.code = "class-1", .account_class = Class::one, .unit = cny, .per_person = 1};
}
Product class_2()
{
    return {.code = "class-2",
            .account_class = Class::two,
            .unit = cny,
            .per_person = 5,
            .remote = true,
            .needs_bound_account = true,
            .limits = {{Direction::out, Period::day, 10'000'00},
                       {Direction::out, Period::year, 200'000'00},
                       {Direction::in, Period::day, 10'000'00, true},
                       {Direction::in, Period::year, 200'000'00, true}}};
}
Product class_3()
{
    return {.code = "class-3",
            .account_class = Class::three,
            .unit = cny,
            .per_person = 5,
            .remote = true,
            .needs_bound_account = true,
            .balance_limit = 2'000'00,
            .limits = {{Direction::out, Period::day, 2'000'00},
                       {Direction::out, Period::year, 50'000'00}}};
}

class AccountsTest : public testing::Test {
protected:
    AccountsTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(audit::migrations()));
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<Accounts>(*ledger_, Institution{"990101"});
    }
    ~AccountsTest() override
    {
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    base::Result<Account> open(const Product& product, std::string key, std::uint64_t holder,
                               bool met = false, bool bound = true)
    {
        Opening opening{.key = std::move(key),
                        .holder = CustomerId{holder},
                        .branch = "P-YC",
                        .face_to_face = met};
        if (bound) opening.bound = BoundAccount{"otherbank", "9988 **** 0015", "sealed"};
        return book_->write([&](Transaction& tx) { return accounts_->open(tx, product, opening); });
    }

    template <class Run>
    auto read(Run run)
    {
        return book_->read([&](Snapshot& snapshot) { return run(snapshot); });
    }

    std::string reason(const base::Result<Account>& result)
    {
        return result ? "opened" : std::string{result.error().reason};
    }

    std::string move(AccountId from, AccountId to, std::int64_t fen,
                     ledger::Counting counting = ledger::Counting::counted)
    {
        static int moves = 0;
        const ledger::Leg legs[] = {{from, ledger::Side::debit, {fen, cny}, counting},
                                    {to, ledger::Side::credit, {fen, cny}, counting}};
        const auto posted = book_->write([&](Transaction& tx) {
            return ledger_->post(tx, {.client = ledger::client_id({std::to_string(++moves)}),
                                      .kind = "test",
                                      .effective = accounts_->business_date(tx.now()),
                                      .legs = legs});
        });
        return posted ? "done" : std::string{posted.error().reason};
    }

    AccountId cash()
    {
        return book_->write([&](Transaction& tx) { return ledger_->own_account(tx, "cash", cny); })
            .value();
    }

    base::ManualClock clock_{base::parse_instant("2026-11-21T08:00:00Z").value()};
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("account-test-" + std::to_string(getpid()));
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<Accounts> accounts_;
};

TEST(AccountNumber, HasPrefixSerialAndLuhnDigit)
{
    EXPECT_EQ(make_number("990101", 1), "99010100000000016");
    EXPECT_EQ(luhn_digit("7992739871"), '3');
    EXPECT_EQ(read_number("9901 0100 0000 0001 6").value(), "99010100000000016");
    EXPECT_EQ(read_number("99010100000000017").error().reason, "account.number_mistyped");
    for (const char* bad :
         {"", "9901", "9901a100000000016", "990101000000000160000", "９９０１０１"}) {
        EXPECT_EQ(read_number(bad).error().reason, "account.number_malformed") << bad;
    }
    EXPECT_EQ(masked_number("99010100000000016"), "9901 **** **** 0016");
}

TEST(AccountNumber, FindsEveryWrongDigitAndMostSwappedNeighbours)
{
    for (std::int64_t serial = 1; serial < 2000; serial += 37) {
        const std::string right = make_number("990101", serial);
        for (std::size_t i = 0; i < right.size(); ++i) {
            for (char c = '0'; c <= '9'; ++c) {
                std::string wrong = right;
                wrong[i] = c;
                EXPECT_EQ(read_number(wrong).has_value(), wrong == right);
            }
            if (i == 0 || right[i] == right[i - 1]) continue;
            std::string swapped = right;
            std::swap(swapped[i], swapped[i - 1]);
            const bool blind = (right[i] == '0' && right[i - 1] == '9') ||
                               (right[i] == '9' && right[i - 1] == '0');
            EXPECT_EQ(read_number(swapped).has_value(), blind);
        }
    }
}

TEST(AccountNumber, AgreesWithPublishedLuhnVectors)
{
    const std::string file =
        std::string{YUNGUI_SOURCE_DIR} + "/../shared/data/id_checksums/checksum_vectors.csv";
    std::ifstream vectors{file};
    if (!vectors) GTEST_SKIP() << "no folder ../shared/data";
    int seen = 0;
    for (std::string line; std::getline(vectors, line);) {
        if (!line.starts_with("luhn,")) continue;
        const auto comma = line.find(',', 5);
        const std::string number = line.substr(5, comma - 5);
        if (number.size() < 2 || number.find_first_not_of("0123456789") != std::string::npos) {
            continue;
        }
        ++seen;
        const bool valid = line.compare(comma, 7, ",valid,") == 0;
        EXPECT_EQ(luhn_digit(number.substr(0, number.size() - 1)) == number.back(), valid) << line;
    }
    EXPECT_GT(seen, 0);
}

TEST_F(AccountsTest, AreOpenedOnceForOneKeyWhateverIsRepeated)
{
    const auto first = open(class_2(), "case-1", 7).value();
    EXPECT_EQ(open(class_2(), "case-1", 7).value().id, first.id);
    EXPECT_EQ(reason(open(class_2(), "case-1", 8)), "account.key_reused");
    EXPECT_EQ(reason(open(class_3(), "case-1", 7)), "account.key_reused");
    EXPECT_EQ(read([&](Snapshot& s) { return accounts_->of_holder(s, CustomerId{7}).size(); }), 1U);
    EXPECT_EQ(first.number, "99010100000000016");
    EXPECT_EQ(first.bound->sealed_number, "sealed");
    EXPECT_TRUE(first.is_default);
}

TEST_F(AccountsTest, AreLimitedInNumberByClassAndPerson)
{
    EXPECT_EQ(reason(open(class_1(), "a", 7, true, false)), "opened");
    EXPECT_EQ(reason(open(class_1(), "b", 7, true, false)), "account.too_many_of_class");
    EXPECT_EQ(reason(open(class_1(), "c", 8, true, false)), "opened");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(reason(open(class_2(), "two-" + std::to_string(i), 7)), "opened");
    }
    EXPECT_EQ(reason(open(class_2(), "two-5", 7)), "account.too_many_of_class");
    const auto one = read([&](Snapshot& s) { return accounts_->of_holder(s, CustomerId{7})[0]; });
    EXPECT_TRUE(book_->write([&](Transaction& tx) { return accounts_->close(tx, one.id); }));
    EXPECT_EQ(reason(open(class_1(), "d", 7, true, false)), "opened");
}

TEST_F(AccountsTest, OfClassOneAreNotOpenedRemotelyAndOthersNeedABoundAccount)
{
    EXPECT_EQ(reason(open(class_1(), "a", 7, false)), "account.remote_not_allowed");
    EXPECT_EQ(reason(open(class_2(), "b", 7, false, false)), "account.bound_account_needed");
    EXPECT_EQ(reason(open(class_2(), "", 7)), "account.key_missing");
    EXPECT_EQ(reason(open(class_2(), "c", 0)), "account.holder_missing");
}

TEST_F(AccountsTest, OfClassTwoTakeNothingFromOthersBeforeTheHolderWasMet)
{
    const auto account = open(class_2(), "a", 7).value();
    EXPECT_FALSE(
        read([&](Snapshot& s) { return accounts_->takes_from_others(s, account.id); }).value());
    EXPECT_EQ(move(cash(), account.id, 1), "ledger.credits_day_limit");
    EXPECT_EQ(move(cash(), account.id, 50'000'00, ledger::Counting::uncounted), "done");
    EXPECT_TRUE(book_->write([&](Transaction& tx) {
        return accounts_->confirm_face_to_face(tx, class_2(), account.id);
    }));
    EXPECT_EQ(move(cash(), account.id, 10'000'00), "done");
    EXPECT_EQ(move(cash(), account.id, 1), "ledger.credits_day_limit");
    EXPECT_EQ(move(account.id, cash(), 10'000'01), "ledger.debits_day_limit");
    EXPECT_EQ(move(account.id, cash(), 10'000'00), "done");
    const auto uses =
        read([&](Snapshot& s) {
            return accounts_->limits(s, account.id, accounts_->business_date(clock_.now()));
        }).value();
    ASSERT_EQ(uses.size(), 4U);
    EXPECT_EQ(uses[0].code, "out_day");
    EXPECT_EQ(uses[0].used.minor_units, 10'000'00);
    EXPECT_EQ(uses[1].limit.minor_units, 200'000'00);
}

TEST_F(AccountsTest, OfClassThreeHoldTwoThousandAtMost)
{
    const auto account = open(class_3(), "a", 7).value();
    EXPECT_EQ(move(cash(), account.id, 2'000'01, ledger::Counting::uncounted),
              "ledger.balance_limit");
    EXPECT_EQ(move(cash(), account.id, 2'000'00, ledger::Counting::uncounted), "done");
    EXPECT_EQ(move(account.id, cash(), 2'000'00), "done");
    EXPECT_EQ(move(cash(), account.id, 1'00), "done");
    EXPECT_EQ(move(account.id, cash(), 1), "ledger.debits_day_limit");
}

TEST_F(AccountsTest, AreFrozenReleasedAndClosedEmptyOnly)
{
    const auto account = open(class_1(), "a", 7, true, false).value();
    const auto change = [&](auto method) {
        const auto done = book_->write(
            [&](Transaction& tx) { return (accounts_.get()->*method)(tx, account.id); });
        return done ? "done" : std::string{done.error().reason};
    };
    EXPECT_EQ(move(cash(), account.id, 5'00), "done");
    EXPECT_EQ(change(&Accounts::freeze), "done");
    EXPECT_EQ(move(account.id, cash(), 1'00), "ledger.debits_blocked");
    EXPECT_EQ(move(cash(), account.id, 1'00), "done");
    EXPECT_EQ(change(&Accounts::close), "account.frozen");
    EXPECT_EQ(change(&Accounts::unfreeze), "done");
    EXPECT_EQ(change(&Accounts::close), "account.not_empty");
    EXPECT_EQ(move(account.id, cash(), 6'00), "done");
    EXPECT_EQ(change(&Accounts::close), "done");
    EXPECT_EQ(change(&Accounts::unfreeze), "account.closed");
    EXPECT_EQ(move(cash(), account.id, 1), "ledger.account_closed");
    EXPECT_EQ(
        read([&](Snapshot& s) { return accounts_->default_of(s, CustomerId{7}); }).error().reason,
        "account.no_default");
}

TEST_F(AccountsTest, ReceiveByTheDefaultThatTheHolderChose)
{
    const auto first = open(class_2(), "a", 7).value();
    const auto second = open(class_2(), "b", 7).value();
    const auto default_now = [&] {
        return read([&](Snapshot& s) { return accounts_->default_of(s, CustomerId{7}); })
            .value()
            .id;
    };
    EXPECT_EQ(default_now(), first.id);
    const auto choose = [&](std::uint64_t holder, AccountId id) {
        return book_->write(
            [&](Transaction& tx) { return accounts_->make_default(tx, CustomerId{holder}, id); });
    };
    EXPECT_TRUE(choose(7, second.id));
    EXPECT_EQ(default_now(), second.id);
    EXPECT_EQ(choose(8, first.id).error().reason, "account.not_the_holders");
    EXPECT_EQ(default_now(), second.id);
}

TEST_F(AccountsTest, AreMadeInBulkAndAreOrdinaryAccounts)
{
    const auto ids = accounts_->fill(*book_, class_1(), 300, CustomerId{1000}, {100'00, cny});
    ASSERT_EQ(ids.size(), 300U);
    EXPECT_EQ(move(ids[299], ids[0], 100'00), "done");
    EXPECT_EQ(move(ids[299], ids[0], 1), "ledger.debits_exceed_credits");
    const auto last = read([&](Snapshot& s) { return accounts_->account(s, ids[299]); }).value();
    EXPECT_EQ(last.holder, CustomerId{1299});
    EXPECT_EQ(read([&](Snapshot& s) { return accounts_->by_number(s, last.number); }).value().id,
              last.id);
}

}  // namespace
}  // namespace bank::account
