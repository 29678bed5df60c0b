// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/code.h>
#include <bank/authentication/password.h>
#include <bank/authentication/proof.h>
#include <bank/authentication/schema.h>
#include <bank/authentication/session.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/password.h>
#include <platform/sql/test_book.h>

#include <unistd.h>
#include <filesystem>
#include <memory>
#include <string>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace sql = platform::sql;

/// The house book and an institution's in a folder of their own, with a customer's sign-in, at a
/// time that stands.
struct TestHouse {
    TestHouse()
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        house_ = sql::open_test_book(folder_ / "house.db", clock_, {.number = 0});
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 4});
        base::ensure(house_->migrate(house_migrations()).has_value());
        base::ensure(book_->migrate(institution_migrations()).has_value());
        login_ =
            house_
                ->write([&](sql::Transaction& tx) {
                    return create_customer_login(tx, environment_, 4, 77, phone_, clock_.now());
                })
                .value();
    }
    ~TestHouse()
    {
        house_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    template <class Work>
    auto in_house(Work work)
    {
        return house_->write([&](sql::Transaction& tx) { return work(tx); });
    }

    /// A unit of work whose answer is kept although it refuses.
    template <class Work>
    auto recorded(Work work)
    {
        using R = std::invoke_result_t<Work&, sql::Transaction&>;
        return settled(
            house_->write([&](sql::Transaction& tx) -> base::Result<R> { return work(tx); }));
    }

    template <class T>
    static std::string reason(const base::Result<T>& result)
    {
        return result ? "fine" : std::string(result.error().reason);
    }

    base::Result<IssuedCode> issue(std::string_view phone, std::string_view purpose = "sign-up")
    {
        return in_house([&](sql::Transaction& tx) {
            return issue_code(tx, environment_, purpose, phone, {}, clock_.now());
        });
    }

    std::string redeem(const IssuedCode& code, std::string_view text, std::string_view phone,
                       std::string_view purpose = "sign-up", const crypto::Digest& content = {})
    {
        return reason(recorded([&](sql::Transaction& tx) {
            return redeem_code(tx, environment_, code.id, purpose, phone, content, text,
                               clock_.now());
        }));
    }

    static std::string other_than(const std::string& code)
    {
        return code == "000000" ? "000001" : "000000";
    }

    void set_password_to(LoginId login, std::string_view password)
    {
        const std::string hash = crypto::hash_password(password);
        const auto set =
            in_house([&](sql::Transaction& tx) { return set_password(tx, login, hash); });
        base::ensure(set.has_value());
    }

    PasswordCheck compare(std::string_view password)
    {
        return check_password(
            house_->read([&](sql::Snapshot& s) { return find_login(s, login_); }).value(),
            password);
    }

    std::string try_password(const PasswordCheck& check)
    {
        return reason(recorded([&](sql::Transaction& tx) {
            return settle_password(tx, environment_, check, clock_.now());
        }));
    }

    base::Result<ProofChallenge> challenge(Method method, const Content& content)
    {
        return in_house([&](sql::Transaction& tx) {
            return open_proof_challenge(tx, environment_, login_, method, content, clock_.now());
        });
    }

    const std::string phone_ = "13800001234";
    const Content payment_{
        "payment.transfer",
        {{"from", "a1"}, {"payee", "b2"}, {"amount", "12.50"}, {"currency", "CNY"}}};
    base::ManualClock clock_{base::parse_instant("2026-11-21T00:00:00Z").value()};
    crypto::SystemRandom random_;
    std::unique_ptr<crypto::Keyring> keyring_ = crypto::Keyring::in_memory(random_);
    Environment environment_{*keyring_, random_};
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                    ("authentication-test-" + std::to_string(getpid()));
    std::unique_ptr<sql::Book> house_;
    std::unique_ptr<sql::Book> book_;
    LoginId login_;
};

}  // namespace bank::authentication
