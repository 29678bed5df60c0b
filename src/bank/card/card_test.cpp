// SPDX-License-Identifier: Apache-2.0
#include <bank/card/cards.h>

#include <bank/account/number.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::card {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr std::string_view hash = "$argon2id$v=19$m=32768,t=2,p=1$c2FsdA$aGFzaA";

class CardsTest : public testing::Test {
protected:
    CardsTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        for (const auto schema : {audit::migrations(), ledger::migrations(), account::migrations(),
                                  card::migrations()}) {
            EXPECT_TRUE(book_->migrate(schema));
        }
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<account::Accounts>(*ledger_, account::Institution{"990101"});
        account_ = open(account::Class::one, "a");
    }
    ~CardsTest() override
    {
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    AccountId open(account::Class account_class, std::string key)
    {
        account::Product product{.code = "p" + key,
                                 .account_class = account_class,
                                 .unit = ledger::currency("CNY").value(),
                                 .per_person = 5};
        const auto opened = book_->write([&](Transaction& transaction) {
            return accounts_->open(
                transaction, product,
                {.key = key, .holder = holder_, .branch = "P", .face_to_face = true});
        });
        EXPECT_TRUE(opened);
        return opened.value().id;
    }

    template <class Work>
    base::Result<Card> does(Work work)
    {
        return book_->write([&](Transaction& transaction) { return work(transaction); });
    }
    base::Result<Card> issue(AccountId account)
    {
        return does([&](Transaction& t) { return card::issue(t, *accounts_, "980101", account); });
    }
    base::Result<Card> lose(CardId id)
    {
        return does([&](Transaction& t) { return report_lost(t, holder_, id); });
    }
    base::Result<Card> again(CardId id)
    {
        return does([&](Transaction& t) { return replace(t, *accounts_, "980101", holder_, id); });
    }
    base::Result<Card> use(CardId id, const std::string& digits)
    {
        return does([&](Transaction& t) { return activate(t, holder_, id, digits); });
    }
    static std::string reason(const base::Result<Card>& card)
    {
        return card ? "" : std::string{card.error().reason};
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("card-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<account::Accounts> accounts_;
    const CustomerId holder_{7};
    AccountId account_;
};

TEST_F(CardsTest, AnAccountHasOneCard)
{
    const auto first = issue(account_);
    ASSERT_TRUE(first);
    EXPECT_EQ(first.value().state, State::active);
    EXPECT_TRUE(account::read_number(first.value().number));
    EXPECT_EQ(issue(account_).value().id, first.value().id);
    EXPECT_EQ(reason(issue(open(account::Class::three, "c"))), "card.not_for_class");
    EXPECT_EQ(reason(issue(AccountId{99})), "account.unknown");
}

TEST_F(CardsTest, ALostCardIsLostForGood)
{
    const auto id = issue(account_).value().id;
    EXPECT_EQ(lose(id).value().state, State::lost);
    EXPECT_TRUE(lose(id));
    EXPECT_EQ(reason(does([&](Transaction& t) { return set_pin(t, holder_, id, hash); })),
              "card.not_active");
    const auto digits = issue(account_).value().number;
    EXPECT_EQ(reason(use(id, "0000")), "card.digits_wrong");
    EXPECT_EQ(reason(does([&](Transaction& t) { return report_lost(t, CustomerId{8}, id); })),
              "card.unknown");
}

TEST_F(CardsTest, ANewCardTakesThePlaceOfALostOneAndIsActiveOnceItCame)
{
    const auto old = issue(account_).value().id;
    ASSERT_TRUE(lose(old));
    const auto made = again(old);
    ASSERT_TRUE(made);
    EXPECT_EQ(made.value().state, State::ordered);
    EXPECT_EQ(again(old).value().id, made.value().id);
    EXPECT_EQ(
        reason(does([&](Transaction& t) { return set_pin(t, holder_, made.value().id, hash); })),
        "card.not_active");
    EXPECT_EQ(reason(use(made.value().id, "12")), "card.digits_wrong");
    const auto& number = made.value().number;
    EXPECT_EQ(use(made.value().id, number.substr(number.size() - 4)).value().state, State::active);
    const auto with_pin =
        does([&](Transaction& t) { return set_pin(t, holder_, made.value().id, hash); });
    EXPECT_TRUE(with_pin.value().has_pin);
}

TEST_F(CardsTest, ReplacingAWorkingCardMakesItUseless)
{
    const auto old = issue(account_).value().id;
    const auto made = again(old).value();
    EXPECT_EQ(reason(lose(old)), "card.not_active");
    ASSERT_TRUE(book_->write([&](Transaction& t) { return revoke(t, holder_, made.id); }));
    const auto& number = made.number;
    EXPECT_EQ(reason(use(made.id, number.substr(number.size() - 4))), "card.not_active");
    const auto second = again(old).value();  // The first was lost on its way.
    EXPECT_NE(second.id, made.id);
    ASSERT_TRUE(use(second.id, second.number.substr(second.number.size() - 4)));
    EXPECT_EQ(reason(again(old)), "card.replaced_already");
}

}  // namespace
}  // namespace bank::card
