// SPDX-License-Identifier: Apache-2.0
#include <bank/statement/certificate.h>

#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::statement {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

const base::Currency yuan = ledger::currency("CNY").value();
constexpr CustomerId holder{7};

class CertificateTest : public testing::Test {
protected:
    CertificateTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(audit::migrations()));
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        EXPECT_TRUE(book_->migrate(account::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<account::Accounts>(*ledger_, account::Institution{"990101"});
        const auto opened = book_->write([&](Transaction& tx) -> base::Result<account::Account> {
            const account::Product product{.code = "class-1", .unit = yuan};
            auto made = TRY(accounts_->open(
                tx, product, {.key = "a", .holder = holder, .branch = "P", .face_to_face = true}));
            const auto cash = TRY(ledger_->own_account(tx, "cash/opening", yuan));
            const ledger::Leg legs[] = {{cash, ledger::Side::debit, {100'00, yuan}},
                                        {made.id, ledger::Side::credit, {100'00, yuan}}};
            TRY(ledger_->post(tx, {.client = ledger::client_id({"fund"}),
                                   .kind = "opening",
                                   .effective = accounts_->business_date(tx.now()),
                                   .legs = legs}));
            return made;
        });
        EXPECT_TRUE(opened);
        account_ = opened.value().id;
    }
    ~CertificateTest() override
    {
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    CertificateWish wish(std::string key, std::int64_t amount, std::string_view until) const
    {
        const auto day = base::parse_date(until).value();
        return {.key = std::move(key),
                .holder = holder,
                .account = account_,
                .amount = {amount, yuan},
                .until = day,
                .ends_at = {(std::int64_t{day.days + 1} * 86'400 - 8 * 3'600) * 1'000'000}};
    }
    base::Result<Certificate> issue(const CertificateWish& what)
    {
        return book_->write([&](Transaction& tx) { return certify(tx, *accounts_, what); });
    }
    std::string why(const CertificateWish& what)
    {
        const auto issued = issue(what);
        return issued ? "issued" : std::string{issued.error().reason};
    }
    std::int64_t free()
    {
        return book_->read([&](Snapshot& snapshot) { return ledger_->account(snapshot, account_); })
            .value()
            .available()
            .minor_units;
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("certificate-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<account::Accounts> accounts_;
    AccountId account_;
};

TEST_F(CertificateTest, IsIssuedOnceForOneKeyAndBlocksItsAmount)
{
    const auto first = issue(wish("a", 60'00, "2026-12-31"));
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ(free(), 40'00);
    EXPECT_EQ(issue(wish("a", 60'00, "2026-12-31")).value().id, first.value().id);
    EXPECT_EQ(free(), 40'00);
    EXPECT_EQ(why(wish("a", 50'00, "2026-12-31")), "ledger.client_id_reused");
}

TEST_F(CertificateTest, IsRefusedWhereItWouldNotBeTrue)
{
    EXPECT_EQ(why(wish("a", 100'01, "2026-12-31")), "statement.certificate_not_covered");
    EXPECT_EQ(why(wish("b", 0, "2026-12-31")), "statement.certificate_amount");
    EXPECT_EQ(why(wish("c", 1, "2026-11-23")), "statement.certificate_period");
    EXPECT_EQ(why(wish("d", 1, "2027-11-25")), "statement.certificate_period");
    EXPECT_EQ(why(wish("e", 1, "2026-11-24")), "issued");
    auto other = wish("f", 1, "2026-12-31");
    other.holder = CustomerId{8};
    EXPECT_EQ(why(other), "account.unknown");
    ASSERT_TRUE(book_->write([&](Transaction& tx) { return accounts_->freeze(tx, account_); }));
    EXPECT_EQ(why(wish("g", 1, "2026-12-31")), "account.not_open");
}

TEST_F(CertificateTest, GivenBackFreesTheAmountOnceAndOnlyForItsHolder)
{
    const auto issued = issue(wish("a", 60'00, "2026-12-31")).value();
    const auto back = [&](CustomerId who) {
        return book_->write(
            [&](Transaction& tx) { return give_back(tx, *accounts_, who, issued.id); });
    };
    EXPECT_EQ(back(CustomerId{8}).error().reason, "statement.certificate_unknown");
    for (int times = 0; times < 2; ++times) {
        const auto given = back(holder);
        ASSERT_TRUE(given) << given.error().detail;
        EXPECT_EQ(standing_of(given.value(), issued.from), Standing::given_back);
    }
    EXPECT_EQ(free(), 100'00);
}

TEST_F(CertificateTest, EndsByItselfAfterItsLastDay)
{
    const auto issued = issue(wish("a", 60'00, "2026-11-25")).value();
    EXPECT_EQ(standing_of(issued, base::parse_date("2026-11-25").value()), Standing::valid);
    clock_.set(base::parse_instant("2026-11-25T16:00:01Z").value());
    ASSERT_TRUE(book_->write([&](Transaction& tx) {
        return ledger_->expire_holds(tx, accounts_->business_date(tx.now()), 10);
    }));
    EXPECT_EQ(free(), 100'00);
    const auto back =
        book_->write([&](Transaction& tx) { return give_back(tx, *accounts_, holder, issued.id); });
    EXPECT_EQ(back.error().reason, "statement.certificate_over");
}

TEST_F(CertificateTest, ItsCodeStandsForEachOfItsFacts)
{
    const platform::crypto::Bytes secret(32, 5);
    const platform::crypto::Hmac key{secret};
    const auto issued = issue(wish("a", 60'00, "2026-12-31")).value();
    auto other = issued;
    other.amount.minor_units += 1;
    EXPECT_NE(code_of(key, issued), code_of(key, other));
    other = issued;
    other.until.days += 1;
    EXPECT_NE(code_of(key, issued), code_of(key, other));
    other = issued;
    other.given_back_at = issued.issued_at;
    EXPECT_EQ(code_of(key, issued), code_of(key, other));
    const std::string paper =
        certificate_pdf(issued, "柜立春", "9901000000000017", code_of(key, issued),
                        {"云柜", "zh", "http://x", true});
    EXPECT_TRUE(paper.starts_with("%PDF"));
}

TEST_F(CertificateTest, AreListedByHolderTheNewestFirst)
{
    const auto first = issue(wish("a", 1'00, "2026-12-31")).value();
    const auto second = issue(wish("b", 2'00, "2026-12-31")).value();
    book_->read([&](Snapshot& snapshot) {
        const auto all = certificates_of(snapshot, holder, {}, 10);
        ASSERT_EQ(all.size(), 2U);
        EXPECT_EQ(all.front().id, second.id);
        EXPECT_EQ(certificates_of(snapshot, holder, second.id, 10).front().id, first.id);
        EXPECT_TRUE(certificates_of(snapshot, CustomerId{8}, {}, 10).empty());
    });
}

}  // namespace
}  // namespace bank::statement
